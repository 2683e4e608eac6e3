//! The keys of every map of the language: what the readers take, what a JSON Schema says, what an editor completes, and
//! the order in which `fmt` writes them.
//!
//! Owns: names, kinds, and a sentence for each key. Leaves out: how a value is read, which is with the readers; they take
//! their keys from here and know no others.

mod shape;

pub use shape::{Document, KeyShape, Kind, Shape};
use shape::{key, required};

pub static PROJECT: Shape = Shape {
    what: "`wildfire.yaml`",
    keys: &[
        required("name", Kind::Text, "The name of the project."),
        key("required_version", Kind::Text, "A requirement on the version of wildfire: `>=0.1`, `^0.1.2`."),
        VALUE_TYPES,
    ],
};

pub static STAGE: Shape = Shape {
    what: "`stage.yaml`",
    keys: &[
        required("account_id", Kind::AccountId, "The account, 12 digits in quotes; checked before anything else."),
        required("region", Kind::Region, "The region, such as eu-west-1."),
        key("credentials", Kind::Table(&CREDENTIALS), "How to reach the account; default: the AWS SDK's own chain."),
        key("regions", Kind::TextMap, "Further regions, by a name of ours: `edge: us-east-1`."),
        key("accounts", Kind::Named(&ACCOUNT), "Further accounts, by a name of ours."),
        key("state", Kind::Table(&STATE), "Where state is."),
        key("tags", Kind::TextMap, "Tags on every taggable resource of the stage."),
        key("values", Kind::AnyMap, "Values, read as `stage.values.<name>`."),
        VALUE_TYPES,
        key("stacks", Kind::Named(&SHARED_STACK), "Stacks whose files stages share, by name."),
    ],
};

const VALUE_TYPES: KeyShape = key(
    "value_types",
    Kind::NamedOr(&INPUT, &Kind::InputType),
    "Types of values, and with them which may be set from outside.",
);

pub static ACCOUNT: Shape = Shape {
    what: "an account",
    keys: &[
        required("account_id", Kind::AccountId, "The account, 12 digits in quotes; checked before anything else."),
        key("credentials", Kind::Table(&CREDENTIALS), "How to reach the account; default: the AWS SDK's own chain."),
    ],
};

pub static SHARED_STACK: Shape = Shape {
    what: "a stack of the stage",
    keys: &[required("source", Kind::Text, "The folder below stacks/ that has the files.")],
};

pub static CREDENTIALS: Shape = Shape {
    what: "`credentials`",
    keys: &[
        key("profile", Kind::Text, "A profile of the AWS configuration; SSO profiles too."),
        key("assume_role", Kind::Table(&ASSUME_ROLE), "The role to assume."),
    ],
};

pub static ASSUME_ROLE: Shape = Shape {
    what: "`assume_role`",
    keys: &[
        required("role_arn", Kind::Text, "The ARN of the role."),
        key("external_id", Kind::Text, "The external id that the role wants."),
        key("mfa_serial", Kind::Text, "The MFA device; its code is asked for at the terminal."),
        key("session_name", Kind::Text, "The name of the session; default `wildfire`."),
        key("duration", Kind::Duration, "How long the session lasts; default one hour."),
    ],
};

pub static STATE: Shape = Shape {
    what: "`state`",
    keys: &[
        required("bucket", Kind::Text, "The S3 bucket; each stack has a prefix of its own."),
        required("lock_table", Kind::Text, "The DynamoDB table, with the string key `LockID`."),
        key("kms_key", Kind::Text, "Key id, ARN or alias; default: the encryption of S3."),
        key("region", Kind::Region, "Default: the stage's."),
    ],
};

const RESOURCES: KeyShape = key("resources", Kind::Named(&RESOURCE), "What is managed, by name.");
const DATA: KeyShape = key("data", Kind::Named(&DATA_SOURCE), "What is only read, by name.");
const MODULES: KeyShape = key("modules", Kind::Named(&MODULE_CALL), "Modules in use, by name.");
const LOCALS: KeyShape = key("locals", Kind::Names, "Values with names, for the expressions of these files.");
const CHECKS: KeyShape = key("checks", Kind::Entries(&CHECK), "Conditions that have to hold.");
const REGION: KeyShape = key("region", Kind::TextOrExpression, "The name of another region.");
const ACCOUNT_NAME: KeyShape = key("account", Kind::TextOrExpression, "The name of another account.");
const OUTPUTS: KeyShape = key("outputs", Kind::NamedOr(&OUTPUT, &Kind::Any), "Values for others, by name.");

pub static STACK: Shape = Shape {
    what: "a stack file",
    keys: &[
        RESOURCES,
        DATA,
        MODULES,
        LOCALS,
        OUTPUTS,
        CHECKS,
        key("tags", Kind::TextMap, "Tags on every taggable resource of the stack, over those of the stage."),
        key("moved", Kind::Entries(&MOVED), "Resources that have another address now."),
        key("removed", Kind::Entries(&REMOVED), "What is no longer declared, and whether it is deleted."),
        key("import", Kind::Entries(&IMPORT), "What exists at AWS, and comes under management."),
    ],
};

pub static MODULE: Shape = Shape {
    what: "`module.yaml`",
    keys: &[
        key("description", Kind::Text, "What the module is for."),
        key("inputs", Kind::NamedOr(&INPUT, &Kind::InputType), "What the module takes, by name."),
        key("regions", Kind::Texts, "Names of regions that the caller gives a meaning."),
        key("accounts", Kind::Texts, "Names of accounts that the caller gives a meaning."),
        RESOURCES,
        DATA,
        MODULES,
        LOCALS,
        OUTPUTS,
        CHECKS,
    ],
};

pub static RESOURCE: Shape = Shape {
    what: "a resource",
    keys: &[
        required("type", Kind::ResourceType, "The type; `wildfire explain` lists them."),
        REGION,
        ACCOUNT_NAME,
        key("for_each", Kind::ForEach, "One instance for each element."),
        key("when", Kind::Condition, "False: no resource."),
        key("properties", Kind::Properties, "What the type has."),
        key("depends_on", Kind::Texts, "Resources, modules and data sources that no reference names."),
        key("lifecycle", Kind::Table(&LIFECYCLE), "How changes are made."),
        key("timeouts", Kind::Table(&TIMEOUTS), "How long AWS may take."),
        CHECKS,
    ],
};

pub static DATA_SOURCE: Shape = Shape {
    what: "a data source",
    keys: &[
        required("type", Kind::DataType, "The type; `wildfire explain` lists them."),
        REGION,
        ACCOUNT_NAME,
        key("for_each", Kind::ForEach, "One instance for each element."),
        key("when", Kind::Condition, "False: it is not read."),
        key("properties", Kind::Properties, "What the type takes."),
        key("depends_on", Kind::Texts, "Resources, modules and data sources that no reference names."),
    ],
};

pub static MODULE_CALL: Shape = Shape {
    what: "a module",
    keys: &[
        required(
            "source",
            Kind::TextOrTable(&SOURCE),
            "A name under modules/, a path relative to the file (./network), or a repository.",
        ),
        REGION,
        ACCOUNT_NAME,
        key("regions", Kind::TextMap, "What the names of regions in the module stand for."),
        key("accounts", Kind::TextMap, "What the names of accounts in the module stand for."),
        key("for_each", Kind::ForEach, "One instance for each element."),
        key("when", Kind::Condition, "False: nothing of the module."),
        key("inputs", Kind::AnyMap, "Values for the inputs of the module."),
        key("depends_on", Kind::Texts, "Resources, modules and data sources that no reference names."),
    ],
};

pub static SOURCE: Shape = Shape {
    what: "a source",
    keys: &[
        required("git", Kind::Text, "The address of a repository, by https."),
        required("ref", Kind::Text, "A branch, a tag or a commit."),
        key("path", Kind::Text, "The folder of `module.yaml` in the repository; default: its root."),
    ],
};

/// `wildfire.lock`, which `wildfire modules update` writes.
pub static LOCK: Shape =
    Shape { what: "`wildfire.lock`", keys: &[key("modules", Kind::Entries(&PINNED), "The modules that are pinned.")] };

pub static PINNED: Shape = Shape {
    what: "a pinned module",
    keys: &[
        required("git", Kind::Text, "The address of a repository, by https."),
        required("ref", Kind::Text, "A branch, a tag or a commit."),
        required("commit", Kind::Text, "The commit that it was."),
        required("digest", Kind::Text, "The digest of the files."),
    ],
};

pub static OUTPUT: Shape = Shape {
    what: "an output",
    keys: &[
        key("value", Kind::Any, "The value."),
        key("description", Kind::Text, "What it is."),
        key("sensitive", Kind::Flag, "True: the value is neither shown nor stored."),
    ],
};

pub static CHECK: Shape = Shape {
    what: "a check",
    keys: &[
        required("assert", Kind::Condition, "An expression that has to be true."),
        required("message", Kind::TextOrExpression, "What is wrong when it is false."),
        key(
            "severity",
            Kind::OneOf(&["error", "warning"]),
            "`error`, which stops a plan, or `warning`; default `error`.",
        ),
    ],
};

/// A field of an object: what is left out is about the input as a whole.
pub static FIELD: Shape = Shape {
    what: "a field",
    keys: &[
        key("type", Kind::InputType, "The type; default any."),
        key("default", Kind::Constant, "The value without one; without a default the field is required."),
        key("description", Kind::Text, "What it is; shown with errors."),
        key("nullable", Kind::Flag, "True: null stays null. Default: null becomes the default."),
        key("pattern", Kind::Text, "A regular expression that a string matches."),
        key("enum", Kind::Constants, "The values that are allowed."),
        key("minimum", Kind::Number, "The least number."),
        key("maximum", Kind::Number, "The greatest number."),
        key("min_length", Kind::Size, "The least length of a string, a list or a map."),
        key("max_length", Kind::Size, "The greatest length of a string, a list or a map."),
    ],
};

pub static INPUT: Shape = Shape {
    what: "an input",
    keys: &[
        key(
            "type",
            Kind::InputType,
            "string, int, number, bool, list, map, any or one with a type inside; default any.",
        ),
        key("default", Kind::Constant, "The value without one; without a default the input is required."),
        key("description", Kind::Text, "What it is; shown with errors."),
        key("sensitive", Kind::Flag, "True: everything that comes through it is sensitive."),
        key("nullable", Kind::Flag, "True: null stays null. Default: null becomes the default."),
        key("pattern", Kind::Text, "A regular expression that a string matches."),
        key("enum", Kind::Constants, "The values that are allowed."),
        key("minimum", Kind::Number, "The least number."),
        key("maximum", Kind::Number, "The greatest number."),
        key("min_length", Kind::Size, "The least length of a string, a list or a map."),
        key("max_length", Kind::Size, "The greatest length of a string, a list or a map."),
        key("validation", Kind::TableOrEntries(&CHECK), "Conditions that the value has to meet."),
    ],
};

pub static LIFECYCLE: Shape = Shape {
    what: "`lifecycle`",
    keys: &[
        key("prevent_destroy", Kind::Condition, "True: a plan that would delete or replace it fails."),
        key("create_before_destroy", Kind::Condition, "True: a replacement creates the new one first."),
        key("ignore_changes", Kind::TextsOr(&["all"]), "Properties whose differences are left alone, or `all`."),
        key("replace_triggered_by", Kind::Texts, "Resources or attributes whose change replaces this resource."),
    ],
};

pub static TIMEOUTS: Shape = Shape {
    what: "`timeouts`",
    keys: &[
        key("create", Kind::Duration, "For a create: 30s, 10m, 1h30m."),
        key("update", Kind::Duration, "For an update."),
        key("delete", Kind::Duration, "For a deletion."),
    ],
};

pub static MOVED: Shape = Shape {
    what: "an entry of `moved`",
    keys: &[
        required("from", Kind::Text, "The path that state knows."),
        required("to", Kind::Text, "The path that it has now."),
    ],
};

pub static REMOVED: Shape = Shape {
    what: "an entry of `removed`",
    keys: &[
        required("from", Kind::Text, "The path that state knows."),
        key("destroy", Kind::Flag, "False: it leaves state and stays at AWS. Default true."),
    ],
};

pub static IMPORT: Shape = Shape {
    what: "an entry of `import`",
    keys: &[
        required("to", Kind::Text, "The path of a declared resource."),
        required("id", Kind::TextOrExpression, "The id that `wildfire explain <type>` describes."),
    ],
};

pub static TESTS: Shape =
    Shape { what: "a file of tests", keys: &[required("tests", Kind::Named(&TEST), "The tests, by name.")] };

pub static TEST: Shape = Shape {
    what: "a test",
    keys: &[
        key("stage", Kind::Table(&TEST_STAGE), "The stage that a module is tested in."),
        key("inputs", Kind::AnyMap, "Inputs of the module."),
        key("values", Kind::AnyMap, "Values of the stage; those of a stack's stage are under them."),
        key("before", Kind::Table(&TEST_BEFORE), "What was applied before: the plan then has changes."),
        key("data", Kind::AnyMap, "What data sources answer, by their paths: `zones: {names: [a, b]}`."),
        key("attributes", Kind::AnyMap, "What AWS sets, by the paths of the resources: `vpc: {id: vpc-1}`."),
        key("outputs", Kind::AnyMap, "Outputs of other stacks, by their names."),
        key("plan", Kind::Entries(&EXPECTATION), "What the plan is expected to be."),
        key("apply", Kind::Entries(&EXPECTATION), "What is expected after an apply in a cloud in memory."),
        key("errors", Kind::Entries(&EXPECTED_ERROR), "The errors that are expected, and no others."),
    ],
};

pub static TEST_STAGE: Shape = Shape {
    what: "`stage` of a test",
    keys: &[
        key("name", Kind::Text, "`stage.name`; default `test`."),
        key("account_id", Kind::AccountId, "`stage.account_id`; default 123456789012."),
        key("region", Kind::Region, "`stage.region`; default eu-west-1."),
    ],
};

pub static TEST_BEFORE: Shape = Shape {
    what: "`before` of a test",
    keys: &[key("inputs", Kind::AnyMap, "Inputs of the module."), key("values", Kind::AnyMap, "Values of the stage.")],
};

pub static EXPECTATION: Shape = Shape {
    what: "an expectation",
    keys: &[
        required("assert", Kind::Condition, "An expression over `resources`, `plan`, `outputs` and `stage`."),
        key("message", Kind::Text, "What is wrong when it is false."),
    ],
};

pub static EXPECTED_ERROR: Shape = Shape {
    what: "an expected error",
    keys: &[
        key("code", Kind::Text, "Its code: `invalid-input`."),
        key("message", Kind::Text, "A part of its message."),
    ],
};

/// What the type of an input may be.
pub const INPUT_TYPES: [&str; 7] = ["string", "int", "number", "bool", "list", "map", "any"];
