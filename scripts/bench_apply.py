#!/usr/bin/env python3
"""Measures an apply of many like units in an emulator: calls, writes of the head, time. Figures of docs/benchmarks.md.

A unit is 49 resources of 19 types: a network with routes, groups and their rules, roles, a bucket, a table, a zone with records,
queues and log groups. Builds nothing. The exit code says whether the apply went through, and nothing about the figures.

Usage: scripts/bench_apply.py [--binary FILE] [--units N] [--latency MS] [--records N] [--write FOLDER]
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from bench import Program, environment, operation, start, table  # noqa: E402

STAGE = "units"
STAGE_YAML = """\
account_id: "123456789012"
region: eu-west-1
state: {bucket: units-state, lock_table: units-lock}
tags: {project: units, stage: "${stage.name}"}
"""
ASSUME = '{Version: "2012-10-17", Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}]}'


def unit(number):
    """The resources of a unit: name, type, properties."""
    u = f"u{number}"
    octet = number % 200

    def one(name, type_name, properties):
        return f"  {u}_{name}:\n    type: {type_name}\n    properties: {properties}\n"

    yield one("vpc", "aws_vpc", f"{{cidr_block: 10.{octet}.0.0/16, tags: {{Name: {u}}}}}")
    yield one("igw", "aws_internet_gateway", f"{{vpc_id: '${{{u}_vpc.id}}'}}")
    for kind in ("public", "private"):
        yield one(f"{kind}", "aws_route_table", f"{{vpc_id: '${{{u}_vpc.id}}', tags: {{Name: {u}-{kind}}}}}")
    for place, route in (("0.0.0.0/0", "public"), ("192.168.0.0/16", "private")):
        properties = f"route_table_id: '${{{u}_{route}.id}}', destination_cidr_block: {place}, gateway_id: '${{{u}_igw.id}}'"
        yield one(f"{route}_out", "aws_route", f"{{{properties}}}")
    for index in range(4):
        kind = ("public", "private")[index % 2]
        yield one(f"subnet{index}", "aws_subnet", f"{{vpc_id: '${{{u}_vpc.id}}', cidr_block: 10.{octet}.{index}.0/24}}")
        ids = f"{{subnet_id: '${{{u}_subnet{index}.id}}', route_table_id: '${{{u}_{kind}.id}}'}}"
        yield one(f"routes{index}", "aws_route_table_association", ids)
    for group in ("web", "app", "data"):
        yield one(group, "aws_security_group", f"{{name: {u}-{group}, description: {group}, vpc_id: '${{{u}_vpc.id}}'}}")
        for index in range(3):
            ports = f"ip_protocol: tcp, from_port: {8000 + index}, to_port: {8000 + index}, cidr_ipv4: 10.0.0.0/8"
            rule = f"{{security_group_id: '${{{u}_{group}.id}}', {ports}}}"
            yield one(f"{group}{index}", "aws_vpc_security_group_ingress_rule", rule)
    for role in ("run", "build"):
        yield one(role, "aws_iam_role", f"{{name: {u}-{role}, assume_role_policy: {ASSUME}}}")
        policy = '{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}'
        yield one(f"{role}_policy", "aws_iam_policy", f"{{name: {u}-{role}, policy: {policy}}}")
        arn = f"'${{{u}_{role}_policy.arn}}'"
        yield one(f"{role}_may", "aws_iam_role_policy_attachment", f"{{role: '${{{u}_{role}.name}}', policy_arn: {arn}}}")
    yield one("files", "aws_s3_bucket", f"{{bucket: units-files-{u}}}")
    on = ", ".join(f"{name}: true" for name in ("block_public_acls", "block_public_policy", "ignore_public_acls"))
    yield one("closed", "aws_s3_bucket_public_access_block", f"{{bucket: '${{{u}_files.id}}', {on}}}")
    key = "hash_key: id, attribute: [{name: id, type: S}]"
    yield one("table", "aws_dynamodb_table", f"{{name: {u}, billing_mode: PAY_PER_REQUEST, {key}}}")
    yield one("zone", "aws_route53_zone", f"{{name: {u}.units.example}}")
    for index in range(6):
        yield record(f"{u}_r{index}", f"'${{{u}_zone.zone_id}}'", f"r{index}")
    for queue in ("jobs", "mail", "dead"):
        yield one(queue, "aws_sqs_queue", f"{{name: {u}-{queue}}}")
    for log in ("api", "web", "jobs"):
        yield one(f"{log}_log", "aws_cloudwatch_log_group", f"{{name: /units/{u}/{log}, retention_in_days: 30}}")
    yield one("news", "aws_sns_topic", f"{{name: {u}-news}}")


def record(name, zone, host):
    properties = f"{{zone_id: {zone}, name: {host}, type: A, ttl: 300, records: [192.0.2.1]}}"
    return f"  {name}:\n    type: aws_route53_record\n    properties: {properties}\n"


def write(folder, units, records):
    """Writes a project whose stage has so many units, and a zone with so many records."""
    parts = [list(unit(number)) for number in range(units)]
    resources = [resource for part in parts for resource in part]
    if records:
        resources.append("  zone:\n    type: aws_route53_zone\n    properties: {name: records.example}\n")
        resources += [record(f"r{index}", "'${zone.zone_id}'", f"r{index}") for index in range(records)]
    stage = folder / "stages" / STAGE
    (stage / "main").mkdir(parents=True)
    (folder / "wildfire.yaml").write_text("name: units\n")
    (stage / "stage.yaml").write_text(STAGE_YAML)
    (stage / "main" / "main.yaml").write_text("resources:\n" + "".join(resources))
    return len(resources)


def main():
    arguments = parse()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wildfire-bench-")))
        project = arguments.write or folder / "project"
        count = write(project, arguments.units, arguments.records)
        if arguments.write:
            return print(f"{count} resources in {project}")
        if not arguments.binary.is_file():
            sys.exit(f"{arguments.binary} does not exist: `make release` builds it")
        endpoint = start(stack, "tests/support/emulator.py")
        wildfire = Program([str(arguments.binary), "-C", str(project)], environment(endpoint), folder)
        wildfire.run(["bootstrap", STAGE, "--yes"])
        log = folder / "requests"
        proxy = start(stack, "tests/support/counting_proxy.py", endpoint, str(log), f"--latency={arguments.latency}")
        begin = time.monotonic()
        wildfire.through(proxy).run(["apply", STAGE, "--yes"])
        seconds = time.monotonic() - begin
        requests = [json.loads(line) for line in log.read_text().splitlines()]
        calls = collections.Counter(map(operation, requests))
        heads = sum(request["method"] == "PUT" and "head.json" in request["path"] for request in requests)
        rows = [("resources", str(count)), ("calls", str(len(requests))), ("writes of the head", str(heads))]
        table(("apply", "figure"), [*rows, ("seconds", f"{seconds:.1f}")])
        print()
        table(("calls", "operation"), [(str(number), name) for name, number in calls.most_common()])


def parse():
    target = os.environ.get("CARGO_TARGET_DIR") or pathlib.Path.home() / ".cache/wildfire/target"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=pathlib.Path(target) / "release/wildfire")
    parser.add_argument("--units", type=int, default=2, help="units of 49 resources")
    parser.add_argument("--records", type=int, default=0, help="records of one more zone")
    parser.add_argument("--latency", type=int, default=0, help="milliseconds that each call takes longer")
    parser.add_argument("--write", type=pathlib.Path, help="write the project there, and run nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
