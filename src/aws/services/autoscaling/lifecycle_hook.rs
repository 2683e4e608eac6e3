//! `aws_autoscaling_lifecycle_hook`

use std::collections::{BTreeSet, HashMap};

use aws_sdk_autoscaling::operation::put_lifecycle_hook::builders::PutLifecycleHookFluentBuilder;

use super::named::{joined, natural, split, without_group};
use super::prelude::*;

updates! {
    pub enum LifecycleHookUpdate {
        Put => [PutLifecycleHook],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LifecycleHookUpdate)]
#[sdk(from = sdk::LifecycleHook, create = PutLifecycleHookFluentBuilder)]
pub struct LifecycleHook {
    /// The name of the group.
    #[field(immutable, required, sdk = auto_scaling_group_name)]
    autoscaling_group_name: Option<String>,
    /// What happens where nobody answers in time.
    #[field(update = Put, aws_default, one_of = ["CONTINUE", "ABANDON"])]
    default_result: Option<String>,
    /// For how many seconds the instance waits.
    #[field(update = Put, default = 3600, range = 30..=7200)]
    heartbeat_timeout: Option<i64>,
    /// The name.
    #[field(computed, sdk = lifecycle_hook_name)]
    id: Option<String>,
    /// Whether instances wait before they are used, or before they end.
    #[field(update = Put, required)]
    #[field(one_of = ["autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"])]
    lifecycle_transition: Option<String>,
    /// The name, unique in the group.
    #[field(immutable, required, length = 1..=255, pattern = "[A-Za-z0-9_/-]+", sdk = lifecycle_hook_name)]
    name: Option<String>,
    /// What the message says besides.
    #[field(update = Put, filled, length = 0..=1023)]
    notification_metadata: Option<String>,
    /// The ARN of the queue or topic that gets a message.
    #[field(update = Put, filled)]
    notification_target_arn: Option<String>,
    /// The role that sends it.
    #[field(update = Put, filled)]
    role_arn: Option<String>,
}

/// The hooks of each group that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, LifecycleHook>, CloudError> {
    let groups: BTreeSet<&str> = ids.iter().map(|id| split(id).0).collect();
    let list = async |group: &str| {
        let request = aws.read().autoscaling().describe_lifecycle_hooks().auto_scaling_group_name(group);
        without_group(aws.send(request).await)
    };
    let mut found = HashMap::new();
    for reply in join_all(groups.into_iter().map(list)).await {
        for live in reply?.and_then(|reply| reply.lifecycle_hooks).unwrap_or_default() {
            let hook = LifecycleHook::from_sdk(live)?;
            found.insert(hook.physical_id().to_string(), hook);
        }
    }
    Ok(found)
}

impl LifecycleHook {
    fn physical_id(&self) -> PhysicalId {
        joined(self.autoscaling_group_name.as_deref(), self.name.as_deref())
    }
}

async fn put(aws: &Aws, want: &LifecycleHook, prior: Option<&LifecycleHook>) -> Result<(), CloudError> {
    let mut request = want.fill(aws.write().autoscaling().put_lifecycle_hook())?;
    // What is absent stays as it is, and an empty target is none.
    if want.notification_target_arn.is_none() && prior.is_some_and(|prior| prior.notification_target_arn.is_some()) {
        request = request.notification_target_arn("");
    }
    aws.done(request).await
}

#[async_trait]
impl Resource for LifecycleHook {
    const TYPE: &'static str = "aws_autoscaling_lifecycle_hook";
    const DOC: &'static str = "A pause of instances when they start or end, for whoever has to do something then.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutLifecycleHook];
    const DELETE_CALLS: Calls = calls![DeleteLifecycleHook];
    const LAGS: &'static [LagReply] = lags::LIFECYCLE_HOOK;
    const IMPORT_ID: &'static str = "AUTOSCALING_GROUP_NAME/NAME";
    const RELATIONS: Relations = Relations {
        identity: &["autoscaling_group_name", "name"],
        part_of: &["autoscaling_group_name"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
autoscaling_group_name: ${front.name}
name: drain
lifecycle_transition: autoscaling:EC2_INSTANCE_TERMINATING
heartbeat_timeout: 300
default_result: CONTINUE
";

    type Update = LifecycleHookUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(wanted, aws.batch("autoscaling:hooks").load(ids, move |ids| fetch(handle, ids)).await)
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let live = fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str());
        // What is there counts only if it is what was sent; otherwise it is sent again.
        let same = |live: &Self| {
            (&live.lifecycle_transition, &live.notification_target_arn, &live.role_arn)
                == (&wanted.lifecycle_transition, &wanted.notification_target_arn, &wanted.role_arn)
        };
        Ok(live.filter(same).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want, None).await?;
        Ok(want.physical_id())
    }

    async fn update(aws: &Aws, call: LifecycleHookUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            LifecycleHookUpdate::Put => put(aws, change.want, Some(change.prior)).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (group, name) = split(id.as_str());
        let request = aws.write().autoscaling().delete_lifecycle_hook().auto_scaling_group_name(group);
        without_group(aws.send(request.lifecycle_hook_name(name)).await).map(drop)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "name")
    }
}
