"""The emulator, with the calls that moto 5.2.5 lacks or gets wrong and that our types make.

For tests of those calls, and of a destroy that comes to its end. Users have stock moto at most, so whatever can be
shown with `emulator.py` is. Same usage.
"""

import emulator
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.eks.models import EKSBackend
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.iam.responses import IamResponse
from moto.logs.responses import LogsResponse
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse


def repair(owner):
    """Puts the function into `owner` under its own name; it gets the one that was there, if any, as `before`."""

    def put(function):
        before = getattr(owner, function.__name__, None)
        setattr(owner, function.__name__, lambda self, *args, **kwargs: function(self, before, *args, **kwargs))
        return function

    return put


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


@repair(LogsResponse)
def associate_kms_key(self, _):
    self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = self._get_param("kmsKeyId")
    return ""


@repair(LogsResponse)
def disassociate_kms_key(self, _):
    self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = None
    return ""


if __name__ == "__main__":
    emulator.main()
