"""The emulator, with the calls that moto 5.2.5 lacks or gets wrong and that our types make.

For tests of those calls, for the reference stage and for the demo: what a server takes and does not keep is a difference
in every plan, and rightly so. Same usage as `emulator.py`.
"""

import json

import emulator
import repaired_machines  # noqa: F401
from moto.acm.models import AWSCertificateManagerBackend
from moto.acm.responses import AWSCertificateManagerResponse
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.autoscaling.models import LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.awslambda.models import FunctionUrlConfig, LambdaBackend, LambdaFunction
from moto.core.responses import ActionResult, EmptyResult, PaginatedResult
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups
from moto.ec2.responses.subnets import Subnets
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse
from moto.kms.responses import KmsResponse
from moto.logs.responses import LogsResponse
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse
from moto.secretsmanager.models import SecretsManagerBackend
from moto.sns.responses import SNSResponse
from repair import repair


# moto leaves it in `deleting` for ever.
@repair(ElastiCacheBackend)
def delete_replication_group(self, before, replication_group_id, **kwargs):
    group = before(self, replication_group_id, **kwargs)
    del self.replication_groups[replication_group_id]
    return group


@repair(ElastiCacheResponse)
def delete_cache_subnet_group(self, _):
    name = self._get_param("CacheSubnetGroupName")
    self.elasticache_backend.describe_cache_subnet_groups(cache_subnet_group_name=name)
    del self.elasticache_backend.cache_subnet_groups[name]
    return EmptyResult()


@repair(ElastiCacheResponse)
def modify_cache_subnet_group(self, _):
    [group] = self.elasticache_backend.describe_cache_subnet_groups(
        cache_subnet_group_name=self._get_param("CacheSubnetGroupName")
    )
    group.cache_subnet_group_description = self._get_param("CacheSubnetGroupDescription", group.cache_subnet_group_description)
    group.subnet_ids = self._get_param("SubnetIds", group.subnet_ids)
    [known, *_] = group.subnets
    group.subnets = [{**known, "subnet_identifier": one} for one in group.subnet_ids]
    return ActionResult({"CacheSubnetGroup": group})


# moto takes the group away, and does not put it back.
@repair(RDSBackend)
def modify_db_subnet_group(self, before, subnet_name, *args, **kwargs):
    group = before(self, subnet_name, *args, **kwargs)
    self.subnet_groups[subnet_name] = group
    return group


def reset(parameters, request):
    if request.params.get("ResetAllParameters"):
        parameters.clear()
    for parameter in request.params.get("Parameters", []):
        parameters.pop(parameter.original_dict()["ParameterName"], None)


@repair(RDSResponse)
def reset_db_parameter_group(self, _):
    name = self.params.get("DBParameterGroupName")
    reset(self.backend.db_parameter_groups[name].parameters, self)
    return ActionResult({"DBParameterGroupName": name})


@repair(RDSResponse)
def reset_db_cluster_parameter_group(self, _):
    name = self.params.get("DBClusterParameterGroupName")
    reset(self.backend.db_cluster_parameter_groups[name].parameters, self)
    return ActionResult({"DBClusterParameterGroupName": name})


# moto tags clusters only.
@repair(EKSBackend)
def tag_resource(self, before, resource_arn, tags):
    for group in node_groups(self, resource_arn):
        group.tags.update(tags)
        return
    before(self, resource_arn, tags)


@repair(EKSBackend)
def untag_resource(self, before, resource_arn, tag_keys):
    for group in node_groups(self, resource_arn):
        # One key comes as a string.
        for key in [tag_keys] if isinstance(tag_keys, str) else tag_keys:
            group.tags.pop(key, None)
        return
    before(self, resource_arn, tag_keys)


def node_groups(backend, arn):
    for cluster in backend.clusters.values():
        yield from (group for group in cluster.nodegroups.values() if group.arn == arn)


# moto shows the tags that it was made with.
LaunchTemplate.tags = property(lambda self: self.get_tags(), lambda self, _: None)


@repair(IamResponse)
def add_client_id_to_open_id_connect_provider(self, _):
    provider = self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn"))
    if self._get_param("ClientID") not in provider.client_id_list:
        provider.client_id_list.append(self._get_param("ClientID"))
    return EmptyResult()


@repair(IamResponse)
def remove_client_id_from_open_id_connect_provider(self, _):
    provider = self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn"))
    provider.client_id_list = [one for one in provider.client_id_list if one != self._get_param("ClientID")]
    return EmptyResult()


# moto keeps the tags of a user under its ARN, which its path is a part of.
@repair(IAMBackend)
def update_user(self, before, user_name, new_path=None, new_user_name=None):
    user = self.get_user(user_name)
    tags = self.tagger.list_tags_for_resource(user.arn)["Tags"]
    before(self, user_name, new_path, new_user_name)
    self.tagger.tag_resource(user.arn, tags)


# moto changes the path only along with the name.
@repair(IAMBackend)
def update_group(self, before, group_name, new_group_name, new_path):
    before(self, group_name, new_group_name, new_path)
    if new_path:
        self.groups[new_group_name or group_name].path = new_path


@repair(IamResponse)
def put_user_permissions_boundary(self, _):
    arn = self._get_param("PermissionsBoundary")
    boundary = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    self.backend.get_user(self._get_param("UserName")).permissions_boundary = boundary
    return EmptyResult()


@repair(IamResponse)
def delete_user_permissions_boundary(self, _):
    self.backend.get_user(self._get_param("UserName")).permissions_boundary = None
    return EmptyResult()


# moto takes an empty description for none.
@repair(SecretsManagerBackend)
def update_secret(self, before, secret_id, description=None, **kwargs):
    reply = before(self, secret_id=secret_id, description=description, **kwargs)
    if description == "":
        self.secrets[secret_id].description = None
    return reply


@repair(LogsResponse)
def associate_kms_key(self, _):
    self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = self._get_param("kmsKeyId")
    return ""


@repair(LogsResponse)
def disassociate_kms_key(self, _):
    self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = None
    return ""


# moto knows the description of a rule for addresses only.
SecurityGroupRule.description = property(
    lambda self: next(
        (source["Description"] for source in (self.ip_range, self.source_group) if source and source.get("Description")), None
    )
)


def describe_rule(rule, text):
    """Every rule keeps its own description: what it is for, and nothing of it else."""
    for source in (rule.ip_range, rule.source_group):
        if source:
            source.pop("Description", None)
    if text:
        (rule.ip_range or rule.source_group or rule.ip_range)["Description"] = text


# moto keeps neither a group nor an IPv6 range, and asks for ports of all protocols.
@repair(SecurityGroupBackend)
def modify_security_group_rules(self, before, group_id, rules):
    group = self.get_security_group_by_name_or_id(group_id)
    for rule_id, new in rules.items():
        rule = group.get_rule(rule_id)
        if not rule or not (new.get("CidrIpv6") or new.get("PrefixListId") or new.get("ReferencedGroupId") or new["IpProtocol"] == "-1"):
            before(self, group_id, {rule_id: new})
            if rule:
                describe_rule(rule, new.get("Description"))
            continue
        ports = (new.get("FromPort"), new.get("ToPort"))
        rule.ip_protocol = new["IpProtocol"]
        rule.from_port, rule.to_port = (None, None) if rule.ip_protocol == "-1" else ports
        rule.ip_range = {name: new[key] for key, name in (("CidrIpv4", "CidrIp"), ("CidrIpv6", "CidrIpv6")) if new.get(key)}
        if new.get("ReferencedGroupId"):
            rule.source_group = {**(rule.source_group or {}), "GroupId": new["ReferencedGroupId"], "OwnerId": self.account_id}
        describe_rule(rule, new.get("Description"))


# moto knows a rule by what it says, and not by its id.
def update_descriptions(egress):
    def update(self, _):
        group = self.ec2_backend.get_security_group_by_name_or_id(self._get_param("GroupId"))
        rules = group.egress_rules if egress else group.ingress_rules
        for one in self._get_param("SecurityGroupRuleDescriptions", []):
            describe_rule(group.get_rule(one["SecurityGroupRuleId"]), one.get("Description"))
        for permission in self._get_param("IpPermissions", []):
            given = [(one.get("CidrIp") or one.get("CidrIpv6"), one) for one in permission.get("IpRanges", []) + permission.get("Ipv6Ranges", [])]
            given += [(one.get("GroupId"), one) for one in permission.get("UserIdGroupPairs", [])]
            for key, one in given:
                for rule in rules:
                    named = (rule.ip_range or {}).get("CidrIp") or (rule.ip_range or {}).get("CidrIpv6") or (rule.source_group or {}).get("GroupId")
                    ports = (permission.get("FromPort"), permission.get("ToPort"))
                    same = rule.ip_protocol == permission["IpProtocol"] and (rule.ip_protocol == "-1" or (str(rule.from_port), str(rule.to_port)) == tuple(map(str, ports)))
                    if named == key and same:
                        describe_rule(rule, one.get("Description"))
        return ActionResult({"Return": True})

    return update


for direction in ("ingress", "egress"):
    function = update_descriptions(direction == "egress")
    function.__name__ = f"update_security_group_rule_descriptions_{direction}"
    repair(SecurityGroups)(function)


# moto takes three attributes of a subnet, and says nothing of the others.
@repair(Subnets)
def modify_subnet_attribute(self, before):
    kind = self._get_param("PrivateDnsHostnameTypeOnLaunch")
    if kind:
        self.ec2_backend.get_subnet(self._get_param("SubnetId")).private_dns_name_options_on_launch["HostnameType"] = kind
    aaaa = self._get_param("EnableResourceNameDnsAAAARecordOnLaunch.Value")
    if aaaa is not None:
        options = self.ec2_backend.get_subnet(self._get_param("SubnetId")).private_dns_name_options_on_launch
        options["EnableResourceNameDnsAAAARecord"] = aaaa
    return before(self)


# moto forgets how a new group is updated.
@repair(EKSResponse)
def create_nodegroup(self, before):
    reply = before(self)
    group = self.eks_backend.clusters[self._get_param("name")].nodegroups[self._get_param("nodegroupName")]
    group.update_config = self._get_param("updateConfig") or group.update_config
    return reply


# moto puts what is changed in the place of the whole configuration, and answers with nothing.
@repair(EKSBackend)
def update_cluster_config(self, before, name, resources_vpc_config, logging=None, **kwargs):
    cluster = self.describe_cluster(name)
    whole = {**cluster.resources_vpc_config, **resources_vpc_config} if resources_vpc_config else None
    return before(self, name=name, resources_vpc_config=whole, logging=logging, **kwargs)


# moto has groups of caches without their caches.
def nodes(group):
    for name in group.member_clusters:
        yield {
            "CacheClusterId": name,
            "ReplicationGroupId": group.replication_group_id,
            "CacheClusterStatus": "available",
            "CacheNodeType": group.cache_node_type,
            "Engine": group.engine,
            "EngineVersion": group.engine_version,
            "PreferredMaintenanceWindow": group.preferred_maintenance_window,
            "CacheSubnetGroupName": group.cache_subnet_group_name,
            "CacheParameterGroup": {"CacheParameterGroupName": group.cache_parameter_group_name, "ParameterApplyStatus": "in-sync"},
            "SecurityGroups": [{"SecurityGroupId": one, "Status": "active"} for one in group.security_group_ids or []],
            "NotificationConfiguration": {"TopicArn": group.notification_topic_arn, "TopicStatus": "active"}
            if group.notification_topic_arn
            else None,
        }


@repair(ElastiCacheResponse)
def describe_cache_clusters(self, before):
    name = self._get_param("CacheClusterId")
    found = [node for group in self.elasticache_backend.replication_groups.values() for node in nodes(group)]
    if name and not any(node["CacheClusterId"] == name for node in found):
        return before(self)
    alone = [] if name else self.elasticache_backend.describe_cache_clusters()
    return PaginatedResult({"CacheClusters": [*alone, *(node for node in found if name in (None, node["CacheClusterId"]))]})


def resize(group, count):
    """The nodes of a group with one shard."""
    name = group.replication_group_id
    group.member_clusters[:] = [f"{name}-{number:03}" for number in range(1, count + 1)]
    template = group.node_groups[0]["node_group_members"][0]
    group.node_groups[0]["node_group_members"] = [{**template, "cache_cluster_id": one} for one in group.member_clusters]


# moto makes one node, however many are asked for.
@repair(ElastiCacheBackend)
def create_replication_group(self, before, **kwargs):
    group = before(self, **kwargs)
    if group.cluster_mode != "enabled" and kwargs.get("num_cache_clusters"):
        resize(group, kwargs["num_cache_clusters"])
    return group


def change_replicas(self, _):
    group = self.elasticache_backend.replication_groups[self._get_param("ReplicationGroupId")]
    resize(group, self._get_int_param("NewReplicaCount") + 1)
    return ActionResult({"ReplicationGroup": group})


for name in ("increase_replica_count", "decrease_replica_count"):
    function = lambda self, before: change_replicas(self, before)
    function.__name__ = name
    repair(ElastiCacheResponse)(function)


@repair(ElastiCacheResponse)
def modify_replication_group(self, before):
    reply = before(self)
    group = self.elasticache_backend.replication_groups[self._get_param("ReplicationGroupId")]
    for parameter, attribute in (
        ("EngineVersion", "engine_version"),
        ("PreferredMaintenanceWindow", "preferred_maintenance_window"),
        ("SecurityGroupIds", "security_group_ids"),
        ("CacheParameterGroupName", "cache_parameter_group_name"),
        ("NotificationTopicArn", "notification_topic_arn"),
        ("SnapshotWindow", "snapshot_window"),
        ("AutoMinorVersionUpgrade", "auto_minor_version_upgrade"),
    ):
        value = self._get_param(parameter)
        if value is not None:
            setattr(group, attribute, value)
    return reply


# moto reads the names that these settings have at create.
@repair(RDSBackend)
def modify_db_cluster(self, before, kwargs):
    exports = kwargs.pop("cloudwatch_logs_export_configuration", None) or {}
    reply = before(self, kwargs)
    cluster = next(one for one in self.clusters.values() if one.db_cluster_identifier == reply.db_cluster_identifier)
    if kwargs.get("enable_iam_database_authentication") is not None:
        cluster.iam_auth = kwargs["enable_iam_database_authentication"]
    kept = [one for one in cluster.enabled_cloudwatch_logs_exports if one not in (exports.get("DisableLogTypes") or [])]
    cluster.enabled_cloudwatch_logs_exports = kept + (exports.get("EnableLogTypes") or [])
    return reply


@repair(Table)
def describe(self, before, base_key="TableDescription"):
    reply = before(self, base_key)
    reply[base_key]["TableClassSummary"] = {"TableClass": getattr(self, "table_class", "STANDARD")}
    return reply


@repair(DynamoHandler)
def update_table(self, before):
    reply = before(self)
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    if "SSESpecification" in self.body:
        table.sse_specification = self.body["SSESpecification"]
    if "TableClass" in self.body:
        table.table_class = self.body["TableClass"]
    return reply


@repair(KmsResponse)
def enable_key_rotation(self, before):
    reply = before(self)
    key = self.kms_backend.describe_key(self._get_param("KeyId"))
    key.rotation_period = self._get_param("RotationPeriodInDays") or 365
    return reply


@repair(KmsResponse)
def get_key_rotation_status(self, before):
    status = json.loads(before(self))
    if status["KeyRotationEnabled"]:
        key = self.kms_backend.describe_key(self._get_param("KeyId"))
        status["RotationPeriodInDays"] = getattr(key, "rotation_period", 365)
    return json.dumps(status)


@repair(SNSResponse)
def set_topic_attributes(self, before):
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    name = self._get_param("AttributeName")
    if "Feedback" in name or name in ("SignatureVersion", "TracingConfig", "ArchivePolicy"):
        topic.__dict__.setdefault("others", {})[name] = self._get_param("AttributeValue")
        return EmptyResult()
    return before(self)


@repair(SNSResponse)
def get_topic_attributes(self, before):
    reply = before(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    reply._result["Attributes"].update({name: value for name, value in topic.__dict__.get("others", {}).items() if value})
    return reply


# moto takes these settings of a function, and keeps them when it is made.
@repair(LambdaFunction)
def update_configuration(self, before, updates):
    before(self, {key: value for key, value in updates.items() if key != "VpcConfig" or value.get("SubnetIds")})
    if "VpcConfig" in updates and not updates["VpcConfig"].get("SubnetIds"):
        self._vpc_config = None
    if "TracingConfig" in updates:
        self.tracing_config = updates["TracingConfig"]
    if "EphemeralStorage" in updates:
        self.ephemeral_storage = updates["EphemeralStorage"]["Size"]
    if "KMSKeyArn" in updates:
        self.kms_key_arn = updates["KMSKeyArn"] or None
    return self.get_configuration()


# moto keeps every one, and shows the first.
@repair(LambdaBackend)
def put_function_event_invoke_config(self, before, function_name, config):
    self.get_function(function_name).event_invoke_config.clear()
    return before(self, function_name, config)


# moto keeps the rules for origins when they are taken away.
@repair(FunctionUrlConfig)
def update(self, before, new_config):
    before(self, new_config)
    if "Cors" in new_config:
        self.config["Cors"] = new_config["Cors"] or None


# moto makes another certificate of the ARN, without the tags of the first.
@repair(AWSCertificateManagerBackend)
def import_certificate(self, before, certificate, private_key, chain, arn, tags):
    kept = dict(self._certificates[arn].tags) if arn in self._certificates else {}
    arn = before(self, certificate, private_key, chain, arn, tags)
    self._certificates[arn].tags.update(kept)
    return arn


@repair(AWSCertificateManagerResponse)
def update_certificate_options(self, _):
    certificate = self.acm_backend.get_certificate(self._get_param("CertificateArn"))
    certificate.cert_options = {**certificate.cert_options, **self._get_param("Options")}
    return EmptyResult()


# moto invents a target and a role.
@repair(LifecycleHook)
def __init__(self, before, *args, **kwargs):
    before(self, *args, **kwargs)
    self.role_arn = self.notification_target_arn = None


@repair(AutoScalingResponse)
def disable_metrics_collection(self, _):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    gone = self._get_param("Metrics", [])
    group.metrics = [one for one in group.metrics if gone and one not in gone]
    return EmptyResult()


@repair(AutoScalingResponse)
def resume_processes(self, before):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    gone = self._get_param("ScalingProcesses", [])
    group.suspended_processes = [one["ProcessName"] for one in group.suspended_processes if gone and one["ProcessName"] not in gone]
    return EmptyResult()


# moto has no tags of what is scaled.
def tags_of_target(self):
    targets = [one for all in self.applicationautoscaling_backend.targets.values() for one in all.values()]
    [target] = [one for one in targets if one.arn == self._get_param("ResourceARN")]
    return target.__dict__.setdefault("tags", {})


@repair(ApplicationAutoScalingResponse)
def register_scalable_target(self, before):
    reply = before(self)
    targets = self.applicationautoscaling_backend.targets[self._get_param("ScalableDimension")]
    targets[self._get_param("ResourceId")].__dict__.setdefault("tags", {}).update(self._get_param("Tags") or {})
    return reply


@repair(ApplicationAutoScalingResponse)
def list_tags_for_resource(self, _):
    return json.dumps({"Tags": tags_of_target(self)})


@repair(ApplicationAutoScalingResponse)
def tag_resource(self, _):
    tags_of_target(self).update(self._get_param("Tags"))
    return json.dumps({})


@repair(ApplicationAutoScalingResponse)
def untag_resource(self, _):
    for key in self._get_param("TagKeys"):
        tags_of_target(self).pop(key, None)
    return json.dumps({})


# moto forgets settings of a service, and never starts its tasks.
KEPT = (
    ("deploymentConfiguration", "deployment_configuration"),
    ("enableExecuteCommand", "enable_execute_command"),
    ("propagateTags", "propagate_tags"),
)


def keep(request, service):
    for parameter, attribute in KEPT:
        value = request._get_param(parameter)
        if value is not None:
            setattr(service, attribute, value)
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments:
        deployment.update(
            desiredCount=service.desired_count, runningCount=service.desired_count, pendingCount=0, rolloutState="COMPLETED"
        )


@repair(EC2ContainerServiceResponse)
def create_service(self, before):
    reply = before(self)
    keep(self, reply._result["service"])
    return reply


@repair(EC2ContainerServiceResponse)
def update_service(self, before):
    reply = before(self)
    keep(self, reply._result["service"])
    return reply


if __name__ == "__main__":
    emulator.main()
