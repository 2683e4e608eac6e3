"""What moto 5.2.5 lacks or gets wrong of instances and their interfaces. `repaired.py` imports it."""

from moto.core.responses import ActionResult, EmptyResult
from moto.core.types import Base64EncodedString
from moto.ec2.models.dhcp_options import DHCPOptionsSetBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociationBackend
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.monitoring import Monitoring
from repair import repair


def instance_of(response):
    return response.ec2_backend.get_instance(response._get_param("InstanceId"))


# moto takes what it does not know for other security groups, of which there are none.
@repair(InstanceResponse)
def modify_instance_attribute(self, before):
    data = self._get_param("UserData.Value")
    if data is not None:
        # It was taken out of base64 already.
        instance_of(self).user_data = Base64EncodedString.from_raw_bytes(data)
        return EmptyResult()
    behavior = self._get_param("InstanceInitiatedShutdownBehavior.Value")
    if behavior is not None:
        instance_of(self).instance_initiated_shutdown_behavior = behavior
        return EmptyResult()
    return before(self)


# An instance and its first interface have one setting.
@repair(InstanceBackend)
def modify_instance_attribute(self, before, instance_id, key, value):  # noqa: F811
    instance = before(self, instance_id, key, value)
    if key == "source_dest_check":
        instance.nics[0].source_dest_check = value
    return instance


def switch(state):
    def change(self, _):
        ids = self._get_param("InstanceIds", [])
        for instance in self.ec2_backend.get_multi_instances_by_id(ids):
            instance.monitoring_state = state
        monitorings = [{"InstanceId": one, "Monitoring": {"State": state}} for one in ids]
        return ActionResult({"InstanceMonitorings": monitorings})

    return change


for name, state in (("monitor_instances", "enabled"), ("unmonitor_instances", "disabled")):
    function = switch(state)
    function.__name__ = name
    repair(Monitoring)(function)


@repair(InstanceResponse)
def modify_instance_credit_specification(self, _):
    done = []
    for one in self._get_param("InstanceCreditSpecifications", []):
        self.ec2_backend.get_instance(one["InstanceId"]).cpu_credits = one["CpuCredits"]
        done.append({"InstanceId": one["InstanceId"]})
    return ActionResult({"SuccessfulInstanceCreditSpecifications": done, "UnsuccessfulInstanceCreditSpecifications": []})


@repair(InstanceResponse)
def describe_instance_credit_specifications(self, _):
    instances = self.ec2_backend.describe_instance_credit_specifications(self._get_param("InstanceIds", []))
    found = [{"InstanceId": one.id, "CpuCredits": getattr(one, "cpu_credits", "unlimited")} for one in instances]
    return ActionResult({"InstanceCreditSpecifications": found})


Instance.maintenance_options = {"AutoRecovery": "default"}
Instance.capacity_reservation_specification = {"CapacityReservationPreference": "open"}
Instance.private_dns_name_options = {
    "HostnameType": "ip-name",
    "EnableResourceNameDnsARecord": False,
    "EnableResourceNameDnsAAAARecord": False,
}


@repair(InstanceResponse)
def modify_instance_maintenance_options(self, _):
    recovery = self._get_param("AutoRecovery")
    instance_of(self).maintenance_options = {"AutoRecovery": recovery}
    return ActionResult({"InstanceId": self._get_param("InstanceId"), "AutoRecovery": recovery})


@repair(InstanceResponse)
def modify_instance_capacity_reservation_attributes(self, _):
    instance_of(self).capacity_reservation_specification = self._get_param("CapacityReservationSpecification")
    return ActionResult({"Return": True})


@repair(InstanceResponse)
def modify_private_dns_name_options(self, _):
    given = {
        "HostnameType": self._get_param("PrivateDnsHostnameType"),
        "EnableResourceNameDnsARecord": self._get_param("EnableResourceNameDnsARecord"),
        "EnableResourceNameDnsAAAARecord": self._get_param("EnableResourceNameDnsAAAARecord"),
    }
    instance = instance_of(self)
    given = {name: value for name, value in given.items() if value is not None}
    instance.private_dns_name_options = {**instance.private_dns_name_options, **given}
    return ActionResult({"Return": True})


# moto leaves the profile that the instance had.
@repair(IamInstanceProfileAssociationBackend)
def replace_iam_instance_profile_association(self, before, *args, **kwargs):
    association = before(self, *args, **kwargs)
    profile = {"Arn": association.iam_instance_profile.arn, "Id": association.association_id}
    association.instance.iam_instance_profile = profile
    return association


# moto takes no text for no text.
@repair(NetworkInterfaceBackend)
def modify_network_interface_attribute(self, before, eni_id, group_ids, source_dest_check=None, description=None):
    before(self, eni_id, group_ids, source_dest_check, description)
    if description == "":
        self.get_network_interface(eni_id).description = ""


# moto shows the groups of the instance as well.
NetworkInterface.group_set = property(lambda self: self._group_set)


# moto leaves an instance without the groups of the interface that it is asked for.
@repair(InstanceBackend)
def run_instances(self, before, *args, **kwargs):
    reservation = before(self, *args, **kwargs)
    for instance in reservation.instances:
        instance.security_groups = instance.security_groups or list(instance.nics[0]._group_set)
    return reservation


# moto takes the options that a VPC had for used.
@repair(DHCPOptionsSetBackend)
def associate_dhcp_options(self, before, dhcp_options, vpc):
    if vpc.dhcp_options:
        vpc.dhcp_options.vpc = None
    before(self, dhcp_options, vpc)
