//! `aws_lb_target_group_attachment`

use std::collections::{BTreeMap, HashMap};

use aws_sdk_elasticloadbalancingv2::types::{TargetDescription, TargetHealthReasonEnum, TargetHealthStateEnum};
use futures::future::try_join_all;
use wildfire_engine::model::NaturalKey;

use super::prelude::*;

updates! {
    pub enum TargetGroupAttachmentUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TargetGroupAttachmentUpdate)]
#[sdk(from = sdk::TargetDescription, into = sdk::TargetDescription)]
pub struct TargetGroupAttachment {
    /// The zone of an address; `all` for one outside of the VPC.
    #[field(immutable, aws_default, filled)]
    availability_zone: Option<String>,
    /// `TARGET_GROUP_ARN,TARGET_ID[,PORT]`
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The port; by default that of the group.
    #[field(immutable, aws_default, range = 1..=65535)]
    port: Option<i64>,
    /// The target group.
    #[field(immutable, required, by_hand)]
    target_group_arn: Option<String>,
    /// The instance, the address, the function or the load balancer.
    #[field(immutable, required, sdk = id)]
    target_id: Option<String>,
}

/// The parts of an id. ARNs, ids and addresses have no comma.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    group: String,
    target: String,
    port: Option<i64>,
}

impl Place {
    fn of(id: &str) -> Option<Self> {
        let mut parts = id.split(',').map(str::trim);
        let (group, target) = (parts.next()?.to_string(), parts.next()?.to_string());
        let port = parts.next().map(str::parse).transpose().ok()?;
        Some(Self { group, target, port })
    }

    fn wanted(want: &TargetGroupAttachment) -> Self {
        Self {
            group: want.target_group_arn.clone().unwrap_or_default(),
            target: want.target_id.clone().unwrap_or_default(),
            port: want.port,
        }
    }

    fn id(&self) -> String {
        let Self { group, target, port } = self;
        match port {
            Some(port) => format!("{group},{target},{port}"),
            None => format!("{group},{target}"),
        }
    }

    /// Without a port it is whichever one the group has.
    fn is(&self, target: &TargetDescription) -> bool {
        let port = self.port.is_none() || self.port == target.port.map(i64::from);
        target.id.as_deref() == Some(&self.target) && port
    }
}

/// A target that has left stays listed while its connections end.
fn is_there(health: &sdk::TargetHealthDescription) -> bool {
    let health = health.target_health.as_ref();
    let reason = health.and_then(|health| health.reason.as_ref());
    let left = matches!(
        reason,
        Some(TargetHealthReasonEnum::NotRegistered | TargetHealthReasonEnum::DeregistrationInProgress)
    );
    !left && health.and_then(|health| health.state.as_ref()) != Some(&TargetHealthStateEnum::Draining)
}

/// The targets of a group.
async fn list(aws: &Aws, group: &str) -> Result<Vec<TargetDescription>, CloudError> {
    let ask = aws.read().elasticloadbalancingv2().describe_target_health().target_group_arn(group);
    let reply = absent_is_none(aws.send(ask).await)?;
    let targets = reply.and_then(|reply| reply.target_health_descriptions).unwrap_or_default();
    Ok(targets.into_iter().filter(is_there).filter_map(|health| health.target).collect())
}

fn attachment(place: &Place, target: TargetDescription) -> Result<TargetGroupAttachment, Unfit> {
    let attachment = TargetGroupAttachment::from_sdk(target)?;
    Ok(TargetGroupAttachment { id: Some(place.id()), target_group_arn: Some(place.group.clone()), ..attachment })
}

/// A call for each group.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, TargetGroupAttachment>, CloudError> {
    let mut groups: BTreeMap<String, Vec<(String, Place)>> = BTreeMap::new();
    for id in ids {
        let Some(place) = Place::of(&id) else { continue };
        groups.entry(place.group.clone()).or_default().push((id, place));
    }
    let live = try_join_all(groups.keys().map(|group| list(&aws, group))).await?;
    let mut found = HashMap::new();
    for (places, targets) in groups.into_values().zip(live) {
        for (id, place) in places {
            if let Some(target) = targets.iter().find(|target| place.is(target)) {
                found.insert(id, attachment(&place, target.clone())?);
            }
        }
    }
    Ok(found)
}

#[async_trait]
impl Resource for TargetGroupAttachment {
    const TYPE: &'static str = "aws_lb_target_group_attachment";
    const DOC: &'static str = "A target of a target group.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![RegisterTargets];
    const DELETE_CALLS: Calls = calls![DeregisterTargets];
    const LAGS: &'static [LagReply] = lags::TARGET_GROUP_ATTACHMENT;
    const IMPORT_ID: &'static str = "TARGET_GROUP_ARN,TARGET_ID[,PORT]";
    const RELATIONS: Relations = Relations {
        identity: &["target_group_arn", "target_id", "port"],
        part_of: &["target_group_arn"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
target_group_arn: ${web_group.arn}
target_id: ${web.id}
port: 8080
";

    type Update = TargetGroupAttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(wanted, aws.batch("elasticloadbalancing:targets").load(ids, move |ids| fetch(handle, ids)).await)
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let place = Place::wanted(wanted);
        let there = list(aws, &place.group).await?.iter().any(|target| place.is(target));
        Ok(there.then(|| place.id().into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let place = Place::wanted(want);
        let request = aws.write().elasticloadbalancingv2().register_targets().target_group_arn(&place.group);
        aws.done(request.targets(want.to_sdk()?)).await?;
        Ok(place.id().into())
    }

    async fn update(
        _aws: &Aws,
        call: TargetGroupAttachmentUpdate,
        _change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let Some(place) = Place::of(id.as_str()) else { return Ok(()) };
        let zone = prior.availability_zone.clone();
        let target = TargetGroupAttachment { availability_zone: zone, port: place.port, ..Self::default() };
        let target = TargetGroupAttachment { target_id: Some(place.target), ..target };
        let request = aws.write().elasticloadbalancingv2().deregister_targets().target_group_arn(place.group);
        match aws.gone(request.targets(target.to_sdk()?)).await {
            // What is not registered.
            Err(error) if error.code.as_deref() == Some("InvalidTarget") => Ok(()),
            answer => answer,
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name)?.as_str().map(String::from);
        let port = match properties.get("port") {
            None | Some(Value::Null) => None,
            Some(port) => Some(port.as_int()?),
        };
        let place = Place { group: text("target_group_arn")?, target: text("target_id")?, port };
        Some(place.id().into())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        // One without a port is another target than one with the group's port as far as anybody can tell here.
        let key = |id: PhysicalId| NaturalKey { kind: Self::TYPE, parts: vec![id.to_string()], range: None };
        Some(Self::natural_id(properties).map(key).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, request, result};

    #[test]
    fn an_id_names_the_target() {
        let place = Place { group: "arn:aws:x".into(), target: "2001:db8::1".into(), port: Some(80) };
        assert_eq!(Place::of(&place.id()), Some(place));
        assert_eq!(Place::of("arn:aws:x,i-1").unwrap().port, None);
        assert_eq!(Place::of("arn:aws:x"), None);
        assert_eq!(Place::of("arn:aws:x,i-1,http"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_targets_of_a_group_are_read_together_and_those_that_left_are_gone() {
        let target = |id: &str, port: i64, health: &str| {
            format!(
                "<member><Target><Id>{id}</Id><Port>{port}</Port></Target><TargetHealth>{health}</TargetHealth></member>"
            )
        };
        let targets = [
            target("i-1", 80, "<State>unhealthy</State>"),
            target("i-2", 80, "<State>draining</State><Reason>Target.DeregistrationInProgress</Reason>"),
            target("i-3", 81, "<State>initial</State>"),
        ];
        let reply = format!("<TargetHealthDescriptions>{}</TargetHealthDescriptions>", targets.concat());
        let script = Replay::default().on("DescribeTargetHealth", result(&reply));
        let ids = ["g,i-1", "g,i-2", "g,i-3,81", "g,i-3,82"].map(|id| request(id, &[]));
        let found = TargetGroupAttachment::read(&script.aws(), &ids).await;
        let ports: Vec<_> = found.into_iter().map(|read| read.unwrap().and_then(|one| one.port)).collect();
        assert_eq!(ports, [Some(80), None, Some(81), None]);
        assert_eq!(script.finish().len(), 1);
    }
}
