//! What a reply in JSON cannot be without.
//!
//! A document in XML is named after its operation. One in JSON is not: `{}` is the whole reply of many operations, and says
//! of others that nothing is there. So these say which member their replies always have.

/// The member that the reply to an operation always has; `None` for operations that return nothing, or that leave
/// everything out where there is nothing to tell (`GetItem`, lists of tags). Updates are not asked for one: a read follows
/// each, and tells whether it was taken.
///
/// The source is the "Response Elements" of each operation in the API references, as of 2026-11: what is described there
/// without a condition, and is the subject of the call.
pub(super) fn always(operation: &str) -> Option<&'static str> {
    Some(match operation {
        // https://docs.aws.amazon.com/acm/latest/APIReference/
        "DescribeCertificate" => "Certificate",
        "ImportCertificate" | "RequestCertificate" => "CertificateArn",
        "ListCertificates" => "CertificateSummaryList",
        // https://docs.aws.amazon.com/autoscaling/application/APIReference/
        "DescribeScalableTargets" => "ScalableTargets",
        "DescribeScalingPolicies" => "ScalingPolicies",
        "DescribeScheduledActions" => "ScheduledActions",
        // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
        "CreateTable" | "DeleteTable" => "TableDescription",
        "DescribeTable" => "Table",
        "DescribeContinuousBackups" => "ContinuousBackupsDescription",
        "DescribeTimeToLive" => "TimeToLiveDescription",
        // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
        "CreateRepository" => "repository",
        "DescribeRepositories" => "repositories",
        "GetLifecyclePolicy" => "lifecyclePolicyText",
        "GetRepositoryPolicy" => "policyText",
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ (of clusters those of EKS)
        "CreateService" | "DeleteService" => "service",
        "DescribeClusters" => "clusters",
        "DescribeServices" => "services",
        "DescribeTaskDefinition" | "RegisterTaskDefinition" => "taskDefinition",
        "ListTaskDefinitions" => "taskDefinitionArns",
        // https://docs.aws.amazon.com/eks/latest/APIReference/
        "CreateCluster" | "DescribeCluster" | "DeleteCluster" => "cluster",
        "CreateAccessEntry" | "DescribeAccessEntry" => "accessEntry",
        "CreateAddon" | "DescribeAddon" | "DeleteAddon" => "addon",
        "CreatePodIdentityAssociation" | "DescribePodIdentityAssociation" => "association",
        "ListAssociatedAccessPolicies" => "associatedAccessPolicies",
        "ListPodIdentityAssociations" => "associations",
        "CreateNodegroup" | "DescribeNodegroup" | "DeleteNodegroup" => "nodegroup",
        // https://docs.aws.amazon.com/eventbridge/latest/APIReference/
        "CreateEventBus" => "EventBusArn",
        "DescribeEventBus" => "Name",
        "ListRules" => "Rules",
        "ListTargetsByRule" => "Targets",
        "PutRule" => "RuleArn",
        "PutTargets" | "RemoveTargets" => "FailedEntryCount",
        // https://docs.aws.amazon.com/kms/latest/APIReference/
        "CreateGrant" => "GrantId",
        "CreateKey" | "DescribeKey" => "KeyMetadata",
        "GetKeyPolicy" => "Policy",
        "GetKeyRotationStatus" => "KeyRotationEnabled",
        "ListAliases" => "Aliases",
        "ListGrants" => "Grants",
        "ListKeys" => "Keys",
        "ListResourceTags" => "Tags",
        "ScheduleKeyDeletion" => "KeyId",
        "GenerateDataKey" => "CiphertextBlob",
        "Decrypt" => "Plaintext",
        // https://docs.aws.amazon.com/lambda/latest/api/ (`ListAliases` has the member that the one of KMS has)
        "CreateFunction" => "FunctionName",
        "CreateFunctionUrlConfig" | "GetFunctionUrlConfig" => "FunctionUrl",
        "GetFunction" => "Configuration",
        "GetFunctionEventInvokeConfig" | "PutFunctionEventInvokeConfig" => "FunctionArn",
        "GetLayerVersion" | "PublishLayerVersion" => "LayerVersionArn",
        "ListLayerVersions" => "LayerVersions",
        "ListVersionsByFunction" => "Versions",
        "GetPolicy" => "Policy",
        "CreateEventSourceMapping" | "GetEventSourceMapping" => "UUID",
        "ListEventSourceMappings" => "EventSourceMappings",
        // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
        "DescribeLogGroups" => "logGroups",
        "DescribeLogStreams" => "logStreams",
        "DescribeMetricFilters" => "metricFilters",
        "DescribeResourcePolicies" => "resourcePolicies",
        "DescribeSubscriptionFilters" => "subscriptionFilters",
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
        "CreateQueue" | "GetQueueUrl" => "QueueUrl",
        // All of them are asked for, and every queue has some.
        "GetQueueAttributes" => "Attributes",
        // https://docs.aws.amazon.com/secretsmanager/latest/apireference/
        // PutResourcePolicy and DeleteResourcePolicy are operations of CloudWatch Logs too.
        "CancelRotateSecret" | "CreateSecret" | "DescribeSecret" | "GetResourcePolicy" | "GetSecretValue"
        | "PutSecretValue" | "RotateSecret" => "ARN",
        // https://docs.aws.amazon.com/systems-manager/latest/APIReference/
        "GetParameter" => "Parameter",
        "DescribeParameters" | "GetParameters" => "Parameters",
        "PutParameter" => "Version",
        // https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/
        "GetResources" => "ResourceTagMappingList",
        _ => return None,
    })
}
