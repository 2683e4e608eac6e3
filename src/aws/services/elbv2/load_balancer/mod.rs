//! `aws_lb`

mod blocks;
mod settings;

use std::collections::HashMap;

use aws_sdk_elasticloadbalancingv2::operation::create_load_balancer::builders::CreateLoadBalancerFluentBuilder;
use aws_sdk_elasticloadbalancingv2::types::{
    EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum, LoadBalancerSchemeEnum, LoadBalancerStateEnum,
    RemoveIpamPoolEnum,
};

use super::arn::balancer_suffix;
use super::prelude::*;

updates! {
    pub enum LoadBalancerUpdate {
        Attributes => [ModifyLoadBalancerAttributes],
        IpAddressType => [SetIpAddressType],
        SecurityGroups => [SetSecurityGroups],
        PrivateLink => [SetSecurityGroups],
        Subnets => [SetSubnets],
        IpamPools => [ModifyIpPools],
        Capacity => [ModifyCapacityReservation],
        Tags => [AddTags, RemoveTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LoadBalancerUpdate)]
#[sdk(from = sdk::LoadBalancer, create = CreateLoadBalancerFluentBuilder, attributes = String)]
pub struct LoadBalancer {
    /// Where requests are logged.
    #[field(update = Attributes, after_create, by_hand)]
    access_logs: Option<blocks::Logs>,
    /// The ARN.
    #[field(computed, sdk = load_balancer_arn)]
    arn: Option<String>,
    /// The part of the ARN that metrics use: `app/web/50dc6c495c0c9188`.
    #[field(computed, by_hand)]
    arn_suffix: Option<String>,
    /// Seconds after which a client's connection is closed, whether it is idle or not.
    #[field(update = Attributes, after_create, default = 3600, range = 60..=604800)]
    #[field(attribute = "client_keep_alive.seconds")]
    client_keep_alive: Option<i64>,
    /// Where connections are logged.
    #[field(update = Attributes, after_create, by_hand)]
    connection_logs: Option<blocks::Logs>,
    /// The pool of addresses of an Outpost.
    #[field(immutable)]
    customer_owned_ipv4_pool: Option<String>,
    /// What is done with requests that do not keep to the standard.
    #[field(update = Attributes, after_create, default = "defensive", one_of = ["monitor", "defensive", "strictest"])]
    #[field(attribute = "routing.http.desync_mitigation_mode")]
    desync_mitigation_mode: Option<String>,
    /// The name in DNS.
    #[field(computed)]
    dns_name: Option<String>,
    /// In which zones the addresses are that a client is told.
    #[field(update = Attributes, after_create, default = "any_availability_zone")]
    #[field(one_of = ["availability_zone_affinity", "partial_availability_zone_affinity", "any_availability_zone"])]
    #[field(attribute = "dns_record.client_routing_policy")]
    dns_record_client_routing_policy: Option<String>,
    /// Whether headers with invalid names are taken away.
    #[field(update = Attributes, after_create, default = false)]
    #[field(attribute = "routing.http.drop_invalid_header_fields.enabled")]
    drop_invalid_header_fields: Option<bool>,
    /// Whether each zone sends to targets in all zones; application load balancers always do.
    #[field(update = Attributes, after_create, aws_default, attribute = "load_balancing.cross_zone.enabled")]
    enable_cross_zone_load_balancing: Option<bool>,
    /// Whether AWS refuses to delete it.
    #[field(update = Attributes, after_create, default = false, attribute = "deletion_protection.enabled")]
    enable_deletion_protection: Option<bool>,
    /// Whether clients may speak HTTP/2.
    #[field(update = Attributes, after_create, default = true, attribute = "routing.http2.enabled")]
    enable_http2: Option<bool>,
    /// Whether targets are told the version and the cipher of TLS.
    #[field(update = Attributes, after_create, default = false)]
    #[field(attribute = "routing.http.x_amzn_tls_version_and_cipher_suite.enabled")]
    enable_tls_version_and_cipher_suite_headers: Option<bool>,
    /// Whether requests pass while WAF cannot be asked.
    #[field(update = Attributes, after_create, default = false, attribute = "waf.fail_open.enabled")]
    enable_waf_fail_open: Option<bool>,
    /// Whether targets are told the port of the client.
    #[field(update = Attributes, after_create, default = false)]
    #[field(attribute = "routing.http.xff_client_port.enabled")]
    enable_xff_client_port: Option<bool>,
    /// Whether a zone can be left out by a zonal shift.
    #[field(update = Attributes, after_create, default = false, attribute = "zonal_shift.config.enabled")]
    enable_zonal_shift: Option<bool>,
    /// Whether the inbound rules of the security groups hold for traffic over PrivateLink: `on` or `off`.
    #[field(update = PrivateLink, after_create, aws_default, one_of = ["on", "off"], filled)]
    enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
    /// The ARN.
    #[field(computed, sdk = load_balancer_arn)]
    id: Option<String>,
    /// Seconds after which an idle connection is closed.
    #[field(update = Attributes, after_create, default = 60, range = 1..=4000)]
    #[field(attribute = "idle_timeout.timeout_seconds")]
    idle_timeout: Option<i64>,
    /// Whether it has private addresses only.
    #[field(immutable, default = false, by_hand)]
    internal: Option<bool>,
    /// Which addresses it has.
    #[field(update = IpAddressType, aws_default, one_of = ["ipv4", "dualstack", "dualstack-without-public-ipv4"])]
    ip_address_type: Option<String>,
    /// The IPAM pools that its public addresses come from.
    #[field(update = IpamPools)]
    ipam_pools: Option<blocks::IpamPools>,
    /// What it balances: requests, connections, or packets for appliances.
    #[field(immutable, default = "application", one_of = ["application", "network", "gateway"], sdk = r#type)]
    load_balancer_type: Option<String>,
    /// The capacity that it has at least.
    #[field(update = Capacity, after_create, by_hand)]
    minimum_load_balancer_capacity: Option<blocks::Capacity>,
    /// The name, unique among the load balancers of the region.
    #[field(immutable, generated, length = 1..=32, pattern = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")]
    #[field(sdk = load_balancer_name, sent_as = name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=6, otherwise = "wf-")]
    name_prefix: Option<String>,
    /// Whether targets get the `Host` header as the client sent it.
    #[field(update = Attributes, after_create, default = false)]
    #[field(attribute = "routing.http.preserve_host_header.enabled")]
    preserve_host_header: Option<bool>,
    /// The security groups; AWS takes the VPC's default one where an application load balancer names none.
    #[field(update = SecurityGroups, aws_default, set, filled)]
    security_groups: Option<Vec<String>>,
    /// The subnets, each with addresses of one's own.
    #[field(update = Subnets, aws_default, set, filled, read_by_hand, sent_as = subnet_mappings)]
    #[field(conflicts = ["subnets"])]
    subnet_mapping: Option<Vec<blocks::SubnetMapping>>,
    /// The subnets, one in a zone.
    #[field(update = Subnets, aws_default, set, filled, read_by_hand, conflicts = ["subnet_mapping"])]
    subnets: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(computed)]
    vpc_id: Option<String>,
    /// What is done with `X-Forwarded-For`.
    #[field(update = Attributes, after_create, default = "append", one_of = ["append", "preserve", "remove"])]
    #[field(attribute = "routing.http.xff_header_processing.mode")]
    xff_header_processing_mode: Option<String>,
    /// The hosted zone of the name in DNS, for records that are aliases.
    #[field(computed, sdk = canonical_hosted_zone_id)]
    zone_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

impl LoadBalancer {
    fn live(live: sdk::LoadBalancer) -> Result<Self, Unfit> {
        let zones = live.availability_zones.clone().unwrap_or_default();
        let internal = live.scheme == Some(LoadBalancerSchemeEnum::Internal);
        let status = live.state.as_ref().and_then(|state| state.code.as_ref()).map(|code| code.as_str().to_string());
        let balancer = Self::from_sdk(live)?;
        Ok(Self {
            arn_suffix: balancer.arn.as_deref().and_then(balancer_suffix),
            internal: Some(internal),
            subnets: filled(Some(zones.iter().filter_map(|zone| zone.subnet_id.clone()).collect())),
            subnet_mapping: filled(Some(zones.iter().map(blocks::SubnetMapping::of_zone).collect())),
            _status: status,
            ..balancer
        })
    }
}

/// One balancer by its ARN, several from the list of all: the call for many ARNs fails when one of them is unknown.
async fn fetch(aws: Aws, arns: Vec<String>) -> Result<HashMap<String, LoadBalancer>, CloudError> {
    let request = aws.read().elasticloadbalancingv2().describe_load_balancers();
    let request = match &arns[..] {
        [one] => request.load_balancer_arns(one),
        _ => request.page_size(400),
    };
    let live = absent_is_none(aws.pages(request, |page| page.load_balancers).await)?.unwrap_or_default();
    let mut found = HashMap::new();
    for balancer in live {
        let balancer = LoadBalancer::live(balancer)?;
        found.extend(balancer.arn.clone().map(|arn| (arn, balancer)));
    }
    Ok(found)
}

async fn capacity(aws: &Aws, arn: &str) -> Result<Option<blocks::Capacity>, CloudError> {
    let ask = aws.read().elasticloadbalancingv2().describe_capacity_reservation().load_balancer_arn(arn);
    let asked = absent_is_none(aws.send(ask).await)?.and_then(|reply| reply.minimum_load_balancer_capacity);
    Ok(incoming(asked, "minimum_load_balancer_capacity")?)
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<&LoadBalancer>) -> Read<LoadBalancer> {
    let Some(mut balancer) = found.cloned() else { return Ok(None) };
    let arn = request.id.as_str();
    if asks_for(request, settings::PROPERTIES) {
        let ask = aws.read().elasticloadbalancingv2().describe_load_balancer_attributes().load_balancer_arn(arn);
        let Some(reply) = absent_is_none(aws.send(ask).await)? else { return Ok(None) };
        balancer.take_settings(reply.attributes)?;
    }
    balancer.fill_in_defaults();
    if asks_for(request, &["minimum_load_balancer_capacity"]) {
        balancer.minimum_load_balancer_capacity = capacity(aws, arn).await?;
    }
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tagging::of(aws, arn).await? else { return Ok(None) };
        balancer.tags.all = Some(tags);
    }
    Ok(Some(balancer))
}

/// The ARN of the balancer of a name.
async fn named(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let ask = aws.read().elasticloadbalancingv2().describe_load_balancers().names(name);
    let found = absent_is_none(aws.pages(ask, |page| page.load_balancers).await)?.unwrap_or_default();
    let same = |balancer: &sdk::LoadBalancer| balancer.load_balancer_name.as_deref() == Some(name);
    Ok(found.into_iter().find(same).and_then(|balancer| balancer.load_balancer_arn))
}

async fn set_subnets(aws: &Aws, arn: &str, want: &LoadBalancer) -> Result<(), CloudError> {
    let request = aws.write().elasticloadbalancingv2().set_subnets().load_balancer_arn(arn);
    let mappings = outgoing(&filled(want.subnet_mapping.clone()), "subnet_mapping")?;
    aws.done(request.set_subnets(filled(want.subnets.clone())).set_subnet_mappings(mappings)).await
}

#[async_trait]
impl Resource for LoadBalancer {
    const TYPE: &'static str = "aws_lb";
    const DOC: &'static str = "A load balancer: for requests, for connections, or in front of appliances.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: Calls = calls![CreateLoadBalancer];
    const DELETE_CALLS: Calls = calls![DeleteLoadBalancer];
    const LAGS: &'static [LagReply] = lags::LOAD_BALANCER;
    const IMPORT_ID: &'static str = "LOAD_BALANCER_ARN";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 180;
    const EXAMPLE: &'static str = "\
name: web
subnets: [\"${public.a.id}\", \"${public.b.id}\"]
security_groups: [\"${web.id}\"]
drop_invalid_header_fields: true
";
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["subnets", "subnet_mapping"]];

    type Update = LoadBalancerUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let arns = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("elasticloadbalancing:balancers").load(arns, move |arns| fetch(handle, arns)).await {
            Ok(found) => {
                let one = |request| complete(aws, request, found.get(request.id.as_str()));
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(arn) = named(aws, wanted.name.as_deref().unwrap_or_default()).await? else { return Ok(None) };
        Ok(tagging::prove(aws, &arn, recover).await?.then(|| arn.into()))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let name = want.name.as_deref().unwrap_or_default();
        let what = format!("the load balancer {name}");
        tagging::refuse_taken(named(aws, name).await, &what)?;
        let internal = want.internal == Some(true);
        let request = want.fill(aws.write().elasticloadbalancingv2().create_load_balancer())?;
        let request = request.set_scheme(internal.then_some(LoadBalancerSchemeEnum::Internal));
        let id = aws.made(request, |reply| reply.load_balancers?.pop()?.load_balancer_arn).await?;
        tagging::refuse_foreign(aws, id.as_str(), operation.id.as_str(), &what).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: LoadBalancerUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (balancing, arn) = (aws.write().elasticloadbalancingv2(), id.as_str());
        match call {
            LoadBalancerUpdate::Attributes => settings::change(aws, arn, want, prior).await,
            LoadBalancerUpdate::IpAddressType => {
                let kind = want.ip_address_type.as_deref().map(sdk::IpAddressType::from);
                let request = balancing.set_ip_address_type().load_balancer_arn(arn);
                aws.done(request.set_ip_address_type(kind)).await
            }
            LoadBalancerUpdate::SecurityGroups => {
                let groups = Some(want.security_groups.clone().unwrap_or_default());
                let request = balancing.set_security_groups().load_balancer_arn(arn);
                aws.done(request.set_security_groups(groups)).await
            }
            LoadBalancerUpdate::PrivateLink => {
                // The call sets the groups as well.
                let groups = want.security_groups.clone().or_else(|| prior.security_groups.clone());
                let enforced = want.enforce_security_group_inbound_rules_on_private_link_traffic.as_deref();
                let enforced = enforced.map(EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum::from);
                let request = balancing.set_security_groups().load_balancer_arn(arn).set_security_groups(groups);
                let request = request.set_enforce_security_group_inbound_rules_on_private_link_traffic(enforced);
                aws.done(request).await
            }
            LoadBalancerUpdate::Subnets => set_subnets(aws, arn, want).await,
            LoadBalancerUpdate::IpamPools => {
                let request = balancing.modify_ip_pools().load_balancer_arn(arn);
                let request = match outgoing(&want.ipam_pools, "ipam_pools")? {
                    Some(pools) => request.ipam_pools(pools),
                    None => request.remove_ipam_pools(RemoveIpamPoolEnum::Ipv4),
                };
                aws.done(request).await
            }
            LoadBalancerUpdate::Capacity => {
                let request = balancing.modify_capacity_reservation().load_balancer_arn(arn);
                let capacity = outgoing(&want.minimum_load_balancer_capacity, "minimum_load_balancer_capacity")?;
                let reset = capacity.is_none().then_some(true);
                let request = request.set_minimum_load_balancer_capacity(capacity);
                aws.done(request.set_reset_capacity_reservation(reset)).await
            }
            LoadBalancerUpdate::Tags => tagging::update(aws, arn, &prior.tags, &want.tags).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().elasticloadbalancingv2().delete_load_balancer().load_balancer_arn(id.as_str());
        aws.gone(request).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(status) if status == LoadBalancerStateEnum::Provisioning.as_str() => Readiness::Pending(status.into()),
            Some(status) if status == LoadBalancerStateEnum::Failed.as_str() => Readiness::Failed(status.into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = settings::of_another_type(properties);
        if properties.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with("internal-")) {
            problems.push(problem("name", "AWS keeps names that begin with internal- for itself"));
        }
        problems
    }
}

#[cfg(test)]
mod tests;
