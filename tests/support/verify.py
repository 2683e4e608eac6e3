"""Whether AWS holds what the reference stage says. Shares nothing with wildfire but the values in stage.yaml and values.yaml.

Usage: verify.py STAGE_FOLDER [--gone]; AWS is where AWS_ENDPOINT_URL says. Prints what is wrong, and exits with 1.
With `--gone`: nothing of the stage is left but what `bootstrap` made.
"""

import ipaddress
import json
import sys
from pathlib import Path

import boto3
import yaml
from botocore.exceptions import ClientError

PROBLEMS = []


def same(what, found, expected):
    if found != expected:
        PROBLEMS.append(f"{what}: {found!r}, expected {expected!r}")


def holds(what, condition):
    if not condition:
        PROBLEMS.append(f"{what}: is not so")


def tags(listed):
    """Tags in any of the shapes in which services answer."""
    if isinstance(listed, dict):
        return listed
    return {tag.get("Key", tag.get("TagKey")): tag.get("Value", tag.get("TagValue")) for tag in listed or []}


def laid_over(shared, own):
    """The values of a stage over those of all stages, map by map."""
    if not isinstance(shared, dict) or not isinstance(own, dict):
        return own
    both = {key: laid_over(shared[key], own[key]) for key in shared.keys() & own.keys()}
    return {**shared, **own, **both}


class Stage:
    def __init__(self, folder):
        text = yaml.safe_load((folder / "stage.yaml").read_text())
        project = yaml.safe_load((folder.parent.parent / "wildfire.yaml").read_text())
        self.name = folder.name
        self.account = str(text["account_id"])
        self.region = text["region"]
        shared = folder.parent / "values.yaml"
        self.values = laid_over(yaml.safe_load(shared.read_text()) if shared.exists() else {}, text["values"])
        self.state = text["state"]
        self.prefix = f"{project['name']}-{self.name}"
        self.domain = self.values["domain"]
        self.zones = self.values["zones"]
        self.tags = {key: value.replace("${stage.name}", self.name) for key, value in text["tags"].items()}
        self.ops = {}

    def client(self, service):
        return boto3.client(service, region_name=self.region)

    def tagged(self, what, listed, own=True):
        """The tags of the stage are there, and so are wildfire's, with an operation of its own for each resource."""
        found = tags(listed)
        for key, value in self.tags.items():
            same(f"{what}: tag {key}", found.get(key), value)
        if not own:
            return found
        same(f"{what}: tag wildfire:stage", found.get("wildfire:stage"), f"{self.name}/main")
        holds(f"{what}: has tag wildfire:address", found.get("wildfire:address"))
        op = found.get("wildfire:op")
        holds(f"{what}: has tag wildfire:op", op)
        if op in self.ops:
            PROBLEMS.append(f"{what} and {self.ops[op]} have the same wildfire:op")
        self.ops[op] = what
        return found


def network(stage):
    ec2 = stage.client("ec2")
    vpcs = ec2.describe_vpcs(Filters=[{"Name": "isDefault", "Values": ["false"]}])["Vpcs"]
    same("VPCs", [vpc["CidrBlock"] for vpc in vpcs], [stage.values["vpc_cidr"]])
    vpc = vpcs[0]["VpcId"]
    same("Name of the VPC", stage.tagged("the VPC", vpcs[0]["Tags"]).get("Name"), stage.prefix)
    for name, key in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
        same(key, ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)[key]["Value"], True)

    here = [{"Name": "vpc-id", "Values": [vpc]}]
    subnets = ec2.describe_subnets(Filters=here)["Subnets"]
    ranges = list(ipaddress.ip_network(stage.values["vpc_cidr"]).subnets(prefixlen_diff=4))
    count = len(stage.zones)
    expected = {}
    for index, zone in enumerate(stage.zones):
        expected[str(ranges[index])] = ("public", zone)
        expected[str(ranges[index + count])] = ("private", zone)
    same("ranges of subnets", sorted(subnet["CidrBlock"] for subnet in subnets), sorted(expected))
    by_role = {}
    for subnet in subnets:
        kind, zone = expected.get(subnet["CidrBlock"], ("?", "?"))
        what = f"{kind} subnet {zone}"
        by_role[kind, zone] = subnet["SubnetId"]
        same(f"{what}: zone", subnet["AvailabilityZone"], stage.region + zone)
        same(f"{what}: public addresses", subnet["MapPublicIpOnLaunch"], kind == "public")
        found = stage.tagged(what, subnet["Tags"])
        same(f"{what}: Name", found.get("Name"), f"{stage.prefix}-{kind}-{zone}")
        same(f"{what}: cluster tag", found.get(f"kubernetes.io/cluster/{stage.prefix}"), "shared")
        same(f"{what}: load balancers", found.get("kubernetes.io/role/elb" if kind == "public" else "kubernetes.io/role/internal-elb"), "1")

    gateways = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]
    same("internet gateways", len(gateways), 1)
    stage.tagged("the internet gateway", gateways[0]["Tags"])
    vpn = [one for one in ec2.describe_vpn_gateways()["VpnGateways"] if one["State"] == "available"]
    same("VPN gateways", [[at["VpcId"] for at in one["VpcAttachments"] if at["State"] == "attached"] for one in vpn], [[vpc]])
    stage.tagged("the VPN gateway", vpn[0]["Tags"])

    nats = [nat for nat in ec2.describe_nat_gateways(Filter=here)["NatGateways"] if nat["State"] == "available"]
    nat_of = {nat["SubnetId"]: nat["NatGatewayId"] for nat in nats}
    same("subnets of NAT gateways", sorted(nat_of), sorted(by_role["public", zone] for zone in stage.zones))
    for nat in nats:
        stage.tagged(f"NAT gateway in {nat['SubnetId']}", nat["Tags"])
    addresses = ec2.describe_addresses()["Addresses"]
    same("addresses", len(addresses), count)
    used = {address["AllocationId"] for nat in nats for address in nat["NatGatewayAddresses"]}
    same("addresses of NAT gateways", used, {address["AllocationId"] for address in addresses})
    for address in addresses:
        stage.tagged(f"address {address['AllocationId']}", address["Tags"])

    table_of = {}
    own_tables = []
    for table in ec2.describe_route_tables(Filters=here)["RouteTables"]:
        if any(association.get("Main") for association in table["Associations"]):
            continue
        own_tables.append(table["RouteTableId"])
        stage.tagged(f"route table {table['RouteTableId']}", table["Tags"])
        for association in table["Associations"]:
            table_of[association["SubnetId"]] = table
    same("route tables", len(own_tables), count + 1)
    for (kind, zone), subnet in by_role.items():
        routes = {route.get("DestinationCidrBlock"): route for route in table_of.get(subnet, {}).get("Routes", [])}
        default = routes.get("0.0.0.0/0", {})
        if kind == "public":
            same(f"way out of public subnet {zone}", default.get("GatewayId"), gateways[0]["InternetGatewayId"])
        else:
            same(f"way out of private subnet {zone}", default.get("NatGatewayId"), nat_of.get(by_role["public", zone]))
    endpoints = [one for one in ec2.describe_vpc_endpoints(Filters=here)["VpcEndpoints"] if one["State"].lower() == "available"]
    same("endpoints", [(one["ServiceName"], one["VpcEndpointType"]) for one in endpoints], [(f"com.amazonaws.{stage.region}.s3", "Gateway")])
    same("route tables of the endpoint", sorted(endpoints[0]["RouteTableIds"]), sorted(own_tables))
    stage.tagged("the endpoint", endpoints[0]["Tags"])
    flow_logs(stage, ec2, vpc)
    return vpc, {kind: sorted(by_role[kind, zone] for zone in stage.zones) for kind in ("public", "private")}


def flow_logs(stage, ec2, vpc):
    logs = ec2.describe_flow_logs()["FlowLogs"]
    same("flow logs", [(one["ResourceId"], one["TrafficType"], one["LogDestinationType"]) for one in logs], [(vpc, "ALL", "cloud-watch-logs")])
    stage.tagged("the flow log", logs[0]["Tags"])
    same("role of the flow log", logs[0]["DeliverLogsPermissionArn"], f"arn:aws:iam::{stage.account}:role/{stage.prefix}-flow-logs")
    groups = {group["logGroupName"]: group for group in stage.client("logs").describe_log_groups()["logGroups"]}
    wanted = [f"/vpc/{stage.prefix}/flow-logs", f"/aws/eks/{stage.prefix}/cluster"]
    same("log groups", sorted(groups), sorted(wanted))
    for name in wanted:
        same(f"retention of {name}", groups.get(name, {}).get("retentionInDays"), 30)


def security_groups(stage, vpc):
    """Ids by the part of their name after the prefix; the rules that the modules write, and no others."""
    ec2 = stage.client("ec2")
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    own = {group["GroupName"].removeprefix(f"{stage.prefix}-"): group for group in groups if group["GroupName"] != "default"}
    same("security groups", sorted(own), ["cluster", "database", "redis", "workers"])
    ids = {name: group["GroupId"] for name, group in own.items()}
    names = {identity: name for name, identity in ids.items()}
    for name, group in own.items():
        stage.tagged(f"security group {name}", group["Tags"])

    def rules(permissions):
        found = set()
        for rule in permissions:
            ports = (rule.get("FromPort"), rule.get("ToPort")) if rule["IpProtocol"] != "-1" else (None, None)
            ends = [names.get(pair["GroupId"]) for pair in rule["UserIdGroupPairs"]] + [one["CidrIp"] for one in rule["IpRanges"]]
            found |= {(rule["IpProtocol"], *ports, end) for end in ends}
        return found

    anything = ("-1", None, None)
    ingress = {
        "cluster": {("tcp", 443, 443, "workers")},
        "workers": {("tcp", 1025, 65535, "cluster"), (*anything, "workers")},
        "database": {("tcp", 3306, 3306, "workers")},
        "redis": {("tcp", 6379, 6379, "workers")},
    }
    egress = {"cluster": {("tcp", 1025, 65535, "workers")}, "workers": {(*anything, "0.0.0.0/0")}, "database": set(), "redis": set()}
    for name, group in own.items():
        same(f"what may reach {name}", rules(group["IpPermissions"]), ingress.get(name))
        same(f"what {name} may reach", rules(group["IpPermissionsEgress"]), egress.get(name))
    return ids


def kubernetes(stage, subnets, groups):
    eks, iam = stage.client("eks"), stage.client("iam")
    same("clusters", eks.list_clusters()["clusters"], [stage.prefix])
    cluster = eks.describe_cluster(name=stage.prefix)["cluster"]
    wanted = stage.values["kubernetes"]
    same("version of Kubernetes", cluster["version"], wanted["version"])
    same("role of the cluster", cluster["roleArn"], f"arn:aws:iam::{stage.account}:role/{stage.prefix}-cluster")
    same("subnets of the cluster", sorted(cluster["resourcesVpcConfig"]["subnetIds"]), subnets["private"])
    same("groups of the cluster", cluster["resourcesVpcConfig"]["securityGroupIds"], [groups["cluster"]])
    logged = [one["types"] for one in cluster["logging"]["clusterLogging"] if one["enabled"]]
    same("logs of the cluster", sorted(sum(logged, [])), ["api", "audit", "authenticator"])
    stage.tagged("the cluster", cluster["tags"])

    same("node groups", eks.list_nodegroups(clusterName=stage.prefix)["nodegroups"], [f"{stage.prefix}-default"])
    nodes = eks.describe_nodegroup(clusterName=stage.prefix, nodegroupName=f"{stage.prefix}-default")["nodegroup"]
    scaling = {"minSize": wanted["nodes"]["min"], "maxSize": wanted["nodes"]["max"], "desiredSize": wanted["nodes"]["desired"]}
    same("sizes of the node group", nodes["scalingConfig"], scaling)
    same("instances of the node group", nodes["instanceTypes"], wanted["instance_types"])
    same("subnets of the node group", sorted(nodes["subnets"]), subnets["private"])
    same("role of the nodes", nodes["nodeRole"], f"arn:aws:iam::{stage.account}:role/{stage.prefix}-nodes")
    stage.tagged("the node group", nodes["tags"])
    ec2 = stage.client("ec2")
    templates = ec2.describe_launch_templates()["LaunchTemplates"]
    same("launch templates", [one["LaunchTemplateName"] for one in templates], [f"{stage.prefix}-nodes"])
    same("template of the nodes", nodes["launchTemplate"]["id"], templates[0]["LaunchTemplateId"])
    same("version for the nodes", nodes["launchTemplate"]["version"], str(templates[0]["LatestVersionNumber"]))
    stage.tagged("the launch template", templates[0]["Tags"])
    version = ec2.describe_launch_template_versions(LaunchTemplateId=templates[0]["LaunchTemplateId"], Versions=["$Latest"])
    data = version["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    same("groups of the nodes", data["SecurityGroupIds"], [groups["workers"]])
    same("tokens of the nodes' metadata", data["MetadataOptions"]["HttpTokens"], "required")
    disk = data["BlockDeviceMappings"][0]["Ebs"]
    same("disks of the nodes", (disk["Encrypted"], disk["VolumeSize"], disk["VolumeType"]), (True, 50, "gp3"))

    issuer = cluster["identity"]["oidc"]["issuer"].removeprefix("https://")
    providers = [one["Arn"] for one in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    same("identity providers", providers, [f"arn:aws:iam::{stage.account}:oidc-provider/{issuer}"])
    provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=providers[0])
    same("clients of the identity provider", provider["ClientIDList"], ["sts.amazonaws.com"])
    stage.tagged("the identity provider", provider["Tags"])
    roles(stage, iam, issuer)


def roles(stage, iam, issuer):
    accounts = {
        "images": "shop:images",
        "cluster-autoscaler": "kube-system:cluster-autoscaler",
        "load-balancer-controller": "kube-system:aws-load-balancer-controller",
    }
    services = {"cluster": "eks.amazonaws.com", "nodes": "ec2.amazonaws.com", "flow-logs": "vpc-flow-logs.amazonaws.com"}
    inline = {"images": ["images"], "cluster-autoscaler": ["scale-node-groups"], "flow-logs": ["write-flow-logs"]}
    aws, own = "arn:aws:iam::aws:policy/", f"arn:aws:iam::{stage.account}:policy/"
    attached = {
        "cluster": [aws + "AmazonEKSClusterPolicy", aws + "AmazonEKSVPCResourceController"],
        "nodes": [aws + name for name in ("AmazonEC2ContainerRegistryReadOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy")],
        "load-balancer-controller": [f"{own}{stage.prefix}-load-balancer-controller"],
    }
    found = {role["RoleName"].removeprefix(f"{stage.prefix}-"): role for role in iam.list_roles()["Roles"]}
    same("roles", sorted(found), sorted([*accounts, *services]))
    for name, role in found.items():
        full = role["RoleName"]
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        if name in accounts:
            same(f"who may be {name}", statement["Principal"], {"Federated": f"arn:aws:iam::{stage.account}:oidc-provider/{issuer}"})
            same(f"how to become {name}", statement["Action"], "sts:AssumeRoleWithWebIdentity")
            subject = {"StringEquals": {f"{issuer}:sub": f"system:serviceaccount:{accounts[name]}"}}
            same(f"which service account may be {name}", statement.get("Condition"), subject)
        else:
            same(f"who may be {name}", statement["Principal"], {"Service": services.get(name)})
        same(f"inline policies of {name}", iam.list_role_policies(RoleName=full)["PolicyNames"], inline.get(name, []))
        policies = sorted(one["PolicyArn"] for one in iam.list_attached_role_policies(RoleName=full)["AttachedPolicies"])
        same(f"managed policies of {name}", policies, sorted(attached.get(name, [])))
        stage.tagged(f"role {name}", iam.get_role(RoleName=full)["Role"]["Tags"])
    images = iam.get_role_policy(RoleName=f"{stage.prefix}-images", PolicyName="images")["PolicyDocument"]
    resources = [statement["Resource"] for statement in images["Statement"]]
    bucket = f"arn:aws:s3:::{stage.prefix}-images"
    same("what the image service may use", resources, [f"{bucket}/*", bucket])


def database(stage, subnets, groups):
    rds, kms = stage.client("rds"), stage.client("kms")
    wanted = stage.values["database"]
    clusters = rds.describe_db_clusters()["DBClusters"]
    same("database clusters", [one["DBClusterIdentifier"] for one in clusters], [stage.prefix])
    cluster = clusters[0]
    same("engine", (cluster["Engine"], cluster["EngineVersion"]), ("aurora-mysql", "8.0.mysql_aurora.3.08.2"))
    same("encryption of the database", cluster["StorageEncrypted"], True)
    aliases = {one["AliasName"]: one.get("TargetKeyId") for one in kms.list_aliases()["Aliases"]}
    key = aliases.get(f"alias/{stage.prefix}")
    same("key of the database", cluster["KmsKeyId"], f"arn:aws:kms:{stage.region}:{stage.account}:key/{key}")
    same("rotation of the key", kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], True)
    same("deletion protection", cluster["DeletionProtection"], wanted["deletion_protection"])
    same("days of backups", cluster["BackupRetentionPeriod"], wanted["backup_retention"])
    same("windows", (cluster["PreferredBackupWindow"], cluster["PreferredMaintenanceWindow"]), ("02:00-03:00", "sun:03:30-sun:04:30"))
    same("groups of the database", [one["VpcSecurityGroupId"] for one in cluster["VpcSecurityGroups"]], [groups["database"]])
    holds("AWS keeps the database's password", cluster.get("MasterUserSecret"))
    same("parameter group of the cluster", cluster["DBClusterParameterGroup"], f"{stage.prefix}-cluster")
    stage.tagged("the database cluster", cluster["TagList"])
    instances = {one["DBInstanceIdentifier"].removeprefix(f"{stage.prefix}-"): one for one in rds.describe_db_instances()["DBInstances"]}
    same("instances", sorted(instances), ["reader", "writer"])
    for name, zone, tier in (("writer", stage.zones[0], 0), ("reader", stage.zones[1], 1)):
        instance = instances.get(name, {})
        same(f"zone of the {name}", instance.get("AvailabilityZone"), stage.region + zone)
        same(f"class of the {name}", instance.get("DBInstanceClass"), wanted["instance_class"])
        same(f"cluster of the {name}", instance.get("DBClusterIdentifier"), stage.prefix)
        same(f"tier of the {name}", instance.get("PromotionTier"), tier)
        parameters = [one["DBParameterGroupName"] for one in instance.get("DBParameterGroups", [])]
        same(f"parameter group of the {name}", parameters, [f"{stage.prefix}-instance"])
        stage.tagged(f"the {name}", instance.get("TagList"))
    rows = rds.describe_db_subnet_groups(DBSubnetGroupName=stage.prefix)["DBSubnetGroups"][0]["Subnets"]
    same("subnets of the database", sorted(row["SubnetIdentifier"] for row in rows), subnets["private"])

    def parameters(answer):
        return {one["ParameterName"]: one.get("ParameterValue") for one in answer["Parameters"] if one.get("ParameterValue") is not None}

    of_cluster = parameters(rds.describe_db_cluster_parameters(DBClusterParameterGroupName=f"{stage.prefix}-cluster"))
    of_instance = parameters(rds.describe_db_parameters(DBParameterGroupName=f"{stage.prefix}-instance"))
    for name, value in (("character_set_server", "utf8mb4"), ("time_zone", "UTC")):
        same(f"cluster parameter {name}", of_cluster.get(name), value)
    for name, value in (("slow_query_log", "1"), ("long_query_time", "2")):
        same(f"instance parameter {name}", of_instance.get(name), value)
    return cluster


def redis(stage):
    cache = stage.client("elasticache")
    groups = cache.describe_replication_groups()["ReplicationGroups"]
    same("replication groups", [one["ReplicationGroupId"] for one in groups], [stage.prefix])
    group = groups[0]
    same("nodes of Redis", group["CacheNodeType"], stage.values["redis"]["node_type"])
    # The emulator makes one member, whatever is asked of it.
    same("failover of Redis", (group["AutomaticFailover"], group["MultiAZ"]), ("enabled", "enabled"))
    same("encryption of Redis", (group["AtRestEncryptionEnabled"], group["TransitEncryptionEnabled"]), (True, True))
    same("snapshots of Redis", (group["SnapshotRetentionLimit"], group["SnapshotWindow"]), (3, "01:00-02:00"))
    subnets = [one["CacheSubnetGroupName"] for one in cache.describe_cache_subnet_groups()["CacheSubnetGroups"]]
    holds("there is a subnet group for Redis", stage.prefix in subnets)
    stage.tagged("Redis", cache.list_tags_for_resource(ResourceName=group["ARN"])["TagList"])
    return group["NodeGroups"][0]["PrimaryEndpoint"]["Address"]


def names(stage, vpc, cluster, primary):
    route53 = stage.client("route53")
    zones = {zone["Name"]: zone for zone in route53.list_hosted_zones()["HostedZones"]}
    public, private = f"{stage.domain}.", f"internal.{stage.domain}."
    same("zones", sorted(zones), sorted([public, private]))
    same("private zones", [name for name, zone in zones.items() if zone["Config"]["PrivateZone"]], [private])
    same("VPCs of the private zone", [one["VPCId"] for one in route53.get_hosted_zone(Id=zones[private]["Id"])["VPCs"]], [vpc])
    for name, zone in zones.items():
        listed = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone["Id"].rpartition("/")[2])
        stage.tagged(f"zone {name}", listed["ResourceTagSet"]["Tags"])

    def records(name):
        rows = route53.list_resource_record_sets(HostedZoneId=zones[name]["Id"])["ResourceRecordSets"]
        return {row["Name"]: row for row in rows if row["Type"] not in ("NS", "SOA")}

    aliases = {name: (row["Type"], row["AliasTarget"]["DNSName"].rstrip("."), row["AliasTarget"]["HostedZoneId"]) for name, row in records(public).items()}
    same("public names", aliases, {f"images.{public}": ("A", "d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2")})
    hosts = {"redis": primary, "database": cluster["Endpoint"], "database-reader": cluster["ReaderEndpoint"]}
    found = {name: (row["Type"], row["TTL"], [one["Value"] for one in row["ResourceRecords"]]) for name, row in records(private).items()}
    same("internal names", found, {f"{name}.{private}": ("CNAME", 60, [host]) for name, host in hosts.items()})


def storage(stage):
    s3 = stage.client("s3")
    bucket = f"{stage.prefix}-images"
    same("buckets", sorted(one["Name"] for one in s3.list_buckets()["Buckets"]), sorted([bucket, stage.state["bucket"]]))
    for name in (bucket, stage.state["bucket"]):
        same(f"versions of {name}", s3.get_bucket_versioning(Bucket=name).get("Status"), "Enabled")
        block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        same(f"public access to {name}", block, dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True))
        [rule] = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        same(f"encryption of {name}", rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
        [statement] = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
        same(f"TLS for {name}", (statement["Effect"], statement["Condition"]), ("Deny", {"Bool": {"aws:SecureTransport": "false"}}))
    stage.tagged("the image bucket", s3.get_bucket_tagging(Bucket=bucket)["TagSet"])
    [ownership] = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    same("ownership of images", ownership["ObjectOwnership"], "BucketOwnerEnforced")
    [rule] = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    same("origins of images", rule["AllowedOrigins"], [f"https://{stage.domain}", f"https://www.{stage.domain}"])
    [rule] = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    same("archive of images", [(one["Days"], one["StorageClass"]) for one in rule["Transitions"]], [(90, "STANDARD_IA")])
    same("old versions of images", rule["NoncurrentVersionExpiration"]["NoncurrentDays"], 30)

    dynamodb = stage.client("dynamodb")
    carts = f"{stage.prefix}-carts"
    same("tables", sorted(dynamodb.list_tables()["TableNames"]), sorted([carts, stage.state["lock_table"]]))
    table = dynamodb.describe_table(TableName=carts)["Table"]
    same("keys of the table", {key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]}, {"HASH": "customer", "RANGE": "item"})
    ttl = dynamodb.describe_time_to_live(TableName=carts)["TimeToLiveDescription"]
    same("life of carts", (ttl["TimeToLiveStatus"], ttl.get("AttributeName")), ("ENABLED", "expires"))
    backups = dynamodb.describe_continuous_backups(TableName=carts)["ContinuousBackupsDescription"]
    same("recovery of carts", backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")
    stage.tagged("the table", dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"])


def messages(stage):
    sqs, sns = stage.client("sqs"), stage.client("sns")
    queues = {url.rpartition("/")[2]: url for url in sqs.list_queues().get("QueueUrls", [])}
    orders, failed = f"{stage.prefix}-orders", f"{stage.prefix}-orders-failed"
    same("queues", sorted(queues), [orders, failed])
    attributes = {name: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for name, url in queues.items()}
    same("visibility of orders", attributes[orders]["VisibilityTimeout"], "60")
    redrive = json.loads(attributes[orders]["RedrivePolicy"])
    same("where failed orders go", (redrive["deadLetterTargetArn"], int(redrive["maxReceiveCount"])), (attributes[failed]["QueueArn"], 5))
    same("how long failed orders stay", attributes[failed]["MessageRetentionPeriod"], "1209600")
    for name, url in queues.items():
        stage.tagged(f"queue {name}", sqs.list_queue_tags(QueueUrl=url).get("Tags", {}))
    topic = f"arn:aws:sns:{stage.region}:{stage.account}:{stage.prefix}-events"
    same("topics", [one["TopicArn"] for one in sns.list_topics()["Topics"]], [topic])
    same("name of the topic", sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"], "Shop events")
    stage.tagged("the topic", sns.list_tags_for_resource(ResourceArn=topic)["Tags"])


def gone(stage):
    ec2, s3, iam = stage.client("ec2"), stage.client("s3"), stage.client("iam")
    left = {
        "VPCs": ec2.describe_vpcs(Filters=[{"Name": "isDefault", "Values": ["false"]}])["Vpcs"],
        "NAT gateways": [nat for nat in ec2.describe_nat_gateways()["NatGateways"] if nat["State"] != "deleted"],
        "addresses": ec2.describe_addresses()["Addresses"],
        "VPN gateways": [one for one in ec2.describe_vpn_gateways()["VpnGateways"] if one["State"] != "deleted"],
        "internet gateways": [
            one for one in ec2.describe_internet_gateways()["InternetGateways"] if "wildfire:op" in tags(one["Tags"])
        ],
        "endpoints": [one for one in ec2.describe_vpc_endpoints()["VpcEndpoints"] if one["State"].lower() != "deleted"],
        "flow logs": ec2.describe_flow_logs()["FlowLogs"],
        "launch templates": ec2.describe_launch_templates()["LaunchTemplates"],
        "clusters": stage.client("eks").list_clusters()["clusters"],
        "roles": iam.list_roles()["Roles"],
        "policies": iam.list_policies(Scope="Local")["Policies"],
        "identity providers": iam.list_open_id_connect_providers()["OpenIDConnectProviderList"],
        "database clusters": stage.client("rds").describe_db_clusters()["DBClusters"],
        "database instances": stage.client("rds").describe_db_instances()["DBInstances"],
        "parameter groups": stage.client("rds").describe_db_cluster_parameter_groups()["DBClusterParameterGroups"],
        # The emulator never gets from `deleting` to the end.
        "replication groups": [
            one for one in stage.client("elasticache").describe_replication_groups()["ReplicationGroups"] if one["Status"] != "deleting"
        ],
        "zones": stage.client("route53").list_hosted_zones()["HostedZones"],
        "buckets": [one for one in s3.list_buckets()["Buckets"] if one["Name"] != stage.state["bucket"]],
        "tables": [name for name in stage.client("dynamodb").list_tables()["TableNames"] if name != stage.state["lock_table"]],
        "queues": stage.client("sqs").list_queues().get("QueueUrls", []),
        "topics": stage.client("sns").list_topics()["Topics"],
        "log groups": stage.client("logs").describe_log_groups()["logGroups"],
        "aliases": [one for one in stage.client("kms").list_aliases()["Aliases"] if not one["AliasName"].startswith("alias/aws/")],
    }
    for what, found in left.items():
        same(f"{what} that are left", found, [])
    holds("the state bucket is there", any(one["Name"] == stage.state["bucket"] for one in s3.list_buckets()["Buckets"]))


def main():
    stage = Stage(Path(sys.argv[1]))
    if "--gone" in sys.argv:
        gone(stage)
    else:
        vpc, subnets = network(stage)
        groups = security_groups(stage, vpc)
        kubernetes(stage, subnets, groups)
        cluster = database(stage, subnets, groups)
        primary = redis(stage)
        names(stage, vpc, cluster, primary)
        storage(stage)
        messages(stage)
        holds("there are operations", len(stage.ops) > 40)
    for problem in PROBLEMS:
        print(problem)
    sys.exit(1 if PROBLEMS else 0)


try:
    main()
except (ClientError, LookupError, ValueError) as error:
    for problem in PROBLEMS:
        print(problem)
    print(f"and then: {type(error).__name__}: {error}")
    sys.exit(1)
