//! The whole life of a parameter group against replies of ElastiCache: no emulator has the type.

use serde_json::json;
use wildfire_engine::model::ErrorKind;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request, result, tag_list};

const DESCRIBE: &str = "DescribeCacheParameterGroups";
const PARAMETERS: &str = "DescribeCacheParameters";
const TAGS: &str = "ListTagsForResource";
const ARN: &str = "arn:aws:elasticache:eu-west-1:123456789012:parametergroup:sessions";

fn described() -> Reply {
    result(&format!(
        "<CacheParameterGroups><CacheParameterGroup><CacheParameterGroupName>sessions</CacheParameterGroupName>\
         <CacheParameterGroupFamily>valkey8</CacheParameterGroupFamily><Description>Managed by wildfire</Description>\
         <IsGlobal>false</IsGlobal><ARN>{ARN}</ARN></CacheParameterGroup></CacheParameterGroups>"
    ))
}

fn parameters(pairs: &[(&str, &str)], marker: &str) -> Reply {
    let one = |(name, value): &(&str, &str)| {
        format!(
            "<Parameter><ParameterName>{name}</ParameterName><ParameterValue>{value}</ParameterValue>\
             <Source>user</Source><IsModifiable>true</IsModifiable><ChangeType>immediate</ChangeType></Parameter>"
        )
    };
    let parameters: String = pairs.iter().map(one).collect();
    result(&format!("<Parameters>{parameters}</Parameters><Marker>{marker}</Marker>"))
}

fn parameter(name: &str, value: &str) -> Parameter {
    Parameter { name: Some(name.into()), value: Some(value.into()) }
}

fn wanted() -> ParameterGroup {
    ParameterGroup {
        name: Some("Sessions".into()),
        family: Some("valkey8".into()),
        parameter: Some(vec![parameter("maxmemory-policy", "volatile-lru"), parameter("timeout", "60")]),
        tags: Tagged::from(Tags::from([("wildfire:op".to_string(), "01OURS".to_string())])),
        ..Default::default()
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_made_with_its_tags() {
    let script = Replay::default().on("CreateCacheParameterGroup", result(""));
    let id = ParameterGroup::create(&script.aws(), &wanted(), &operation()).await.unwrap();
    assert_eq!(id.as_str(), "sessions");
    let sent = script.finish().remove(0);
    assert_eq!(sent.parameter("CacheParameterGroupName"), Some("Sessions"));
    assert_eq!(sent.parameter("CacheParameterGroupFamily"), Some("valkey8"));
    assert_eq!(sent.parameter("Tags.Tag.1.Key"), Some("wildfire%3Aop"));
    assert!(sent.parameter("Description").is_some_and(|text| !text.is_empty()), "the API wants one");
}

#[tokio::test(start_paused = true)]
async fn it_is_read_with_every_page_of_its_parameters() {
    let script = Replay::default()
        .on(DESCRIBE, described())
        .on(PARAMETERS, parameters(&[("maxmemory-policy", "volatile-lru")], "more"))
        .on(PARAMETERS, parameters(&[("timeout", "60")], ""))
        .on(TAGS, tag_list("01OURS"));
    let asked = [request("sessions", &["parameter", "tags_all"])];
    let live = ParameterGroup::read(&script.aws(), &asked).await.remove(0).unwrap().unwrap();
    assert_eq!(live.parameter, wanted().parameter);
    assert_eq!(live.tags.all, wanted().tags.all);
    assert_eq!(live.arn.as_deref(), Some(ARN));
    let sent = script.finish();
    let pages: Vec<_> = sent.iter().filter(|sent| sent.what == PARAMETERS).collect();
    assert!(pages.iter().all(|page| page.parameter("Source") == Some("user")), "not the family's hundreds");
    assert_eq!(pages[1].parameter("Marker"), Some("more"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_that_nobody_wants_to_know() {
    let script = Replay::default().on(DESCRIBE, described());
    assert!(ParameterGroup::read(&script.aws(), &[request("sessions", &[])]).await.remove(0).unwrap().is_some());
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_between_two_calls_is_gone() {
    let script =
        Replay::default().on(DESCRIBE, described()).on(PARAMETERS, Reply::Error(404, "CacheParameterGroupNotFound"));
    let live = ParameterGroup::read(&script.aws(), &[request("sessions", &["parameter"])]).await.remove(0);
    assert!(live.unwrap().is_none());
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn it_is_found_again_by_its_tag() {
    let find = async |op: &'static str| {
        let script = Replay::default().on(DESCRIBE, described()).on(TAGS, tag_list(op));
        let wanted = recover(json!({"name": "Sessions"}));
        let found = ParameterGroup::find(&script.aws(), &wanted, &ParameterGroup::default()).await;
        script.finish();
        found.unwrap().map(|id| id.to_string())
    };
    assert_eq!(find("01OURS").await.as_deref(), Some("sessions"));
    assert_eq!(find("01OTHER").await, None);
}

#[tokio::test(start_paused = true)]
async fn parameters_are_set_and_reset_and_tags_follow() {
    let script = Replay::default()
        .on("ModifyCacheParameterGroup", result(""))
        .on("ResetCacheParameterGroup", result(""))
        .on("AddTagsToResource", result(""))
        .on("RemoveTagsFromResource", result(""));
    let (aws, id) = (script.aws(), PhysicalId::from("sessions"));
    let tags = |key: &str| Tagged::from(Tags::from([(key.to_string(), "1".to_string())]));
    let prior = ParameterGroup { arn: Some(ARN.into()), tags: tags("old"), ..wanted() };
    let want = ParameterGroup { parameter: Some(vec![parameter("timeout", "90")]), tags: tags("new"), ..wanted() };
    for call in [ParameterGroupUpdate::Parameters, ParameterGroupUpdate::Tags] {
        ParameterGroup::update(&aws, call, &Change { id: &id, want: &want, prior: &prior, operation: &operation() })
            .await
            .unwrap();
    }
    let sent = script.finish();
    let parameter = |index: usize, name: &str| {
        sent[index].parameter(&format!("ParameterNameValues.ParameterNameValue.1.{name}")).map(String::from)
    };
    assert_eq!(parameter(0, "ParameterName").as_deref(), Some("timeout"));
    assert_eq!(parameter(0, "ParameterValue").as_deref(), Some("90"));
    assert_eq!(parameter(1, "ParameterName").as_deref(), Some("maxmemory-policy"));
    assert_eq!(sent[2].parameter("Tags.Tag.1.Key"), Some("new"));
    assert_eq!(sent[3].parameter("TagKeys.member.1"), Some("old"));
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_already_is_deleted_and_what_is_in_use_is_busy() {
    const DELETE: &str = "DeleteCacheParameterGroup";
    let script = Replay::default()
        .on(DELETE, Reply::Error(404, "CacheParameterGroupNotFound"))
        .on(DELETE, Reply::Error(400, "InvalidCacheParameterGroupState"));
    let (aws, id, prior) = (script.aws(), PhysicalId::from("sessions"), wanted());
    assert_eq!(ParameterGroup::delete(&aws, &id, &prior).await, Ok(()));
    assert_eq!(ParameterGroup::delete(&aws, &id, &prior).await.unwrap_err().kind, ErrorKind::Busy);
    script.finish();
}
