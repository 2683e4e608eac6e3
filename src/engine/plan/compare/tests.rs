use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::model::secret::digest;
use crate::model::{DigestKey, Form, Literal, Normal, Span, Unknown};
use crate::plan::tests::catalog::{TAGS, field};

fn rule() -> Vec<Field> {
    vec![
        Field::new("port", Ty::Int),
        Field::new("cidrs", Ty::list(Ty::String)).set(),
        Field::new("self", Ty::Bool).default(Literal::Bool(false)),
        field("owner", Ty::String).computed(),
        Field::new("zone", Ty::String).aws_default(),
        field("kind", Ty::String).immutable(),
    ]
}

fn fields() -> Vec<Field> {
    vec![
        field("id", Ty::String).computed(),
        field("cidr", Ty::String).immutable(),
        field("size", Ty::Int),
        field("dns", Ty::Bool).default(Literal::Bool(true)),
        field("window", Ty::String).aws_default(),
        field("engine", Ty::String).forms([Form::Case]),
        field("version", Ty::Version),
        field("policy", Ty::Any).json().forms([Form::Account]),
        field("password", Ty::String).sensitive().write_only(),
        field("token", Ty::String).sensitive(),
        field("force_destroy", Ty::Bool).local().default(Literal::Bool(false)),
        field("subnets", Ty::list(Ty::String)).set(),
        field("order", Ty::list(Ty::String)),
        field("script", Ty::String).replaced_while("start_anew"),
        field("start_anew", Ty::Bool).local().default(Literal::Bool(false)),
        field("labels", Ty::map(Ty::String)),
        field("rule", Ty::list(Ty::Object(rule()))).set(),
        field("block", Ty::Object(rule())),
        field("tags", Ty::map(Ty::String)).updated_by("Tag"),
        field("tags_all", Ty::map(Ty::String)).computed(),
    ]
}

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    TypeSchema::new("aws_thing", fields()).update_call("Modify", [""; 0]).update_call("Tag", [""; 0]).tagged(TAGS)
});

fn json(text: &str) -> Value {
    Value::from_json(serde_json::from_str(text).unwrap())
}

fn map(value: Value) -> Map {
    value.as_map().unwrap().clone()
}

fn changes(desired: Value, live: Value, prior: Option<Value>, imported: bool) -> Vec<PropertyChange> {
    let (origins, secrets) = (Origins::default(), SecretPaths::default());
    let desired = map(desired);
    let prior = prior.as_ref();
    compare(&Sides {
        schema: &SCHEMA,
        desired: &desired,
        live: &live,
        prior,
        imported,
        origins: &origins,
        secrets: &secrets,
    })
}

fn line(change: &PropertyChange) -> String {
    let cost = match (change.forces_replacement, change.call) {
        (true, _) => "replace",
        (false, Some(call)) => call,
        (false, None) => "state",
    };
    format!("{}: {} -> {} ({cost})", change.path, change.before, change.after)
}

/// Desired against live, with live as prior; one line a change.
fn lines(desired: &str, live: &str) -> Vec<String> {
    let live = json(live);
    changes(json(desired), live.clone(), Some(live), false).iter().map(line).collect()
}

#[test]
fn a_version_is_met_by_one_with_more_parts() {
    let differs = |want: &str, live: &str| {
        let side = |version: &str| Value::from([("version", Value::from(version))]);
        let found = changes(side(want), side(live), None, false);
        found.iter().any(|change| change.path.first() == Some("version"))
    };
    assert!(!differs("16", "16.6"));
    assert!(!differs("8.0", "8.0.mysql_aurora.3.08.0"));
    assert!(!differs("16.6", "16.6"));
    assert!(differs("1", "16.6"));
    assert!(differs("16.6", "16"));
    assert!(differs("16.7", "16.6"));
}

#[test]
fn absent_empty_and_default_are_no_difference() {
    for (desired, live) in [
        ("{}", r#"{"dns": true, "size": 0, "labels": {}, "cidr": "", "rule": [], "block": {}}"#),
        (r#"{"size": 0, "labels": {}, "cidr": "", "rule": []}"#, r#"{"dns": true}"#),
        ("{}", r#"{"dns": true, "window": "mon:03:00", "id": "x"}"#),
        (r#"{"dns": true}"#, r#"{"dns": "true"}"#),
        (r#"{"size": 5, "dns": true}"#, r#"{"size": "5", "dns": true}"#),
        (r#"{"size": 5.0, "dns": true}"#, r#"{"size": 5, "dns": true}"#),
        (r#"{"engine": "Redis"}"#, r#"{"engine": "redis", "dns": true}"#),
        (r#"{"subnets": ["a", "b", "b"]}"#, r#"{"subnets": ["b", "a"], "dns": true}"#),
        (
            r#"{"block": {"port": 1}}"#,
            r#"{"block": {"port": 1, "owner": "o", "zone": "z", "self": false}, "dns": true}"#,
        ),
        ("{}", r#"{"block": {"owner": "o", "zone": "z", "self": false}, "dns": true}"#),
        (
            r#"{"rule": [{"port": 1, "cidrs": ["x", "y"]}, {"port": 2}]}"#,
            r#"{"rule": [{"port": 2, "self": false}, {"port": 1, "cidrs": ["y", "x"]}], "dns": true}"#,
        ),
    ] {
        assert_eq!(lines(desired, live), [""; 0], "{desired} against {live}");
    }
}

#[test]
fn each_difference_names_its_place_and_cost() {
    for (desired, live, expected) in [
        ("{}", r#"{"dns": false}"#, vec!["dns: false -> true (Modify)"]),
        (r#"{"cidr": "a"}"#, r#"{"cidr": "b", "dns": true}"#, vec![r#"cidr: "b" -> "a" (replace)"#]),
        ("{}", r#"{"size": 3, "dns": true}"#, vec!["size: 3 -> null (Modify)"]),
        (r#"{"cidr": "012"}"#, r#"{"cidr": "12", "dns": true}"#, vec![r#"cidr: "12" -> "012" (replace)"#]),
        (
            r#"{"subnets": ["a", "c"]}"#,
            r#"{"subnets": ["b", "a"], "dns": true}"#,
            vec![r#"subnets[1]: null -> "c" (Modify)"#, r#"subnets[2]: "b" -> null (Modify)"#],
        ),
        (
            r#"{"order": ["a", "b"]}"#,
            r#"{"order": ["b"], "dns": true}"#,
            vec![r#"order[0]: "b" -> "a" (Modify)"#, r#"order[1]: null -> "b" (Modify)"#],
        ),
        (
            r#"{"labels": {"a": ""}}"#,
            r#"{"labels": {"b": ""}, "dns": true}"#,
            vec![r#"labels.a: null -> "" (Modify)"#, r#"labels.b: "" -> null (Modify)"#],
        ),
        (
            r#"{"rule": [{"port": 1, "cidrs": ["x"]}, {"port": 2}]}"#,
            r#"{"rule": [{"port": 2}, {"port": 1, "cidrs": ["y"]}], "dns": true}"#,
            vec![r#"rule[0].cidrs[0]: null -> "x" (Modify)"#, r#"rule[0].cidrs[1]: "y" -> null (Modify)"#],
        ),
        (
            r#"{"block": {"kind": "k"}}"#,
            r#"{"block": {"kind": "l"}, "dns": true}"#,
            vec![r#"block.kind: "l" -> "k" (replace)"#],
        ),
        ("{}", r#"{"block": {"port": 4}, "dns": true}"#, vec![r#"block: {"port": 4} -> null (Modify)"#]),
        (
            r#"{"tags": {"a": "1"}, "tags_all": {"a": "1", "t": "x"}}"#,
            r#"{"tags": {"q": "1"}, "tags_all": {"a": "2", "wildfire:op": "o", "aws:x": "y", "z": ""}, "dns": true}"#,
            vec![
                r#"tags_all.a: "2" -> "1" (Tag)"#,
                r#"tags_all.t: null -> "x" (Tag)"#,
                r#"tags_all.z: "" -> null (Tag)"#,
            ],
        ),
    ] {
        assert_eq!(lines(desired, live), expected, "{desired} against {live}");
    }
}

#[test]
fn another_property_may_say_that_a_change_replaces() {
    const LIVE: &str = r#"{"script": "a", "start_anew": true, "dns": true}"#;
    assert_eq!(lines(r#"{"script": "b"}"#, r#"{"script": "a", "dns": true}"#), ["script: \"a\" -> \"b\" (Modify)"]);
    let anew = r#"{"script": "b", "start_anew": true}"#;
    let replaced = lines(anew, LIVE);
    assert_eq!(replaced, ["script: \"a\" -> \"b\" (replace)"]);
    assert!(lines(r#"{"script": "a", "start_anew": true}"#, LIVE).is_empty());
}

#[test]
fn documents_are_compared_by_meaning() {
    let statement = |body: &str| format!(r#"{{"policy": {{"Statement": {body}}}}}"#);
    let same = [
        (r#"[{"Effect": "Allow", "Action": "s3:*"}]"#, r#"{"Action": ["S3:*"], "Effect": "Allow", "Sid": ""}"#),
        (
            r#"[{"Principal": {"AWS": "123456789012"}, "Resource": ["b", "a"]}]"#,
            r#"[{"Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}, "Resource": ["a", "b"]}]"#,
        ),
        (r#"[{"Principal": "*"}]"#, r#"[{"Principal": {"AWS": "*"}}]"#),
        (
            r#"[{"Condition": {"Bool": {"aws:SecureTransport": false}}}]"#,
            r#"[{"Condition": {"Bool": {"aws:securetransport": ["false"]}}}]"#,
        ),
        (r#"[{"Action": "a"}, {"Action": "b"}]"#, r#"[{"Action": "b"}, {"Action": "a"}]"#),
    ];
    for (a, b) in same {
        let live = format!(
            r#"{{"policy": {}, "dns": true}}"#,
            serde_json::Value::from(format!(r#"{{"Version":"2008-10-17","Statement":{b}}}"#))
        );
        assert_eq!(lines(&statement(a), &live), [""; 0], "{a} is {b}");
    }
    let different = [
        (r#"[{"Action": "a"}]"#, r#"[{"NotAction": "a"}]"#),
        (r#"[{"Resource": "A"}]"#, r#"[{"Resource": "a"}]"#),
        (r#"[{"Effect": "Allow"}]"#, r#"[{"Effect": "Deny"}]"#),
        (r#"[{"Condition": {"StringEquals": {"k": "V"}}}]"#, r#"[{"Condition": {"StringEquals": {"k": "v"}}}]"#),
    ];
    for (a, b) in different {
        let found = lines(&statement(a), &format!(r#"{{"policy": {{"Statement": {b}}}, "dns": true}}"#));
        assert!(!found.is_empty(), "{a} is not {b}");
    }
    let text = r#"{"policy": "[{\"b\":1.0,\"a\":[1,2]}]"}"#;
    assert_eq!(lines(text, r#"{"policy": [{"a": [1, 2], "b": 1}], "dns": true}"#), [""; 0]);
    assert_eq!(lines(text, r#"{"policy": [{"a": [2, 1], "b": 1}], "dns": true}"#).len(), 2);
}

#[test]
fn of_a_json_document_only_what_differs_is_shown() {
    let live = |text: &str| format!(r#"{{"policy": {}, "dns": true}}"#, serde_json::Value::from(text));
    let found = lines(
        r#"{"policy": {"a": 1, "b": {"c": [1, 2], "d": "x"}, "e": "new"}}"#,
        &live(r#"{"b":{"d":"y","c":[1,3]},"a":1,"f":true}"#),
    );
    assert_eq!(
        found,
        [
            "policy.b.c[1]: 3 -> 2 (Modify)",
            r#"policy.b.d: "y" -> "x" (Modify)"#,
            r#"policy.e: null -> "new" (Modify)"#,
            "policy.f: true -> null (Modify)"
        ]
    );
    let found = lines(
        r#"{"policy": {"Statement": [
            {"Sid": "b", "Effect": "Allow", "Action": ["s3:Get*"], "Resource": "*"},
            {"Sid": "a", "Effect": "Allow", "Action": ["s3:List*"], "Resource": "x"},
            {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
        ]}}"#,
        &live(
            r#"{"Statement":[{"Sid":"a","Effect":"Allow","Action":"s3:List*","Resource":["x"]},
               {"Sid":"b","Effect":"Allow","Action":"s3:Put*","Resource":"*"}]}"#,
        ),
    );
    assert_eq!(
        found,
        [
            r#"policy.Statement[0].Action: "s3:Put*" -> ["s3:Get*"] (Modify)"#,
            r#"policy.Statement[2]: null -> {"Effect": "Deny", "Action": "s3:*", "Resource": "*"} (Modify)"#
        ]
    );
    // A document that is not there, or no JSON, is shown as a whole.
    assert_eq!(lines(r#"{"policy": {"a": 1}}"#, r#"{"dns": true}"#), [r#"policy: null -> {"a": 1} (Modify)"#]);
}

#[test]
fn what_aws_never_returns_is_compared_with_what_state_remembers() {
    let live = json(r#"{"dns": true}"#);
    let remembers = |text: &str| {
        let password = digest(&Value::from(text), &"password".into(), "salt", &DigestKey::default());
        Some(Value::from([("dns", Value::from(true)), ("password", password)]))
    };
    let password = || json(r#"{"password": "new"}"#);
    assert_eq!(changes(password(), live.clone(), remembers("new"), false), []);
    let found = changes(password(), live.clone(), remembers("old"), false);
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        ["password: \"(sensitive value)\" -> \"(sensitive value)\" (Modify)"]
    );
    assert!(found[0].sensitive);
    let gone = changes(json("{}"), live.clone(), remembers("old"), false);
    assert_eq!(gone.iter().map(line).collect::<Vec<_>>(), ["password: \"(sensitive value)\" -> null (Modify)"]);
    assert_eq!(changes(password(), live.clone(), Some(live.clone()), false).len(), 1);
    // The import itself takes the declared password for the one that is set; one that is declared later is sent.
    assert_eq!(changes(password(), live.clone(), None, true), []);
    assert_eq!(changes(password(), live.clone(), Some(live.clone()), true).len(), 1);
    let settings = changes(json(r#"{"force_destroy": true}"#), live.clone(), Some(live), false);
    assert_eq!(settings.iter().map(line).collect::<Vec<_>>(), ["force_destroy: null -> true (state)"]);
}

#[test]
fn an_unknown_is_a_change_and_replaces_what_is_immutable() {
    let unknown = Value::Unknown(Unknown::one("main:vpc.id"));
    let live = json(r#"{"dns": true, "cidr": "a", "subnets": ["x", "y"]}"#);
    let desired = Value::from([("cidr", unknown.clone()), ("subnets", Value::from(vec![Value::from("y"), unknown]))]);
    let found = changes(desired, live.clone(), Some(live), false);
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        [r#"cidr: "a" -> (known after apply) (replace)"#, r#"subnets[1]: "x" -> (known after apply) (Modify)"#]
    );
}

#[test]
fn secrets_beyond_the_schema_are_not_shown() {
    let desired = map(json(r#"{"labels": {"key": "s3cret", "open": "b"}, "token": "t0ken"}"#));
    let live = json(r#"{"labels": {"key": "old", "open": "a"}, "dns": true, "token": "old"}"#);
    let secrets = SecretPaths::new([&PropertyPath::from("labels").key("key")]);
    let origins = Origins::default();
    let found = compare(&Sides {
        schema: &SCHEMA,
        desired: &desired,
        live: &live,
        prior: None,
        imported: false,
        origins: &origins,
        secrets: &secrets,
    });
    let shown: Vec<(String, bool)> = found.iter().map(|change| (line(change), change.sensitive)).collect();
    assert_eq!(
        shown,
        [
            (r#"token: "(sensitive value)" -> "(sensitive value)" (Modify)"#.to_string(), true),
            (r#"labels.key: "(sensitive value)" -> "(sensitive value)" (Modify)"#.to_string(), true),
            (r#"labels.open: "a" -> "b" (Modify)"#.to_string(), false),
        ]
    );
}

#[test]
fn drift_is_told_apart_from_a_change_of_the_configuration() {
    let prior = json(r#"{"dns": true, "size": 1, "cidr": "a", "subnets": ["a", "b"], "tags_all": {"a": "1"}}"#);
    let live =
        json(r#"{"dns": true, "size": 2, "cidr": "a", "subnets": ["b", "a"], "tags_all": {"a": "1", "aws:x": "y"}}"#);
    let found = changes(
        json(r#"{"size": 1, "cidr": "b", "subnets": ["a", "b"], "tags_all": {"a": "1"}}"#),
        live.clone(),
        Some(prior.clone()),
        false,
    );
    let told: Vec<(String, bool)> = found.iter().map(|change| (change.path.to_string(), change.drifted)).collect();
    assert_eq!(told, [("cidr".to_string(), false), ("size".to_string(), true)]);
    let drifted = drift(&SCHEMA, &prior, &live, |_| true, &SecretPaths::default());
    assert_eq!(drifted.iter().map(line).collect::<Vec<_>>(), ["size: 1 -> 2 (state)"]);
    // What is not written counts as well, unless AWS chooses it then.
    assert_eq!(drift(&SCHEMA, &prior, &live, |_| false, &SecretPaths::default()), drifted);
    let (prior, live) = (json(r#"{"window": "mon"}"#), json(r#"{"window": "tue"}"#));
    assert_eq!(drift(&SCHEMA, &prior, &live, |_| false, &SecretPaths::default()), []);
    assert_eq!(drift(&SCHEMA, &prior, &live, |_| true, &SecretPaths::default()).len(), 1);
}

#[test]
fn a_secret_that_aws_returns_drifts_only_when_it_is_another() {
    let prior = Value::from([("token", digest(&Value::from("t"), &"token".into(), "salt", &DigestKey::default()))]);
    let with = |token: &str| Value::from([("token", Value::from(token))]);
    assert_eq!(drift(&SCHEMA, &prior, &with("t"), |_| true, &SecretPaths::default()), []);
    let found = drift(&SCHEMA, &prior, &with("u"), |_| true, &SecretPaths::default());
    assert_eq!(
        (found.len(), found[0].before.clone(), found[0].after.clone()),
        (1, Value::from("(sensitive value)"), Value::from("(sensitive value)"))
    );
}

#[test]
fn a_change_names_the_place_that_asks_for_it() {
    let at = |line| Origin::at(Span::new("stages/test/main/a.yaml", line, 1, 1));
    let mut origins = Origins::default();
    origins.insert("size".into(), at(3));
    origins.insert(PropertyPath::from("tags").key("a"), at(4));
    let desired = map(json(r#"{"size": 2, "tags": {"a": "1"}, "tags_all": {"a": "1"}}"#));
    let live = json(r#"{"dns": true, "size": 1, "cidr": "x"}"#);
    let secrets = SecretPaths::default();
    let found = compare(&Sides {
        schema: &SCHEMA,
        desired: &desired,
        live: &live,
        prior: None,
        imported: false,
        origins: &origins,
        secrets: &secrets,
    });
    let places: Vec<_> = found.iter().map(|change| (change.path.to_string(), change.origin.clone())).collect();
    assert_eq!(
        places,
        [("cidr".to_string(), None), ("size".to_string(), Some(at(3))), ("tags_all.a".to_string(), Some(at(4))),]
    );
}

/// Any value of a type.
fn value(ty: &Ty) -> BoxedStrategy<Value> {
    match ty {
        Ty::String => "[a-cA-C:0-9]{0,4}".prop_map(Value::from).boxed(),
        Ty::Version => "[0-9]{1,2}".prop_map(Value::from).boxed(),
        Ty::Int => (0_i64..4).prop_map(Value::from).boxed(),
        Ty::Float | Ty::Number => (0_i64..4).prop_map(|half| Value::from(half as f64 / 2.0)).boxed(),
        Ty::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Ty::Any => prop_oneof![value(&Ty::String), value(&Ty::Int), value(&Ty::map(Ty::String))].boxed(),
        Ty::List(inner) | Ty::Set(inner) => prop::collection::vec(value(inner), 0..4).prop_map(Value::from).boxed(),
        Ty::Tuple(types) => types.iter().map(value).collect::<Vec<_>>().prop_map(Value::from).boxed(),
        Ty::Map(inner) => prop::collection::vec(("[a-c]{1,2}", value(inner)), 0..3)
            .prop_map(|entries| Value::Map(entries.into_iter().collect()))
            .boxed(),
        Ty::Object(fields) => block(fields),
    }
}

fn block(fields: &[Field]) -> BoxedStrategy<Value> {
    let entries: Vec<_> = fields
        .iter()
        .map(|field| {
            let name = field.name;
            prop::option::of(value(&field.ty)).prop_map(move |value| (name, value))
        })
        .collect();
    entries
        .prop_map(|entries| {
            Value::Map(entries.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?))).collect())
        })
        .boxed()
}

fn shuffled(value: &Value, field: &Field, seed: usize) -> Value {
    match value {
        Value::List(items) if field.is_set() && !items.is_empty() => {
            let mut items = items.clone();
            let turn = seed % items.len();
            items.rotate_left(turn);
            Value::List(items)
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(thing in block(&fields())) {
        // What is wanted in full: an absent default is no value of a live resource.
        let full = Value::Map(crate::plan::wanted(&SCHEMA, thing.as_map().unwrap(), &[], None));
        let found = changes(thing, full.clone(), Some(full), false);
        prop_assert!(found.is_empty(), "{:?}", found);
    }

    #[test]
    fn sets_have_no_order(thing in block(&fields()), seed in 0_usize..6) {
        let full = crate::plan::wanted(&SCHEMA, thing.as_map().unwrap(), &[], None);
        let turned = full.iter().map(|(name, value)| {
            let field = SCHEMA.field(name).unwrap();
            (name.clone(), shuffled(value, field, seed))
        });
        let turned = Value::Map(turned.collect());
        let found = changes(thing, turned.clone(), Some(turned), false);
        prop_assert!(found.is_empty(), "{:?}", found);
    }

    #[test]
    fn a_scalar_that_differs_is_found(thing in block(&fields()), size in 4_i64..9) {
        let mut live = crate::plan::wanted(&SCHEMA, thing.as_map().unwrap(), &[], None);
        live.insert("size".into(), Value::from(size));
        let found = changes(thing, Value::Map(live.clone()), Some(Value::Map(live)), false);
        prop_assert_eq!(found.iter().map(|change| change.path.to_string()).collect::<Vec<_>>(), ["size"]);
    }
}

#[test]
fn documents_are_compared_after_the_function_of_their_field() {
    fn without_zeros(document: &Value) -> Value {
        let entries = document.as_map().into_iter().flatten();
        let kept = entries.filter(|(_, value)| **value != Value::Int(0));
        Value::Map(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
    }
    let field = field("document", Ty::Any).json().compared_after(Normal::new("without_zeros", without_zeros));
    let text = |text: &str| Value::from(text);
    assert!(same(&field, &text(r#"{"a": 1, "b": 0}"#), &text(r#"{"c": 0, "a": 1}"#)));
    assert!(!same(&field, &text(r#"{"a": 1}"#), &text(r#"{"a": 2}"#)));
    let known = Value::from([("a", Value::Int(1)), ("b", Value::Int(0))]);
    assert!(same(&field, &known, &text(r#"{"a": 1}"#)));
    assert!(!same(&field, &Value::from([("a", Value::Unknown(Unknown::one("main:vpc.id")))]), &text(r#"{"a": 1}"#)));
}
