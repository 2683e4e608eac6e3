//! `aws_route53_zone_association`

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_route53::types::{HostedZoneSummary, Vpc, VpcRegion};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, ReadRequest, Recover, Relations,
    Scope, Value,
};

use super::name::bare_zone_id;
use super::operations::*;
use super::{change, lags};
use crate::Aws;
use crate::kind::resource::{Calls, Change, Read, Resource};
use crate::{calls, updates};

updates! {
    pub enum ZoneAssociationUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ZoneAssociationUpdate)]
pub struct ZoneAssociation {
    /// The zone, the VPC and the VPC's region: `ZONE_ID:VPC_ID:REGION`.
    #[field(computed)]
    id: Option<String>,
    /// The account of the zone.
    #[field(computed)]
    owning_account: Option<String>,
    /// The VPC in which the zone is seen.
    #[field(immutable, required)]
    vpc_id: Option<String>,
    /// The VPC's region, if another than the stage's.
    #[field(immutable, aws_default)]
    vpc_region: Option<String>,
    /// The private zone. Where it is declared, it needs `ignore_changes: [vpc]`, as `vpc` says all of its VPCs.
    #[field(immutable, required, forms = ZoneId)]
    zone_id: Option<String>,
}

/// `ZONE_ID:VPC_ID[:REGION]`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    zone: String,
    vpc: String,
    region: String,
}

impl Key {
    fn parse(aws: &Aws, id: &PhysicalId) -> Option<Self> {
        let mut parts = id.as_str().split(':');
        let (zone, vpc) = (parts.next()?, parts.next()?);
        let region = parts.next().unwrap_or_else(|| aws.region());
        (parts.next().is_none() && !zone.is_empty() && !vpc.is_empty()).then(|| Self {
            zone: bare_zone_id(zone).into(),
            vpc: vpc.into(),
            region: region.into(),
        })
    }

    fn of(aws: &Aws, want: &ZoneAssociation) -> Option<Self> {
        Some(Self {
            zone: bare_zone_id(want.zone_id.as_deref()?).into(),
            vpc: want.vpc_id.clone()?,
            region: want.vpc_region.clone().unwrap_or_else(|| aws.region().to_string()),
        })
    }

    fn id(&self) -> PhysicalId {
        format!("{}:{}:{}", self.zone, self.vpc, self.region).into()
    }

    fn sdk(&self) -> Vpc {
        Vpc::builder().vpc_id(&self.vpc).vpc_region(VpcRegion::from(self.region.as_str())).build()
    }

    fn among(&self, zones: &[HostedZoneSummary]) -> Option<ZoneAssociation> {
        let zone = zones.iter().find(|zone| bare_zone_id(&zone.hosted_zone_id) == self.zone)?;
        Some(ZoneAssociation {
            id: Some(self.id().to_string()),
            owning_account: zone.owner.as_ref().and_then(|owner| owner.owning_account.clone()),
            vpc_id: Some(self.vpc.clone()),
            vpc_region: Some(self.region.clone()),
            zone_id: Some(self.zone.clone()),
        })
    }
}

/// The private zones that are seen in a VPC.
async fn zones_in(aws: &Aws, vpc: &str, region: &str) -> Result<Vec<HostedZoneSummary>, CloudError> {
    let (mut zones, mut token) = (Vec::new(), None);
    loop {
        let request = aws.read().route53().list_hosted_zones_by_vpc().vpc_id(vpc).vpc_region(VpcRegion::from(region));
        let page = match aws.send(request.max_items(100).set_next_token(token)).await {
            // So Route 53 says that there is no such VPC, or none of this account:
            // https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/route53/zone_association.go
            Err(error) if error.kind == ErrorKind::AccessDenied && error.message.contains("is not owned by you") => {
                return Ok(Vec::new());
            }
            page => page?,
        };
        zones.extend(page.hosted_zone_summaries);
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(zones);
        }
    }
}

fn malformed(id: &PhysicalId) -> CloudError {
    let message = format!("{:?} is not of the form {}", id.as_str(), ZoneAssociation::IMPORT_ID);
    CloudError::new(ErrorKind::Rejected, message)
}

#[async_trait]
impl Resource for ZoneAssociation {
    const TYPE: &'static str = "aws_route53_zone_association";
    const DOC: &'static str = "A further VPC in which a private zone is seen.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![AssociateVPCWithHostedZone];
    const DELETE_CALLS: Calls = calls![DisassociateVPCFromHostedZone];
    const LAGS: &'static [LagReply] = lags::ZONE_ASSOCIATION;
    const IMPORT_ID: &'static str = "ZONE_ID:VPC_ID";
    const RELATIONS: Relations =
        Relations { identity: &["zone_id", "vpc_id"], part_of: &["zone_id", "vpc_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
zone_id: ${internal.zone_id}
vpc_id: ${tools.id}
";
    const USUAL_SECONDS: u32 = 30;

    type Update = ZoneAssociationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let keys: Vec<Option<Key>> = wanted.iter().map(|request| Key::parse(aws, &request.id)).collect();
        let vpcs: BTreeMap<(&str, &str), ()> =
            keys.iter().flatten().map(|key| ((key.vpc.as_str(), key.region.as_str()), ())).collect();
        let ask = async |vpc: &str, region: &str| zones_in(aws, vpc, region).await;
        let found = join_all(vpcs.keys().map(|&(vpc, region)| ask(vpc, region))).await;
        let found: BTreeMap<_, _> = vpcs.into_keys().zip(found).collect();
        let answer = |key: &Option<Key>| {
            let Some(key) = key else { return Ok(None) };
            match found.get(&(key.vpc.as_str(), key.region.as_str())) {
                Some(Ok(zones)) => Ok(key.among(zones)),
                Some(Err(error)) => Err(error.clone()),
                None => Ok(None),
            }
        };
        keys.iter().map(answer).collect()
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(key) = Key::of(aws, wanted) else { return Ok(None) };
        let zones = zones_in(aws, &key.vpc, &key.region).await?;
        // It has no tags: where there was none before, it is what the call made.
        Ok(key.among(&zones).map(|_| key.id()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let key = Key::of(aws, want).ok_or_else(|| CloudError::new(ErrorKind::Rejected, "zone or VPC is missing"))?;
        let request = aws.write().route53().associate_vpc_with_hosted_zone().hosted_zone_id(&key.zone).vpc(key.sdk());
        let reply = aws.send(request).await?;
        change::follow(aws, reply.change_info, [key.id()]);
        Ok(key.id())
    }

    async fn update(_aws: &Aws, call: ZoneAssociationUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let key = Key::parse(aws, id).ok_or_else(|| malformed(id))?;
        let request = aws.write().route53().disassociate_vpc_from_hosted_zone().hosted_zone_id(&key.zone);
        aws.gone(request.vpc(key.sdk())).await
    }

    async fn at_work(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Option<String>> {
        change::under_way(aws, wanted).await
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        let text = |name: &str| Some(properties.get(name)?.as_str()?.to_string());
        let parts = text("zone_id").map(|zone| bare_zone_id(&zone).to_string()).zip(text("vpc_id"));
        let key = |(zone, vpc)| NaturalKey { kind: Self::TYPE, parts: vec![zone, vpc], range: None };
        Some(parts.map(key).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::fake;
    use crate::connection::replay::request;

    #[tokio::test]
    async fn a_zone_is_looked_for_in_its_vpc_page_by_page() {
        let answer = |asked: &fake::Asked<'_>| {
            let page = |zone: &str, next: &str| {
                format!(
                    "<ListHostedZonesByVPCResponse><HostedZoneSummaries><HostedZoneSummary>\
                     <HostedZoneId>{zone}</HostedZoneId><Name>internal.</Name>\
                     <Owner><OwningAccount>123456789012</OwningAccount></Owner></HostedZoneSummary>\
                     </HostedZoneSummaries><MaxItems>100</MaxItems>{next}</ListHostedZonesByVPCResponse>"
                )
            };
            let refused = "<ErrorResponse><Error><Code>AccessDenied</Code>\
                           <Message>The VPC vpc-3 in region eu-west-1 is not owned by you</Message></Error></ErrorResponse>";
            match (asked.uri.contains("vpc-3"), asked.uri.contains("nexttoken=more")) {
                (true, _) => (403, refused.to_string()),
                (_, false) => (200, page("Z1", "<NextToken>more</NextToken>")),
                (_, true) => (200, page("Z2", "")),
            }
        };
        let aws = fake::aws(answer);
        let asked = ["Z2:vpc-1", "Z1:vpc-1:eu-central-1", "Z3:vpc-1", "Z1:vpc-3"].map(|id| request(id, &[]));
        let found: Vec<_> = ZoneAssociation::read(&aws, &asked).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(found[0].as_ref().and_then(|live| live.owning_account.as_deref()), Some("123456789012"));
        assert_eq!(found[1].as_ref().and_then(|live| live.vpc_region.as_deref()), Some("eu-central-1"));
        assert_eq!(found[2..], [None, None]);
        assert_eq!(Key::parse(&aws, &"Z1".into()), None);
    }
}
