use std::collections::BTreeSet;

use super::*;
use crate::model::{Address, Catalog, OpId};

/// 2026-01-01T00:00:00Z, and some randomness.
const OP: &str = "01KDVDNA00ABCDEFGHJKMNPQRS";

fn operation(id: &str) -> Operation {
    let address: Address = "test/main:a".parse().unwrap();
    Operation { id: OpId::new(id), address, attempt: 0, place: Placement::HOME }
}

fn json(text: &str) -> Value {
    Value::from_json(serde_json::from_str(text).unwrap())
}

/// What is made of the properties, as it is read afterwards.
async fn made(type_name: &str, properties: &str, op: &str) -> Value {
    let cloud = Local::default();
    let created = cloud.create(type_name, &json(properties), &operation(op)).await.unwrap();
    read(&cloud, type_name, created.id, None).await.unwrap()
}

async fn read(cloud: &Local, type_name: &str, id: PhysicalId, remembered: Option<Value>) -> Option<Value> {
    let mut request = ReadRequest::new(id, Vec::new());
    request.remembered = remembered;
    cloud.read(&Placement::HOME, type_name, &[request]).await.pop().unwrap().unwrap()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("{name} of {value}"))
}

#[tokio::test]
async fn an_operation_makes_one_value_however_often_it_is_carried_out() {
    for (type_name, properties) in [
        ("random_id", r#"{"byte_length": 8}"#),
        ("random_integer", r#"{"min": -5, "max": 1000000}"#),
        ("random_pet", "{}"),
        ("random_shuffle", r#"{"input": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]}"#),
        ("random_string", r#"{"length": 20}"#),
        ("random_uuid", "{}"),
        ("terraform_data", r#"{"input": {"a": [1, true]}}"#),
    ] {
        let once = made(type_name, properties, OP).await;
        assert_eq!(once, made(type_name, properties, OP).await, "{type_name}");
        assert_ne!(once, made(type_name, properties, "01KDVDNA00ABCDEFGHJKMNPQRT").await, "{type_name}");
        let wanted = Recover { operation: operation(OP), wanted: json(properties) };
        let found = Local::default().find(type_name, &wanted).await.unwrap().unwrap();
        let remembered = Some(json(properties));
        assert_eq!(read(&Local::default(), type_name, found.id, remembered).await, Some(once), "{type_name}");
    }
}

#[tokio::test]
async fn equal_values_are_two_resources() {
    let cloud = Local::default();
    let want = json(r#"{"min": 3, "max": 3}"#);
    let one = cloud.create("random_integer", &want, &operation(OP)).await.unwrap().id;
    let other = cloud.create("random_integer", &want, &operation("01KDVDNA00ABCDEFGHJKMNPQRT")).await.unwrap().id;
    assert_ne!(one, other);
    let (one, other) =
        (read(&cloud, "random_integer", one, None).await, read(&cloud, "random_integer", other, None).await);
    assert_eq!(one, other);
    assert_eq!(one.unwrap().get("result"), Some(&Value::from(3)));
}

#[tokio::test]
async fn strings_have_what_was_asked_for() {
    let properties = r#"{"length": 12, "upper": false, "min_numeric": 3, "min_special": 2, "override_special": "_-"}"#;
    for op in 0..50 {
        let made = made("random_string", properties, &format!("{op:026}")).await;
        let text = text(&made, "result");
        assert_eq!(text.chars().count(), 12);
        assert!(text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c)), "{text}");
        assert!(text.chars().filter(char::is_ascii_digit).count() >= 3, "{text}");
        assert!(text.chars().filter(|c| "_-".contains(*c)).count() >= 2, "{text}");
    }
}

#[tokio::test]
async fn integers_are_within_their_bounds_and_reach_both() {
    let mut seen = BTreeSet::new();
    for op in 0..200 {
        let made = made("random_integer", r#"{"min": -1, "max": 2}"#, &format!("{op:026}")).await;
        seen.insert(made.get("result").and_then(Value::as_int).unwrap());
    }
    assert_eq!(seen, BTreeSet::from([-1, 0, 1, 2]));
    let all = format!(r#"{{"min": {}, "max": {}}}"#, i64::MIN, i64::MAX);
    assert!(made("random_integer", &all, OP).await.get("result").and_then(Value::as_int).is_some());
}

#[tokio::test]
async fn a_seed_of_the_user_stands_for_the_operation() {
    let properties = r#"{"min": 0, "max": 1000000000, "seed": "blue"}"#;
    let (one, other) = (made("random_integer", properties, "a").await, made("random_integer", properties, "b").await);
    assert_eq!(one.get("result"), other.get("result"));
}

#[tokio::test]
async fn bytes_have_four_forms() {
    let cloud = Local::default();
    let remembered = json(r#"{"byte_length": 4, "prefix": "x-"}"#);
    let read = read(&cloud, "random_id", "AAEC_w".into(), Some(remembered)).await.unwrap();
    let forms = ["id", "b64_url", "b64_std", "hex", "dec"].map(|name| text(&read, name));
    assert_eq!(forms, ["AAEC_w", "x-AAEC_w", "x-AAEC/w==", "x-000102ff", "x-66303"]);
}

#[tokio::test]
async fn shuffled_lists_hold_what_went_in() {
    let made = made("random_shuffle", r#"{"input": ["a", "b", "c"], "result_count": 5}"#, OP).await;
    let result: Vec<&str> =
        made.get("result").and_then(Value::as_list).unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(result.len(), 5);
    let mut first = result[..3].to_vec();
    first.sort_unstable();
    assert_eq!(first, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_moment_is_that_of_the_operation_or_the_one_that_is_written() {
    let made_at = made("time_static", "{}", OP).await;
    assert_eq!(text(&made_at, "rfc3339"), "2026-01-01T00:00:00Z");
    assert_eq!((made_at.get("year"), made_at.get("unix")), (Some(&2026.into()), Some(&1_767_225_600.into())));
    let written = made("time_static", r#"{"rfc3339": "2020-02-03T04:05:06Z"}"#, OP).await;
    assert_eq!(text(&written, "id"), "2020-02-03T04:05:06Z");
}

#[tokio::test]
async fn a_rotating_moment_is_gone_when_its_time_is_over() {
    let remembered = json(r#"{"rotation_days": 30, "rotation_months": 2}"#);
    let at = |now: &str| Local::at(now.parse().unwrap());
    let id = || PhysicalId::from("2026-01-01T00:00:00Z");
    let before = read(&at("2026-01-30T23:59:59Z"), "time_rotating", id(), Some(remembered.clone())).await.unwrap();
    assert_eq!(text(&before, "rotation_rfc3339"), "2026-01-31T00:00:00Z");
    assert_eq!(read(&at("2026-01-31T00:00:00Z"), "time_rotating", id(), Some(before)).await, None);
}

#[tokio::test]
async fn an_update_is_seen_before_state_knows_of_it() {
    let cloud = Local::default();
    let id = cloud.create("terraform_data", &json(r#"{"input": 1}"#), &operation(OP)).await.unwrap().id;
    let want = json(r#"{"input": 2}"#);
    cloud.update("terraform_data", &id, "Input", &want, &Value::Null, &operation("b")).await.unwrap();
    let read = read(&cloud, "terraform_data", id, Some(json(r#"{"input": 1}"#))).await.unwrap();
    assert_eq!(read.get("output"), Some(&Value::from(2)));
}

#[test]
fn what_cannot_be_made_is_told() {
    let told = |type_name: &str, properties: &str| {
        let problems = CATALOG.validate(type_name, &json(properties));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(told("random_integer", r#"{"min": 2, "max": 1}"#), ["max"]);
    assert_eq!(told("random_string", r#"{"length": 2, "min_lower": 3}"#), ["length"]);
    assert_eq!(told("random_string", r#"{"length": 2, "lower": false, "min_lower": 1}"#), ["min_lower"]);
    let nothing = r#"{"length": 2, "lower": false, "upper": false, "numeric": false, "special": false}"#;
    assert_eq!(told("random_string", nothing), ["length"]);
    assert_eq!(told("time_rotating", "{}"), ["rotation_days"]);
    assert!(told("time_rotating", r#"{"rotation_hours": 1}"#).is_empty());
}

#[test]
fn every_type_has_a_way_to_be_made_and_words_for_people() {
    for schema in CATALOG.types() {
        assert!(kind(schema.name).is_some(), "{}", schema.name);
        assert!(schema.doc.ends_with('.') && !schema.example.is_empty(), "{}", schema.name);
        assert!(schema.fields.iter().all(|field| field.doc.ends_with('.')), "{}", schema.name);
        for field in schema.fields.iter().filter(|field| field.is_property()) {
            // Those say when a new value is made, and nothing of them is in it.
            let beside = ["keepers", "triggers", "triggers_replace"].contains(&field.name);
            assert_eq!(field.names, !beside, "{}.{}: a secret would show in the value", schema.name, field.name);
        }
    }
}
