//! `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule`: one type but for the direction.

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroupRuleRequest, SecurityGroupRuleUpdate, UserIdGroupPair,
};
use futures::future::join_all;
use wildfire_engine::model::{Field, PropertyPath};

use super::arn::arn;
use super::prelude::*;
use super::{checks, describe, rules_together, security_group_rules, tagging};
use crate::connection::call::missing;
use crate::kind::convert::{ToSdk, Unfit, int};
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::all_failed;
use crate::kind::tags::made_by;

updates! {
    pub enum RuleUpdate {
        Rule => [ModifySecurityGroupRules],
        Tags => [CreateTags, DeleteTags],
    }
}

/// The properties of both directions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = RuleUpdate)]
#[sdk(from = sdk::SecurityGroupRule, into = SecurityGroupRuleRequest)]
pub struct Rule {
    /// The ARN.
    #[field(computed, sdk = security_group_rule_arn, filled)]
    arn: Option<String>,
    /// The IPv4 range on the other side.
    #[field(update = Rule, forms = Cidr, filled)]
    cidr_ipv4: Option<String>,
    /// The IPv6 range on the other side.
    #[field(update = Rule, forms = Cidr, filled)]
    cidr_ipv6: Option<String>,
    /// What the rule is for.
    #[field(update = Rule, filled, sent_by_hand)]
    description: Option<String>,
    /// The first port, or the ICMP type.
    #[field(update = Rule, range = -1..=65535)]
    from_port: Option<i64>,
    /// The rule's id.
    #[field(computed, sdk = security_group_rule_id)]
    id: Option<String>,
    /// The protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    #[field(update = Rule, required, forms = Protocol, by_hand)]
    ip_protocol: Option<String>,
    /// The prefix list on the other side.
    #[field(update = Rule, filled)]
    prefix_list_id: Option<String>,
    /// The security group on the other side; one of another account as `ACCOUNT/GROUP`.
    #[field(update = Rule, by_hand)]
    referenced_security_group_id: Option<String>,
    /// The security group that the rule belongs to.
    #[field(immutable, required, sdk = group_id, sent_by_hand)]
    security_group_id: Option<String>,
    /// The rule's id.
    #[field(computed)]
    security_group_rule_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The last port, or the ICMP code.
    #[field(update = Rule, range = -1..=65535)]
    to_port: Option<i64>,
}

/// A port as AWS takes it.
fn sdk_port(port: Option<i64>) -> Option<i32> {
    port.map(int)
}

impl Rule {
    /// The rule as a reply describes it.
    fn of(live: &sdk::SecurityGroupRule) -> Result<Self, Unfit> {
        let protocol = live.ip_protocol.as_deref().map(checks::canonical_protocol);
        let mut rule = Self::from_sdk(live.clone())?;
        // All protocols have all ports, which AWS returns as -1.
        if protocol.as_deref() == Some("-1") {
            (rule.from_port, rule.to_port) = (None, None);
        }
        let referenced_security_group_id = security_group_rules::referenced_group(live);
        Ok(Self { ip_protocol: protocol, referenced_security_group_id, ..rule })
    }

    fn protocol(&self) -> Option<String> {
        self.ip_protocol.as_deref().map(checks::canonical_protocol)
    }

    /// The rule in the form of the authorize calls.
    fn permission(&self) -> IpPermission {
        let description = self.description.clone();
        let permission = IpPermission::builder()
            .set_ip_protocol(self.protocol())
            .set_from_port(sdk_port(self.from_port))
            .set_to_port(sdk_port(self.to_port));
        let permission = match &self.cidr_ipv4 {
            Some(range) => {
                permission.ip_ranges(IpRange::builder().cidr_ip(range).set_description(description.clone()).build())
            }
            None => permission,
        };
        let permission = match &self.cidr_ipv6 {
            Some(range) => permission
                .ipv6_ranges(Ipv6Range::builder().cidr_ipv6(range).set_description(description.clone()).build()),
            None => permission,
        };
        let permission = match &self.prefix_list_id {
            Some(list) => permission.prefix_list_ids(
                PrefixListId::builder().prefix_list_id(list).set_description(description.clone()).build(),
            ),
            None => permission,
        };
        match &self.referenced_security_group_id {
            Some(group) => permission.user_id_group_pairs(group_pair(group, description)),
            None => permission,
        }
        .build()
    }

    /// The rule in the form of the modify call.
    fn request(&self) -> Result<SecurityGroupRuleRequest, Unfit> {
        let group = self.referenced_security_group_id.as_deref();
        let mut request: SecurityGroupRuleRequest = self.to_sdk()?;
        request.ip_protocol = self.protocol();
        request.referenced_group_id = group.map(|group| group.rsplit('/').next().unwrap_or(group).to_string());
        // Absent would leave the old description.
        request.description = Some(self.description.clone().unwrap_or_default());
        Ok(request)
    }
}

/// `sg-1` or `123456789012/sg-1`
pub(super) fn group_pair(group: &str, description: Option<String>) -> UserIdGroupPair {
    let (user, group) = match group.split_once('/') {
        Some((user, group)) => (Some(user.to_string()), group),
        None => (None, group),
    };
    UserIdGroupPair::builder().set_user_id(user).group_id(group).set_description(description).build()
}

/// A rule of one direction.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VpcSecurityGroupRule<const EGRESS: bool>(Rule);

impl<const EGRESS: bool> wildfire_engine::model::Fields for VpcSecurityGroupRule<EGRESS> {
    fn fields() -> Vec<Field> {
        Rule::fields()
    }
}

async fn with_arn(aws: &Aws, rule: &sdk::SecurityGroupRule) -> Result<Rule, CloudError> {
    let mut read = Rule::of(rule)?;
    if let (None, Some(id)) = (&read.arn, &read.id) {
        read.arn = Some(arn(aws, rule.group_owner_id.as_deref(), "security-group-rule", id).await?);
    }
    Ok(read)
}

/// What no other rule says.
fn told_apart(rule: &Rule, egress: bool) -> Vec<NaturalKey> {
    let value = serde_json::to_value(rule).map(Value::from_json).unwrap_or_default();
    super::keys::rule(&value, egress)
}

/// The rules of a request, for a reply that does not name them all.
async fn made_together(aws: &Aws, group: &str, operations: &[&Operation]) -> Vec<sdk::SecurityGroupRule> {
    // The rules are made: when they cannot be read, each is searched for.
    let rules = security_group_rules::load(aws, [group.to_string()]).await.unwrap_or_default();
    let ours = |rule: &&sdk::SecurityGroupRule| {
        let tags = tagging::from_sdk(rule.tags.clone());
        operations.iter().any(|operation| made_by(tags.as_ref(), operation.id.as_str()))
    };
    rules.values().filter(ours).cloned().collect()
}

/// Makes rules of one group; returns their ids, in their order.
async fn authorize<const EGRESS: bool>(
    aws: &Aws,
    wanted: &[&Rule],
    operations: &[&Operation],
) -> Result<Vec<PhysicalId>, CloudError> {
    const CALLS: [&str; 2] = ["ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"];
    let Some(first) = wanted.first() else { return Ok(Vec::new()) };
    let group = first.security_group_id.clone().unwrap_or_default();
    let permissions = wanted.iter().map(|rule| rule.permission()).collect();
    let tags = rules_together::tags(first.tags.all.as_ref(), operations);
    let mut made = rules_together::authorize(aws, &group, EGRESS, permissions, tags).await?;
    if made.len() < wanted.len() {
        made.extend(made_together(aws, &group, operations).await);
    }
    let says = |live: &sdk::SecurityGroupRule| {
        let rule = Rule::of(live).ok()?;
        Some(told_apart(&Rule { security_group_id: Some(group.clone()), ..rule }, EGRESS))
    };
    let id_of = |want: &&Rule| {
        // The reply for one rule is about it, however AWS writes it.
        let found = match made.as_slice() {
            [only] if wanted.len() == 1 => Some(only),
            all => all.iter().find(|live| says(live) == Some(told_apart(want, EGRESS))),
        };
        let id = found.and_then(|rule| rule.security_group_rule_id.as_deref());
        id.map(PhysicalId::from).ok_or_else(|| missing(CALLS[usize::from(EGRESS)], "SecurityGroupRuleId"))
    };
    wanted.iter().map(id_of).collect()
}

#[async_trait]
impl<const EGRESS: bool> Resource for VpcSecurityGroupRule<EGRESS> {
    const TYPE: &'static str =
        if EGRESS { "aws_vpc_security_group_egress_rule" } else { "aws_vpc_security_group_ingress_rule" };
    const DOC: &'static str = if EGRESS {
        "Traffic that a security group lets out: one protocol, one range of ports, one destination."
    } else {
        "Traffic that a security group lets in: one protocol, one range of ports, one source."
    };
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls =
        if EGRESS { calls![AuthorizeSecurityGroupEgress] } else { calls![AuthorizeSecurityGroupIngress] };
    const DELETE_CALLS: Calls =
        if EGRESS { calls![RevokeSecurityGroupEgress] } else { calls![RevokeSecurityGroupIngress] };
    const LAGS: &'static [LagReply] = if EGRESS { lags::EGRESS_RULE } else { lags::INGRESS_RULE };
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "SECURITY_GROUP_RULE_ID";
    const RELATIONS: Relations = Relations {
        identity: &["security_group_id", "ip_protocol", "from_port", "to_port", "cidr_ipv4"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = if EGRESS {
        "\
security_group_id: ${web.id}
ip_protocol: \"-1\"
cidr_ipv4: 0.0.0.0/0
"
    } else {
        "\
security_group_id: ${web.id}
ip_protocol: tcp
from_port: 443
to_port: 443
cidr_ipv4: 0.0.0.0/0
description: HTTPS
"
    };
    const EXACTLY_ONE: &'static [&'static [&'static str]] =
        &[&["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"]];

    type Update = RuleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let rules = match security_group_rules::load(aws, describe::ids(wanted)).await {
            Ok(rules) => rules,
            Err(error) => return all_failed(wanted, &error),
        };
        let one = async |request: &ReadRequest| -> Read<Self> {
            match rules.get(request.id.as_str()).filter(|rule| rule.is_egress.unwrap_or(false) == EGRESS) {
                Some(rule) => Ok(Some(Self(with_arn(aws, rule).await?))),
                None => Ok(None),
            }
        };
        join_all(wanted.iter().map(one)).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The tag of a rule that was made together with others names all of them: this one is the one that says the same.
        let candidate = |rule: sdk::SecurityGroupRule| {
            let same = Rule::of(&rule).is_ok_and(|live| told_apart(&live, EGRESS) == told_apart(&wanted.0, EGRESS));
            let tags = tagging::from_sdk(rule.tags);
            let shared = tags.as_ref().and_then(|tags| tags.get("wildfire:op")).is_some_and(|op| op.contains(' '));
            Candidate::new(rule.security_group_rule_id, tags.filter(|_| same || !shared))
        };
        let op = recover.operation.id.as_str();
        let filters = vec![tagging::filter("tag:wildfire:op", [op.to_string(), format!("*{op}*")])];
        only_made_by(recover, security_group_rules::describe(aws, filters).await?.into_iter().map(candidate))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let ids = authorize::<EGRESS>(aws, &[&want.0], &[operation]).await?;
        ids.into_iter().next().ok_or_else(|| missing(Self::CREATE_CALLS[0], "SecurityGroupRuleId"))
    }

    fn batch(call: &Mutation) -> Option<Batch> {
        rules_together::batch(call, None)
    }

    async fn send_together(aws: &Aws, calls: &[Member<Self>]) -> Result<Vec<PhysicalId>, CloudError> {
        let (mut wanted, mut operations, mut gone, mut group) = (Vec::new(), Vec::new(), Vec::new(), None);
        for call in calls {
            match call {
                Member::Create { want, operation } => {
                    wanted.push(&want.0);
                    operations.push(operation);
                }
                Member::Delete { id, prior } => {
                    group = prior.0.security_group_id.clone();
                    gone.push(id.clone());
                }
                Member::Update { .. } => {}
            }
        }
        if gone.is_empty() {
            return authorize::<EGRESS>(aws, &wanted, &operations).await;
        }
        let rules = gone.iter().map(ToString::to_string).collect();
        rules_together::revoke(aws, group.as_deref().unwrap_or_default(), EGRESS, rules).await?;
        Ok(gone)
    }

    async fn update(aws: &Aws, call: RuleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            RuleUpdate::Rule => {
                let update = SecurityGroupRuleUpdate::builder();
                let update = update.security_group_rule_id(id.as_str()).security_group_rule(want.0.request()?).build();
                let request = aws.write().ec2().modify_security_group_rules();
                let request = request.set_group_id(want.0.security_group_id.clone()).security_group_rules(update);
                aws.done(request).await
            }
            RuleUpdate::Tags => tagging::update(aws, id, prior.0.tags.all.as_ref(), want.0.tags.all.as_ref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let group = prior.0.security_group_id.as_deref().unwrap_or_default();
        security_group_rules::revoke(aws, group, EGRESS, vec![id.to_string()]).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        for name in ["cidr_ipv4", "cidr_ipv6"] {
            checks::cidr(&name.into(), properties.get(name), &mut found);
        }
        checks::all_ports(&PropertyPath::default(), properties, "ip_protocol", &mut found);
        checks::ports(&PropertyPath::default(), properties, "ip_protocol", &mut found);
        found
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(super::keys::rule(properties, EGRESS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_protocols_have_no_ports() {
        let live = sdk::SecurityGroupRule::builder().ip_protocol("-1").from_port(-1).to_port(-1).build();
        let rule = Rule::of(&live).expect("it can be read");
        assert_eq!((rule.from_port, rule.to_port), (None, None));
        let ping = sdk::SecurityGroupRule::builder().ip_protocol("icmp").from_port(-1).to_port(-1).build();
        assert_eq!(Rule::of(&ping).expect("it can be read").from_port, Some(-1));
    }

    #[test]
    fn a_group_of_another_account_names_it() {
        let referenced = sdk::ReferencedSecurityGroup::builder().group_id("sg-2").user_id("222222222222").build();
        let rule = sdk::SecurityGroupRule::builder().group_owner_id("111111111111");
        let rule = rule.referenced_group_info(referenced);
        let other = Rule::of(&rule.clone().build()).expect("it can be read");
        assert_eq!(other.referenced_security_group_id.as_deref(), Some("222222222222/sg-2"));
        let own = Rule::of(&rule.group_owner_id("222222222222").build()).expect("it can be read");
        assert_eq!(own.referenced_security_group_id.as_deref(), Some("sg-2"));
        let pair = &other.permission().user_id_group_pairs()[0].clone();
        assert_eq!((pair.user_id(), pair.group_id()), (Some("222222222222"), Some("sg-2")));
    }
}
