//! `aws_route53_zone`

mod read;

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_route53::operation::create_hosted_zone::CreateHostedZoneOutput;
use aws_sdk_route53::types::{ChangeAction, HostedZoneConfig, RrType, Tag, TagResourceType, Vpc};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, NaturalKey, Operation, PhysicalId, ReadRequest, Recover, Relations, Scope, Value,
    is_own_tag,
};

use self::read::read_one;
pub(super) use self::read::tags_of;
pub(crate) use self::read::{ZoneSummary, all_zones, name_servers, zone_tags};
use super::name::{bare_zone_id, plain, zone_keys};
use super::operations::*;
use super::{change, lags, listing};
use crate::Aws;
use crate::kind::convert::{ToSdk, Unfit, filled};
use crate::kind::resource::{Calls, Change, Read, Resource, asks_for};
use crate::kind::tags::{Tagged, Tags, tag_change};
use crate::{calls, updates};

updates! {
    pub enum ZoneUpdate {
        Comment => [UpdateHostedZoneComment],
        Vpcs => [AssociateVPCWithHostedZone, DisassociateVPCFromHostedZone],
        Tags => [ChangeTagsForResource],
    }
}

/// Tags that one call adds or removes, and zones whose tags one call lists.
const TAGS: usize = 10;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ZoneUpdate)]
pub struct Zone {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// A remark.
    #[field(update = Comment, aws_default)]
    comment: Option<String>,
    /// The set of name servers to use again.
    #[field(immutable, conflicts = ["vpc"])]
    delegation_set_id: Option<String>,
    /// Whether a deletion first deletes every record in the zone.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The zone's id.
    #[field(computed)]
    id: Option<String>,
    /// The domain.
    #[field(immutable, required, forms = DnsName)]
    name: Option<String>,
    /// The name servers to delegate to.
    #[field(computed)]
    name_servers: Option<Vec<String>>,
    /// The name server that the record of authority names.
    #[field(computed)]
    primary_name_server: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, after_create)]
    tags: Tagged,
    /// The VPCs in which a private zone is seen; a zone without one is public.
    #[field(update = Vpcs, after_create, set, conflicts = ["delegation_set_id"])]
    vpc: Option<Vec<ZoneVpc>>,
    /// The zone's id.
    #[field(computed)]
    zone_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = Vpc, into = Vpc)]
pub struct ZoneVpc {
    /// The VPC.
    #[field(required)]
    vpc_id: Option<String>,
    /// The VPC's region, if another than the stage's.
    #[field(aws_default)]
    vpc_region: Option<String>,
}

/// A VPC as the API takes it: with its region.
fn sdk_vpc(aws: &Aws, vpc: &ZoneVpc) -> Result<Vpc, Unfit> {
    let region = filled(vpc.vpc_region.clone()).unwrap_or_else(|| aws.region().to_string());
    ZoneVpc { vpc_region: Some(region), ..vpc.clone() }.to_sdk()
}

async fn update_vpcs(aws: &Aws, id: &str, want: &Zone) -> Result<(), CloudError> {
    let request = ReadRequest::new(id.into(), Vec::new());
    let live = read_one(aws, &request).await?.and_then(|zone| zone.vpc).unwrap_or_default();
    let wanted = want.vpc.clone().unwrap_or_default();
    let ids = |vpcs: &[ZoneVpc]| vpcs.iter().filter_map(|vpc| vpc.vpc_id.clone()).collect::<BTreeSet<_>>();
    let (there, needed) = (ids(&live), ids(&wanted));
    let lacks = |set: &BTreeSet<String>, vpc: &&ZoneVpc| vpc.vpc_id.as_ref().is_some_and(|id| !set.contains(id));
    // A private zone keeps at least one VPC, so new ones come before old ones go.
    for vpc in wanted.iter().filter(|vpc| lacks(&there, vpc)) {
        let request = aws.write().route53().associate_vpc_with_hosted_zone().hosted_zone_id(id).vpc(sdk_vpc(aws, vpc)?);
        aws.done(request).await?;
    }
    for vpc in live.iter().filter(|vpc| lacks(&needed, vpc)) {
        let request =
            aws.write().route53().disassociate_vpc_from_hosted_zone().hosted_zone_id(id).vpc(sdk_vpc(aws, vpc)?);
        aws.gone(request).await?;
    }
    Ok(())
}

/// What to tag and what to untag. Nothing can be tagged as it is made, so what is without our own tags gets them here.
pub(super) fn tag_plan(prior: Option<&Tags>, want: Option<&Tags>, operation: &Operation) -> (Tags, Vec<String>) {
    let change = tag_change(prior, want);
    let mut set = change.set;
    if !prior.into_iter().flatten().any(|(key, _)| is_own_tag(key)) {
        let own = want.into_iter().flatten().filter(|(key, _)| is_own_tag(key));
        let own: Tags = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        set.extend(if own.is_empty() { operation.tags().into_iter().collect() } else { own });
    }
    (set, change.remove)
}

pub(super) async fn update_tags(
    aws: &Aws,
    kind: &TagResourceType,
    id: &str,
    (set, remove): (Tags, Vec<String>),
) -> Result<(), CloudError> {
    let call = || aws.write().route53().change_tags_for_resource().resource_type(kind.clone()).resource_id(id);
    let tags: Vec<Tag> = set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    for chunk in tags.chunks(TAGS) {
        aws.done(call().set_add_tags(Some(chunk.to_vec()))).await?;
    }
    for chunk in remove.chunks(TAGS) {
        aws.done(call().set_remove_tag_keys(Some(chunk.to_vec()))).await?;
    }
    Ok(())
}

/// Deletes every record but the two that a zone cannot be without.
async fn empty(aws: &Aws, id: &str) -> Result<(), CloudError> {
    let Some(name) = listing::zone_name(aws, id).await? else { return Ok(()) };
    let sets = listing::list(aws, id).await?.unwrap_or_default();
    let own = |kind: &RrType| matches!(kind, RrType::Soa | RrType::Ns);
    let doomed: Vec<_> = sets.into_iter().filter(|set| !(own(&set.r#type) && plain(&set.name) == name)).collect();
    // A batch holds at most 1,000 records and 32,000 characters.
    for chunk in doomed.chunks(100) {
        let changes = chunk.iter().map(|set| change::one(ChangeAction::Delete, set.clone()));
        change::send(aws, id, changes.collect::<Result<_, _>>()?).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for Zone {
    const TYPE: &'static str = "aws_route53_zone";
    const DOC: &'static str = "A hosted zone: a domain's records, public or in VPCs.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateHostedZone];
    const DELETE_CALLS: Calls = calls![ChangeResourceRecordSets, DeleteHostedZone];
    const LAGS: &'static [LagReply] = lags::ZONE;
    const APART: &'static [&'static str] = &["primary_name_server"];
    const IMPORT_ID: &'static str = "ZONE_ID";
    const RELATIONS: Relations = Relations { identity: &["name", "vpc"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: test.acme.example
comment: Names of the test stage
force_destroy: false
";
    const USUAL_SECONDS: u32 = 30;

    type Update = ZoneUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // The name servers of a zone come from no listing.
        let mut answers = join_all(wanted.iter().map(|request| read_one(aws, request))).await;
        let tagged = |request: &ReadRequest| asks_for(request, &["tags", "tags_all"]);
        let found =
            wanted.iter().zip(&answers).filter(|(request, answer)| tagged(request) && matches!(answer, Ok(Some(_))));
        let ids: Vec<String> = found.map(|(request, _)| bare_zone_id(request.id.as_str()).to_string()).collect();
        let tags = zone_tags(aws, &ids).await;
        for (request, answer) in wanted.iter().zip(&mut answers).filter(|(request, _)| tagged(request)) {
            let Ok(Some(zone)) = answer else { continue };
            match &tags {
                Ok(tags) => {
                    zone.tags.all = Some(tags.get(bare_zone_id(request.id.as_str())).cloned().unwrap_or_default());
                }
                Err(error) => *answer = Err(error.clone()),
            }
        }
        answers
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let token = recover.operation.id.as_str();
        let zones = all_zones(aws).await?;
        Ok(zones.into_iter().find(|zone| zone.caller_reference == token).map(|zone| zone.id.into()))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        // A zone is private from its first VPC on; the others are associated afterwards.
        let vpc = want.vpc.iter().flatten().next().map(|vpc| sdk_vpc(aws, vpc)).transpose()?;
        let comment = want.comment.clone().filter(|comment| !comment.is_empty());
        let config = HostedZoneConfig::builder().set_comment(comment).private_zone(vpc.is_some()).build();
        let request = aws
            .write()
            .route53()
            .create_hosted_zone()
            .set_name(want.name.as_deref().map(plain))
            .caller_reference(operation.id.as_str())
            .hosted_zone_config(config)
            .set_delegation_set_id(want.delegation_set_id.clone())
            .set_vpc(vpc);
        let made = |reply: CreateHostedZoneOutput| {
            let zone = reply.hosted_zone?;
            let id = bare_zone_id(&zone.id).to_string();
            listing::remember_name(aws, &id, &zone.name);
            Some(id)
        };
        aws.made(request, made).await
    }

    async fn update(aws: &Aws, call: ZoneUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        let zone = bare_zone_id(id.as_str());
        match call {
            ZoneUpdate::Comment => {
                let comment = want.comment.clone().unwrap_or_default();
                let request = aws.write().route53().update_hosted_zone_comment().id(zone).comment(comment);
                aws.done(request).await
            }
            ZoneUpdate::Vpcs => update_vpcs(aws, zone, want).await,
            ZoneUpdate::Tags => {
                let plan = tag_plan(prior.tags.all.as_ref(), want.tags.all.as_ref(), operation);
                update_tags(aws, &TagResourceType::Hostedzone, zone, plan).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let zone = bare_zone_id(id.as_str());
        if prior.force_destroy == Some(true) {
            empty(aws, zone).await?;
        }
        let request = aws.write().route53().delete_hosted_zone().id(zone);
        aws.gone(request).await.map_err(|mut error| {
            if error.code.as_deref() == Some("HostedZoneNotEmpty") {
                error.message =
                    format!("the zone {zone} has records: delete them, or set force_destroy to true and apply");
            }
            error
        })
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(zone_keys(properties))
    }
}

#[cfg(test)]
mod tests {
    use wildfire_engine::model::{OpId, Placement};

    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    #[tokio::test]
    async fn tags_are_read_zone_by_zone_where_the_call_for_many_is_unknown() {
        let answer = |asked: &crate::connection::fake::Asked<'_>| {
            let one = "<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags><ResourceType>hostedzone</ResourceType>";
            let set = |id: &str| format!("<ResourceTagSet>{one}<ResourceId>{id}</ResourceId></ResourceTagSet>");
            let refusal = |code: &str| format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>");
            match asked.uri.rsplit('/').next() {
                Some("Z1") => {
                    (200, format!("<ListTagsForResourceResponse>{}</ListTagsForResourceResponse>", set("Z1")))
                }
                Some("Z2") => (404, refusal("NoSuchHostedZone")),
                _ => (400, refusal("InvalidInput")),
            }
        };
        let aws = crate::connection::fake::aws(answer);
        let found = read::zone_tags(&aws, &["Z1".into(), "Z2".into()]).await.unwrap();
        assert_eq!(found, std::collections::HashMap::from([("Z1".to_string(), tags(&[("a", "b")]))]));
        let error = read::zone_tags(&aws, &["Z3".into()]).await.unwrap_err();
        assert_eq!(error.call.map(|call| call.operation).as_deref(), Some("ListTagsForResources"));
    }

    #[test]
    fn a_new_zone_gets_our_tags_and_an_old_one_keeps_its_own() {
        let operation = Operation {
            id: OpId::new("01NEW"),
            address: "test/main:zone".parse().unwrap(),
            attempt: 0,
            place: Placement::HOME,
        };
        let want = tags(&[("team", "platform")]);
        let (set, remove) = tag_plan(Some(&Tags::new()), Some(&want), &operation);
        assert_eq!(set.get("wildfire:op").map(String::as_str), Some("01NEW"));
        assert_eq!(set.get("team").map(String::as_str), Some("platform"));
        assert!(remove.is_empty());
        let prior = tags(&[("wildfire:op", "01OLD"), ("old", "1")]);
        let (set, remove) = tag_plan(Some(&prior), Some(&want), &operation);
        assert_eq!(set, want);
        assert_eq!(remove, ["old"]);
    }
}
