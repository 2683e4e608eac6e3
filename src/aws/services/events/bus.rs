//! `aws_cloudwatch_event_bus`

use aws_sdk_eventbridge::operation::create_event_bus::builders::CreateEventBusFluentBuilder;
use aws_sdk_eventbridge::operation::describe_event_bus::DescribeEventBusOutput;

use super::prelude::*;

updates! {
    pub enum BusUpdate {
        Settings => [UpdateEventBus],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = BusUpdate)]
#[sdk(from = DescribeEventBusOutput, create = CreateEventBusFluentBuilder)]
pub struct Bus {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The queue that gets events which cannot be delivered.
    #[field(update = Settings)]
    dead_letter_config: Option<DeadLetters>,
    /// What the event bus is for.
    #[field(update = Settings, filled, length = 0..=512)]
    description: Option<String>,
    /// The partner's source of events that the bus is for.
    #[field(immutable, write_only, length = 1..=256)]
    event_source_name: Option<String>,
    /// The name of the event bus.
    #[field(computed, sdk = name)]
    id: Option<String>,
    /// The key that encrypts events, by its ARN, id or alias; without one, a key of AWS.
    #[field(update = Settings, filled)]
    kms_key_identifier: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, required, length = 1..=256, pattern = "[/.A-Za-z0-9_-]+")]
    name: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DeadLetterConfig, into = sdk::DeadLetterConfig)]
pub struct DeadLetters {
    /// The ARN of the queue.
    arn: Option<String>,
}

async fn tags(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().eventbridge().list_tags_for_resource().resource_arn(arn)).await)?;
    Ok(reply.map(|reply| Tags::from_sdk(reply.tags.unwrap_or_default())).transpose()?)
}

async fn read_one(aws: &Aws, name: &str, with_tags: bool) -> Read<Bus> {
    let reply = absent_is_none(aws.send(aws.read().eventbridge().describe_event_bus().name(name)).await)?;
    let Some(mut bus) = reply.map(Bus::from_sdk).transpose()? else { return Ok(None) };
    bus.dead_letter_config = bus.dead_letter_config.filter(|queue| queue.arn.is_some());
    if with_tags {
        let Some(tags) = tags(aws, bus.arn.as_deref().unwrap_or_default()).await? else { return Ok(None) };
        bus.tags.all = Some(tags);
    }
    Ok(Some(bus))
}

#[async_trait]
impl Resource for Bus {
    const TYPE: &'static str = "aws_cloudwatch_event_bus";
    const DOC: &'static str = "An event bus: events of one's own, or of a partner.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateEventBus];
    const DELETE_CALLS: Calls = calls![DeleteEventBus];
    const LAGS: &'static [LagReply] = lags::BUS;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const TAGS_TAKE_A_CALL: bool = true;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: orders
description: What happens to orders
";

    type Update = BusUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let tagged = |request: &ReadRequest| asks_for(request, &["tags", "tags_all"]);
        join_all(wanted.iter().map(|request| read_one(aws, request.id.as_str(), tagged(request)))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let name = wanted.name.as_deref().unwrap_or_default();
        let live = read_one(aws, name, true).await?;
        let ours = live.filter(|live| made_by(live.tags.all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().eventbridge().create_event_bus())?).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: BusUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let events = aws.write().eventbridge();
        match call {
            BusUpdate::Settings => {
                // What is left out stays as it is; an empty value takes it away.
                let queue = want
                    .dead_letter_config
                    .clone()
                    .or(prior.dead_letter_config.as_ref().map(|_| DeadLetters::default()));
                let key = want.kms_key_identifier.clone().or(prior.kms_key_identifier.as_ref().map(|_| String::new()));
                let text = want.description.clone().or(prior.description.as_ref().map(|_| String::new()));
                let request = events.update_event_bus().name(id.as_str()).set_description(text);
                let request = request.set_kms_key_identifier(key);
                aws.done(request.set_dead_letter_config(outgoing(&queue, "dead_letter_config")?)).await
            }
            BusUpdate::Tags => {
                let arn = prior.arn.as_deref().unwrap_or_default();
                let set = |tags: Tags| async move {
                    aws.done(events.tag_resource().resource_arn(arn).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(events.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().eventbridge().delete_event_bus().name(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let name = properties.get("name").and_then(Value::as_str);
        let default = name.filter(|name| *name == super::rule::DEFAULT_BUS);
        default.map(|_| problem("name", "every account has the event bus of this name")).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover};

    #[tokio::test(start_paused = true)]
    async fn only_an_event_bus_with_our_tag_is_found() {
        let bus = Reply::Json(json!({"Name": "orders", "Arn": "arn:bus/orders", "DeadLetterConfig": {}}));
        let tags = |op: &str| Reply::Json(json!({"Tags": [{"Key": "wildfire:op", "Value": op}]}));
        let script = Replay::default()
            .on("/", bus.clone())
            .on("/", tags("01OURS"))
            .on("/", bus)
            .on("/", tags("01OTHER"))
            .on("/", Reply::Error(400, "ResourceNotFoundException"));
        let (aws, want) = (script.aws(), Bus { name: Some("orders".into()), ..Bus::default() });
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(Bus::find(&aws, &recover(json!({})), &want).await.unwrap());
        }
        assert_eq!(found, [Some("orders".into()), None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_no_longer_declared_is_taken_away() {
        let script = Replay::default().on("/", Reply::Json(json!({})));
        let prior = Bus {
            dead_letter_config: Some(DeadLetters { arn: Some("arn:q".into()) }),
            description: Some("orders".into()),
            kms_key_identifier: Some("arn:k".into()),
            ..Bus::default()
        };
        let (id, want, operation) = ("orders".into(), Bus::default(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        Bus::update(&script.aws(), BusUpdate::Settings, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!((sent[0].member("/Description"), sent[0].member("/KmsKeyIdentifier")), (json!(""), json!("")));
        assert_eq!(sent[0].member("/DeadLetterConfig"), json!({}));
    }
}
