//! `aws_dynamodb_table`

mod blocks;
mod calls;
mod indexes;

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{IndexStatus, KeyType, SseStatus};
use wildfire_engine::model::PropertyPath;

use self::blocks::{
    Attribute, GlobalIndex, LocalIndex, OnDemandThroughput, PointInTimeRecovery, ServerSideEncryption, Ttl, key_of,
};
use super::prelude::*;

updates! {
    pub enum TableUpdate {
        DeletionProtection => [UpdateTable],
        Class => [UpdateTable],
        Capacity => [UpdateTable],
        Indexes => [UpdateTable],
        Stream => [UpdateTable],
        Encryption => [UpdateTable],
        Recovery => [UpdateContinuousBackups],
        TimeToLive => [UpdateTimeToLive],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TableUpdate)]
#[sdk(from = sdk::TableDescription, create = CreateTableFluentBuilder)]
pub struct Table {
    /// The ARN.
    #[field(computed, sdk = table_arn)]
    arn: Option<String>,
    /// The attributes that are keys of the table or of an index.
    #[field(update = Indexes, set, sdk = attribute_definitions)]
    attribute: Option<Vec<Attribute>>,
    /// Whether capacity is provisioned or paid per request.
    #[field(update = Capacity, default = "PROVISIONED", one_of = ["PROVISIONED", "PAY_PER_REQUEST"])]
    #[field(sdk = billing_mode_summary.billing_mode, sent_as = billing_mode)]
    billing_mode: Option<String>,
    /// Whether AWS refuses to delete the table.
    #[field(update = DeletionProtection, aws_default, sent_by_hand)]
    deletion_protection_enabled: Option<bool>,
    /// Indexes with keys of their own.
    #[field(update = Indexes, set, filled, sdk = global_secondary_indexes, sent_by_hand)]
    global_secondary_index: Option<Vec<GlobalIndex>>,
    /// The attribute that spreads items over partitions.
    #[field(immutable, required, by_hand)]
    hash_key: Option<String>,
    /// The table's name.
    #[field(computed, sdk = table_name)]
    id: Option<String>,
    /// Indexes that share the table's hash key.
    #[field(immutable, set, filled, sdk = local_secondary_indexes, sent_by_hand)]
    local_secondary_index: Option<Vec<LocalIndex>>,
    /// The table's name.
    #[field(immutable, required, sdk = table_name)]
    name: Option<String>,
    /// The most that the table may take on demand.
    #[field(update = Capacity, aws_default, sent_by_hand)]
    on_demand_throughput: Option<OnDemandThroughput>,
    /// Whether the table can be restored to any second of the last days.
    #[field(update = Recovery, after_create, aws_default, by_hand)]
    point_in_time_recovery: Option<PointInTimeRecovery>,
    /// The attribute that orders the items of a partition.
    #[field(immutable, by_hand)]
    range_key: Option<String>,
    /// Read units a second, where capacity is provisioned.
    #[field(update = Capacity, aws_default, range = 0..=9223372036854775807, changed_by = ["Capacity"])]
    #[field(sdk = provisioned_throughput.read_capacity_units)]
    read_capacity: Option<i64>,
    /// The KMS key that encrypts the table.
    #[field(update = Encryption, aws_default, by_hand)]
    server_side_encryption: Option<ServerSideEncryption>,
    /// The ARN of the table's stream.
    #[field(computed, changed_by = ["Stream"], sdk = latest_stream_arn)]
    stream_arn: Option<String>,
    /// Whether changes of items can be read as a stream.
    #[field(update = Stream, default = false, by_hand)]
    stream_enabled: Option<bool>,
    /// The time at which the stream began, as part of its name.
    #[field(computed, changed_by = ["Stream"], sdk = latest_stream_label)]
    stream_label: Option<String>,
    /// What the stream tells about a changed item.
    #[field(update = Stream, aws_default, one_of = ["", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])]
    #[field(by_hand)]
    stream_view_type: Option<String>,
    /// The storage class.
    #[field(update = Class, default = "STANDARD", one_of = ["STANDARD", "STANDARD_INFREQUENT_ACCESS"])]
    #[field(sdk = table_class_summary.table_class, sent_as = table_class)]
    table_class: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// Whether items go after their time.
    #[field(update = TimeToLive, after_create, aws_default, by_hand)]
    ttl: Option<Ttl>,
    /// Write units a second, where capacity is provisioned.
    #[field(update = Capacity, aws_default, range = 0..=9223372036854775807, changed_by = ["Capacity"])]
    #[field(sdk = provisioned_throughput.write_capacity_units)]
    write_capacity: Option<i64>,
    /// AWS's word for the status.
    #[field(computed, by_hand)]
    _status: Option<String>,
}

impl Table {
    fn is_provisioned(&self) -> bool {
        self.billing_mode.as_deref() != Some("PAY_PER_REQUEST")
    }

    /// The attributes that are keys of the table itself or of a local index.
    fn fixed_keys(&self) -> impl Iterator<Item = &str> {
        let local = self.local_secondary_index.iter().flatten().map(|index| index.range_key.as_deref());
        [self.hash_key.as_deref(), self.range_key.as_deref()].into_iter().chain(local).flatten()
    }
}

/// The table's status, or that of an index or of its encryption that is being changed.
fn status(table: &sdk::TableDescription) -> Option<String> {
    let table_status = table.table_status.as_ref().map(|status| status.as_str().to_string());
    if table_status.as_deref() != Some("ACTIVE") {
        return table_status;
    }
    let indexes = table.global_secondary_indexes.iter().flatten();
    let busy = indexes.filter_map(|index| index.index_status.as_ref()).find(|status| **status != IndexStatus::Active);
    if let Some(busy) = busy {
        return Some(format!("INDEX_{}", busy.as_str()));
    }
    match table.sse_description.as_ref().and_then(|sse| sse.status.as_ref()) {
        Some(sse @ (SseStatus::Enabling | SseStatus::Disabling | SseStatus::Updating)) => {
            Some(format!("ENCRYPTION_{}", sse.as_str()))
        }
        _ => table_status,
    }
}

/// A table without its tags, recovery and time to live, which calls of their own tell.
fn table(live: sdk::TableDescription) -> Result<Table, Unfit> {
    let status = status(&live);
    let key = |role| key_of(live.key_schema.as_deref(), &role);
    let (hash_key, range_key) = (key(KeyType::Hash), key(KeyType::Range));
    let stream = live.stream_specification.clone().filter(|stream| stream.stream_enabled);
    let off = |sse: &sdk::SseDescription| matches!(sse.status, None | Some(SseStatus::Disabled | SseStatus::Disabling));
    let encryption = live.sse_description.clone().filter(|sse| !off(sse));
    let table = Table::from_sdk(live)?;
    Ok(Table {
        // A table that never changed its mode or class tells none.
        billing_mode: table.billing_mode.or(Some("PROVISIONED".into())),
        deletion_protection_enabled: table.deletion_protection_enabled.or(Some(false)),
        hash_key,
        range_key,
        server_side_encryption: encryption
            .map(|sse| ServerSideEncryption { enabled: Some(true), kms_key_arn: sse.kms_master_key_arn }),
        stream_enabled: Some(stream.is_some()),
        stream_view_type: incoming(stream.and_then(|stream| stream.stream_view_type), "stream_view_type")?,
        table_class: table.table_class.or(Some("STANDARD".into())),
        _status: status,
        ..table
    })
}

#[async_trait]
impl Resource for Table {
    const TYPE: &'static str = "aws_dynamodb_table";
    const DOC: &'static str = "A DynamoDB table.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateTable];
    const DELETE_CALLS: Calls = calls![DeleteTable];
    const LAGS: &'static [LagReply] = lags::TABLE;
    const APART: &'static [&'static str] = &["point_in_time_recovery", "ttl"];
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "TABLE_NAME";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: acme-test-locks
billing_mode: PAY_PER_REQUEST
hash_key: LockID
attribute:
  - {name: LockID, type: S}
point_in_time_recovery: {enabled: true}
";
    const UNSUPPORTED: Refused = &[
        ("import_table", "an import happens once; import with the AWS CLI, then take the table over with `import`"),
        ("replica", "replicas in other regions are not managed yet"),
        (
            "restore_date_time",
            "a restore happens once; restore with the AWS CLI, then take the table over with `import`",
        ),
        (
            "restore_source_name",
            "a restore happens once; restore with the AWS CLI, then take the table over with `import`",
        ),
        (
            "restore_source_table_arn",
            "a restore happens once; restore with the AWS CLI, then take the table over with `import`",
        ),
        (
            "restore_to_latest_time",
            "a restore happens once; restore with the AWS CLI, then take the table over with `import`",
        ),
    ];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 15;

    type Update = TableUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| calls::read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.clone() else { return Ok(None) };
        let Some(table) = calls::describe(aws, &name).await? else { return Ok(None) };
        let tags = calls::tags(aws, table.table_arn.as_deref().unwrap_or_default()).await?;
        Ok(made_by(Some(&tags), recover.operation.id.as_str()).then(|| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        calls::create(aws, want).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: TableUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let name = id.as_str();
        match call {
            TableUpdate::DeletionProtection => calls::protect(aws, name, want).await,
            TableUpdate::Class => calls::reclass(aws, name, want).await,
            TableUpdate::Capacity => calls::resize(aws, name, want, prior).await,
            TableUpdate::Indexes => calls::reindex(aws, name, want).await,
            TableUpdate::Stream => calls::stream(aws, name, want).await,
            TableUpdate::Encryption => calls::encrypt(aws, name, want).await,
            TableUpdate::Recovery => calls::recovery(aws, name, want).await,
            TableUpdate::TimeToLive => calls::time_to_live(aws, name, want).await,
            TableUpdate::Tags => calls::update_tags(aws, want, prior).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().dynamodb().delete_table().table_name(id.as_str());
        match aws.gone(request).await {
            // A second delete while the first is at work.
            Err(error) if error.message.contains("being deleted") => Ok(()),
            result => result,
        }
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some("DELETING") => Readiness::Deleting,
            Some(status) if status.ends_with("ING") => Readiness::Pending(status.into()),
            // The key of an encrypted table is gone: nothing of ours repairs that.
            Some(status @ "INACCESSIBLE_ENCRYPTION_CREDENTIALS") => Readiness::Failed(status.into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let capacity = |name: &str| properties.get(name).and_then(Value::as_int).unwrap_or(0);
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let per_request = match properties.get("billing_mode") {
            None | Some(Value::Null) => Some(false),
            Some(mode) => mode.as_str().map(|mode| mode == "PAY_PER_REQUEST"),
        };
        for name in ["read_capacity", "write_capacity"] {
            match per_request {
                Some(true) if capacity(name) > 0 => {
                    problems.push(problem(name, format!("{name} has no meaning with billing_mode PAY_PER_REQUEST")));
                }
                Some(false) if !written(name) => {
                    let message = format!("{name} is needed with billing_mode PROVISIONED, which is the default");
                    let help = Some("write it, or billing_mode: PAY_PER_REQUEST".to_string());
                    problems.push(Problem { path: name.into(), message, help });
                }
                _ => {}
            }
        }
        problems.extend(index_capacity(properties, per_request));
        let stream = properties.get("stream_enabled").and_then(Value::as_bool) == Some(true);
        if stream && !written("stream_view_type") {
            problems.push(problem("stream_view_type", "a stream needs a stream_view_type"));
        }
        problems.extend(undefined_keys(properties));
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(PhysicalId::from(properties.get("name")?.as_str()?))
    }
}

/// Every index of a provisioned table has a capacity of its own, and none of a table that is paid per request.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html>
fn index_capacity(properties: &Value, per_request: Option<bool>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Some(per_request) = per_request else { return problems };
    let indexes = properties.get("global_secondary_index").and_then(Value::as_list).unwrap_or_default();
    for (position, index) in indexes.iter().enumerate().filter(|(_, index)| index.as_map().is_some()) {
        let at = PropertyPath::from("global_secondary_index").index(position);
        for name in ["read_capacity", "write_capacity"] {
            let units = index.get(name).filter(|units| !units.is_null());
            let message = match (per_request, units) {
                (true, Some(units)) if units.as_int().is_some_and(|units| units > 0) => {
                    format!("{name} has no meaning with billing_mode PAY_PER_REQUEST")
                }
                (false, None) => {
                    format!("an index needs {name} with billing_mode PROVISIONED, which is the default")
                }
                _ => continue,
            };
            let help = (!per_request).then(|| "write it, or billing_mode: PAY_PER_REQUEST".to_string());
            problems.push(Problem { path: at.key(name), message, help });
        }
    }
    problems
}

/// Keys without an attribute that defines their type, and attributes that are no key: DynamoDB refuses both.
fn undefined_keys(properties: &Value) -> Vec<Problem> {
    if !properties.is_known() {
        return Vec::new();
    }
    let list = |name: &str| properties.get(name).and_then(Value::as_list).unwrap_or_default();
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(String::from);
    let defined: Vec<String> = list("attribute").iter().filter_map(|attribute| text(attribute, "name")).collect();
    let mut keys: Vec<String> = ["hash_key", "range_key"].iter().filter_map(|name| text(properties, name)).collect();
    for index in list("global_secondary_index").iter().chain(list("local_secondary_index")) {
        keys.extend(["hash_key", "range_key"].iter().filter_map(|name| text(index, name)));
    }
    let missing = keys.iter().filter(|key| !key.is_empty() && !defined.contains(key));
    let mut problems: Vec<Problem> =
        missing.map(|key| problem("attribute", format!("the key {key} has no attribute with its type"))).collect();
    let unused = defined.iter().filter(|name| !keys.contains(name));
    problems.extend(unused.map(|name| {
        let message = format!("the attribute {name} is no key of the table or an index; only keys are defined");
        problem("attribute", message)
    }));
    problems
}

#[cfg(test)]
mod tests;
