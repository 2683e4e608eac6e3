use aws_sdk_dynamodb::types::{GlobalSecondaryIndexDescription, SseDescription, TableStatus};

use super::*;

fn description() -> sdk::builders::TableDescriptionBuilder {
    sdk::TableDescription::builder().table_name("locks").table_status(TableStatus::Active)
}

#[test]
fn a_table_without_a_billing_summary_is_provisioned() {
    let table = super::table(description().build()).unwrap();
    assert_eq!(table.billing_mode.as_deref(), Some("PROVISIONED"));
    assert_eq!(table.table_class.as_deref(), Some("STANDARD"));
    assert_eq!(table.readiness(), Readiness::Ready);
}

#[test]
fn a_table_is_ready_when_its_indexes_are() {
    let index = GlobalSecondaryIndexDescription::builder().index_status(IndexStatus::Creating).build();
    let table = super::table(description().global_secondary_indexes(index).build()).unwrap();
    assert_eq!(table.readiness(), Readiness::Pending("INDEX_CREATING".into()));
}

#[test]
fn encryption_that_is_off_is_no_block() {
    let off = SseDescription::builder().status(SseStatus::Disabled).build();
    assert_eq!(table(description().sse_description(off).build()).unwrap().server_side_encryption, None);
}

fn properties(pairs: &[(&str, Value)]) -> Value {
    let attribute = Value::from([("name", Value::from("id")), ("type", Value::from("S"))]);
    let mut map: wildfire_engine::model::Map =
        [("hash_key".to_string(), Value::from("id")), ("attribute".to_string(), Value::from(vec![attribute]))]
            .into_iter()
            .collect();
    map.extend(pairs.iter().map(|(name, value)| (name.to_string(), value.clone())));
    Value::Map(map)
}

#[test]
fn capacity_fits_the_billing_mode() {
    let none = properties(&[("billing_mode", Value::from("PAY_PER_REQUEST"))]);
    assert_eq!(Table::validate(&none), Vec::new());
    assert_eq!(Table::validate(&properties(&[])).len(), 2);
    let both = properties(&[("billing_mode", Value::from("PAY_PER_REQUEST")), ("read_capacity", Value::from(5_i64))]);
    assert_eq!(Table::validate(&both).len(), 1);
}

#[test]
fn keys_and_attributes_belong_together() {
    let base = [("billing_mode", Value::from("PAY_PER_REQUEST"))];
    let mut wrong = properties(&base);
    if let Some(map) = wrong.as_map_mut() {
        map.insert("range_key".into(), Value::from("at"));
    }
    let problems = Table::validate(&wrong);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].message.contains("the key at"));
}
