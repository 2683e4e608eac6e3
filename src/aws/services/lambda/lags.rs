//! What Lambda answers while something lags, by type.

use wildfire_engine::model::LagReply;

const ROLE: &str = "https://repost.aws/knowledge-center/lambda-assume-role-errors";
const NETWORK: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions";
const KEY: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html";
const STATES: &str = "https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html";
const MAPPING: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html";
const PERMISSION: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html";
const ALIAS: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html";

const SETTING: &[&str] = &["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"];

const fn unseen(message: &'static [&'static str], what: &'static str, source: &'static str) -> LagReply {
    LagReply::unseen(SETTING, "InvalidParameterValueException", message, what, source)
}

pub(super) const FUNCTION: &[LagReply] = &[
    unseen(&["cannot be assumed by Lambda"], "the function's role", ROLE),
    // The policies of the role lag behind their attachment.
    unseen(&["execution role does not have permissions"], "a policy of the function's role", NETWORK),
    unseen(&["KMS"], "the key, or its policy", KEY),
    LagReply::unseen(
        &["lambda:CreateFunction", "lambda:UpdateFunctionCode"],
        "InvalidParameterValueException",
        &["Source image"],
        "the image, or the policy of its repository",
        "https://docs.aws.amazon.com/lambda/latest/dg/images-create.html",
    ),
    LagReply::in_use(
        &[
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
            "lambda:PublishVersion",
            "lambda:PutFunctionConcurrency",
        ],
        "ResourceConflictException",
        &[],
        "another change of the function",
        STATES,
    ),
    LagReply::in_use(&["lambda:DeleteFunction"], "ResourceConflictException", &[], "a change of the function", STATES),
];

pub(super) const PERMISSION_LAGS: &[LagReply] = &[
    LagReply::unseen(&["lambda:AddPermission"], "ResourceNotFoundException", &[], "the function", PERMISSION),
    LagReply::unseen(
        &["lambda:AddPermission"],
        "InvalidParameterValueException",
        &["principal was invalid"],
        "the principal",
        PERMISSION,
    ),
    LagReply::in_use(
        &["lambda:AddPermission"],
        "ResourceConflictException",
        &["in progress"],
        "a change of the function",
        PERMISSION,
    ),
    LagReply::in_use(
        &["lambda:AddPermission", "lambda:RemovePermission"],
        "PreconditionFailedException",
        &[],
        "another change of the function's policy",
        PERMISSION,
    ),
];

pub(super) const ALIAS_LAGS: &[LagReply] =
    &[LagReply::unseen(&["lambda:CreateAlias"], "ResourceNotFoundException", &[], "the version", ALIAS)];

pub(super) const EVENT_SOURCE_MAPPING: &[LagReply] = &[
    LagReply::unseen(
        &["lambda:CreateEventSourceMapping"],
        "InvalidParameterValueException",
        &["cannot be assumed by Lambda"],
        "the function's role",
        ROLE,
    ),
    LagReply::unseen(
        &["lambda:CreateEventSourceMapping", "lambda:UpdateEventSourceMapping"],
        "InvalidParameterValueException",
        &["execution role does not have permissions"],
        "a policy of the function's role",
        MAPPING,
    ),
    LagReply::unseen(
        &["lambda:CreateEventSourceMapping"],
        "InvalidParameterValueException",
        &["ensure the role can perform"],
        "a policy of the function's role",
        MAPPING,
    ),
    LagReply::unseen(
        &["lambda:CreateEventSourceMapping"],
        "ResourceNotFoundException",
        &[],
        "the function or the source",
        MAPPING,
    ),
    LagReply::in_use(
        &["lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"],
        "ResourceInUseException",
        &[],
        "another change of the mapping",
        MAPPING,
    ),
    LagReply::in_use(
        &["lambda:UpdateEventSourceMapping"],
        "ResourceConflictException",
        &[],
        "another change of the mapping",
        MAPPING,
    ),
];

const INVOKE: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html";
const LAYER: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html";
const URL: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html";

pub(super) const LAYER_VERSION: &[LagReply] =
    &[LagReply::unseen(&["lambda:PublishLayerVersion"], "ResourceNotFoundException", &[], "the object", LAYER)];

pub(super) const FUNCTION_URL: &[LagReply] = &[LagReply::unseen(
    &["lambda:CreateFunctionUrlConfig"],
    "ResourceNotFoundException",
    &[],
    "the function or the alias",
    URL,
)];

pub(super) const EVENT_INVOKE_CONFIG: &[LagReply] = &[
    LagReply::unseen(
        &["lambda:PutFunctionEventInvokeConfig"],
        "ResourceNotFoundException",
        &[],
        "the function or the alias",
        INVOKE,
    ),
    LagReply::unseen(
        &["lambda:PutFunctionEventInvokeConfig"],
        "InvalidParameterValueException",
        &["does not have permissions"],
        "a policy of the function's role",
        "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/lambda/function_event_invoke_config.go",
    ),
    LagReply::in_use(
        &["lambda:PutFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig"],
        "ResourceConflictException",
        &[],
        "a change of the function",
        INVOKE,
    ),
];
