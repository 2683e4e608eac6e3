//! `aws_cloudwatch_log_subscription_filter`

use std::collections::HashMap;

use aws_sdk_cloudwatchlogs::operation::put_subscription_filter::builders::PutSubscriptionFilterFluentBuilder;

use super::prelude::*;

updates! {
    pub enum SubscriptionFilterUpdate {
        Filter => [PutSubscriptionFilter],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = SubscriptionFilterUpdate)]
#[sdk(from = sdk::SubscriptionFilter, create = PutSubscriptionFilterFluentBuilder)]
pub struct SubscriptionFilter {
    /// The ARN of what gets the entries: a stream, a delivery stream, a function, or a destination of another account.
    #[field(update = Filter, required)]
    destination_arn: Option<String>,
    /// How the entries are spread over the shards of a stream.
    #[field(update = Filter, default = "ByLogStream", one_of = ["ByLogStream", "Random"])]
    distribution: Option<String>,
    /// Which entries are sent; an empty one matches all.
    #[field(update = Filter, required, length = 0..=1024)]
    filter_pattern: Option<String>,
    /// What the name of the log group makes.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The name of the log group.
    #[field(immutable, required, length = 1..=512)]
    log_group_name: Option<String>,
    /// The name, unique in the log group.
    #[field(immutable, required, length = 1..=512, pattern = "[^:*]+", sdk = filter_name)]
    name: Option<String>,
    /// The ARN of the role with which entries are put into a stream.
    #[field(update = Filter, aws_default, filled)]
    role_arn: Option<String>,
}

/// `LOG_GROUP|NAME`; a group's name has no bar.
fn key(group: Option<&str>, name: Option<&str>) -> PhysicalId {
    format!("{}|{}", group.unwrap_or_default(), name.unwrap_or_default()).into()
}

fn split(id: &PhysicalId) -> (&str, &str) {
    id.as_str().split_once('|').unwrap_or((id.as_str(), ""))
}

fn filter(live: sdk::SubscriptionFilter) -> Result<SubscriptionFilter, Unfit> {
    let filter = SubscriptionFilter::from_sdk(live)?;
    let group = filter.log_group_name.as_deref().unwrap_or_default();
    Ok(SubscriptionFilter {
        // As Terraform makes it.
        id: Some(format!("cwlsf-{}", crc32fast::hash(format!("{group}-").as_bytes()))),
        distribution: filter.distribution.or(Some("ByLogStream".into())),
        filter_pattern: filter.filter_pattern.or(Some(String::new())),
        ..filter
    })
}

/// The filters of a group.
async fn list(aws: &Aws, group: &str) -> Result<Vec<sdk::SubscriptionFilter>, CloudError> {
    let request = aws.read().cloudwatchlogs().describe_subscription_filters().log_group_name(group);
    Ok(absent_is_none(aws.pages(request, |page| page.subscription_filters).await)?.unwrap_or_default())
}

type Found = HashMap<String, SubscriptionFilter>;

async fn fetch(aws: Aws, groups: Vec<String>) -> Result<Found, CloudError> {
    let mut found = Found::new();
    for filters in join_all(groups.iter().map(|group| list(&aws, group))).await {
        for live in filters? {
            let filter = filter(live)?;
            found.insert(key(filter.log_group_name.as_deref(), filter.name.as_deref()).to_string(), filter);
        }
    }
    Ok(found)
}

/// Puts the filter in the place of the one that is there, with what that one has and the vocabulary has not.
async fn put_again(aws: &Aws, id: &PhysicalId, want: &SubscriptionFilter) -> Result<(), CloudError> {
    let (group, name) = split(id);
    let live = list(aws, group).await?.into_iter().find(|live| live.filter_name.as_deref() == Some(name));
    let request = want.fill(aws.write().cloudwatchlogs().put_subscription_filter())?;
    let Some(live) = live else { return aws.done(request).await };
    let request = request.set_apply_on_transformed_logs(live.apply_on_transformed_logs.then_some(true));
    let request = request.set_field_selection_criteria(live.field_selection_criteria);
    aws.done(request.set_emit_system_fields(live.emit_system_fields)).await
}

#[async_trait]
impl Resource for SubscriptionFilter {
    const TYPE: &'static str = "aws_cloudwatch_log_subscription_filter";
    const DOC: &'static str = "Entries of a log group that go somewhere else as they come.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutSubscriptionFilter];
    const DELETE_CALLS: Calls = calls![DeleteSubscriptionFilter];
    const LAGS: &'static [LagReply] = lags::SUBSCRIPTION_FILTER;
    const IMPORT_ID: &'static str = "LOG_GROUP_NAME|NAME";
    const RELATIONS: Relations =
        Relations { identity: &["log_group_name", "name"], part_of: &["log_group_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
log_group_name: ${api.name}
name: errors
filter_pattern: '{ $.level = \"error\" }'
destination_arn: ${alarm.arn}
";

    type Update = SubscriptionFilterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let groups = wanted.iter().map(|request| split(&request.id).0.to_string());
        let handle = aws.clone();
        let found = aws.batch("logs:subscription_filters").load(groups, move |groups| fetch(handle, groups)).await;
        match found {
            Ok(found) => wanted.iter().map(|request| Ok(found.get(request.id.as_str()).cloned())).collect(),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = key(wanted.log_group_name.as_deref(), wanted.name.as_deref());
        // The call sets a value under the names: what is there counts only if it is what was sent.
        let same = |live: &SubscriptionFilter| {
            live.destination_arn == wanted.destination_arn
                && live.distribution == wanted.distribution
                && live.filter_pattern == wanted.filter_pattern
                && (wanted.role_arn.is_none() || live.role_arn == wanted.role_arn)
        };
        let live = fetch(aws.clone(), vec![split(&id).0.to_string()]).await?.remove(id.as_str());
        Ok(live.filter(same).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().cloudwatchlogs().put_subscription_filter())?).await?;
        Ok(key(want.log_group_name.as_deref(), want.name.as_deref()))
    }

    async fn update(aws: &Aws, call: SubscriptionFilterUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            SubscriptionFilterUpdate::Filter => put_again(aws, change.id, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (group, name) = split(id);
        aws.gone(aws.write().cloudwatchlogs().delete_subscription_filter().log_group_name(group).filter_name(name))
            .await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    const LAMBDA: &str = "arn:aws:lambda:eu-west-1:123456789012:function:alarm";

    fn live(pattern: &str) -> Reply {
        Reply::Json(json!({"subscriptionFilters": [{
            "filterName": "errors", "logGroupName": "/acme/api", "filterPattern": pattern, "destinationArn": LAMBDA,
            "distribution": "ByLogStream", "applyOnTransformedLogs": true, "emitSystemFields": ["@aws.region"],
        }]}))
    }

    fn want(pattern: &str) -> SubscriptionFilter {
        SubscriptionFilter {
            destination_arn: Some(LAMBDA.into()),
            distribution: Some("ByLogStream".into()),
            filter_pattern: Some(pattern.into()),
            log_group_name: Some("/acme/api".into()),
            name: Some("errors".into()),
            ..SubscriptionFilter::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_filter_is_put_and_read_with_those_of_its_group() {
        let script = Replay::default().on("/", Reply::Json(json!({}))).on("/", live("ERROR"));
        let aws = script.aws();
        let id = SubscriptionFilter::create(&aws, &want("ERROR"), &operation()).await.unwrap();
        let asked = [request(id.as_str(), &[]), request("/acme/api|others", &[])];
        let found = SubscriptionFilter::read(&aws, &asked).await;
        let id = Some(format!("cwlsf-{}", crc32fast::hash(b"/acme/api-")));
        assert_eq!(found, [Ok(Some(SubscriptionFilter { id, ..want("ERROR") })), Ok(None)]);
        let sent = script.finish();
        assert_eq!(
            (sent[0].member("/filterName"), sent[0].member("/destinationArn")),
            ("errors".into(), LAMBDA.into())
        );
        assert_eq!(sent[0].member("/roleArn"), json!(null));
    }

    #[tokio::test(start_paused = true)]
    async fn an_update_keeps_what_others_have_set() {
        let script = Replay::default().on("/", live("ERROR")).on("/", Reply::Json(json!({})));
        let (id, operation) = ("/acme/api|errors".into(), operation());
        let change = Change { id: &id, want: &want("WARN"), prior: &want("ERROR"), operation: &operation };
        SubscriptionFilter::update(&script.aws(), SubscriptionFilterUpdate::Filter, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[1].member("/filterPattern"), "WARN");
        assert_eq!(sent[1].member("/applyOnTransformedLogs"), true);
        assert_eq!(sent[1].member("/emitSystemFields"), json!(["@aws.region"]));
        assert_eq!(sent[1].member("/fieldSelectionCriteria"), json!(null));
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default().on("/", live("ERROR")).on("/", live("WARN"));
        let (aws, recover) = (script.aws(), recover(json!({})));
        let find = async || SubscriptionFilter::find(&aws, &recover, &want("ERROR")).await;
        assert_eq!(find().await, Ok(Some("/acme/api|errors".into())));
        assert_eq!(find().await, Ok(None));
        script.finish();
    }
}
