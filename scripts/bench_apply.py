#!/usr/bin/env python3
"""Measures an apply of many like units in an emulator: calls, writes of the head, time. Figures of docs/benchmarks.md.

A unit is 49 resources of 19 types: a network with routes, groups and their rules, roles, a bucket, a table, a zone with records,
queues and log groups. Builds nothing. Where Terraform and its AWS provider are installed, the same resources are applied with them,
in an emulator of their own. The exit code says whether the applies went through, and nothing about the figures.

Usage: scripts/bench_apply.py [--binary FILE] [--units N] [--latency MS] [--records N] [--retag] [--write FOLDER]
                              [--terraform-mirror DIR]
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import re
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import terraform_stage  # noqa: E402
from bench import Program, environment, operation, start, table  # noqa: E402

STAGE = "units"
TAGS = {"project": "units"}
STAGE_YAML = """\
account_id: "123456789012"
region: eu-west-1
state: {bucket: units-state, lock_table: units-lock}
tags: %s
"""
EC2 = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def document(statement):
    return {"Version": "2012-10-17", "Statement": [statement]}


def unit(number):
    """The resources of a unit: name, type, properties. What is a document is a map, and references are `${name.attribute}`."""
    u = f"u{number}"
    octet = number % 200

    def ref(name, attribute="id"):
        return f"${{{u}_{name}.{attribute}}}"

    def one(name, type_name, /, **properties):
        return f"{u}_{name}", type_name, properties

    yield one("vpc", "aws_vpc", cidr_block=f"10.{octet}.0.0/16", tags={"Name": u})
    yield one("igw", "aws_internet_gateway", vpc_id=ref("vpc"))
    for kind in ("public", "private"):
        yield one(kind, "aws_route_table", vpc_id=ref("vpc"), tags={"Name": f"{u}-{kind}"})
    for place, route in (("0.0.0.0/0", "public"), ("192.168.0.0/16", "private")):
        target = {"route_table_id": ref(route), "destination_cidr_block": place, "gateway_id": ref("igw")}
        yield one(f"{route}_out", "aws_route", **target)
    for index in range(4):
        kind = ("public", "private")[index % 2]
        yield one(f"subnet{index}", "aws_subnet", vpc_id=ref("vpc"), cidr_block=f"10.{octet}.{index}.0/24")
        ids = {"subnet_id": ref(f"subnet{index}"), "route_table_id": ref(kind)}
        yield one(f"routes{index}", "aws_route_table_association", **ids)
    for group in ("web", "app", "data"):
        yield one(group, "aws_security_group", name=f"{u}-{group}", description=group, vpc_id=ref("vpc"))
        for index in range(3):
            ports = {"ip_protocol": "tcp", "from_port": 8000 + index, "to_port": 8000 + index, "cidr_ipv4": "10.0.0.0/8"}
            rule = {"security_group_id": ref(group), **ports}
            yield one(f"{group}{index}", "aws_vpc_security_group_ingress_rule", **rule)
    for role in ("run", "build"):
        yield one(role, "aws_iam_role", name=f"{u}-{role}", assume_role_policy=document(EC2))
        yield one(f"{role}_policy", "aws_iam_policy", name=f"{u}-{role}", policy=document(READ))
        attached = {"role": ref(role, "name"), "policy_arn": ref(f"{role}_policy", "arn")}
        yield one(f"{role}_may", "aws_iam_role_policy_attachment", **attached)
    yield one("files", "aws_s3_bucket", bucket=f"units-files-{u}")
    on = {name: True for name in ("block_public_acls", "block_public_policy", "ignore_public_acls")}
    yield one("closed", "aws_s3_bucket_public_access_block", bucket=ref("files"), **on)
    key = {"hash_key": "id", "attribute": [{"name": "id", "type": "S"}]}
    yield one("table", "aws_dynamodb_table", name=u, billing_mode="PAY_PER_REQUEST", **key)
    yield one("zone", "aws_route53_zone", name=f"{u}.units.example")
    for index in range(6):
        yield record(f"{u}_r{index}", ref("zone", "zone_id"), f"r{index}")
    for queue in ("jobs", "mail", "dead"):
        yield one(queue, "aws_sqs_queue", name=f"{u}-{queue}")
    for log in ("api", "web", "jobs"):
        yield one(f"{log}_log", "aws_cloudwatch_log_group", name=f"/units/{u}/{log}", retention_in_days=30)
    yield one("news", "aws_sns_topic", name=f"{u}-news")


def record(name, zone, host):
    values = {"type": "A", "ttl": 300, "records": ["192.0.2.1"]}
    return name, "aws_route53_record", {"zone_id": zone, "name": host, **values}


def everything(units, records):
    """So many units, and a zone with so many records."""
    resources = [resource for number in range(units) for resource in unit(number)]
    if records:
        resources.append(("zone", "aws_route53_zone", {"name": "records.example"}))
        resources += [record(f"r{index}", "${zone.zone_id}", f"r{index}") for index in range(records)]
    return resources


def write(folder, resources, tags):
    """Writes a project of which the stage has these resources."""
    stage = folder / "stages" / STAGE
    (stage / "main").mkdir(parents=True, exist_ok=True)
    (folder / "wildfire.yaml").write_text("name: units\n")
    (stage / "stage.yaml").write_text(STAGE_YAML % json.dumps(tags))
    lines = [f"  {name}: {json.dumps({'type': kind, 'properties': properties})}\n" for name, kind, properties in resources]
    (stage / "main" / "main.yaml").write_text("resources:\n" + "".join(lines))


def main():
    arguments = parse()
    resources = everything(arguments.units, arguments.records)
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wildfire-bench-")))
        project = arguments.write or folder / "project"
        write(project, resources, TAGS)
        if arguments.write:
            return print(f"{len(resources)} resources in {project}")
        if not arguments.binary.is_file():
            sys.exit(f"{arguments.binary} does not exist: `make release` builds it")
        print(f"{len(resources)} resources, {arguments.latency} ms of latency\n")
        endpoint = start(stack, "tests/support/emulator.py")
        wildfire = Program([str(arguments.binary), "-C", str(project)], environment(endpoint), folder)
        wildfire.run(["bootstrap", STAGE, "--yes"])
        apply = ["apply", STAGE, "--yes"]
        ours = measured(stack, wildfire, endpoint, folder, arguments.latency, apply)
        ours.show("apply")
        if arguments.retag:
            write(project, resources, TAGS | {"project": "others"})
            measured(stack, wildfire, endpoint, folder, arguments.latency, apply).show("apply of another tag of the stage")
        terraform(stack, folder, resources, arguments, ours)


class Measured:
    """What a run took."""

    def __init__(self, requests, seconds):
        self.requests, self.seconds = requests, seconds

    def heads(self):
        return sum(request["method"] == "PUT" and "head.json" in request["path"] for request in self.requests)

    def show(self, what):
        calls = collections.Counter(map(operation, self.requests))
        rows = [("calls", str(len(self.requests))), ("writes of the head", str(self.heads()))]
        table((what, "figure"), [*rows, ("seconds", f"{self.seconds:.1f}")])
        print()
        table(("calls", "operation"), [(str(number), name) for name, number in calls.most_common()])
        print(flush=True)


def measured(stack, program, endpoint, folder, latency, arguments):
    log = pathlib.Path(tempfile.mkstemp(dir=folder, suffix=".requests")[1])
    proxy = start(stack, "tests/support/counting_proxy.py", endpoint, str(log), f"--latency={latency}")
    begin = time.monotonic()
    program.through(proxy).run(arguments)
    seconds = time.monotonic() - begin
    return Measured([json.loads(line) for line in log.read_text().splitlines()], seconds)


def terraform(stack, folder, resources, arguments, ours):
    provider = terraform_stage.find(arguments.terraform_mirror)
    if provider is None:
        print(
            "Terraform is not compared: `terraform` or its AWS provider is not installed. A folder with the provider "
            "can be named with --terraform-mirror."
        )
        return
    stage = folder / "terraform"
    stage.mkdir()
    endpoint = start(stack, "tests/support/emulator.py")
    mirror = f'filesystem_mirror {{\n    path = "{provider.mirror}"\n  }}'
    (stage / "cli.tfrc").write_text(f"provider_installation {{\n  {mirror}\n}}\n")
    settings = {"region": "eu-west-1", "s3_use_path_style": True, "default_tags": [{"tags": TAGS}]}
    required = {"aws": {"source": terraform_stage.SOURCE, "version": provider.version}}
    root = {"terraform": {"required_providers": required}, "provider": {"aws": settings}}
    (stage / "main.tf.json").write_text(json.dumps(root | {"resource": in_terraform(resources)}))
    variables = environment(endpoint) | terraform_stage.variables(stage)
    program = Program([provider.terraform, f"-chdir={stage}"], variables, folder)
    program.run(["init", "-input=false"])
    apply = ["apply", "-auto-approve", "-input=false", "-lock=false", "-no-color"]
    theirs = measured(stack, program, endpoint, folder, arguments.latency, apply)
    calls = [len(run.requests) for run in (ours, theirs)]
    rows = [
        ("calls", str(calls[0]), str(calls[1]), f"{calls[1] / calls[0]:.1f}"),
        ("seconds", f"{ours.seconds:.1f}", f"{theirs.seconds:.1f}", f"{theirs.seconds / ours.seconds:.1f}"),
    ]
    table(("apply", "wildfire", "terraform", "ratio"), rows)


def in_terraform(resources):
    """By type and name; references name the type too, and documents are text."""
    types = {name: kind for name, kind, _ in resources}

    def converted(value):
        if isinstance(value, str):
            return re.sub(r"\$\{(\w+)\.", lambda match: f"${{{types[match[1]]}.{match[1]}.", value)
        if isinstance(value, list):
            return [converted(item) for item in value]
        if isinstance(value, dict):
            return json.dumps(value) if "Statement" in value else {key: converted(item) for key, item in value.items()}
        return value

    written = collections.defaultdict(dict)
    for name, kind, properties in resources:
        written[kind][name] = converted(properties)
    return written


def parse():
    target = os.environ.get("CARGO_TARGET_DIR") or pathlib.Path.home() / ".cache/wildfire/target"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=pathlib.Path(target) / "release/wildfire")
    parser.add_argument("--units", type=int, default=2, help="units of 49 resources")
    parser.add_argument("--records", type=int, default=0, help="records of one more zone")
    parser.add_argument("--latency", type=int, default=0, help="milliseconds that each call takes longer")
    parser.add_argument("--retag", action="store_true", help="apply once more, with another tag of the stage")
    parser.add_argument(
        "--terraform-mirror", type=pathlib.Path, help="folder with registry.terraform.io/hashicorp/aws/… in it"
    )
    parser.add_argument("--write", type=pathlib.Path, help="write the project there, and run nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
