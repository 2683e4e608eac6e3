//! `aws_lambda_function_event_invoke_config`

use aws_sdk_lambda::operation::get_function_event_invoke_config::GetFunctionEventInvokeConfigOutput;
use aws_sdk_lambda::operation::put_function_event_invoke_config::builders::PutFunctionEventInvokeConfigFluentBuilder;

use super::prelude::*;

updates! {
    pub enum EventInvokeConfigUpdate {
        Put => [PutFunctionEventInvokeConfig],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = EventInvokeConfigUpdate)]
#[sdk(from = GetFunctionEventInvokeConfigOutput, create = PutFunctionEventInvokeConfigFluentBuilder)]
pub struct EventInvokeConfig {
    /// What is told about calls that went well or failed.
    #[field(update = Put)]
    destination_config: Option<Destinations>,
    /// The function, by its name or ARN.
    #[field(immutable, required, forms = Arn, read_by_hand)]
    function_name: Option<String>,
    /// The function's name, and the qualifier if there is one: `NAME:QUALIFIER`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// For how many seconds a call waits for its turn.
    #[field(update = Put, range = 60..=21600)]
    maximum_event_age_in_seconds: Option<i64>,
    /// How often a call that fails is made again.
    #[field(update = Put, default = 2, range = 0..=2)]
    maximum_retry_attempts: Option<i64>,
    /// The version or the alias.
    #[field(immutable, read_by_hand)]
    qualifier: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DestinationConfig, into = sdk::DestinationConfig)]
pub struct Destinations {
    /// Of calls that failed.
    on_failure: Option<Failure>,
    /// Of calls that went well.
    on_success: Option<Success>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OnFailure, into = sdk::OnFailure)]
pub struct Failure {
    /// The ARN of a queue, a topic, a function, a bucket or an event bus.
    #[field(required)]
    destination: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OnSuccess, into = sdk::OnSuccess)]
pub struct Success {
    /// The ARN of a queue, a topic, a function, a bucket or an event bus.
    #[field(required)]
    destination: Option<String>,
}

impl Destinations {
    /// AWS returns a block without a destination for each that there is not.
    fn told(mut self) -> Option<Self> {
        self.on_failure = self.on_failure.filter(|failure| failure.destination.is_some());
        self.on_success = self.on_success.filter(|success| success.destination.is_some());
        (self != Self::default()).then_some(self)
    }
}

fn joined(function: &str, qualifier: Option<&str>) -> PhysicalId {
    let name = name::split(function).0;
    match qualifier {
        Some(qualifier) => format!("{name}:{qualifier}").into(),
        None => name.into(),
    }
}

fn id_of(want: &EventInvokeConfig) -> PhysicalId {
    joined(want.function_name.as_deref().unwrap_or_default(), want.qualifier.as_deref())
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<EventInvokeConfig> {
    let (name, qualifier) = name::split(id.as_str());
    let ask = aws.read().lambda().get_function_event_invoke_config().function_name(name);
    let reply = absent_is_none(aws.send(ask.set_qualifier(qualifier.map(String::from))).await)?;
    let Some(live) = reply.map(EventInvokeConfig::from_sdk).transpose()? else { return Ok(None) };
    Ok(Some(EventInvokeConfig {
        destination_config: live.destination_config.and_then(Destinations::told),
        function_name: Some(name.to_string()),
        id: Some(id.to_string()),
        maximum_retry_attempts: live.maximum_retry_attempts.or(Some(2)),
        qualifier: qualifier.map(String::from),
        ..live
    }))
}

#[async_trait]
impl Resource for EventInvokeConfig {
    const TYPE: &'static str = "aws_lambda_function_event_invoke_config";
    const DOC: &'static str = "What becomes of calls of a function that nobody waits for.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutFunctionEventInvokeConfig];
    const DELETE_CALLS: Calls = calls![DeleteFunctionEventInvokeConfig];
    const LAGS: &'static [LagReply] = lags::EVENT_INVOKE_CONFIG;
    const IMPORT_ID: &'static str = "FUNCTION_NAME[:QUALIFIER]";
    const RELATIONS: Relations =
        Relations { identity: &["function_name", "qualifier"], part_of: &["function_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
function_name: ${resize.function_name}
maximum_retry_attempts: 1
destination_config:
  on_failure: {destination: \"${failed.arn}\"}
";

    type Update = EventInvokeConfigUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = id_of(wanted);
        // Whatever else is there is replaced by the call that is sent again.
        let same = |live: &EventInvokeConfig| {
            live.destination_config == wanted.destination_config
                && live.maximum_event_age_in_seconds == wanted.maximum_event_age_in_seconds
                && live.maximum_retry_attempts == wanted.maximum_retry_attempts.or(Some(2))
        };
        Ok(read_one(aws, &id).await?.filter(same).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().lambda().put_function_event_invoke_config())?).await?;
        Ok(id_of(want))
    }

    async fn update(aws: &Aws, call: EventInvokeConfigUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            // The call replaces everything.
            EventInvokeConfigUpdate::Put => Self::create(aws, change.want, change.operation).await.map(drop),
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (name, qualifier) = name::split(id.as_str());
        let request = aws.write().lambda().delete_function_event_invoke_config().function_name(name);
        aws.gone(request.set_qualifier(qualifier.map(String::from))).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name::qualified(properties).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let qualifier = match properties.get("qualifier") {
            None | Some(Value::Null) => None,
            Some(qualifier) => Some(qualifier.as_str()?),
        };
        Some(joined(properties.get("function_name")?.as_str()?, qualifier))
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        let key = |id: PhysicalId| NaturalKey { kind: Self::TYPE, parts: vec![id.to_string()], range: None };
        Some(Self::natural_id(properties).map(key).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    #[tokio::test(start_paused = true)]
    async fn blocks_without_a_destination_are_none() {
        let path = "/2019-09-25/functions/resize/event-invoke-config";
        let none = json!({"OnFailure": {"Destination": null}, "OnSuccess": {"Destination": null}});
        let one = json!({"OnFailure": {"Destination": "arn:q"}, "OnSuccess": {}});
        let of = |destinations| {
            Reply::Json(json!({"FunctionArn": "arn", "MaximumRetryAttempts": 1, "DestinationConfig": destinations}))
        };
        let script = Replay::default().on(path, of(none)).on(path, of(one.clone())).on(path, of(one));
        let aws = script.aws();
        let read = async || EventInvokeConfig::read(&aws, &[request("resize", &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!(read().await.destination_config, None);
        let want = read().await;
        let failure = want.destination_config.clone().and_then(|config| config.on_failure);
        assert_eq!(failure.and_then(|failure| failure.destination).as_deref(), Some("arn:q"));
        let found = EventInvokeConfig::find(&aws, &recover(json!({})), &want).await;
        assert_eq!(found, Ok(Some("resize".into())));
        script.finish();
    }

    #[test]
    fn an_id_has_the_qualifier_after_a_colon() {
        assert_eq!(
            joined("arn:aws:lambda:eu-west-1:123456789012:function:resize", Some("live")).as_str(),
            "resize:live"
        );
        assert_eq!(joined("resize", None).as_str(), "resize");
    }
}
