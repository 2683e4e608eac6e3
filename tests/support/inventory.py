"""What is in an emulator's account, seen by boto3: the judge of wildfire's runs shares no code with wildfire."""

import datetime
import json
import re
from collections import Counter
from dataclasses import dataclass, field

import boto3
from botocore.config import Config

from kill_proxy import HOST

REGION = "eu-west-1"

# Chosen by AWS, and different each time.
VOLATILE = re.compile(
    r"^(PublicIp|PrivateIp|PrivateIpAddress|NetworkInterfaceId|AllocationId|AssociationId|AvailableIpAddressCount"
    r"|CallerReference|RevisionId|ETag|.*Date(Time)?|.*Time(stamp)?|.*Id|.*Ids|Tags|TagSet|ResponseMetadata"
    r"|AttachmentCount|RoleLastUsed|.*Unique.*|LatestStreamLabel|LatestStreamArn)$"
)


@dataclass
class Item:
    kind: str
    # Every name by which AWS or a state knows it.
    ids: list
    # The same in every run: wildfire's address, or a name that the stage has chosen.
    label: str
    op: str = ""
    facts: dict = field(default_factory=dict)

    @property
    def key(self):
        return (self.kind, self.label)


class Inventory:
    """Looks into any emulator of this machine, one after the other; making clients is what costs time."""

    def __init__(self):
        self._port = None
        self._clients = {}

    def _client(self, service):
        if service not in self._clients:
            client = boto3.client(
                service,
                region_name=REGION,
                endpoint_url="http://127.0.0.1:1",
                aws_access_key_id="demo",
                aws_secret_access_key="demo",
                config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
            )
            client.meta.events.register("before-send", self._redirect)
            self._clients[service] = client
        return self._clients[service]

    def _redirect(self, request, **_):
        request.url = re.sub(r"^http://[^/]+", f"http://127.0.0.1:{self._port}", request.url)
        # What wildfire's requests say: moto makes URLs from it.
        request.headers["Host"] = HOST.decode()

    def _call(self, service, operation, **arguments):
        return getattr(self._client(service), operation)(**arguments)

    def _maybe(self, service, operation, **arguments):
        """A part that may not be there: nothing."""
        client = self._client(service)
        try:
            return getattr(client, operation)(**arguments)
        except client.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code.startswith("NoSuch") or "NotFound" in code:
                return None
            raise

    def free_locks(self, port, table):
        """Takes every lock from its holder, as the end of a lease does for whoever waits. Only for what is dead."""
        self._port = port
        rows = self._maybe("dynamodb", "scan", TableName=table)
        for row in rows["Items"] if rows else []:
            self._call(
                "dynamodb",
                "update_item",
                TableName=table,
                Key={"LockID": row["LockID"]},
                UpdateExpression="REMOVE #owner SET #version = :version",
                ExpressionAttributeNames={"#owner": "Owner", "#version": "Version"},
                ExpressionAttributeValues={":version": {"S": "freed"}},
            )

    def take(self, port):
        """Everything that is in the account."""
        self._port = port
        items = []
        for look in (
            self._network, self._iam, self._s3, self._dynamodb, self._kms, self._route53, self._messages, self._logs,
            self._rds, self._elasticache, self._eks,
        ):
            items.extend(look())
        named = {}
        for item in items:
            for one in item.ids:
                named.setdefault(one, f"<{item.kind} {item.label}>")
        for item in items:
            if item.kind in ("route", "association", "attachment"):
                item.label = replace_ids(item.label, named)
            item.facts = {key: replace_ids(str(value), named) for key, value in flatten(item.facts)}
        return items

    def _network(self):
        ec2 = lambda operation, **arguments: self._call("ec2", operation, **arguments)
        vpcs = [vpc for vpc in ec2("describe_vpcs")["Vpcs"] if not vpc["IsDefault"]]
        ours = {vpc["VpcId"] for vpc in vpcs}
        for vpc in vpcs:
            facts = dict(vpc)
            for name in ("enableDnsSupport", "enableDnsHostnames"):
                answer = ec2("describe_vpc_attribute", VpcId=vpc["VpcId"], Attribute=name)
                facts[name] = answer[name[0].upper() + name[1:]]["Value"]
            yield tagged("vpc", [vpc["VpcId"]], vpc, facts)
        for subnet in ec2("describe_subnets")["Subnets"]:
            if subnet["VpcId"] in ours:
                yield tagged("subnet", [subnet["SubnetId"]], subnet)
        for gateway in ec2("describe_internet_gateways")["InternetGateways"]:
            yield tagged("internet gateway", [gateway["InternetGatewayId"]], gateway)
        for address in ec2("describe_addresses")["Addresses"]:
            yield tagged("address", [address["AllocationId"], address["PublicIp"]], address, {"Domain": address["Domain"]})
        for nat in ec2("describe_nat_gateways")["NatGateways"]:
            if nat["State"] not in ("deleted", "deleting"):
                facts = {"subnet": nat["SubnetId"], "connectivity": nat.get("ConnectivityType")}
                yield tagged("nat gateway", [nat["NatGatewayId"]], nat, facts)
        for gateway in ec2("describe_vpn_gateways")["VpnGateways"]:
            if gateway["State"] not in ("deleted", "deleting"):
                yield tagged("vpn gateway", [gateway["VpnGatewayId"]], gateway)
        for table in ec2("describe_route_tables")["RouteTables"]:
            if table["VpcId"] not in ours:
                continue
            main = any(association.get("Main") for association in table["Associations"])
            item = tagged("route table", [table["RouteTableId"]], table, {"main": main})
            if not item.label:
                item.label = "main of " + table["VpcId"] if main else "without a tag"
                item.kind = "route" if main else item.kind  # Its label holds an id.
            yield item
            for route in table["Routes"]:
                to = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock") or route.get("DestinationPrefixListId")
                way = {key: value for key, value in route.items() if key.endswith("GatewayId")}
                yield Item("route", [f"{table['RouteTableId']}_{to}"], f"{table['RouteTableId']} {to}", facts={"way": str(way)})
            for association in table["Associations"]:
                if not association.get("Main"):
                    user = association.get("SubnetId") or association.get("GatewayId")
                    yield Item("association", [association["RouteTableAssociationId"]], f"{table['RouteTableId']} {user}")
        groups, named = {}, {}
        for group in ec2("describe_security_groups")["SecurityGroups"]:
            if group["VpcId"] in ours:
                groups[group["GroupId"]] = group
                item = tagged("security group", [group["GroupId"]], group, {"name": group["GroupName"], "vpc": group["VpcId"]})
                if group["GroupName"] == "default":
                    item.kind, item.label = "route", "default group of " + group["VpcId"]
                named[group["GroupId"]] = item.label
                yield item
        for rule in ec2("describe_security_group_rules")["SecurityGroupRules"]:
            if rule["GroupId"] in groups:
                item = tagged("security group rule", [rule["SecurityGroupRuleId"]], rule)
                way = "egress" if rule["IsEgress"] else "ingress"
                if not item.op:
                    item.kind, item.label = "route", f"{way} of {rule['GroupId']} {rule.get('CidrIpv4')} {rule['IpProtocol']}"
                else:
                    # Rules of one request carry the operations of all; which are one request differs from run to run.
                    # The ids of groups do, too: their addresses say which.
                    group = named.get(rule["GroupId"], rule["GroupId"])
                    referred = rule.get("ReferencedGroupInfo", {}).get("GroupId")
                    other = named.get(referred, referred) or rule.get("CidrIpv4")
                    ports = f"{rule['IpProtocol']} {rule.get('FromPort')} {rule.get('ToPort')}"
                    item.label = f"{way} of {group} {ports} {other} {rule.get('CidrIpv6')} {rule.get('PrefixListId')}"
                    item.op = f"{item.op} {rule['SecurityGroupRuleId'] if ' ' in item.op else ''}".strip()
                    item.facts["tags"].pop("wildfire:address", None)
                yield item
        for endpoint in ec2("describe_vpc_endpoints")["VpcEndpoints"]:
            if endpoint["State"] in ("deleted", "deleting"):
                continue
            facts = {"service": endpoint["ServiceName"], "tables": sorted(endpoint.get("RouteTableIds", []))}
            yield tagged("vpc endpoint", [endpoint["VpcEndpointId"]], endpoint, facts)
        for log in ec2("describe_flow_logs")["FlowLogs"]:
            yield tagged("flow log", [log["FlowLogId"]], log)
        for template in ec2("describe_launch_templates")["LaunchTemplates"]:
            yield tagged("launch template", [template["LaunchTemplateId"]], template)

    def _iam(self):
        iam = lambda operation, **arguments: self._call("iam", operation, **arguments)
        for role in iam("list_roles")["Roles"]:
            name = role["RoleName"]
            full = iam("get_role", RoleName=name)["Role"]
            yield tagged("role", [name], full, named=name)
            for policy in iam("list_role_policies", RoleName=name)["PolicyNames"]:
                document = iam("get_role_policy", RoleName=name, PolicyName=policy)["PolicyDocument"]
                yield Item("role policy", [f"{name}:{policy}"], f"{name} {policy}", facts={"document": document})
            for policy in iam("list_attached_role_policies", RoleName=name)["AttachedPolicies"]:
                yield Item("attachment", [f"{name}/{policy['PolicyArn']}"], f"{name} {policy['PolicyArn']}")
        for policy in iam("list_policies", Scope="Local")["Policies"]:
            arn = policy["Arn"]
            full = iam("get_policy", PolicyArn=arn)["Policy"]
            version = iam("get_policy_version", PolicyArn=arn, VersionId=full["DefaultVersionId"])["PolicyVersion"]
            yield tagged("policy", [arn], full, {"document": version["Document"]}, named=policy["PolicyName"])
        for profile in iam("list_instance_profiles")["InstanceProfiles"]:
            roles = [role["RoleName"] for role in profile["Roles"]]
            yield tagged("instance profile", [profile["InstanceProfileName"]], profile, {"roles": roles}, profile["InstanceProfileName"])
        for provider in iam("list_open_id_connect_providers")["OpenIDConnectProviderList"]:
            arn = provider["Arn"]
            full = iam("get_open_id_connect_provider", OpenIDConnectProviderArn=arn)
            yield tagged("identity provider", [arn], full, {"url": full["Url"], "clients": full["ClientIDList"]})

    def _s3(self):
        for bucket in self._call("s3", "list_buckets")["Buckets"]:
            name = bucket["Name"]
            facts = {}
            for operation in (
                "get_bucket_versioning", "get_bucket_policy", "get_bucket_encryption", "get_public_access_block",
                "get_bucket_cors", "get_bucket_ownership_controls", "get_bucket_lifecycle_configuration",
            ):
                facts[operation] = self._maybe("s3", operation, Bucket=name)
            tags = self._maybe("s3", "get_bucket_tagging", Bucket=name) or {}
            yield tagged("bucket", [name], {"Tags": tags.get("TagSet", [])}, facts, named=name)

    def _dynamodb(self):
        for name in self._call("dynamodb", "list_tables")["TableNames"]:
            table = self._call("dynamodb", "describe_table", TableName=name)["Table"]
            facts = {key: value for key, value in table.items() if key not in ("ItemCount", "TableSizeBytes")}
            facts["ttl"] = self._call("dynamodb", "describe_time_to_live", TableName=name)["TimeToLiveDescription"]
            recovery = self._call("dynamodb", "describe_continuous_backups", TableName=name)["ContinuousBackupsDescription"]
            facts["recovery"] = recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
            tags = self._call("dynamodb", "list_tags_of_resource", ResourceArn=table["TableArn"])["Tags"]
            yield tagged("table", [name, table["TableArn"]], {"Tags": tags}, facts, named=name)

    def _kms(self):
        kms = lambda operation, **arguments: self._call("kms", operation, **arguments)
        aliases = kms("list_aliases")["Aliases"]
        # moto makes keys for services, and calls them the customer's.
        of_services = {alias.get("TargetKeyId") for alias in aliases if alias["AliasName"].startswith("alias/aws/")}
        for entry in kms("list_keys")["Keys"]:
            key = kms("describe_key", KeyId=entry["KeyId"])["KeyMetadata"]
            if key["KeyState"] == "PendingDeletion" or key["KeyId"] in of_services:
                continue
            facts = {"description": key["Description"], "enabled": key["Enabled"]}
            facts["rotation"] = kms("get_key_rotation_status", KeyId=key["KeyId"])["KeyRotationEnabled"]
            tags = [{"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in kms("list_resource_tags", KeyId=key["KeyId"])["Tags"]]
            yield tagged("key", [key["KeyId"], key["Arn"]], {"Tags": tags}, facts)
        for alias in aliases:
            if not alias["AliasName"].startswith("alias/aws/"):
                yield Item("alias", [alias["AliasName"]], alias["AliasName"], facts={"to": alias.get("TargetKeyId")})

    def _route53(self):
        for zone in self._call("route53", "list_hosted_zones")["HostedZones"]:
            bare = zone["Id"].rpartition("/")[2]
            tags = self._call("route53", "list_tags_for_resource", ResourceType="hostedzone", ResourceId=bare)
            facts = {"name": zone["Name"], "config": zone["Config"]}
            yield tagged("zone", [bare], tags["ResourceTagSet"], facts, named=zone["Name"])
            for record in self._call("route53", "list_resource_record_sets", HostedZoneId=bare)["ResourceRecordSets"]:
                if record["Type"] not in ("NS", "SOA"):
                    ids = [f"{bare}_{record['Name'].rstrip('.')}_{record['Type']}"]
                    yield Item("record", ids, f"{record['Name']} {record['Type']}", facts=record)

    def _messages(self):
        for url in self._call("sqs", "list_queues").get("QueueUrls", []):
            name = url.rpartition("/")[2]
            attributes = self._call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
            facts = {key: value for key, value in attributes.items() if "Timestamp" not in key}
            tags = self._call("sqs", "list_queue_tags", QueueUrl=url).get("Tags", {})
            yield tagged("queue", [name, url, attributes["QueueArn"]], {"Tags": pairs(tags)}, facts, named=name)
        for topic in self._call("sns", "list_topics")["Topics"]:
            arn = topic["TopicArn"]
            tags = self._call("sns", "list_tags_for_resource", ResourceArn=arn)["Tags"]
            facts = self._call("sns", "get_topic_attributes", TopicArn=arn)["Attributes"]
            yield tagged("topic", [arn], {"Tags": tags}, facts, named=arn.rpartition(":")[2])

    def _logs(self):
        for group in self._call("logs", "describe_log_groups")["logGroups"]:
            name = group["logGroupName"]
            arn = group["arn"].removesuffix(":*")
            tags = self._call("logs", "list_tags_for_resource", resourceArn=arn)["tags"]
            yield tagged("log group", [name, arn], {"Tags": pairs(tags)}, {"retention": group.get("retentionInDays")}, named=name)

    def _rds(self):
        rds = lambda operation, **arguments: self._call("rds", operation, **arguments)
        for operation, many, kind, name, arn_key in (
            ("describe_db_clusters", "DBClusters", "database cluster", "DBClusterIdentifier", "DBClusterArn"),
            ("describe_db_instances", "DBInstances", "database instance", "DBInstanceIdentifier", "DBInstanceArn"),
            ("describe_db_subnet_groups", "DBSubnetGroups", "database subnet group", "DBSubnetGroupName", "DBSubnetGroupArn"),
            (
                "describe_db_parameter_groups", "DBParameterGroups", "database parameter group",
                "DBParameterGroupName", "DBParameterGroupArn",
            ),
            (
                "describe_db_cluster_parameter_groups", "DBClusterParameterGroups", "cluster parameter group",
                "DBClusterParameterGroupName", "DBClusterParameterGroupArn",
            ),
        ):
            for one in rds(operation)[many]:
                if one[name].startswith("default."):
                    continue
                arn = one[arn_key]
                tags = rds("list_tags_for_resource", ResourceName=arn)["TagList"]
                plain = (str, int, bool)
                facts = {key: value for key, value in one.items() if isinstance(value, plain)}
                yield tagged(kind, [one[name], arn], {"Tags": tags}, facts, named=one[name])

    def _elasticache(self):
        cache = lambda operation, **arguments: self._call("elasticache", operation, **arguments)
        for group in cache("describe_replication_groups")["ReplicationGroups"]:
            if group["Status"] != "deleting":
                name = group["ReplicationGroupId"]
                yield Item("replication group", [name], name)
        for group in cache("describe_cache_subnet_groups")["CacheSubnetGroups"]:
            name = group["CacheSubnetGroupName"]
            yield Item("cache subnet group", [name], name)

    def _eks(self):
        for name in self._call("eks", "list_clusters")["clusters"]:
            cluster = self._call("eks", "describe_cluster", name=name)["cluster"]
            facts = {"version": cluster["version"], "role": cluster["roleArn"]}
            yield tagged("kubernetes cluster", [name], {"Tags": pairs(cluster["tags"])}, facts, named=name)
            for group in self._call("eks", "list_nodegroups", clusterName=name)["nodegroups"]:
                full = self._call("eks", "describe_nodegroup", clusterName=name, nodegroupName=group)["nodegroup"]
                yield tagged("node group", [f"{name}:{group}"], {"Tags": pairs(full["tags"])}, {}, named=f"{name} {group}")


def pairs(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tagged(kind, ids, holder, facts=None, named=""):
    """An item whose label is wildfire's address, or else its name."""
    tags = {tag["Key"]: tag["Value"] for tag in holder.get("Tags", holder.get("TagSet", []))}
    op = tags.pop("wildfire:op", "")
    label = named or tags.get("wildfire:address", "")
    facts = dict(facts if facts is not None else holder)
    facts["tags"] = dict(sorted(tags.items()))
    return Item(kind, ids, label, op, facts)


def flatten(value, path=""):
    """Leaves with their paths, less what differs each time."""
    if isinstance(value, dict):
        for key in sorted(value):
            if not (VOLATILE.match(key) and path != "/tags"):
                yield from flatten(value[key], f"{path}/{key}")
    elif isinstance(value, (list, tuple)):
        leaves = [json.dumps(list(flatten(one)), default=str) for one in value]
        yield path, " ".join(sorted(leaves))
    elif not isinstance(value, datetime.datetime):
        yield path, value


def replace_ids(text, named):
    # Twice, because the label of a VPC's main table holds the id of the VPC.
    for _ in range(2):
        text = re.sub(r"[A-Za-z0-9][\w:/.-]*", lambda word: named.get(word[0], word[0]), text)
    return text


@dataclass
class Findings:
    orphans: list = field(default_factory=list)
    duplicates: list = field(default_factory=list)
    lost: list = field(default_factory=list)
    different: list = field(default_factory=list)


def compare(expected, actual, ignore=frozenset()):
    """What is wrong with `actual`. `ignore` holds (kind, label, path) of facts that are different each time."""
    findings = Findings()
    wanted, found = Counter(item.key for item in expected), Counter(item.key for item in actual)
    for key in sorted(wanted | found):
        more = found[key] - wanted[key]
        if more > 0:
            (findings.duplicates if wanted[key] else findings.orphans).append(f"{key[0]} {key[1] or '(no tag)'}")
        if more < 0:
            findings.lost.append(f"{key[0]} {key[1]} is not there")
    for op, count in Counter(item.op for item in actual if item.op).items():
        if count > 1:
            both = ", ".join(f"{item.kind} {item.ids[0]}" for item in actual if item.op == op)
            findings.duplicates.append(f"one operation made {both}")
    facts = {item.key: item.facts for item in expected}
    for item in actual:
        for path, value in item.facts.items():
            before = facts.get(item.key, item.facts).get(path)
            if before != value and (*item.key, path) not in ignore:
                findings.different.append(f"{item.kind} {item.label}: {path} is {value[:120]}, expected {str(before)[:120]}")
    return findings


def unstable(one, other):
    """The facts in which two undisturbed runs differ."""
    facts = {item.key: item.facts for item in one}
    return frozenset(
        (*item.key, path)
        for item in other
        for path in item.facts.keys() | facts.get(item.key, {}).keys()
        if facts.get(item.key, {}).get(path) != item.facts.get(path)
    )
