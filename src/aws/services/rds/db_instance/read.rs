//! Reading instances, a hundred a call.

use std::collections::HashMap;

use super::Instance;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::find_by_name;
use crate::kind::convert::{filled, incoming, incoming_single};
use crate::kind::resource::all_failed;
use crate::services::rds::prelude::*;

/// How many names one filter gets, and how many instances one page has.
const PAGE: usize = 100;

/// An instance as RDS describes it.
pub(super) fn instance(live: sdk::DbInstance) -> Result<Instance, CloudError> {
    let mut instance = Instance::from_sdk(live.clone())?;
    let endpoint = live.endpoint.as_ref();
    instance.endpoint = endpoint.and_then(|at| Some(format!("{}:{}", at.address.as_deref()?, at.port?)));
    instance.listener_endpoint = Some(
        incoming(Some(live.listener_endpoint.into_iter().collect::<Vec<_>>()), "listener_endpoint")?
            .unwrap_or_default(),
    );
    instance.manage_master_user_password = Some(live.master_user_secret.is_some());
    instance.master_user_secret = incoming_single(live.master_user_secret, "master_user_secret")?;
    let groups = live.db_parameter_groups.unwrap_or_default().into_iter();
    instance.parameter_group_name = groups.into_iter().find_map(|group| group.db_parameter_group_name);
    let options = live.option_group_memberships.unwrap_or_default().into_iter();
    let leaving =
        |group: &sdk::OptionGroupMembership| group.status.as_deref().is_some_and(|status| status.contains("removal"));
    instance.option_group_name = options.filter(|group| !leaving(group)).find_map(|group| group.option_group_name);
    let groups = live.vpc_security_groups.unwrap_or_default().into_iter();
    let groups = groups.filter(|group| group.status.as_deref() != Some("removing"));
    instance.vpc_security_group_ids = Some(groups.filter_map(|group| group.vpc_security_group_id).collect());
    if let Some(domain) = live.domain_memberships.unwrap_or_default().into_iter().next() {
        // One's own is told by its name too, and one of AWS by its id.
        let own = domain.auth_secret_arn.is_some();
        instance.domain = domain.domain.filter(|_| !own);
        instance.domain_auth_secret_arn = domain.auth_secret_arn;
        instance.domain_dns_ips = filled(domain.dns_ips);
        instance.domain_fqdn = domain.fqdn;
        instance.domain_iam_role_name = domain.iam_role_name;
        instance.domain_ou = domain.ou;
    }
    // What waits for the maintenance window counts as set; sending it again changes nothing.
    if let Some(pending) = live.pending_modified_values {
        let number = |pending: Option<i32>, now: Option<i64>| pending.map(i64::from).or(now);
        instance.allocated_storage = number(pending.allocated_storage, instance.allocated_storage);
        instance.backup_retention_period = number(pending.backup_retention_period, instance.backup_retention_period);
        instance.ca_cert_identifier = pending.ca_certificate_identifier.or(instance.ca_cert_identifier);
        instance.db_subnet_group_name = pending.db_subnet_group_name.or(instance.db_subnet_group_name);
        instance.dedicated_log_volume = pending.dedicated_log_volume.or(instance.dedicated_log_volume);
        instance.engine_version = pending.engine_version.or(instance.engine_version);
        instance.iam_database_authentication_enabled =
            pending.iam_database_authentication_enabled.or(instance.iam_database_authentication_enabled);
        instance.instance_class = pending.db_instance_class.or(instance.instance_class);
        instance.iops = number(pending.iops, instance.iops);
        instance.license_model = pending.license_model.or(instance.license_model);
        instance.multi_az = pending.multi_az.or(instance.multi_az);
        instance.port = number(pending.port, instance.port);
        instance.storage_throughput = number(pending.storage_throughput, instance.storage_throughput);
        instance.storage_type = pending.storage_type.or(instance.storage_type);
    }
    // RDS leaves out what is off, or usual.
    instance.copy_tags_to_snapshot.get_or_insert(false);
    instance.customer_owned_ip_enabled.get_or_insert(false);
    instance.dedicated_log_volume.get_or_insert(false);
    instance.deletion_protection.get_or_insert(false);
    instance.iam_database_authentication_enabled.get_or_insert(false);
    // Storage that may grow up to its own size does not grow: so it is switched off.
    let grows = instance.max_allocated_storage.filter(|most| Some(*most) != instance.allocated_storage);
    instance.max_allocated_storage = Some(grows.unwrap_or(0));
    instance.monitoring_interval.get_or_insert(0);
    instance.publicly_accessible.get_or_insert(false);
    Ok(instance)
}

pub(super) async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Instance>> {
    let ids: Vec<String> = wanted.iter().map(|request| request.id.as_str().to_ascii_lowercase()).collect();
    let handle = aws.clone();
    match aws.batch("rds:instances").load(ids.clone(), move |ids| fetch(handle, ids)).await {
        Ok(found) => ids.iter().map(|id| Ok(found.get(id).cloned())).collect(),
        Err(error) => all_failed(wanted, &error),
    }
}

async fn describe(aws: &Aws, filter: Option<sdk::Filter>) -> Result<Vec<Instance>, CloudError> {
    let request = aws.read().rds().describe_db_instances().max_records(100);
    let request = request.set_filters(filter.map(|filter| vec![filter]));
    aws.pages(request, |page| page.db_instances).await?.into_iter().map(instance).collect()
}

/// One instance, by itself.
pub(super) async fn one(aws: &Aws, id: &str) -> Read<Instance> {
    let request = aws.read().rds().describe_db_instances().db_instance_identifier(id);
    let reply = absent_is_none(aws.send(request).await)?;
    let found = reply.and_then(|reply| reply.db_instances).unwrap_or_default();
    find_by_name(found, sdk::DbInstance::db_instance_identifier, id).map(instance).transpose()
}

/// The instances by name, in lower case.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, Instance>, CloudError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(PAGE) {
        let filter = sdk::Filter::builder().name("db-instance-id").set_values(Some(chunk.to_vec())).build();
        match describe(&aws, Some(filter)).await {
            // The filter is not documented to fail on names that do not exist; if it does, the whole list tells.
            Err(error) if error.kind == ErrorKind::NotFound => {
                found = describe(&aws, None).await?;
                break;
            }
            page => found.extend(page?),
        }
    }
    let named = |instance: Instance| Some((instance.identifier.as_deref()?.to_ascii_lowercase(), instance));
    Ok(found.into_iter().filter_map(named).collect())
}
