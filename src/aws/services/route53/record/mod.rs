//! `aws_route53_record`

mod sets;
mod text;
mod together;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    Batch, CloudError, CreateOnce, ErrorKind, LagReply, Mutation, NaturalKey, Operation, PhysicalId, Problem,
    ReadRequest, Recover, Relations, Scope, Value,
};

use self::sets::{
    Alias, CidrPolicy, FailoverPolicy, GeolocationPolicy, GeoproximityPolicy, LatencyPolicy, WeightedPolicy,
};
use super::name::{RecordKey, bare_zone_id, full, plain, record_keys};
use super::{change, listing};
use crate::Aws;
use crate::connection::call::gone_is_fine;
use crate::kind::convert::problem;
use crate::kind::resource::{Change, Member, Read, Resource, all_failed};
use crate::services::route53::lags;
use crate::updates;

updates! {
    pub enum RecordUpdate {
        Record => ["route53:ChangeResourceRecordSets"],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = RecordUpdate)]
pub struct Record {
    /// The resource of AWS that the name stands for.
    #[field(update = Record, conflicts = ["records", "ttl"])]
    alias: Option<Alias>,
    /// Whether a record that exists already is taken over.
    #[field(local, default = false)]
    allow_overwrite: Option<bool>,
    /// Answers by the range of the asker's address.
    #[field(update = Record)]
    cidr_routing_policy: Option<CidrPolicy>,
    /// Answers with the first choice while it is healthy.
    #[field(update = Record)]
    failover_routing_policy: Option<FailoverPolicy>,
    /// The whole name.
    #[field(computed)]
    fqdn: Option<String>,
    /// Answers by the asker's place.
    #[field(update = Record)]
    geolocation_routing_policy: Option<GeolocationPolicy>,
    /// Answers by the distance between asker and target.
    #[field(update = Record)]
    geoproximity_routing_policy: Option<GeoproximityPolicy>,
    /// The health check that the record depends on.
    #[field(update = Record)]
    health_check_id: Option<String>,
    /// Zone, name, type and set, joined by underscores.
    #[field(computed)]
    id: Option<String>,
    /// Answers with the region that is nearest to the asker.
    #[field(update = Record)]
    latency_routing_policy: Option<LatencyPolicy>,
    /// Whether up to eight healthy records are answered at once.
    #[field(update = Record)]
    multivalue_answer_routing_policy: Option<bool>,
    /// The name, whole or without the zone's; empty for the zone itself.
    #[field(immutable, required, forms = DnsName)]
    name: Option<String>,
    /// The values.
    #[field(update = Record, set, conflicts = ["alias"])]
    records: Option<Vec<String>>,
    /// What tells records of one name and type apart.
    #[field(immutable)]
    set_identifier: Option<String>,
    /// Seconds for which an answer may be kept.
    #[field(update = Record, conflicts = ["alias"], range = 0..=2147483647)]
    ttl: Option<i64>,
    /// The type of record.
    #[field(immutable, required, one_of = ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"])]
    r#type: Option<String>,
    /// Answers by chance, in proportion to weights.
    #[field(update = Record)]
    weighted_routing_policy: Option<WeightedPolicy>,
    /// The zone.
    #[field(immutable, required, forms = ZoneId)]
    zone_id: Option<String>,
}

impl Record {
    fn key(&self) -> RecordKey {
        RecordKey {
            zone: bare_zone_id(self.zone_id.as_deref().unwrap_or_default()).to_string(),
            name: plain(self.name.as_deref().unwrap_or_default()),
            kind: self.r#type.clone().unwrap_or_default(),
            set: self.set_identifier.clone().filter(|set| !set.is_empty()),
        }
    }
}

fn no_id(id: &PhysicalId) -> CloudError {
    CloudError::new(ErrorKind::Rejected, format!("{id} is no id of a record: ZONE_NAME_TYPE[_SET] is expected"))
}

async fn name_of(aws: &Aws, zone: &str) -> Result<String, CloudError> {
    let name = listing::zone_name(aws, zone).await?;
    name.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("there is no zone {zone}")))
}

#[async_trait]
impl Resource for Record {
    const TYPE: &'static str = "aws_route53_record";
    const DOC: &'static str = "A record of a hosted zone.";
    const SCOPE: Scope = Scope::Account;
    // The create call is refused for a record that exists, unless allow_overwrite says otherwise.
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["route53:ChangeResourceRecordSets"];
    const DELETE_CALLS: &'static [&'static str] = &["route53:ChangeResourceRecordSets"];
    const LAGS: &'static [LagReply] = lags::RECORD;
    const IMPORT_ID: &'static str = "ZONE_NAME_TYPE[_SET]";
    const TERRAFORM_VERSION: u32 = 2;
    const RELATIONS: Relations =
        Relations { identity: &["zone_id", "name", "type", "set_identifier"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
zone_id: ${zone.zone_id}
name: www
type: A
ttl: 300
records: [192.0.2.10]
";
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["alias", "records"]];
    const USUAL_SECONDS: u32 = 30;

    type Update = RecordUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let keys: Vec<Option<RecordKey>> = wanted.iter().map(|request| RecordKey::parse(&request.id)).collect();
        let zones: Vec<String> = keys.iter().flatten().map(|key| bare_zone_id(&key.zone).to_string()).collect();
        let records = {
            let aws = aws.clone();
            aws.clone().batch("route53:records").load(zones, move |zones| listing::of_zones(aws, zones)).await
        };
        let records = match records {
            Ok(records) => records,
            Err(error) => return all_failed(wanted, &error),
        };
        let answer = |(request, key): (&ReadRequest, Option<RecordKey>)| {
            let Some(key) = key else { return Err(no_id(&request.id)) };
            let Some(zone) = records.get(bare_zone_id(&key.zone)) else { return Ok(None) };
            let whole_name = full(&key.name, &zone.name);
            let live = zone.sets.iter().find(|set| listing::is(set, &key, &whole_name));
            Ok(live.map(|live| Record {
                id: Some(request.id.to_string()),
                name: Some(key.name.clone()),
                zone_id: Some(key.zone.clone()),
                ..Record::from(live.clone())
            }))
        };
        wanted.iter().zip(keys).map(answer).collect()
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let key = wanted.key();
        // Records have no tags: one that says what the call said is what the call made.
        let Some(zone_name) = listing::zone_name(aws, &key.zone).await? else { return Ok(None) };
        let Some(live) = listing::one_of_many(aws, &key).await? else { return Ok(None) };
        Ok(sets::alike(&live, &sets::to_sdk(wanted, &zone_name)?).then(|| key.id()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        // With this, what is there is meant to be overwritten.
        self.allow_overwrite != Some(true)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let key = want.key();
        let create = Member::Create { want: want.clone(), operation: operation.clone() };
        together::send_all(aws, &[create]).await.map(|_| key.id())
    }

    async fn update(aws: &Aws, call: RecordUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            RecordUpdate::Record => {
                let update = Member::Update { id: id.clone(), want: want.clone() };
                together::send_all(aws, &[update]).await.map(drop)
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let delete = Member::Delete { id: id.clone(), prior: prior.clone() };
        gone_is_fine(together::send_all(aws, &[delete]).await)
    }

    fn batch(call: &Mutation) -> Option<Batch> {
        together::batch(call)
    }

    async fn send_together(aws: &Aws, calls: &[Member<Self>]) -> Result<Vec<PhysicalId>, CloudError> {
        together::send_all(aws, calls).await
    }

    async fn at_work(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Option<String>> {
        change::under_way(aws, wanted).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        const POLICIES: [&str; 7] = [
            "cidr_routing_policy",
            "failover_routing_policy",
            "geolocation_routing_policy",
            "geoproximity_routing_policy",
            "latency_routing_policy",
            "multivalue_answer_routing_policy",
            "weighted_routing_policy",
        ];
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let mut problems = Vec::new();
        if written("records") && !written("ttl") {
            problems.push(problem("ttl", "a record with values needs a ttl"));
        }
        let off = Value::Bool(false);
        let policies: Vec<&str> =
            POLICIES.into_iter().filter(|name| written(name) && properties.get(name) != Some(&off)).collect();
        if policies.len() > 1 {
            problems
                .push(problem(policies[1], format!("a record has one routing policy, not {}", policies.join(" and "))));
        }
        if let Some(policy) = policies.first()
            && !written("set_identifier")
        {
            problems.push(problem("set_identifier", format!("a record with {policy} needs a set_identifier")));
        }
        if policies.is_empty() && written("set_identifier") {
            problems.push(problem("set_identifier", "a set_identifier needs a routing policy"));
        }
        let kind = properties.get("type").and_then(Value::as_str).unwrap_or_default();
        let texts = properties.get("records").and_then(Value::as_list).unwrap_or_default();
        if text::is_quoted(kind) && texts.iter().filter_map(Value::as_str).any(|text| text.starts_with('"')) {
            problems.push(problem("records", format!("a {kind} record is written without the quotes around it")));
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str).map(String::from);
        let set = match properties.get("set_identifier") {
            None | Some(Value::Null) => None,
            Some(set) => Some(set.as_str()?.to_string()).filter(|set| !set.is_empty()),
        };
        let zone = bare_zone_id(&text("zone_id")?).to_string();
        Some(RecordKey { zone, name: plain(&text("name")?), kind: text("type")?, set }.id())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(record_keys(properties))
    }
}

#[cfg(test)]
mod tests;
