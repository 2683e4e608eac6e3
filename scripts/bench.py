#!/usr/bin/env python3
"""Measures wildfire on the reference stage in an emulator: calls, time, memory. The figures of docs/benchmarks.md.

Builds nothing. Prints a table with goals and what was measured; the exit code says nothing about them. Where Terraform
and its AWS provider are installed, the same stage is planned with them on the same emulator.

Usage: scripts/bench.py [--binary FILE] [--runs N] [--terraform-mirror DIR]
"""

import argparse
import base64
import collections
import contextlib
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
STAGE = "test"
# A program's peak of memory includes that of the process it was forked from, until exec: this one stays small.
MEASURE = """
import json, os, sys, time
begin = time.monotonic()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.monotonic() - begin
figures = {"exit": os.waitstatus_to_exitcode(status), "seconds": seconds,
           "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024}
open(sys.argv[1], "w").write(json.dumps(figures))
"""


def main():
    arguments = parse()
    if not arguments.binary.is_file():
        sys.exit(f"{arguments.binary} does not exist: `make release` builds it")
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wildfire-bench-")))
        endpoint = start(stack, "tests/support/emulator.py")
        wildfire = Program([str(arguments.binary), "-C", str(ROOT)], environment(endpoint), folder)
        for command in (["bootstrap", STAGE, "--yes"], ["apply", STAGE, "--yes"]):
            wildfire.run(command)
        size, leftover = stage_size(wildfire)
        print(f"{arguments.binary}: {size} resources in stage {STAGE}, moto on {os.cpu_count()} cores", end="\n\n")
        if leftover:
            print(f"The plan after the apply is not empty, so this is not a plan without changes: {leftover}\n")
        figures = measure(stack, wildfire, endpoint, folder, arguments.runs)
        figures.show()
        terraform(stack, wildfire, endpoint, folder, arguments, figures)


def parse():
    target = os.environ.get("CARGO_TARGET_DIR") or pathlib.Path.home() / ".cache/wildfire/target"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=pathlib.Path(target) / "release/wildfire")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median counts")
    parser.add_argument(
        "--terraform-mirror", type=pathlib.Path, help="folder with registry.terraform.io/hashicorp/aws/… in it"
    )
    return parser.parse_args()


def environment(endpoint):
    # The machine's own profile must not leak in.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def start(stack, script, *arguments):
    """Starts a server of tests/support, which ends with this program; returns its endpoint."""
    command = [sys.executable, str(ROOT / script), *arguments, "--attached"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(process.wait)
    stack.callback(process.stdin.close)
    endpoint = process.stdout.readline().strip()
    if not endpoint:
        sys.exit(f"{script} does not start")
    return endpoint


class Program:
    """A program whose runs are measured."""

    def __init__(self, command, variables, folder):
        self.command, self.variables, self.folder = command, variables, folder

    def through(self, endpoint):
        return Program(self.command, self.variables | {"AWS_ENDPOINT_URL": endpoint}, self.folder)

    def run(self, arguments):
        done = subprocess.run(
            self.command + arguments, env=self.variables, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{' '.join(self.command + arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def measured(self, arguments, runs):
        """The median of some runs: seconds, CPU seconds, and the peak memory of the largest process in bytes."""
        path = self.folder / "figures"
        found = []
        for _ in range(runs):
            subprocess.run(
                [sys.executable, "-I", "-S", "-c", MEASURE, str(path), *self.command, *arguments],
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
            )
            found.append(json.loads(path.read_text()))
            if found[-1]["exit"]:
                sys.exit(f"{' '.join(self.command + arguments)} ended with {found[-1]['exit']}")
        return {name: statistics.median(run[name] for run in found) for name in ("seconds", "cpu", "memory")}


def stage_size(wildfire):
    """The number of resources, and what the plan after the apply would still change."""
    changes = [
        change
        for line in wildfire.run(["plan", STAGE, "--json"]).splitlines()
        for change in json.loads(line)["resource_changes"]
        if change.get("mode", "managed") == "managed"
    ]
    open_changes = [change["address"] for change in changes if change["change"]["actions"] != ["no-op"]]
    return len(changes), ", ".join(open_changes)


class Figures:
    def __init__(self, plan, requests, emulator, version, validate):
        self.plan, self.requests, self.emulator = plan, requests, emulator
        self.version, self.validate = version, validate

    def show(self):
        rows = [
            ("plan without changes", "API calls", "<= 60", str(len(self.requests))),
            ("", "wall time", "", f"{self.plan['seconds']:.2f} s"),
            ("", "emulator, same calls in a row", "", f"{self.emulator:.2f} s"),
            ("", "ratio of the two", "<= 1.2", f"{self.plan['seconds'] / self.emulator:.2f}"),
            ("", "CPU", "", f"{self.plan['cpu']:.2f} s"),
            ("", "peak memory", "< 60 MB", f"{self.plan['memory'] / 1e6:.0f} MB"),
            ("--version", "wall time", "< 10 ms", f"{self.version['seconds'] * 1e3:.1f} ms"),
            (f"validate {STAGE}", "wall time", "< 50 ms", f"{self.validate['seconds'] * 1e3:.1f} ms"),
        ]
        table(("what", "figure", "goal", "measured"), rows)
        counts = collections.Counter(map(operation, self.requests))
        print()
        table(("calls", "operation"), [(str(count), name) for name, count in sorted(counts.items())])


def measure(stack, wildfire, endpoint, folder, runs):
    requests = recorded(stack, wildfire, endpoint, folder, ["plan", STAGE])
    plan = wildfire.measured(["plan", STAGE], runs)
    emulator = statistics.median(replay(endpoint, requests) for _ in range(runs))
    version = wildfire.measured(["--version"], runs * 4)
    return Figures(plan, requests, emulator, version, wildfire.measured(["validate", STAGE], runs * 4))


def recorded(stack, program, endpoint, folder, arguments):
    """The requests that a run sends. Times are measured without the proxy that this takes."""
    log = pathlib.Path(tempfile.mkstemp(dir=folder, suffix=".requests")[1])
    proxy = start(stack, "tests/support/counting_proxy.py", endpoint, str(log))
    program.through(proxy).run(arguments)
    return [json.loads(line) for line in log.read_text().splitlines()]


def replay(endpoint, requests):
    """Seconds that the emulator needs for the requests one after the other, a connection each."""
    server = urllib.parse.urlsplit(endpoint)
    bodies = [base64.b64decode(request["body"]) for request in requests]
    begin = time.monotonic()
    for request, body in zip(requests, bodies, strict=True):
        connection = http.client.HTTPConnection(server.hostname, server.port, timeout=60)
        connection.request(request["method"], request["path"], body, request["headers"])
        connection.getresponse().read()
        connection.close()
    return time.monotonic() - begin


def operation(request):
    """`service:Operation`, or `service:METHOD /path/with/*` where the request does not name it."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    scope = headers.get("authorization", "").partition("Credential=")[2].split("/")
    service = scope[3] if len(scope) > 3 else "unsigned"
    if target := headers.get("x-amz-target"):
        return f"{service}:{target.rpartition('.')[2]}"
    form = urllib.parse.parse_qs(base64.b64decode(request["body"]).decode("latin-1"))
    if action := form.get("Action"):
        return f"{service}:{action[0]}"
    url = urllib.parse.urlsplit(request["path"])
    parts = url.path.strip("/").split("/")
    if service == "s3":
        # `/bucket/key`, and the sub-resource is a key of the query without a value.
        keys = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        marks = [name for name, values in keys.items() if values == [""]]
        path = "/bucket" + ("/key" if len(parts) > 1 else "") + (f"?{marks[0]}" if marks else "")
        return f"s3:{request['method']} {path}"
    # Names of collections are plain words and stand in turn with names of members.
    first = 1 if parts[0][:2] == "20" else 0
    path = "/".join(part if (index - first) % 2 == 0 else "*" for index, part in enumerate(parts[first:], first))
    return f"{service}:{request['method']} /{path}"


def terraform(stack, wildfire, endpoint, folder, arguments, figures):
    sys.path.insert(0, str(ROOT / "scripts"))
    import terraform_stage

    print()
    provider = terraform_stage.find(arguments.terraform_mirror)
    if provider is None:
        print(
            "Terraform is not compared: `terraform` or its AWS provider is not installed. A folder with the provider "
            "can be named with --terraform-mirror."
        )
        return
    stage = folder / "terraform"
    summary, left_out = terraform_stage.write(stage, wildfire, f"{STAGE}/main", provider)
    program = Program(
        [provider.terraform, f"-chdir={stage}"], wildfire.variables | terraform_stage.variables(stage), folder
    )
    requests = recorded(stack, program, endpoint, folder, terraform_stage.PLAN)
    plan = program.measured(terraform_stage.PLAN, min(arguments.runs, 3))
    ours, calls = figures.plan, len(figures.requests)
    rows = [
        ("API calls", str(calls), str(len(requests)), f"{len(requests) / calls:.1f}"),
        ("wall time", f"{ours['seconds']:.2f} s", f"{plan['seconds']:.2f} s", f"{plan['seconds'] / ours['seconds']:.1f}"),
        ("CPU", f"{ours['cpu']:.2f} s", f"{plan['cpu']:.2f} s", f"{plan['cpu'] / ours['cpu']:.1f}"),
        (
            "peak memory, largest process",
            f"{ours['memory'] / 1e6:.0f} MB",
            f"{plan['memory'] / 1e6:.0f} MB",
            f"{plan['memory'] / ours['memory']:.1f}",
        ),
    ]
    table(("plan", "wildfire", "terraform", "ratio"), rows)
    print(f"\nTerraform says: {summary}")
    if left_out:
        print("Not given to Terraform: " + ", ".join(left_out))


def table(head, rows):
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, tuple("-" * width for width in widths), *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
