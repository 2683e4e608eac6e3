//! `aws_cloudwatch_log_stream`

use futures::{StreamExt, stream};

use super::prelude::*;

updates! {
    pub enum LogStreamUpdate {}
}

/// Streams that are looked up at the same time.
const AT_ONCE: usize = 10;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LogStreamUpdate)]
#[sdk(from = sdk::LogStream)]
pub struct LogStream {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The stream's name.
    #[field(computed, sdk = log_stream_name)]
    id: Option<String>,
    /// The name of the log group.
    #[field(immutable, required, length = 1..=512, by_hand)]
    log_group_name: Option<String>,
    /// The name, unique in the log group.
    #[field(immutable, required, length = 1..=512, pattern = "[^:*]+", sdk = log_stream_name)]
    name: Option<String>,
}

/// Group and stream; neither has a colon.
fn split(id: &PhysicalId) -> Option<(&str, &str)> {
    id.as_str().split_once(':')
}

fn joined(group: Option<&str>, stream: Option<&str>) -> PhysicalId {
    format!("{}:{}", group.unwrap_or_default(), stream.unwrap_or_default()).into()
}

/// One stream. No call takes several names, and a group may have any number of other streams.
async fn look_up(aws: &Aws, id: &PhysicalId) -> Read<LogStream> {
    let Some((group, name)) = split(id) else { return Ok(None) };
    // A stream comes before all others that its name is a prefix of.
    let request = aws.read().cloudwatchlogs().describe_log_streams().log_group_name(group);
    let request = request.log_stream_name_prefix(name).limit(1);
    let Some(page) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
    let live = page.log_streams.into_iter().flatten().find(|live| live.log_stream_name.as_deref() == Some(name));
    let found = live.map(LogStream::from_sdk).transpose()?;
    Ok(found.map(|found| LogStream { log_group_name: Some(group.into()), ..found }))
}

#[async_trait]
impl Resource for LogStream {
    const TYPE: &'static str = "aws_cloudwatch_log_stream";
    const DOC: &'static str = "A stream of entries in a log group.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateLogStream];
    const DELETE_CALLS: Calls = calls![DeleteLogStream];
    const LAGS: &'static [LagReply] = lags::LOG_STREAM;
    const IMPORT_ID: &'static str = "LOG_GROUP_NAME:NAME";
    const RELATIONS: Relations =
        Relations { identity: &["log_group_name", "name"], part_of: &["log_group_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
log_group_name: ${firehose.name}
name: delivery
";

    type Update = LogStreamUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids: Vec<PhysicalId> = wanted.iter().map(|request| request.id.clone()).collect();
        stream::iter(ids).map(|id| async move { look_up(aws, &id).await }).buffered(AT_ONCE).collect().await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // Streams have no tags: one of this name, where there was none before, is what the call made.
        let id = joined(wanted.log_group_name.as_deref(), wanted.name.as_deref());
        Ok(look_up(aws, &id).await?.map(|_| id))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().cloudwatchlogs().create_log_stream();
        let request = request.set_log_group_name(want.log_group_name.clone()).set_log_stream_name(want.name.clone());
        aws.done(request).await?;
        Ok(joined(want.log_group_name.as_deref(), want.name.as_deref()))
    }

    async fn update(_aws: &Aws, call: LogStreamUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some((group, name)) = split(id) else { return Ok(()) };
        aws.gone(aws.write().cloudwatchlogs().delete_log_stream().log_group_name(group).log_stream_name(name)).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    fn live(name: &str) -> Reply {
        let arn = format!("arn:aws:logs:eu-west-1:123456789012:log-group:/acme/api:log-stream:{name}");
        Reply::Json(json!({"logStreams": [{"logStreamName": name, "arn": arn, "creationTime": 1}]}))
    }

    fn want() -> LogStream {
        LogStream { log_group_name: Some("/acme/api".into()), name: Some("one".into()), ..LogStream::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_is_made_and_read() {
        let script = Replay::default()
            .on("/", Reply::Json(json!({})))
            .on("/", live("one"))
            .on("/", live("one-more"))
            .on("/", Reply::Error(400, "ResourceNotFoundException"))
            .on("/", Reply::Error(400, "ResourceNotFoundException"));
        let aws = script.aws();
        let id = LogStream::create(&aws, &want(), &operation()).await.unwrap();
        assert_eq!(id.as_str(), "/acme/api:one");
        let read = async || LogStream::read(&aws, &[request("/acme/api:one", &[])]).await.remove(0);
        let first = read().await.unwrap().unwrap();
        assert!(first.arn.as_deref().is_some_and(|arn| arn.ends_with(":log-stream:one")));
        assert_eq!(first, LogStream { arn: first.arn.clone(), id: Some("one".into()), ..want() });
        assert_eq!(read().await, Ok(None), "another begins so");
        assert_eq!(read().await, Ok(None), "the group is gone");
        LogStream::delete(&aws, &id, &want()).await.unwrap();
        let sent = script.finish();
        assert_eq!(
            (sent[0].member("/logGroupName"), sent[0].member("/logStreamName")),
            ("/acme/api".into(), "one".into())
        );
        assert_eq!(sent[1].member("/logStreamNamePrefix"), "one");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_is_found_by_its_name() {
        let script = Replay::default().on("/", live("one")).on("/", live("one-more"));
        let (aws, recover) = (script.aws(), recover(json!({})));
        assert_eq!(LogStream::find(&aws, &recover, &want()).await, Ok(Some("/acme/api:one".into())));
        assert_eq!(LogStream::find(&aws, &recover, &want()).await, Ok(None));
        script.finish();
    }
}
