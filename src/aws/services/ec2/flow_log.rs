//! `aws_flow_log`

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    self as sdk, DestinationFileFormat, DestinationOptionsRequest, FlowLogsResourceType, LogDestinationType,
    ResourceType, TrafficType,
};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations,
    Value,
};

use super::arn::arn;
use super::checks;
use super::describe::{by_filter, ids, pages};
use super::tagging;
use super::unsuccessful;
use crate::Aws;
use crate::connection::call::{gone_is_fine, missing};
use crate::kind::convert::int;
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed};
use crate::kind::tags::Tags;
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum FlowLogUpdate {
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = FlowLogUpdate)]
pub struct FlowLog {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The role in another account through which logs are delivered there.
    #[field(immutable)]
    deliver_cross_account_role: Option<String>,
    /// How files in a bucket are written.
    #[field(immutable, aws_default)]
    destination_options: Option<DestinationOptions>,
    /// The network interface whose traffic is logged.
    #[field(immutable)]
    eni_id: Option<String>,
    /// The role that writes to a log group.
    #[field(immutable)]
    iam_role_arn: Option<String>,
    /// The flow log's id.
    #[field(computed)]
    id: Option<String>,
    /// The ARN of the log group, bucket or delivery stream.
    #[field(immutable, aws_default)]
    log_destination: Option<String>,
    /// What the destination is.
    #[field(immutable, default = "cloud-watch-logs", one_of = ["cloud-watch-logs", "s3", "kinesis-data-firehose"])]
    log_destination_type: Option<String>,
    /// The fields of a record, as `${version} ${srcaddr}`.
    #[field(immutable, aws_default)]
    log_format: Option<String>,
    /// For how many seconds packets are gathered into one record.
    #[field(immutable, default = 600, range = 60..=600)]
    max_aggregation_interval: Option<i64>,
    /// The subnet whose traffic is logged.
    #[field(immutable)]
    subnet_id: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// Which traffic is logged.
    #[field(immutable, one_of = ["ACCEPT", "REJECT", "ALL"])]
    traffic_type: Option<String>,
    /// The transit gateway attachment whose traffic is logged.
    #[field(immutable)]
    transit_gateway_attachment_id: Option<String>,
    /// The transit gateway whose traffic is logged.
    #[field(immutable)]
    transit_gateway_id: Option<String>,
    /// The VPC whose traffic is logged.
    #[field(immutable)]
    vpc_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct DestinationOptions {
    /// The format of the files.
    #[field(default = "plain-text", one_of = ["plain-text", "parquet"])]
    file_format: Option<String>,
    /// Whether prefixes have the form that Hive tools expect.
    #[field(default = false)]
    hive_compatible_partitions: Option<bool>,
    /// Whether there is a prefix per hour, and not per day.
    #[field(default = false)]
    per_hour_partition: Option<bool>,
}

impl From<sdk::FlowLog> for FlowLog {
    fn from(log: sdk::FlowLog) -> Self {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let of = log.resource_id.unwrap_or_default();
        let when = |prefix: &str| of.starts_with(prefix).then(|| of.clone());
        let attachment = when("tgw-attach-");
        Self {
            arn: None,
            deliver_cross_account_role: filled(log.deliver_cross_account_role),
            destination_options: log.destination_options.map(|options| DestinationOptions {
                file_format: options.file_format.map(|format| format.as_str().to_string()),
                hive_compatible_partitions: options.hive_compatible_partitions,
                per_hour_partition: options.per_hour_partition,
            }),
            eni_id: when("eni-"),
            iam_role_arn: filled(log.deliver_logs_permission_arn),
            id: log.flow_log_id,
            log_destination: filled(log.log_destination),
            log_destination_type: log.log_destination_type.map(|kind| kind.as_str().to_string()),
            log_format: filled(log.log_format),
            max_aggregation_interval: log.max_aggregation_interval.map(i64::from),
            subnet_id: when("subnet-"),
            tags: None,
            tags_all: tagging::from_sdk(log.tags),
            traffic_type: log.traffic_type.map(|traffic| traffic.as_str().to_string()),
            transit_gateway_id: if attachment.is_some() { None } else { when("tgw-") },
            transit_gateway_attachment_id: attachment,
            vpc_id: when("vpc-"),
        }
    }
}

async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<FlowLog>, CloudError> {
    let request = aws.read().ec2().describe_flow_logs().set_filter(Some(filters)).max_results(1000);
    let found = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeFlowLogs", request.send()).await?;
            Ok((page.flow_logs, page.next_token))
        }
    })
    .await?;
    let mut logs: Vec<FlowLog> = found.into_iter().map(FlowLog::from).collect();
    for log in &mut logs {
        if let Some(id) = log.id.as_deref() {
            log.arn = Some(arn(aws, None, "vpc-flow-log", id).await?);
        }
    }
    Ok(logs)
}

impl FlowLog {
    fn of(&self) -> Option<(FlowLogsResourceType, &str)> {
        let vpc = self.vpc_id.as_deref().map(|id| (FlowLogsResourceType::Vpc, id));
        vpc.or_else(|| self.subnet_id.as_deref().map(|id| (FlowLogsResourceType::Subnet, id)))
            .or_else(|| self.eni_id.as_deref().map(|id| (FlowLogsResourceType::NetworkInterface, id)))
            .or_else(|| self.transit_gateway_id.as_deref().map(|id| (FlowLogsResourceType::TransitGateway, id)))
            .or_else(|| {
                let attachment = self.transit_gateway_attachment_id.as_deref();
                attachment.map(|id| (FlowLogsResourceType::TransitGatewayAttachment, id))
            })
    }
}

#[async_trait]
impl Resource for FlowLog {
    const TYPE: &'static str = "aws_flow_log";
    const DOC: &'static str = "A record of the traffic of a VPC, subnet, interface or transit gateway.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:CreateFlowLogs"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DeleteFlowLogs"];
    const LAGS: &'static [LagReply] = lags::FLOW_LOG;
    const IMPORT_ID: &'static str = "FLOW_LOG_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id", "log_destination"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
traffic_type: REJECT
log_destination: ${flow_logs.arn}
iam_role_arn: ${flow_logs_writer.arn}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("log_group_name", "deprecated: write `log_destination: ${log_group.arn}`")];
    const EXACTLY_ONE: &'static [&'static [&'static str]] =
        &[&["eni_id", "subnet_id", "transit_gateway_attachment_id", "transit_gateway_id", "vpc_id"]];

    type Update = FlowLogUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match by_filter("flow-log-id", &ids(wanted), |filters| describe(aws, filters)).await {
            Ok(found) => tagging::in_order(wanted, found, |log| log.id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |log: Self| Candidate::new(log.id, log.tags_all);
        tagging::find(recover, |filters| describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateFlowLogs";
        let options = want.destination_options.as_ref().map(|options| {
            DestinationOptionsRequest::builder()
                .set_file_format(options.file_format.as_deref().map(DestinationFileFormat::from))
                .set_hive_compatible_partitions(options.hive_compatible_partitions)
                .set_per_hour_partition(options.per_hour_partition)
                .build()
        });
        let (kind, of) = want.of().unzip();
        let request = aws
            .write()
            .ec2()
            .create_flow_logs()
            .client_token(operation.id.as_str())
            .set_resource_ids(of.map(|id| vec![id.to_string()]))
            .set_resource_type(kind)
            .set_deliver_cross_account_role(want.deliver_cross_account_role.clone())
            .set_deliver_logs_permission_arn(want.iam_role_arn.clone())
            .set_log_destination(want.log_destination.clone())
            .set_log_destination_type(want.log_destination_type.as_deref().map(LogDestinationType::from))
            .set_log_format(want.log_format.clone())
            .set_max_aggregation_interval(want.max_aggregation_interval.map(int))
            .set_traffic_type(want.traffic_type.as_deref().map(TrafficType::from))
            .set_destination_options(options)
            .set_tag_specifications(tagging::specification(ResourceType::VpcFlowLog, want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        unsuccessful::check(aws, CALL, reply.unsuccessful())?;
        let id = reply.flow_log_ids.unwrap_or_default().into_iter().next();
        Ok(id.ok_or_else(|| missing(CALL, "FlowLogId"))?.into())
    }

    async fn update(aws: &Aws, call: FlowLogUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            FlowLogUpdate::Tags => tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        const CALL: &str = "ec2:DeleteFlowLogs";
        let request = aws.write().ec2().delete_flow_logs().flow_log_ids(id.as_str());
        let deleted = aws.call(CALL, request.send()).await;
        gone_is_fine(deleted.and_then(|reply| unsuccessful::check(aws, CALL, reply.unsuccessful())))
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let given = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let interval = properties.get("max_aggregation_interval").and_then(Value::as_int);
        if interval.is_some_and(|seconds| seconds != 60 && seconds != 600) {
            found.push(checks::problem("max_aggregation_interval", "60 or 600 seconds", None));
        }
        let transit = given("transit_gateway_id") || given("transit_gateway_attachment_id");
        if transit && properties.is_known() && interval != Some(60) {
            let help = Some("max_aggregation_interval: 60".to_string());
            let message = "logs of a transit gateway gather for 60 seconds";
            found.push(checks::problem("max_aggregation_interval", message, help));
        }
        if !transit && properties.as_map().is_some() && !given("traffic_type") {
            let help = Some("ACCEPT, REJECT or ALL".to_string());
            found.push(checks::problem("traffic_type", "a flow log says which traffic it is for", help));
        }
        if text("log_destination").is_some_and(|destination| destination.ends_with(":*")) {
            let help = Some("leave the :* at the end out".to_string());
            let message = "AWS keeps the ARN of the log group itself";
            found.push(checks::problem("log_destination", message, help));
        }
        found
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(super::keys::flow_log(properties))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_says_what_is_logged() {
        let of = |id: &str| FlowLog::from(sdk::FlowLog::builder().resource_id(id).build());
        assert_eq!(of("vpc-1").vpc_id.as_deref(), Some("vpc-1"));
        let gateway = of("tgw-1");
        assert_eq!(gateway.transit_gateway_id.as_deref(), Some("tgw-1"));
        let attachment = of("tgw-attach-1");
        assert_eq!(attachment.transit_gateway_attachment_id.as_deref(), Some("tgw-attach-1"));
        assert_eq!(attachment.transit_gateway_id, None);
    }
}
