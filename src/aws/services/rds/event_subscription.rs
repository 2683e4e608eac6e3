//! `aws_db_event_subscription`

use aws_sdk_rds::operation::create_event_subscription::builders::CreateEventSubscriptionFluentBuilder;

use super::prelude::*;
use crate::kind::by_name::find_by_name;
use crate::kind::diff::{added, changed_set};

updates! {
    pub enum EventSubscriptionUpdate {
        Modify => [ModifyEventSubscription],
        Sources => [AddSourceIdentifierToSubscription, RemoveSourceIdentifierFromSubscription],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = EventSubscriptionUpdate)]
#[sdk(from = sdk::EventSubscription, create = CreateEventSubscriptionFluentBuilder)]
pub struct EventSubscription {
    /// The ARN.
    #[field(computed, sdk = event_subscription_arn)]
    arn: Option<String>,
    /// The account of the subscription.
    #[field(computed)]
    customer_aws_id: Option<String>,
    /// Whether events are sent.
    #[field(update = Modify, default = true)]
    enabled: Option<bool>,
    /// The categories of events that are sent; absent, all of the type of source.
    #[field(update = Modify, set, filled, sdk = event_categories_list, sent_as = event_categories)]
    event_categories: Option<Vec<String>>,
    /// The subscription's name.
    #[field(computed, sdk = cust_subscription_id)]
    id: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, generated, forms = Case, length = 1..=255, pattern = "[0-9A-Za-z-]+")]
    #[field(sdk = cust_subscription_id, sent_as = subscription_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=229, forms = Case)]
    name_prefix: Option<String>,
    /// The ARN of the topic that gets the events.
    #[field(update = Modify, required, sdk = sns_topic_arn)]
    sns_topic: Option<String>,
    /// The names of the sources; absent, all of the type.
    #[field(update = Sources, set, filled, needs = ["source_type"])]
    #[field(sdk = source_ids_list, sent_as = source_ids)]
    source_ids: Option<Vec<String>>,
    /// What kind of sources the events are of; absent, every kind.
    #[field(update = Modify, filled, one_of = [
        "db-instance",
        "db-parameter-group",
        "db-security-group",
        "db-snapshot",
        "db-cluster",
        "db-cluster-snapshot",
        "custom-engine-version",
        "db-proxy",
        "blue-green-deployment",
        "db-shard-group",
        "zero-etl"
    ])]
    source_type: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

/// Adds and removes sources, as far as that is not done yet.
async fn set_sources(aws: &Aws, name: &str, want: &EventSubscription) -> Result<(), CloudError> {
    let found = EventSubscription::describe(aws.clone(), Some(name.to_string())).await?;
    let live = find_by_name(found, Group::name, name).unwrap_or_default();
    let rds = aws.write().rds();
    for source in added(&want.source_ids, &live.source_ids).into_iter().flatten() {
        let request = rds.add_source_identifier_to_subscription().subscription_name(name);
        aws.done(request.source_identifier(source)).await?;
    }
    for source in added(&live.source_ids, &want.source_ids).into_iter().flatten() {
        let request = rds.remove_source_identifier_from_subscription().subscription_name(name);
        aws.gone(request.source_identifier(source)).await?;
    }
    Ok(())
}

#[async_trait]
impl Group for EventSubscription {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn tags_all(&self) -> Option<&Tags> {
        self.tags.all.as_ref()
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let request = aws.read().rds().describe_event_subscriptions();
        let request = request.set_max_records(name.is_none().then_some(100)).set_subscription_name(name);
        let found = aws.pages(request, |page| page.event_subscriptions_list).await?;
        Ok(found.into_iter().map(Self::from_sdk).collect::<Result<_, _>>()?)
    }

    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError> {
        if let Some(arn) = self.arn.as_deref() {
            self.tags.all = tagging::list(aws, arn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for EventSubscription {
    const TYPE: &'static str = "aws_db_event_subscription";
    const DOC: &'static str = "Events of databases that are sent to a topic.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateEventSubscription];
    const DELETE_CALLS: Calls = calls![DeleteEventSubscription];
    const LAGS: &'static [LagReply] = lags::EVENT_SUBSCRIPTION;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: databases
sns_topic: ${alarms.arn}
source_type: db-instance
event_categories: [availability, failover, failure]
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 30;

    type Update = EventSubscriptionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_groups(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_group::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().rds().create_event_subscription())?;
        aws.made(request, |reply| reply.event_subscription?.cust_subscription_id).await
    }

    async fn update(aws: &Aws, call: EventSubscriptionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            EventSubscriptionUpdate::Modify => {
                let request = aws.write().rds().modify_event_subscription().subscription_name(id.as_str());
                let categories = changed_set(&want.event_categories, &prior.event_categories);
                let gone = want.event_categories.is_none() && prior.event_categories.is_some();
                // Categories go with the type that they are of.
                let request = request
                    .set_enabled(want.enabled)
                    .set_event_categories(categories.or(gone.then(Vec::new)))
                    .set_sns_topic_arn(want.sns_topic.clone())
                    .set_source_type(want.source_type.clone().or(prior.source_type.as_ref().map(|_| String::new())));
                aws.done(request).await
            }
            EventSubscriptionUpdate::Sources => set_sources(aws, id.as_str(), want).await,
            EventSubscriptionUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().rds().delete_event_subscription().subscription_name(id.as_str())).await
    }

    /// The words are those of <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EventSubscription.html>.
    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(word @ ("creating" | "modifying")) => Readiness::Pending(word.into()),
            Some("deleting") => Readiness::Deleting,
            Some(word @ ("no-permission" | "topic-not-exist")) => Readiness::Failed(word.into()),
            _ => Readiness::Ready,
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, result};

    fn subscription(sources: &str) -> Reply {
        result(&format!(
            "<EventSubscriptionsList><EventSubscription><CustSubscriptionId>databases</CustSubscriptionId>\
             <Status>active</Status><SourceIdsList>{sources}</SourceIdsList><Enabled>true</Enabled>\
             </EventSubscription></EventSubscriptionsList>"
        ))
    }

    fn with(sources: &[&str]) -> EventSubscription {
        let sources = sources.iter().map(ToString::to_string).collect();
        EventSubscription { source_ids: Some(sources), ..EventSubscription::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn sources_that_an_earlier_attempt_has_added_are_not_added_again() {
        let there = "<SourceId>orders</SourceId><SourceId>old</SourceId>";
        let script = Replay::default()
            .on("DescribeEventSubscriptions", subscription(there))
            .on("AddSourceIdentifierToSubscription", result(""))
            .on("RemoveSourceIdentifierFromSubscription", Reply::Error(404, "SourceNotFound"));
        let (id, operation) = ("databases".into(), operation());
        let (want, prior) = (with(&["orders", "carts"]), with(&["old"]));
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        EventSubscription::update(&script.aws(), EventSubscriptionUpdate::Sources, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[1].parameter("SourceIdentifier"), Some("carts"));
        assert_eq!(sent[2].parameter("SourceIdentifier"), Some("old"));
    }

    #[tokio::test(start_paused = true)]
    async fn categories_that_are_no_longer_declared_are_cleared() {
        let script = Replay::default().on("ModifyEventSubscription", result(""));
        let (id, operation) = ("databases".into(), operation());
        let categories = Some(vec!["failure".to_string()]);
        let prior = EventSubscription {
            event_categories: categories,
            source_type: Some("db-instance".into()),
            ..EventSubscription::default()
        };
        let want = EventSubscription { source_type: Some("db-cluster".into()), ..EventSubscription::default() };
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        EventSubscription::update(&script.aws(), EventSubscriptionUpdate::Modify, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[0].parameter("EventCategories"), Some(""), "{}", sent[0].body);
        assert_eq!(sent[0].parameter("SourceType"), Some("db-cluster"));
    }
}
