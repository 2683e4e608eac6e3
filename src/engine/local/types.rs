//! The types of generated values, under the names and with the properties of Terraform's `random` and `time` providers.

use std::sync::LazyLock;

use super::{Kind, moments, random};
use crate::model::{CreateOnce, Field, Form, Literal, Map, Problem, PropertyPath, Ty, TypeSchema, Types, Value};

/// The types of generated values.
pub static CATALOG: LazyLock<Types> = LazyLock::new(|| Types::new(types(), Vec::new()).validated(validate));

static KINDS: [Kind; 9] = [
    Kind { name: "random_id", make: random::bytes, attributes: random::forms, is_over: moments::never },
    Kind { name: "random_integer", make: random::integer, attributes: random::integer_result, is_over: moments::never },
    Kind { name: "random_pet", make: random::pet, attributes: random::only_id, is_over: moments::never },
    Kind { name: "random_shuffle", make: random::order, attributes: random::shuffled, is_over: moments::never },
    Kind { name: "random_string", make: random::string, attributes: random::result, is_over: moments::never },
    Kind { name: "random_uuid", make: random::uuid, attributes: random::result, is_over: moments::never },
    Kind { name: "terraform_data", make: random::uuid, attributes: random::echoed, is_over: moments::never },
    Kind { name: "time_rotating", make: moments::make, attributes: moments::rotating, is_over: moments::is_over },
    Kind { name: "time_static", make: moments::make, attributes: moments::attributes, is_over: moments::never },
];

pub(super) fn kind(type_name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == type_name)
}

fn schema(name: &'static str, doc: &'static str, mut fields: Vec<Field>, example: &'static str) -> TypeSchema {
    fields.push(text("id", "The id.").computed());
    fields.sort_by_key(|field| field.name);
    TypeSchema {
        // The same operation makes the same value.
        create_once: CreateOnce::SameRequest,
        example,
        usual_seconds: 0,
        in_state: true,
        import_id: "VALUE",
        provider: match name.split_once('_') {
            Some(("random", _)) => "registry.terraform.io/hashicorp/random",
            Some(("time", _)) => "registry.terraform.io/hashicorp/time",
            _ => "terraform.io/builtin/terraform",
        },
        ..TypeSchema::new(name, fields).doc(doc)
    }
}

/// What the value is made of, and which therefore shows in it.
fn part(name: &'static str, ty: Ty, doc: &'static str) -> Field {
    Field::new(name, ty).doc(doc).names()
}

fn text(name: &'static str, doc: &'static str) -> Field {
    part(name, Ty::String, doc).immutable()
}

fn int(name: &'static str, doc: &'static str) -> Field {
    part(name, Ty::Int, doc).immutable()
}

fn flag(name: &'static str, doc: &'static str) -> Field {
    part(name, Ty::Bool, doc).immutable().default(Literal::Bool(true))
}

fn computed(name: &'static str, doc: &'static str) -> Field {
    text(name, doc).computed()
}

fn keepers() -> Field {
    Field::new("keepers", Ty::map(Ty::String)).doc("A change of one of them makes a new value.").immutable()
}

fn seed() -> Field {
    text("seed", "The same seed gives the same result, whatever the operation.")
}

fn moment() -> Vec<Field> {
    let unit = |name, doc| int(name, doc).computed();
    vec![
        Field::new("triggers", Ty::map(Ty::String)).doc("A change of one of them takes a new moment.").immutable(),
        text("rfc3339", "The moment; where none is written, that of the creation.")
            .aws_default()
            .forms([Form::Timestamp]),
        unit("year", "The year."),
        unit("month", "The month, from 1."),
        unit("day", "The day of the month."),
        unit("hour", "The hour."),
        unit("minute", "The minute."),
        unit("second", "The second."),
        unit("unix", "Seconds since 1970."),
    ]
}

fn types() -> Vec<TypeSchema> {
    vec![
        schema(
            "random_id",
            "Random bytes, in several forms.",
            vec![
                keepers(),
                int("byte_length", "How many bytes.").required().range(1, 1024),
                text("prefix", "Stands before each form."),
                computed("b64_std", "In base64."),
                computed("b64_url", "In base64 for addresses of the web, without padding."),
                computed("dec", "As a decimal number."),
                computed("hex", "In hexadecimal digits."),
            ],
            "byte_length: 4\n",
        ),
        schema(
            "random_integer",
            "A random whole number.",
            vec![
                keepers(),
                int("min", "The least one.").required().range(i64::MIN, i64::MAX),
                int("max", "The greatest one.").required().range(i64::MIN, i64::MAX),
                seed(),
                int("result", "The number.").computed(),
            ],
            "min: 1\nmax: 50000\n",
        ),
        schema(
            "random_pet",
            "A name of random words, such as `brave-otter`; its `id` is the name.",
            vec![
                keepers(),
                int("length", "How many words.").range(1, 16).default(Literal::Int(2)),
                text("prefix", "A word before them."),
                text("separator", "What stands between the words.").default(Literal::Str("-")),
            ],
            "length: 2\n",
        ),
        schema(
            "random_shuffle",
            "A list in random order.",
            vec![
                keepers(),
                part("input", Ty::list(Ty::String), "What is put in order.").immutable().required(),
                int("result_count", "How many of them; more than there are begin again.").range(0, 65_536),
                seed(),
                Field::new("result", Ty::list(Ty::String)).doc("The list.").computed(),
            ],
            "input: [eu-west-1a, eu-west-1b, eu-west-1c]\nresult_count: 2\n",
        ),
        schema(
            "random_string",
            "A random text. It is shown and kept in state, so it is none for a password.",
            vec![
                keepers(),
                int("length", "How many characters.").required().range(1, 4096),
                flag("upper", "Whether there are capital letters."),
                flag("lower", "Whether there are small letters."),
                flag("numeric", "Whether there are digits."),
                flag("special", "Whether there are other characters."),
                int("min_upper", "Capital letters at least.").range(0, 4096).default(Literal::Int(0)),
                int("min_lower", "Small letters at least.").range(0, 4096).default(Literal::Int(0)),
                int("min_numeric", "Digits at least.").range(0, 4096).default(Literal::Int(0)),
                int("min_special", "Other characters at least.").range(0, 4096).default(Literal::Int(0)),
                text("override_special", "The other characters that there may be."),
                computed("result", "The text."),
            ],
            "length: 8\nspecial: false\n",
        ),
        schema(
            "random_uuid",
            "A random UUID.",
            vec![keepers(), computed("result", "The UUID.")],
            "keepers: {image: v1}\n",
        ),
        TypeSchema {
            update_calls: vec![("Input", Vec::new())],
            ..schema(
                "terraform_data",
                "A value that is kept, and what has to be replaced when something changes.",
                vec![
                    part("input", Ty::Any, "Any value.").updated_by("Input"),
                    Field::new("triggers_replace", Ty::Any).doc("A change of it replaces the resource.").immutable(),
                    Field::new("output", Ty::Any).doc("The input.").computed().changed_by("Input"),
                ],
                "input: {version: \"1.4\"}\n",
            )
        },
        rotating(),
        schema("time_static", "A moment that stays the same.", moment(), "triggers: {image: v1}\n"),
    ]
}

fn rotating() -> TypeSchema {
    let mut fields = moment();
    for (name, doc) in [
        ("rotation_minutes", "A new moment after so many minutes."),
        ("rotation_hours", "A new moment after so many hours."),
        ("rotation_days", "A new moment after so many days."),
        ("rotation_months", "A new moment after so many months."),
        ("rotation_years", "A new moment after so many years."),
    ] {
        fields.push(int(name, doc).range(1, 1_000_000));
    }
    let end = "When the next one is due: written, or computed of the rest.";
    fields.push(text("rotation_rfc3339", end).aws_default().forms([Form::Timestamp]));
    schema("time_rotating", "A moment that is replaced when its time is over.", fields, "rotation_days: 30\n")
}

/// What is wrong beyond the marks. What is unknown may turn out right.
fn validate(type_name: &str, properties: &Value) -> Vec<Problem> {
    let int = |name: &str| match properties.get(name) {
        Some(Value::Unknown(_)) => None,
        value => Some(value.and_then(Value::as_int).unwrap_or(0)),
    };
    let problem = |path: &str, message: String| Problem { path: PropertyPath::from(path), message, help: None };
    match type_name {
        "random_integer" => match (int("min"), int("max")) {
            (Some(min), Some(max)) if min > max => {
                vec![problem("max", format!("`max` is {max}, and less than `min`, which is {min}"))]
            }
            _ => Vec::new(),
        },
        "random_string" => {
            string_problems(properties, &int).into_iter().map(|(path, text)| problem(path, text)).collect()
        }
        "time_rotating" => {
            let written = |map: &Map| map.iter().any(|(name, value)| name.starts_with("rotation_") && !value.is_null());
            match properties.as_map().is_some_and(written) {
                true => Vec::new(),
                false => {
                    vec![problem("rotation_days", "`time_rotating` needs one of its `rotation_…` properties".into())]
                }
            }
        }
        _ => Vec::new(),
    }
}

fn string_problems(properties: &Value, int: &dyn Fn(&str) -> Option<i64>) -> Vec<(&'static str, String)> {
    let classes =
        [("upper", "min_upper"), ("lower", "min_lower"), ("numeric", "min_numeric"), ("special", "min_special")];
    let on = |name: &str| properties.get(name).is_none_or(|flag| flag.as_bool() != Some(false));
    if !classes.iter().any(|(class, _)| on(class)) {
        return vec![("length", "`random_string` has no characters to choose from".into())];
    }
    let mut problems = Vec::new();
    let mut sum = Some(0_i64);
    for (class, least) in classes {
        let number = int(least);
        if !on(class) && number.is_some_and(|number| number > 0) {
            problems.push((least, format!("`{least}` asks for characters that `{class}: false` leaves out")));
        }
        sum = sum.zip(number).and_then(|(sum, number)| sum.checked_add(number));
    }
    if let (Some(sum), Some(length), true) = (sum, int("length"), problems.is_empty())
        && sum > length
    {
        problems.push(("length", format!("`length` is {length}, and {sum} characters are asked for")));
    }
    problems
}
