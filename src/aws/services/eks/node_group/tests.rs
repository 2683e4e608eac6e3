use aws_sdk_eks::types as sdk;

use super::update::{label_changes, taint_changes};
use super::*;
use crate::kind::convert::ToSdk;

fn taint(key: &str, value: Option<&str>, effect: &str) -> Taint {
    Taint { effect: Some(effect.into()), key: Some(key.into()), value: value.map(String::from) }
}

#[test]
fn a_taint_with_a_new_value_is_not_removed() {
    let group = |taints: Vec<Taint>| NodeGroup { taint: Some(taints), ..Default::default() };
    let prior = group(vec![taint("a", Some("1"), "NO_SCHEDULE"), taint("b", None, "NO_EXECUTE")]);
    let want = group(vec![taint("a", Some("2"), "NO_SCHEDULE")]);
    let change = taint_changes(&prior, &want).expect("they can be sent");
    let change = change.unwrap_or_else(|| sdk::UpdateTaintsPayload::builder().build());
    let sent = |taint: Taint| -> sdk::Taint { taint.to_sdk().expect("it can be sent") };
    assert_eq!(change.add_or_update_taints(), [sent(taint("a", Some("2"), "NO_SCHEDULE"))]);
    assert_eq!(change.remove_taints(), [sent(taint("b", None, "NO_EXECUTE"))]);
    assert_eq!(taint_changes(&prior, &prior), Ok(None));
}

#[test]
fn labels_change_by_difference() {
    let group = |labels: &[(&str, &str)]| NodeGroup {
        labels: Some(labels.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()),
        ..Default::default()
    };
    let change = label_changes(&group(&[("a", "1"), ("b", "1")]), &group(&[("a", "2")]));
    let change = change.unwrap_or_else(|| sdk::UpdateLabelsPayload::builder().build());
    assert_eq!(change.remove_labels(), ["b"]);
    assert_eq!(change.add_or_update_labels().and_then(|set| set.get("a")).map(String::as_str), Some("2"));
}

#[test]
fn a_template_is_named_once() {
    let template = LaunchTemplate { id: Some("lt-1".into()), name: Some("n".into()), version: Some("3".into()) };
    assert_eq!(template.to_sdk().map(|template| template.name), Ok(None));
}
