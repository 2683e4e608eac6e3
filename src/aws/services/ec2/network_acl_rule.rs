//! `aws_network_acl_rule`

use wildfire_engine::model::PropertyPath;

use super::network_acl_entry::{self, Acls, Entry, entries, load, protocol_number};
use super::prelude::*;

updates! {
    pub enum NetworkAclRuleUpdate {
        Entry => [ReplaceNetworkAclEntry],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = NetworkAclRuleUpdate)]
pub struct NetworkAclRule {
    /// The IPv4 range on the other side.
    #[field(update = Entry, forms = Cidr)]
    cidr_block: Option<String>,
    /// Whether the rule is for outgoing traffic.
    #[field(immutable, default = false)]
    egress: Option<bool>,
    /// The first port.
    #[field(update = Entry, default = 0, range = 0..=65535)]
    from_port: Option<i64>,
    /// The ICMP code; -1 for all.
    #[field(update = Entry, default = 0, range = -1..=255)]
    icmp_code: Option<i64>,
    /// The ICMP type; -1 for all.
    #[field(update = Entry, default = 0, range = -1..=255)]
    icmp_type: Option<i64>,
    /// Terraform's id of the rule.
    #[field(computed)]
    id: Option<String>,
    /// The IPv6 range on the other side.
    #[field(update = Entry, forms = Cidr)]
    ipv6_cidr_block: Option<String>,
    /// The network ACL.
    #[field(immutable, required)]
    network_acl_id: Option<String>,
    /// The protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    #[field(update = Entry, required, forms = Protocol)]
    protocol: Option<String>,
    /// What happens to the traffic.
    #[field(update = Entry, required, forms = Case, one_of = ["allow", "deny"])]
    rule_action: Option<String>,
    /// The number: rules are looked at in this order, and the first that fits decides.
    #[field(immutable, required, range = 1..=32766)]
    rule_number: Option<i64>,
    /// The last port.
    #[field(update = Entry, default = 0, range = 0..=65535)]
    to_port: Option<i64>,
}

impl NetworkAclRule {
    fn entry(&self) -> Option<Entry> {
        let entry = Entry {
            egress: self.egress.unwrap_or(false),
            number: self.rule_number?,
            protocol: protocol_number(self.protocol.as_deref()?)?,
            action: self.rule_action.as_deref()?.to_lowercase(),
            ipv4: self.cidr_block.clone(),
            ipv6: self.ipv6_cidr_block.clone(),
            ports: None,
            icmp: None,
        };
        let or_0 = |part: Option<i64>| part.unwrap_or(0);
        Some(entry.with((or_0(self.from_port), or_0(self.to_port)), (or_0(self.icmp_type), or_0(self.icmp_code))))
    }

    /// What is sent, and the ACL.
    fn sent(&self) -> Result<(Entry, &str), CloudError> {
        let missing =
            || CloudError::new(ErrorKind::Rejected, "a rule needs an ACL, a number, a protocol and an action");
        self.entry().zip(self.network_acl_id.as_deref()).ok_or_else(missing)
    }

    fn of(key: &Key<'_>, entry: Entry) -> Self {
        let (from, to) = entry.ports.unwrap_or_default();
        let (icmp_type, icmp_code) = entry.icmp.unwrap_or_default();
        Self {
            cidr_block: entry.ipv4,
            egress: Some(entry.egress),
            from_port: Some(from),
            icmp_code: Some(icmp_code),
            icmp_type: Some(icmp_type),
            id: Some(key.terraform_id()),
            ipv6_cidr_block: entry.ipv6,
            network_acl_id: Some(key.acl.to_string()),
            protocol: Some(entry.protocol),
            rule_action: Some(entry.action),
            rule_number: Some(entry.number),
            to_port: Some(to),
        }
    }
}

/// The import id: `acl-1:100:tcp:true`. AWS knows a rule by its ACL, number and direction; the protocol is that of its creation.
struct Key<'a> {
    acl: &'a str,
    number: i64,
    protocol: &'a str,
    egress: bool,
}

impl<'a> Key<'a> {
    fn parse(id: &'a PhysicalId) -> Result<Self, CloudError> {
        let parts: Vec<&str> = id.as_str().split(':').collect();
        let key = match parts.as_slice() {
            [acl, number, protocol, egress] => number.parse().ok().zip(egress.parse().ok()).map(|(number, egress)| {
                let (acl, protocol) = (*acl, *protocol);
                Self { acl, number, protocol, egress }
            }),
            _ => None,
        };
        key.ok_or_else(|| {
            let message = format!("{id} is not a rule: write NETWORK_ACL_ID:RULE_NUMBER:PROTOCOL:EGRESS");
            CloudError::new(ErrorKind::Rejected, message)
        })
    }

    fn to_id(&self) -> PhysicalId {
        format!("{}:{}:{}:{}", self.acl, self.number, self.protocol, self.egress).into()
    }

    /// Terraform's id: a checksum over the parts.
    fn terraform_id(&self) -> String {
        let text = format!("{}-{}-{}-{}-", self.acl, self.number, self.egress, self.protocol);
        format!("nacl-{}", crc32fast::hash(text.as_bytes()))
    }

    fn find(&self, acls: &Acls) -> Option<Entry> {
        let entries = entries(acls.get(self.acl)?);
        entries.into_iter().find(|entry| (entry.number, entry.egress) == (self.number, self.egress))
    }
}

fn in_acls(acls: &Acls, id: &PhysicalId) -> Read<NetworkAclRule> {
    let key = Key::parse(id)?;
    Ok(key.find(acls).map(|entry| NetworkAclRule::of(&key, entry)))
}

#[async_trait]
impl Resource for NetworkAclRule {
    const TYPE: &'static str = "aws_network_acl_rule";
    const DOC: &'static str = "One rule of a network ACL.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateNetworkAclEntry];
    const DELETE_CALLS: Calls = calls![DeleteNetworkAclEntry];
    const LAGS: &'static [LagReply] = lags::NETWORK_ACL_RULE;
    const IMPORT_ID: &'static str = "NETWORK_ACL_ID:RULE_NUMBER:PROTOCOL:EGRESS";
    const RELATIONS: Relations =
        Relations { identity: &["network_acl_id", "rule_number", "egress"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
network_acl_id: ${private.id}
rule_number: 100
rule_action: allow
protocol: tcp
from_port: 443
to_port: 443
cidr_block: 10.0.0.0/8
";
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["cidr_block", "ipv6_cidr_block"]];

    type Update = NetworkAclRuleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().filter_map(|request| Key::parse(&request.id).ok()).map(|key| key.acl.to_string());
        let acls = load(aws, ids).await;
        wanted
            .iter()
            .map(|request| match &acls {
                Ok(acls) => in_acls(acls, &request.id),
                Err(error) => Err(error.clone()),
            })
            .collect()
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // A rule takes no tags: it is ours when it says what the intent says.
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let key = Key::parse(&id)?;
        let acls = load(aws, [key.acl.to_string()]).await?;
        let live = key.find(&acls);
        Ok(live.filter(|live| wanted.entry().as_ref() == Some(live)).map(|_| id.clone()))
    }

    /// AWS makes nothing, and says nothing, when the same rule is there.
    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (entry, acl) = want.sent()?;
        entry.create(aws, acl).await?;
        let protocol = want.protocol.as_deref().unwrap_or_default();
        Ok(Key { acl, number: entry.number, protocol, egress: entry.egress }.to_id())
    }

    async fn update(aws: &Aws, call: NetworkAclRuleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let (entry, acl) = change.want.sent()?;
        match call {
            NetworkAclRuleUpdate::Entry => entry.replace(aws, acl).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let key = Key::parse(id)?;
        network_acl_entry::delete(aws, key.acl, key.egress, key.number).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        network_acl_entry::validate(&PropertyPath::default(), properties, &mut found);
        found
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let egress = match properties.get("egress") {
            None | Some(Value::Null) => false,
            Some(egress) => egress.as_bool()?,
        };
        let number = properties.get("rule_number")?.as_int()?;
        Some(Key { acl: text("network_acl_id")?, number, protocol: text("protocol")?, egress }.to_id())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        let egress = match properties.get("egress") {
            None | Some(Value::Null) => Some(false),
            Some(egress) => egress.as_bool(),
        };
        let number = NaturalKey::of(Self::TYPE, properties, &["network_acl_id", "rule_number"]);
        Some(number.zip(egress).map(|(key, egress)| key.and(egress.to_string())).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, operation, recover, request, response};

    const RULES: &str = "<networkAclSet><item><networkAclId>acl-1</networkAclId><entrySet>\
        <item><ruleNumber>100</ruleNumber><protocol>6</protocol><ruleAction>allow</ruleAction><egress>true</egress>\
        <cidrBlock>10.0.0.0/8</cidrBlock><portRange><from>443</from><to>443</to></portRange></item>\
        <item><ruleNumber>32767</ruleNumber><protocol>-1</protocol><ruleAction>deny</ruleAction><egress>true</egress>\
        <cidrBlock>0.0.0.0/0</cidrBlock></item></entrySet></item></networkAclSet>";

    fn properties() -> serde_json::Value {
        json!({
            "network_acl_id": "acl-1", "rule_number": 100, "egress": true, "protocol": "tcp", "rule_action": "Allow",
            "from_port": 443, "to_port": 443, "cidr_block": "10.0.0.0/8",
        })
    }

    fn want(properties: &serde_json::Value) -> NetworkAclRule {
        serde_json::from_value(properties.clone()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn rules_of_an_acl_are_read_with_one_call() {
        let script = Replay::default().on("DescribeNetworkAcls", response(RULES));
        let ids = ["acl-1:100:tcp:true", "acl-1:100:tcp:false", "acl-1:32767:-1:true", "acl-2:1:-1:true", "acl-1"];
        let read = NetworkAclRule::read(&script.aws(), &ids.map(|id| request(id, &[]))).await;
        let live = read[0].as_ref().unwrap().as_ref().unwrap();
        assert_eq!((live.protocol.as_deref(), live.from_port, live.icmp_type), (Some("6"), Some(443), Some(0)));
        assert_eq!(live.id.as_deref(), Some("nacl-2554370815"));
        assert!(read[1..4].iter().all(|read| matches!(read, Ok(None))));
        assert!(read[4].is_err());
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_ours_if_it_says_the_same() {
        let script =
            Replay::default().on("DescribeNetworkAcls", response(RULES)).on("DescribeNetworkAcls", response(RULES));
        let aws = script.aws();
        let mut properties = properties();
        let found = NetworkAclRule::find(&aws, &recover(properties.clone()), &want(&properties)).await;
        assert_eq!(found, Ok(Some("acl-1:100:tcp:true".into())));
        properties["to_port"] = 444.into();
        let found = NetworkAclRule::find(&aws, &recover(properties.clone()), &want(&properties)).await;
        assert_eq!(found, Ok(None));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_made_changed_and_deleted_by_its_number() {
        let script = Replay::default()
            .on("CreateNetworkAclEntry", response("<return>true</return>"))
            .on("ReplaceNetworkAclEntry", response("<return>true</return>"))
            .on("DeleteNetworkAclEntry", response("<return>true</return>"));
        let aws = script.aws();
        let want = want(&properties());
        let id = NetworkAclRule::create(&aws, &want, &operation()).await.unwrap();
        assert_eq!(Some(&id), NetworkAclRule::natural_id(&Value::from_json(properties())).as_ref());
        let (prior, operation) = (NetworkAclRule::default(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        NetworkAclRule::update(&aws, NetworkAclRuleUpdate::Entry, &change).await.unwrap();
        NetworkAclRule::delete(&aws, &id, &want).await.unwrap();
        let sent = script.finish();
        for sent in &sent {
            assert_eq!((sent.parameter("RuleNumber"), sent.parameter("Egress")), (Some("100"), Some("true")));
        }
        assert_eq!((sent[0].parameter("Protocol"), sent[0].parameter("RuleAction")), (Some("6"), Some("allow")));
    }

    #[test]
    fn a_number_is_there_once_in_each_direction() {
        let keys = |egress: serde_json::Value| {
            let properties = json!({"network_acl_id": "acl-1", "rule_number": 100, "egress": egress});
            NetworkAclRule::natural_keys(&Value::from_json(properties)).unwrap()
        };
        assert_eq!(keys(json!(null)), keys(json!(false)));
        assert_ne!(keys(json!(true)), keys(json!(false)));
    }
}
