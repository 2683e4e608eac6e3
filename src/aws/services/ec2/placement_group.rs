//! `aws_placement_group`

use aws_sdk_ec2::operation::create_placement_group::builders::CreatePlacementGroupFluentBuilder;
use aws_sdk_ec2::types::PlacementGroupState;

use super::prelude::*;
use super::tagging;
use crate::kind::convert::problem;

updates! {
    pub enum PlacementGroupUpdate {
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = PlacementGroupUpdate)]
#[sdk(from = sdk::PlacementGroup, create = CreatePlacementGroupFluentBuilder)]
pub struct PlacementGroup {
    /// The ARN.
    #[field(computed, sdk = group_arn)]
    arn: Option<String>,
    /// The group's name.
    #[field(computed, sdk = group_name)]
    id: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, required, length = 1..=255, sdk = group_name)]
    name: Option<String>,
    /// How many partitions there are, with the strategy `partition`.
    #[field(immutable, aws_default, filled, range = 1..=7)]
    partition_count: Option<i64>,
    /// The id that AWS gives it.
    #[field(computed, sdk = group_id)]
    placement_group_id: Option<String>,
    /// What instances do not share, with the strategy `spread`.
    #[field(immutable, aws_default, filled, one_of = ["host", "rack"])]
    spread_level: Option<String>,
    /// How instances are placed: close together, in partitions, or apart.
    #[field(immutable, required, one_of = ["cluster", "partition", "spread"])]
    strategy: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// AWS's word for the status.
    #[field(computed, by_hand)]
    _status: Option<String>,
}

#[async_trait]
impl Described for PlacementGroup {
    type Live = sdk::PlacementGroup;
    const ID_FILTER: &'static str = "group-name";
    const TAG_KIND: ResourceType = ResourceType::PlacementGroup;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// This call has no pages.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::PlacementGroup>, CloudError> {
        let reply = aws.send(aws.read().ec2().describe_placement_groups().set_filters(Some(filters))).await?;
        let there = |group: &sdk::PlacementGroup| group.state != Some(PlacementGroupState::Deleted);
        Ok(reply.placement_groups.unwrap_or_default().into_iter().filter(there).collect())
    }

    fn finish(mut self, live: &sdk::PlacementGroup) -> Self {
        self._status = live.state.as_ref().map(|state| state.as_str().to_string());
        self
    }
}

#[async_trait]
impl Resource for PlacementGroup {
    const TYPE: &'static str = "aws_placement_group";
    const DOC: &'static str = "A rule for where instances are placed.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreatePlacementGroup];
    const DELETE_CALLS: Calls = calls![DeletePlacementGroup];
    const LAGS: &'static [LagReply] = lags::PLACEMENT_GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations =
        Relations { identity: &["name"], held_by: &[("aws_instance", "placement_group")], ..Relations::NONE };
    const WAITS_FOR_DELETION: bool = true;
    const EXAMPLE: &'static str = "\
name: workers
strategy: spread
";

    type Update = PlacementGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_placement_group())?;
        aws.done(request.set_tag_specifications(want.tag_specification())).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: PlacementGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            PlacementGroupUpdate::Tags => {
                // Tags are put on the id that AWS gives, not on the name.
                let id = one::<Self>(aws, change.id).await?.placement_group_id.unwrap_or_default();
                let (prior, want) = (change.prior.tags.all.as_ref(), change.want.tags.all.as_ref());
                tagging::update(aws, &id.into(), prior, want).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_placement_group().group_name(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(pending @ "pending") => Readiness::Pending(pending.into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let Some(strategy) = properties.get("strategy").and_then(Value::as_str) else { return Vec::new() };
        let settings = [("partition_count", "partition"), ("spread_level", "spread")];
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let wrong = settings.into_iter().filter(|(name, of)| written(name) && *of != strategy);
        wrong.map(|(name, of)| problem(name, format!("only groups with the strategy {of} have it"))).collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, response};

    fn groups(name: &str, state: &str, op: &str) -> Reply {
        response(&format!(
            "<placementGroupSet><item><groupName>{name}</groupName><groupId>pg-1</groupId><state>{state}</state>\
             <strategy>spread</strategy><spreadLevel>rack</spreadLevel><partitionCount>0</partitionCount><tagSet><item>\
             <key>wildfire:op</key><value>{op}</value></item></tagSet></item></placementGroupSet>"
        ))
    }

    fn want() -> PlacementGroup {
        PlacementGroup { name: Some("workers".into()), strategy: Some("spread".into()), ..PlacementGroup::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_group_lives_from_its_creation_to_its_deletion() {
        let script = Replay::default()
            .on("CreatePlacementGroup", response("<return>true</return>"))
            .on("DescribePlacementGroups", groups("workers", "available", "01OURS"))
            .on("DescribePlacementGroups", groups("workers", "available", "01OURS"))
            .on("CreateTags", response("<return>true</return>"))
            .on("DeletePlacementGroup", response("<return>true</return>"))
            .on("DescribePlacementGroups", groups("workers", "deleting", "01OURS"))
            .on("DescribePlacementGroups", groups("workers", "deleted", "01OURS"));
        let aws = script.aws();
        let id = PlacementGroup::create(&aws, &want(), &operation()).await.unwrap();
        let read = async || PlacementGroup::read(&aws, &[request("workers", &[])]).await.remove(0).unwrap();
        let made = read().await.unwrap();
        assert_eq!((made.id.as_deref(), made.placement_group_id.as_deref()), (Some("workers"), Some("pg-1")));
        assert_eq!((made.spread_level.as_deref(), made.partition_count), (Some("rack"), None));
        let tagged = PlacementGroup {
            tags: crate::kind::tags::Tags::from([("team".to_string(), "a".to_string())]).into(),
            ..want()
        };
        let operation = operation();
        let change = Change { id: &id, want: &tagged, prior: &made, operation: &operation };
        PlacementGroup::update(&aws, PlacementGroupUpdate::Tags, &change).await.unwrap();
        PlacementGroup::delete(&aws, &id, &made).await.unwrap();
        assert_eq!(read().await.unwrap().readiness(), Readiness::Deleting);
        assert!(read().await.is_none());
        assert_eq!(script.finish()[3].parameter("ResourceId.1"), Some("pg-1"));
    }

    #[tokio::test(start_paused = true)]
    async fn our_tag_proves_a_group() {
        let script = Replay::default()
            .on("DescribePlacementGroups", groups("workers", "available", "01OURS"))
            .on("DescribePlacementGroups", groups("workers", "available", "01OTHER"));
        let find = async || PlacementGroup::find(&script.aws(), &recover(json!({})), &want()).await.unwrap();
        assert_eq!(find().await, Some("workers".into()));
        assert_eq!(find().await, None);
        script.finish();
    }

    #[test]
    fn settings_go_with_their_strategy() {
        let count = |json| PlacementGroup::validate(&Value::from_json(json)).len();
        assert_eq!(count(json!({"strategy": "cluster", "spread_level": "rack"})), 1);
        assert_eq!(count(json!({"strategy": "partition", "partition_count": 3})), 0);
    }
}
