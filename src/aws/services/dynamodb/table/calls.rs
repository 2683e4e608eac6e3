//! The calls of a table.

use std::time::Duration;

use aws_sdk_dynamodb::operation::update_table::builders::UpdateTableFluentBuilder;
use aws_sdk_dynamodb::types::{PointInTimeRecoveryStatus, SseType, StreamViewType, TableClass, TimeToLiveStatus};

use super::Table;
use super::blocks::{GlobalIndex, PointInTimeRecovery, Ttl, key_schema, throughput};
use super::indexes::{self, Next, definitions};
use crate::services::dynamodb::prelude::*;

/// Between two looks at a table whose indexes are changed one after the other.
const PAUSE: Duration = Duration::from_secs(5);

pub(super) async fn describe(aws: &Aws, name: &str) -> Result<Option<sdk::TableDescription>, CloudError> {
    let request = aws.read().dynamodb().describe_table().table_name(name);
    Ok(absent_is_none(aws.send(request).await)?.and_then(|reply| reply.table))
}

pub(super) async fn tags(aws: &Aws, arn: &str) -> Result<Tags, CloudError> {
    let mut found = Tags::new();
    let mut token: Option<String> = None;
    loop {
        let request = aws.read().dynamodb().list_tags_of_resource().resource_arn(arn).set_next_token(token);
        let page = aws.send(request).await?;
        found.extend(Tags::from_sdk(page.tags.unwrap_or_default())?);
        token = filled(page.next_token);
        if token.is_none() {
            return Ok(found);
        }
    }
}

async fn live_recovery(aws: &Aws, name: &str) -> Result<Option<PointInTimeRecovery>, CloudError> {
    let request = aws.read().dynamodb().describe_continuous_backups().table_name(name);
    let reply = absent_is_none(aws.send(request).await)?;
    let backups = reply.and_then(|reply| reply.continuous_backups_description);
    Ok(backups.and_then(|backups| backups.point_in_time_recovery_description).map(|live| PointInTimeRecovery {
        enabled: Some(live.point_in_time_recovery_status == Some(PointInTimeRecoveryStatus::Enabled)),
        recovery_period_in_days: live.recovery_period_in_days.map(i64::from),
    }))
}

async fn live_time_to_live(aws: &Aws, name: &str) -> Result<Option<Ttl>, CloudError> {
    let request = aws.read().dynamodb().describe_time_to_live().table_name(name);
    let reply = absent_is_none(aws.send(request).await)?;
    Ok(reply.and_then(|reply| reply.time_to_live_description).map(|live| Ttl {
        enabled: Some(matches!(live.time_to_live_status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))),
        attribute_name: live.attribute_name,
    }))
}

pub(super) async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Table> {
    let name = request.id.as_str();
    let Some(description) = describe(aws, name).await? else { return Ok(None) };
    let mut table = super::table(description)?;
    if table._status.as_deref() == Some("DELETING") {
        return Ok(Some(table));
    }
    if asks_for(request, &["tags", "tags_all"])
        && let Some(arn) = &table.arn
    {
        table.tags.all = Some(tags(aws, arn).await?);
    }
    if asks_for(request, &["point_in_time_recovery"]) {
        table.point_in_time_recovery = live_recovery(aws, name).await?;
    }
    if asks_for(request, &["ttl"]) {
        table.ttl = live_time_to_live(aws, name).await?;
    }
    Ok(Some(table))
}

fn stream_of(want: &Table) -> Result<Option<sdk::StreamSpecification>, CloudError> {
    let enabled = want.stream_enabled.unwrap_or(false);
    let view = want.stream_view_type.as_deref().filter(|view| enabled && !view.is_empty());
    let builder = sdk::StreamSpecification::builder().stream_enabled(enabled);
    builder.set_stream_view_type(view.map(StreamViewType::from)).build().map(Some).map_err(incomplete)
}

fn encryption_of(want: &Table) -> sdk::SseSpecification {
    let wanted = want.server_side_encryption.as_ref();
    let enabled = wanted.and_then(|wanted| wanted.enabled).unwrap_or(false);
    let key = wanted.and_then(|wanted| wanted.kms_key_arn.clone()).filter(|key| enabled && !key.is_empty());
    sdk::SseSpecification::builder()
        .enabled(enabled)
        .set_sse_type(enabled.then_some(SseType::Kms))
        .set_kms_master_key_id(key)
        .build()
}

pub(super) async fn create(aws: &Aws, want: &Table) -> Result<(), CloudError> {
    let provisioned = want.is_provisioned();
    let hash_key = want.hash_key.as_deref();
    let global = want.global_secondary_index.iter().flatten().map(|index| index.to_sdk(provisioned));
    let local = want.local_secondary_index.iter().flatten().map(|index| index.to_sdk(hash_key));
    let most = want.on_demand_throughput.clone().filter(|_| !provisioned);
    let encrypted = want.server_side_encryption.as_ref().is_some_and(|wanted| wanted.enabled == Some(true));
    let request = want
        .fill(aws.write().dynamodb().create_table())?
        .set_key_schema(Some(key_schema(hash_key, want.range_key.as_deref())?))
        .set_global_secondary_indexes(filled(Some(global.collect::<Result<Vec<_>, _>>()?)))
        .set_local_secondary_indexes(filled(Some(local.collect::<Result<Vec<_>, _>>()?)))
        .set_provisioned_throughput(throughput(provisioned, want.read_capacity, want.write_capacity)?)
        .set_on_demand_throughput(outgoing(&most, "on_demand_throughput")?)
        .set_stream_specification(stream_of(want)?.filter(|stream| stream.stream_enabled))
        .set_sse_specification(encrypted.then(|| encryption_of(want)))
        .set_deletion_protection_enabled(want.deletion_protection_enabled.filter(|protected| *protected));
    aws.done(request).await
}

fn change(aws: &Aws, name: &str) -> UpdateTableFluentBuilder {
    aws.write().dynamodb().update_table().table_name(name)
}

pub(super) async fn protect(aws: &Aws, name: &str, want: &Table) -> Result<(), CloudError> {
    let protected = want.deletion_protection_enabled.unwrap_or(false);
    aws.done(change(aws, name).deletion_protection_enabled(protected)).await
}

pub(super) async fn reclass(aws: &Aws, name: &str, want: &Table) -> Result<(), CloudError> {
    let class = TableClass::from(want.table_class.as_deref().unwrap_or("STANDARD"));
    aws.done(change(aws, name).table_class(class)).await
}

pub(super) async fn encrypt(aws: &Aws, name: &str, want: &Table) -> Result<(), CloudError> {
    aws.done(change(aws, name).sse_specification(encryption_of(want))).await
}

/// Mode and capacity go in one call, and on a change to provisioned capacity every index needs its own with it.
pub(super) async fn resize(aws: &Aws, name: &str, want: &Table, prior: &Table) -> Result<(), CloudError> {
    let provisioned = want.is_provisioned();
    let mut request = change(aws, name).set_billing_mode(outgoing(&want.billing_mode, "billing_mode")?);
    if provisioned {
        let read = want.read_capacity.or(prior.read_capacity);
        let write = want.write_capacity.or(prior.write_capacity);
        request = request.set_provisioned_throughput(throughput(true, read, write)?);
        if !prior.is_provisioned() {
            let exists = |index: &&GlobalIndex| {
                prior.global_secondary_index.iter().flatten().any(|live| live.name == index.name)
            };
            let indexes = want.global_secondary_index.iter().flatten().filter(exists);
            let updates = indexes.map(|index| indexes::resize(index, true)).collect::<Result<Vec<_>, _>>()?;
            request = request.set_global_secondary_index_updates(Some(updates).filter(|updates| !updates.is_empty()));
        }
    } else if let Some(most) = &want.on_demand_throughput {
        request = request.on_demand_throughput(most.to_sdk()?);
    }
    match aws.done(request).await {
        // A repeated call: the capacity is what it should be.
        Err(error) if error.message.contains("will not change") => Ok(()),
        result => result,
    }
}

/// Waits until neither the table nor an index is being changed.
async fn settled(aws: &Aws, name: &str) -> Result<Table, CloudError> {
    loop {
        let Some(description) = describe(aws, name).await? else {
            return Err(CloudError::new(ErrorKind::NotFound, format!("the table {name} is gone")));
        };
        let table = super::table(description)?;
        if !table._status.as_deref().is_some_and(|status| status.ends_with("ING")) {
            return Ok(table);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Makes and removes indexes one by one, waiting in between and not after the last: that wait is the engine's.
/// Cut off at any point, it goes on from what the table looks like.
pub(super) async fn reindex(aws: &Aws, name: &str, want: &Table) -> Result<(), CloudError> {
    let wanted = want.global_secondary_index.as_deref().unwrap_or_default();
    let declared = want.attribute.as_deref().unwrap_or_default();
    loop {
        let live = settled(aws, name).await?;
        let indexes = live.global_secondary_index.as_deref().unwrap_or_default();
        let Some((next, last)) = indexes::next(indexes, wanted) else { return Ok(()) };
        let gone = match &next {
            Next::Remove(name) => Some(name.as_str()),
            _ => None,
        };
        let made = match &next {
            Next::Make(index) => Some(index),
            _ => None,
        };
        let kept = indexes.iter().filter(|index| index.name.as_deref() != gone).chain(made);
        let keys = kept.flat_map(|index| [index.hash_key.as_deref(), index.range_key.as_deref()]).flatten();
        let live_attributes = live.attribute.as_deref().unwrap_or_default();
        let definitions = definitions(live.fixed_keys().chain(keys), declared, live_attributes)?;
        let request = change(aws, name)
            .set_attribute_definitions(Some(definitions))
            .set_global_secondary_index_updates(Some(indexes::to_sdk(&next, live.is_provisioned())?));
        aws.done(request).await?;
        if last {
            return Ok(());
        }
    }
}

/// A stream with another view is another stream: the old one ends first.
pub(super) async fn stream(aws: &Aws, name: &str, want: &Table) -> Result<(), CloudError> {
    let live = settled(aws, name).await?;
    let (on, wanted) = (live.stream_enabled == Some(true), want.stream_enabled == Some(true));
    let view = want.stream_view_type.as_deref().filter(|view| !view.is_empty());
    let same_view = view.is_none() || view == live.stream_view_type.as_deref();
    if on == wanted && (!wanted || same_view) {
        return Ok(());
    }
    if on && wanted {
        let off = Table { stream_enabled: Some(false), ..Table::default() };
        aws.done(change(aws, name).set_stream_specification(stream_of(&off)?)).await?;
        settled(aws, name).await?;
    }
    aws.done(change(aws, name).set_stream_specification(stream_of(want)?)).await
}

pub(super) async fn recovery(aws: &Aws, name: &str, want: &Table) -> Result<(), CloudError> {
    let Some(wanted) = &want.point_in_time_recovery else { return Ok(()) };
    let enabled = wanted.enabled.unwrap_or(false);
    let specification = sdk::PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(enabled)
        .set_recovery_period_in_days(wanted.recovery_period_in_days.filter(|days| enabled && *days > 0).map(int))
        .build()
        .map_err(incomplete)?;
    let request = aws
        .write()
        .dynamodb()
        .update_continuous_backups()
        .table_name(name)
        .point_in_time_recovery_specification(specification);
    aws.done(request).await
}

pub(super) async fn time_to_live(aws: &Aws, name: &str, want: &Table) -> Result<(), CloudError> {
    let live = live_time_to_live(aws, name).await?.unwrap_or_default();
    let wanted = want.ttl.clone().unwrap_or_default();
    let (on, enable) = (live.enabled.unwrap_or(false), wanted.enabled.unwrap_or(false));
    // Asking for what is so already is an error.
    if on == enable && (!enable || wanted.attribute_name == live.attribute_name) {
        return Ok(());
    }
    let attribute = if enable { wanted.attribute_name } else { live.attribute_name.or(wanted.attribute_name) };
    let specification = sdk::TimeToLiveSpecification::builder()
        .enabled(enable)
        .set_attribute_name(attribute)
        .build()
        .map_err(incomplete)?;
    let request =
        aws.write().dynamodb().update_time_to_live().table_name(name).time_to_live_specification(specification);
    aws.done(request).await
}

pub(super) async fn update_tags(aws: &Aws, want: &Table, prior: &Table) -> Result<(), CloudError> {
    let (dynamodb, arn) = (aws.write().dynamodb(), prior.arn.as_deref().unwrap_or_default());
    let set = |tags: Tags| async move {
        aws.done(dynamodb.tag_resource().resource_arn(arn).set_tags(Some(tags.to_sdk()?))).await
    };
    let remove = |keys| aws.done(dynamodb.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
    retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
}
