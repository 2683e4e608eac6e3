//! `aws_autoscaling_attachment`

use super::group::load;
use super::named::{split, without_group};
use super::prelude::*;

updates! {
    pub enum AttachmentUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = AttachmentUpdate)]
pub struct Attachment {
    /// The name of the group.
    #[field(immutable, required)]
    autoscaling_group_name: Option<String>,
    /// The name of a classic load balancer.
    #[field(immutable)]
    elb: Option<String>,
    /// Group and balancer: `GROUP/ARN`.
    #[field(computed)]
    id: Option<String>,
    /// The ARN of a target group.
    #[field(immutable)]
    lb_target_group_arn: Option<String>,
}

impl Attachment {
    fn balancer(&self) -> &str {
        self.lb_target_group_arn.as_deref().or(self.elb.as_deref()).unwrap_or_default()
    }

    fn physical_id(&self) -> PhysicalId {
        format!("{}/{}", self.autoscaling_group_name.as_deref().unwrap_or_default(), self.balancer()).into()
    }
}

/// The attachment of an id, where the group has it. A target group is known by its ARN.
fn attachment(id: &str, group: Option<&sdk::AutoScalingGroup>) -> Option<Attachment> {
    let (name, balancer) = split(id);
    let (balancers, targets) = (&group?.load_balancer_names, &group?.target_group_arns);
    let is_target = balancer.starts_with("arn:");
    let there = if is_target { targets } else { balancers };
    there.as_ref()?.iter().find(|one| *one == balancer)?;
    let is = |yes: bool| yes.then(|| balancer.to_string());
    Some(Attachment {
        autoscaling_group_name: Some(name.to_string()),
        elb: is(!is_target),
        id: Some(id.to_string()),
        lb_target_group_arn: is(is_target),
    })
}

#[async_trait]
impl Resource for Attachment {
    const TYPE: &'static str = "aws_autoscaling_attachment";
    const DOC: &'static str = "A load balancer or target group that a group of instances is behind.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AttachLoadBalancerTargetGroups, AttachLoadBalancers];
    const DELETE_CALLS: Calls = calls![DetachLoadBalancerTargetGroups, DetachLoadBalancers];
    const LAGS: &'static [LagReply] = lags::ATTACHMENT;
    const IMPORT_ID: &'static str = "AUTOSCALING_GROUP_NAME/TARGET_GROUP_ARN";
    const RELATIONS: Relations = Relations {
        identity: &["autoscaling_group_name", "lb_target_group_arn", "elb"],
        part_of: &["autoscaling_group_name", "lb_target_group_arn", "elb"],
        ..Relations::NONE
    };
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["elb", "lb_target_group_arn"]];
    const EXAMPLE: &'static str = "\
autoscaling_group_name: ${front.name}
lb_target_group_arn: ${front_targets.arn}
";

    type Update = AttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let groups = wanted.iter().map(|request| split(request.id.as_str()).0.to_string());
        each(wanted, load(aws, groups.collect()).await, |found, request| {
            let id = request.id.as_str();
            Ok(attachment(id, found.get(split(id).0)))
        })
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let group = split(id.as_str()).0.to_string();
        let found = load(aws, vec![group.clone()]).await?;
        Ok(attachment(id.as_str(), found.get(&group)).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (scaling, group) = (aws.write().autoscaling(), want.autoscaling_group_name.clone());
        match &want.lb_target_group_arn {
            Some(arn) => {
                let request = scaling.attach_load_balancer_target_groups().set_auto_scaling_group_name(group);
                aws.done(request.target_group_arns(arn)).await?;
            }
            None => {
                let request = scaling.attach_load_balancers().set_auto_scaling_group_name(group);
                aws.done(request.load_balancer_names(want.balancer())).await?;
            }
        }
        Ok(want.physical_id())
    }

    async fn update(_aws: &Aws, call: AttachmentUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (group, balancer) = split(id.as_str());
        let scaling = aws.write().autoscaling();
        match balancer.starts_with("arn:") {
            true => {
                let request = scaling.detach_load_balancer_target_groups().auto_scaling_group_name(group);
                without_group(aws.send(request.target_group_arns(balancer)).await).map(drop)
            }
            false => {
                let request = scaling.detach_load_balancers().auto_scaling_group_name(group);
                without_group(aws.send(request.load_balancer_names(balancer)).await).map(drop)
            }
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name)?.as_str();
        let balancer = text("lb_target_group_arn").or_else(|| text("elb"))?;
        Some(format!("{}/{balancer}", text("autoscaling_group_name")?).into())
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
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    const TARGETS: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/front/1";

    fn described(targets: &[&str], balancers: &[&str]) -> Reply {
        let list = |name: &str, all: &[&str]| {
            let members: String = all.iter().map(|one| format!("<member>{one}</member>")).collect();
            format!("<{name}>{members}</{name}>")
        };
        let lists = list("TargetGroupARNs", targets) + &list("LoadBalancerNames", balancers);
        let name = "<AutoScalingGroupName>front</AutoScalingGroupName>";
        result(&format!("<AutoScalingGroups><member>{name}{lists}</member></AutoScalingGroups>"))
    }

    fn want(target: Option<&str>, elb: Option<&str>) -> Attachment {
        Attachment {
            autoscaling_group_name: Some("front".into()),
            elb: elb.map(String::from),
            lb_target_group_arn: target.map(String::from),
            ..Attachment::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_attachments_of_a_group_are_read_with_it() {
        let script = Replay::default().on("DescribeAutoScalingGroups", described(&[TARGETS], &["old"]));
        let ids = [format!("front/{TARGETS}"), "front/old".into(), "front/gone".into(), "other/old".into()];
        let found = Attachment::read(&script.aws(), &ids.map(|id| request(&id, &[]))).await;
        let kinds: Vec<Option<bool>> =
            found.into_iter().map(|read| read.unwrap().map(|one| one.lb_target_group_arn.is_some())).collect();
        assert_eq!(kinds, [Some(true), Some(false), None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn an_attachment_lives() {
        let script = Replay::default()
            .on("AttachLoadBalancerTargetGroups", result(""))
            .on("DescribeAutoScalingGroups", described(&[TARGETS], &[]))
            .on("DetachLoadBalancerTargetGroups", result(""))
            .on("AttachLoadBalancers", result(""))
            .on("DetachLoadBalancers", result(""))
            .on("DescribeAutoScalingGroups", described(&[], &[]));
        let aws = script.aws();
        let target = want(Some(TARGETS), None);
        let id = Attachment::create(&aws, &target, &operation()).await.unwrap();
        assert_eq!(Attachment::find(&aws, &recover(json!({})), &target).await, Ok(Some(id.clone())));
        Attachment::delete(&aws, &id, &target).await.unwrap();
        let balancer = want(None, Some("old"));
        let id = Attachment::create(&aws, &balancer, &operation()).await.unwrap();
        Attachment::delete(&aws, &id, &balancer).await.unwrap();
        assert_eq!(Attachment::find(&aws, &recover(json!({})), &balancer).await, Ok(None));
        let sent = script.finish();
        assert_eq!(sent[3].parameter("LoadBalancerNames.member.1"), Some("old"));
    }
}
