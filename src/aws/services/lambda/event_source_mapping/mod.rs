//! `aws_lambda_event_source_mapping`

mod blocks;
#[cfg(test)]
mod recorded;

use aws_sdk_lambda::operation::create_event_source_mapping::builders::CreateEventSourceMappingFluentBuilder;
use aws_sdk_lambda::operation::get_event_source_mapping::GetEventSourceMappingOutput;
use aws_sdk_lambda::operation::update_event_source_mapping::builders::UpdateEventSourceMappingFluentBuilder;

use self::blocks::{
    Access, Destination, DocumentDb, Filters, ManagedKafka, Metrics, OwnKafka, OwnSource, Pollers, Scaling,
};
use super::prelude::*;

updates! {
    pub enum EventSourceMappingUpdate {
        Mapping => [UpdateEventSourceMapping],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = EventSourceMappingUpdate)]
#[sdk(from = GetEventSourceMappingOutput, create = CreateEventSourceMappingFluentBuilder)]
#[sdk(update(Mapping) = UpdateEventSourceMappingFluentBuilder)]
pub struct EventSourceMapping {
    /// The consumer group of a cluster of MSK.
    #[field(immutable, aws_default)]
    amazon_managed_kafka_event_source_config: Option<ManagedKafka>,
    /// The ARN.
    #[field(computed, sdk = event_source_mapping_arn)]
    arn: Option<String>,
    /// The most records of a call; 10 of a queue and 100 of a stream where none is written.
    #[field(update = Mapping, aws_default, range = 1..=10000)]
    batch_size: Option<i64>,
    /// Whether a batch that fails is halved and tried again.
    #[field(update = Mapping, default = false)]
    bisect_batch_on_function_error: Option<bool>,
    /// Where batches go that could not be processed.
    #[field(update = Mapping, sent_by_hand)]
    destination_config: Option<Destination>,
    /// The database of a cluster of DocumentDB.
    #[field(update = Mapping)]
    document_db_event_source_config: Option<DocumentDb>,
    /// Whether records are processed.
    #[field(update = Mapping, default = true, read_by_hand)]
    enabled: Option<bool>,
    /// The ARN of the queue, the stream or the cluster.
    #[field(immutable, filled)]
    event_source_arn: Option<String>,
    /// Which records are processed.
    #[field(update = Mapping, sent_by_hand)]
    filter_criteria: Option<Filters>,
    /// The ARN of the function.
    #[field(computed)]
    function_arn: Option<String>,
    /// The function, by its name or ARN, with a version or an alias if it is not about the function as a whole.
    #[field(update = Mapping, required, forms = Arn, read_by_hand)]
    function_name: Option<String>,
    /// `ReportBatchItemFailures`: the function tells which records of a batch failed.
    #[field(update = Mapping, set, filled)]
    function_response_types: Option<Vec<String>>,
    /// The UUID.
    #[field(computed, sdk = uuid)]
    id: Option<String>,
    /// The KMS key that encrypts the filters.
    #[field(update = Mapping, filled)]
    kms_key_arn: Option<String>,
    /// The moment of the last change.
    #[field(computed, changes_on_update, forms = Timestamp)]
    last_modified: Option<String>,
    /// What became of the last batch.
    #[field(computed)]
    last_processing_result: Option<String>,
    /// For how many seconds records are gathered.
    #[field(update = Mapping, aws_default, range = 0..=300)]
    maximum_batching_window_in_seconds: Option<i64>,
    /// The oldest record of a stream that is processed, in seconds; -1 is for ever.
    #[field(update = Mapping, aws_default, range = -1..=604800)]
    maximum_record_age_in_seconds: Option<i64>,
    /// How often a batch of a stream is tried again; -1 is until it expires.
    #[field(update = Mapping, aws_default, range = -1..=10000)]
    maximum_retry_attempts: Option<i64>,
    /// Further metrics.
    #[field(update = Mapping, sent_by_hand)]
    metrics_config: Option<Metrics>,
    /// How many batches of a shard are processed at once.
    #[field(update = Mapping, aws_default, range = 1..=10)]
    parallelization_factor: Option<i64>,
    /// Pollers that are there all the time.
    #[field(update = Mapping, aws_default)]
    provisioned_poller_config: Option<Pollers>,
    /// The queue of a broker.
    #[field(immutable, filled)]
    queues: Option<Vec<String>>,
    /// How many batches of a queue are processed at once.
    #[field(update = Mapping, sent_by_hand)]
    scaling_config: Option<Scaling>,
    /// A Kafka cluster that AWS does not manage.
    #[field(immutable)]
    self_managed_event_source: Option<OwnSource>,
    /// The consumer group of such a cluster.
    #[field(immutable, aws_default)]
    self_managed_kafka_event_source_config: Option<OwnKafka>,
    /// How the source is reached, and with which credentials.
    #[field(update = Mapping, set, filled, sdk = source_access_configurations)]
    source_access_configuration: Option<Vec<Access>>,
    /// Where in the stream to begin.
    #[field(immutable, filled, one_of = ["AT_TIMESTAMP", "LATEST", "TRIM_HORIZON"])]
    starting_position: Option<String>,
    /// The moment at which to begin, with the position `AT_TIMESTAMP`.
    #[field(immutable, forms = Timestamp)]
    starting_position_timestamp: Option<String>,
    /// AWS's word for the status.
    #[field(computed, changes_on_update)]
    state: Option<String>,
    /// Why it is in that state.
    #[field(computed, changes_on_update)]
    state_transition_reason: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// The topic of a Kafka cluster.
    #[field(immutable, set, filled)]
    topics: Option<Vec<String>>,
    /// Seconds of a window over which the function adds up records of a stream.
    #[field(update = Mapping, aws_default, range = 0..=900)]
    tumbling_window_in_seconds: Option<i64>,
    /// The UUID.
    #[field(computed)]
    uuid: Option<String>,
}

fn mapping(live: GetEventSourceMappingOutput) -> Result<EventSourceMapping, CloudError> {
    let mut mapping = EventSourceMapping::from_sdk(live)?;
    mapping.enabled = Some(!matches!(mapping.state.as_deref(), Some("Disabled" | "Disabling")));
    mapping.function_name = mapping.function_arn.clone();
    // What is off comes as an empty block.
    let has_target = |destination: &Destination| destination.on_failure.as_ref()?.destination_arn.as_ref().map(drop);
    mapping.destination_config = mapping.destination_config.filter(|destination| has_target(destination).is_some());
    mapping.filter_criteria = mapping.filter_criteria.filter(|criteria| criteria.filter.is_some());
    mapping.metrics_config =
        mapping.metrics_config.filter(|config| config.metrics.as_ref().is_some_and(|metrics| !metrics.is_empty()));
    mapping.scaling_config = mapping.scaling_config.filter(|scaling| scaling.maximum_concurrency.is_some());
    mapping.bisect_batch_on_function_error.get_or_insert(false);
    Ok(mapping)
}

async fn describe(aws: &Aws, uuid: &str) -> Read<EventSourceMapping> {
    let reply = absent_is_none(aws.send(aws.read().lambda().get_event_source_mapping().uuid(uuid)).await)?;
    reply.map(mapping).transpose()
}

async fn tags(aws: &Aws, arn: Option<&str>) -> Result<Option<Tags>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().lambda().list_tags().resource(arn_to_tag(arn)?)).await)?;
    Ok(reply.map(|reply| Tags::from_sdk(reply.tags.unwrap_or_default())).transpose()?)
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<EventSourceMapping> {
    let Some(mut mapping) = describe(aws, request.id.as_str()).await? else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, mapping.arn.as_deref()).await? else { return Ok(None) };
        mapping.tags.all = Some(tags);
    }
    Ok(Some(mapping))
}

/// What can be switched off again, as an update takes it: what is absent would stay as it is.
fn switched_off(
    want: &EventSourceMapping,
    request: UpdateEventSourceMappingFluentBuilder,
) -> Result<UpdateEventSourceMappingFluentBuilder, Unfit> {
    let destination: Option<sdk::DestinationConfig> = outgoing(&want.destination_config, "destination_config")?;
    let filters: Option<sdk::FilterCriteria> = outgoing(&want.filter_criteria, "filter_criteria")?;
    let metrics: Option<sdk::EventSourceMappingMetricsConfig> = outgoing(&want.metrics_config, "metrics_config")?;
    let scaling: Option<sdk::ScalingConfig> = outgoing(&want.scaling_config, "scaling_config")?;
    let nobody = || sdk::OnFailure::builder().destination("").build();
    Ok(request
        .destination_config(
            destination.unwrap_or_else(|| sdk::DestinationConfig::builder().on_failure(nobody()).build()),
        )
        .filter_criteria(filters.unwrap_or_else(|| sdk::FilterCriteria::builder().build()))
        .metrics_config(
            metrics.unwrap_or_else(|| {
                sdk::EventSourceMappingMetricsConfig::builder().set_metrics(Some(Vec::new())).build()
            }),
        )
        .scaling_config(scaling.unwrap_or_else(|| sdk::ScalingConfig::builder().build())))
}

#[async_trait]
impl Resource for EventSourceMapping {
    const TYPE: &'static str = "aws_lambda_event_source_mapping";
    const DOC: &'static str = "What feeds a function: the records of a queue, a stream or a topic.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateEventSourceMapping];
    const DELETE_CALLS: Calls = calls![DeleteEventSourceMapping];
    const LAGS: &'static [LagReply] = lags::EVENT_SOURCE_MAPPING;
    const IMPORT_ID: &'static str = "UUID";
    const RELATIONS: Relations =
        Relations { identity: &["event_source_arn", "function_name"], part_of: &["function_name"], ..Relations::NONE };
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["event_source_arn", "self_managed_event_source"]];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 30;
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
event_source_arn: ${jobs.arn}
function_name: ${worker.function_name}
batch_size: 20
maximum_batching_window_in_seconds: 5
function_response_types: [ReportBatchItemFailures]
";

    type Update = EventSourceMappingUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // Lambda lists mappings of a function or of a source, and no others by their ids.
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let request = aws
            .read()
            .lambda()
            .list_event_source_mappings()
            .set_function_name(wanted.function_name.clone())
            .set_event_source_arn(filled(wanted.event_source_arn.clone()));
        let listed = aws.pages(request, |page| page.event_source_mappings).await;
        let listed = absent_is_none(listed)?.unwrap_or_default();
        let candidate = async |live: sdk::EventSourceMappingConfiguration| {
            let tags = tags(aws, live.event_source_mapping_arn.as_deref()).await?;
            Ok(Candidate::new(live.uuid, tags).leaving(live.state.as_deref() == Some("Deleting")))
        };
        let candidates: Vec<Result<Candidate, CloudError>> = join_all(listed.into_iter().map(candidate)).await;
        only_made_by(recover, candidates.into_iter().collect::<Result<Vec<_>, _>>()?)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().lambda().create_event_source_mapping())?;
        let request = request
            .set_destination_config(outgoing(&want.destination_config, "destination_config")?)
            .set_filter_criteria(outgoing(&want.filter_criteria, "filter_criteria")?)
            .set_metrics_config(outgoing(&want.metrics_config, "metrics_config")?)
            .set_scaling_config(outgoing(&want.scaling_config, "scaling_config")?);
        name::taken(aws.made(request, |reply| reply.uuid).await)
    }

    async fn update(aws: &Aws, call: EventSourceMappingUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let lambda = aws.write().lambda();
        match call {
            EventSourceMappingUpdate::Mapping => {
                let request = want.fill(lambda.update_event_source_mapping().uuid(id.as_str()))?;
                let request = switched_off(want, request)?
                    .set_function_response_types(outgoing(
                        &Some(want.function_response_types.clone().unwrap_or_default()),
                        "function_response_types",
                    )?)
                    .set_kms_key_arn(Some(want.kms_key_arn.clone().unwrap_or_default()));
                aws.done(request).await
            }
            EventSourceMappingUpdate::Tags => {
                let arn = arn_to_tag(prior.arn.as_deref())?;
                let set = |tags: Tags| async move {
                    aws.done(lambda.tag_resource().resource(arn).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(lambda.untag_resource().resource(arn).set_tag_keys(Some(keys)));
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().lambda().delete_event_source_mapping().uuid(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self.state.as_deref() {
            Some(word @ ("Creating" | "Enabling" | "Disabling" | "Updating")) => Readiness::Pending(word.into()),
            Some("Deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let (position, source) = (text("starting_position"), text("event_source_arn").unwrap_or_default());
        let mut problems = Vec::new();
        if (position == Some("AT_TIMESTAMP")) != written("starting_position_timestamp") && position.is_some() {
            let message = "a moment goes with the starting_position AT_TIMESTAMP";
            problems.push(problem("starting_position_timestamp", message));
        }
        let is_stream = [":kinesis:", ":dynamodb:", ":kafka:"].iter().any(|service| source.contains(service));
        if is_stream && !written("starting_position") {
            problems.push(problem("starting_position", "a stream has a position to begin at: LATEST or TRIM_HORIZON"));
        }
        problems
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        // Of a Kafka cluster and of a broker there are several, one for each topic and each queue.
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let several = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let Some((source, function)) = text("event_source_arn").zip(text("function_name")) else { return Some(vec![]) };
        if several("topics") || several("queues") {
            return Some(Vec::new());
        }
        let (name, qualifier) = name::split(function);
        let parts = vec![source.to_string(), name.to_string(), qualifier.unwrap_or_default().to_string()];
        Some(vec![NaturalKey { kind: Self::TYPE, parts, range: None }])
    }
}
