//! `aws_autoscaling_schedule`

use std::collections::{BTreeSet, HashMap};

use aws_sdk_autoscaling::operation::put_scheduled_update_group_action::builders::PutScheduledUpdateGroupActionFluentBuilder;

use super::named::{joined, natural, split, without_group};
use super::prelude::*;

updates! {
    pub enum ScheduleUpdate {
        Put => [PutScheduledUpdateGroupAction],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ScheduleUpdate)]
#[sdk(from = sdk::ScheduledUpdateGroupAction, create = PutScheduledUpdateGroupActionFluentBuilder)]
pub struct Schedule {
    /// The ARN.
    #[field(computed, sdk = scheduled_action_arn)]
    arn: Option<String>,
    /// The name of the group.
    #[field(immutable, required, sdk = auto_scaling_group_name)]
    autoscaling_group_name: Option<String>,
    /// How many instances there are from then on; absent, or -1: as it is.
    #[field(update = Put, aws_default, range = -1..=2147483647, sent_by_hand)]
    desired_capacity: Option<i64>,
    /// When it ends.
    #[field(update = Put, aws_default, forms = Timestamp)]
    end_time: Option<String>,
    /// The name.
    #[field(computed, sdk = scheduled_action_name)]
    id: Option<String>,
    /// The most that there may be from then on; absent, or -1: as it is.
    #[field(update = Put, aws_default, range = -1..=2147483647, sent_by_hand)]
    max_size: Option<i64>,
    /// The fewest that there may be from then on; absent, or -1: as it is.
    #[field(update = Put, aws_default, range = -1..=2147483647, sent_by_hand)]
    min_size: Option<i64>,
    /// When it recurs, as `cron` has it: `0 7 * * MON-FRI`.
    #[field(update = Put, aws_default)]
    recurrence: Option<String>,
    /// The name, unique in the group.
    #[field(immutable, required, length = 1..=255)]
    scheduled_action_name: Option<String>,
    /// When it begins.
    #[field(update = Put, aws_default, forms = Timestamp)]
    start_time: Option<String>,
    /// The time zone of the recurrence: `Europe/Berlin`.
    #[field(update = Put, aws_default)]
    time_zone: Option<String>,
}

type Found = HashMap<String, Schedule>;

/// The actions of each group that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<Found, CloudError> {
    let groups: BTreeSet<&str> = ids.iter().map(|id| split(id).0).collect();
    let list = async |group: &str| {
        let request = aws.read().autoscaling().describe_scheduled_actions().auto_scaling_group_name(group);
        without_group(aws.pages(request, |page| page.scheduled_update_group_actions).await)
    };
    let mut found = Found::new();
    for actions in join_all(groups.into_iter().map(list)).await {
        for live in actions?.unwrap_or_default() {
            let action = Schedule::from_sdk(live)?;
            found.insert(action.physical_id().to_string(), action);
        }
    }
    Ok(found)
}

/// What is to be as it is, is not mentioned.
fn mentioned(number: Option<i64>) -> Option<i64> {
    number.filter(|number| *number != -1)
}

impl Schedule {
    fn physical_id(&self) -> PhysicalId {
        joined(self.autoscaling_group_name.as_deref(), self.scheduled_action_name.as_deref())
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let sizes = |of: &Self| [of.min_size, of.max_size, of.desired_capacity].map(mentioned);
        sizes(self) == sizes(other) && (self.recurrence == other.recurrence || other.recurrence.is_none())
    }
}

async fn put(aws: &Aws, want: &Schedule) -> Result<(), CloudError> {
    let request = want.fill(aws.write().autoscaling().put_scheduled_update_group_action())?;
    let request = request
        .set_min_size(outgoing(&mentioned(want.min_size), "min_size")?)
        .set_max_size(outgoing(&mentioned(want.max_size), "max_size")?)
        .set_desired_capacity(outgoing(&mentioned(want.desired_capacity), "desired_capacity")?);
    aws.done(request).await
}

#[async_trait]
impl Resource for Schedule {
    const TYPE: &'static str = "aws_autoscaling_schedule";
    const DOC: &'static str = "Other sizes of a group of instances, by the clock.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutScheduledUpdateGroupAction];
    const DELETE_CALLS: Calls = calls![DeleteScheduledAction];
    const LAGS: &'static [LagReply] = lags::SCHEDULE;
    const IMPORT_ID: &'static str = "AUTOSCALING_GROUP_NAME/SCHEDULED_ACTION_NAME";
    const RELATIONS: Relations = Relations {
        identity: &["autoscaling_group_name", "scheduled_action_name"],
        part_of: &["autoscaling_group_name"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
autoscaling_group_name: ${front.name}
scheduled_action_name: mornings
recurrence: 0 7 * * MON-FRI
time_zone: Europe/Berlin
min_size: 6
";

    type Update = ScheduleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        let with_absent = |found: &Found, request: &ReadRequest| {
            found.get(request.id.as_str()).cloned().map(|mut action| {
                // What is to be as it is comes back as nothing.
                action.min_size.get_or_insert(-1);
                action.max_size.get_or_insert(-1);
                action.desired_capacity.get_or_insert(-1);
                action
            })
        };
        let found = aws.batch("autoscaling:schedules").load(ids, move |ids| fetch(handle, ids)).await;
        each(wanted, found, |found, request| Ok(with_absent(found, request)))
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let live = fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str());
        // What is there counts only if it is what was sent; otherwise it is sent again.
        Ok(live.filter(|live| live.says_the_same(wanted)).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(want.physical_id())
    }

    async fn update(aws: &Aws, call: ScheduleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            ScheduleUpdate::Put => put(aws, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (group, name) = split(id.as_str());
        let request = aws.write().autoscaling().delete_scheduled_action().auto_scaling_group_name(group);
        without_group(aws.send(request.scheduled_action_name(name)).await).map(drop)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let some = |names: &[&str]| names.iter().any(|name| properties.get(name).is_some_and(|value| !value.is_null()));
        let mut problems = Vec::new();
        if !some(&["min_size", "max_size", "desired_capacity"]) {
            problems.push(problem("min_size", "this, max_size or desired_capacity says what changes"));
        }
        if !some(&["recurrence", "start_time"]) {
            problems.push(problem("recurrence", "this or start_time says when"));
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "scheduled_action_name")
    }
}
