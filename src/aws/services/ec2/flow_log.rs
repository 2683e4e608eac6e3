//! `aws_flow_log`

use aws_sdk_ec2::operation::create_flow_logs::builders::CreateFlowLogsFluentBuilder;
use aws_sdk_ec2::types::{DestinationOptionsRequest, DestinationOptionsResponse, FlowLogsResourceType};

use super::prelude::*;
use super::{checks, unsuccessful};
use crate::connection::call::{gone_is_fine, missing};

updates! {
    pub enum FlowLogUpdate {
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = FlowLogUpdate)]
#[sdk(filled, from = sdk::FlowLog, create = CreateFlowLogsFluentBuilder)]
pub struct FlowLog {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The role in another account through which logs are delivered there.
    #[field(immutable)]
    deliver_cross_account_role: Option<String>,
    /// How files in a bucket are written.
    #[field(immutable, aws_default)]
    destination_options: Option<DestinationOptions>,
    /// The network interface whose traffic is logged.
    #[field(immutable, by_hand)]
    eni_id: Option<String>,
    /// The role that writes to a log group.
    #[field(immutable, sdk = deliver_logs_permission_arn)]
    iam_role_arn: Option<String>,
    /// The flow log's id.
    #[field(computed, sdk = flow_log_id)]
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
    #[field(immutable, by_hand)]
    subnet_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// Which traffic is logged.
    #[field(immutable, one_of = ["ACCEPT", "REJECT", "ALL"])]
    traffic_type: Option<String>,
    /// The transit gateway attachment whose traffic is logged.
    #[field(immutable, by_hand)]
    transit_gateway_attachment_id: Option<String>,
    /// The transit gateway whose traffic is logged.
    #[field(immutable, by_hand)]
    transit_gateway_id: Option<String>,
    /// The VPC whose traffic is logged.
    #[field(immutable, by_hand)]
    vpc_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = DestinationOptionsResponse, into = DestinationOptionsRequest)]
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

#[async_trait]
impl Described for FlowLog {
    type Live = sdk::FlowLog;
    const ID_FILTER: &'static str = "flow-log-id";
    const TAG_KIND: ResourceType = ResourceType::VpcFlowLog;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::FlowLog>, CloudError> {
        let request = aws.read().ec2().describe_flow_logs().set_filter(Some(filters)).max_results(1000);
        aws.pages(request, |page| page.flow_logs).await
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn finish(self, live: &sdk::FlowLog) -> Self {
        let of = live.resource_id.as_deref().unwrap_or_default();
        let when = |prefix: &str| of.starts_with(prefix).then(|| of.to_string());
        let transit_gateway_attachment_id = when("tgw-attach-");
        Self {
            eni_id: when("eni-"),
            subnet_id: when("subnet-"),
            transit_gateway_id: when("tgw-").filter(|_| transit_gateway_attachment_id.is_none()),
            transit_gateway_attachment_id,
            vpc_id: when("vpc-"),
            ..self
        }
    }
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
    const CREATE_CALLS: Calls = calls![CreateFlowLogs];
    const DELETE_CALLS: Calls = calls![DeleteFlowLogs];
    const LAGS: &'static [LagReply] = lags::FLOW_LOG;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "FLOW_LOG_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id", "log_destination"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
traffic_type: REJECT
log_destination: ${flow_logs.arn}
iam_role_arn: ${flow_logs_writer.arn}
";
    const UNSUPPORTED: Refused = &[("log_group_name", "deprecated: write `log_destination: ${log_group.arn}`")];
    const EXACTLY_ONE: &'static [&'static [&'static str]] =
        &[&["eni_id", "subnet_id", "transit_gateway_attachment_id", "transit_gateway_id", "vpc_id"]];

    type Update = FlowLogUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateFlowLogs";
        let (kind, of) = want.of().unzip();
        let request = want
            .fill(aws.write().ec2().create_flow_logs())?
            .client_token(operation.id.as_str())
            .set_resource_ids(of.map(|id| vec![id.to_string()]))
            .set_resource_type(kind)
            .set_tag_specifications(want.tag_specification());
        let reply = aws.send(request).await?;
        unsuccessful::check(aws, CALL, reply.unsuccessful())?;
        let id = reply.flow_log_ids.unwrap_or_default().into_iter().next();
        Ok(id.ok_or_else(|| missing(CALL, "FlowLogId"))?.into())
    }

    async fn update(aws: &Aws, call: FlowLogUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            FlowLogUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let deleted = aws.send(aws.write().ec2().delete_flow_logs().flow_log_ids(id.as_str())).await;
        gone_is_fine(deleted.and_then(|reply| unsuccessful::check(aws, "ec2:DeleteFlowLogs", reply.unsuccessful())))
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
        let of = |id: &str| -> FlowLog {
            of_live(&sdk::FlowLog::builder().resource_id(id).build()).expect("it can be read")
        };
        assert_eq!(of("vpc-1").vpc_id.as_deref(), Some("vpc-1"));
        let gateway = of("tgw-1");
        assert_eq!(gateway.transit_gateway_id.as_deref(), Some("tgw-1"));
        let attachment = of("tgw-attach-1");
        assert_eq!(attachment.transit_gateway_attachment_id.as_deref(), Some("tgw-attach-1"));
        assert_eq!(attachment.transit_gateway_id, None);
    }
}
