#!/usr/bin/env python3
"""Many processes of the binary contend for one lock, over an emulator; some are killed, some stand still for a while.

    .venv/bin/python scripts/lock_test.py [--handovers 1000] [--contenders 64] [--takeovers 40] [--seed 1] [--binary PATH]

Each process is an `apply` that changes a resource, so that every handover writes the head. Any process may be killed or stopped
for a while; and as often as `--takeovers` says, the one that holds the lock is, for longer than its lease. Checked: the lock of
a holder that is dead or stands still has another one within two leases; every version of the head that the bucket kept has the
epoch of the one before or a later one, and never an earlier serial; no process failed otherwise than by being killed or by
finding, after a pause, that it had lost the lock or a reply; nobody forced the lock; and a last run finds everything as declared.
"""

import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import boto3

ROOT = pathlib.Path(__file__).resolve().parent.parent
ACCOUNT = "123456789012"
STAGE = """account_id: "{account}"
region: eu-west-1
state: {{bucket: lock-test-state, lock_table: lock-test-lock}}
tags: {{turn: "{turn}"}}
"""
STACK = "resources:\n  log:\n    type: aws_cloudwatch_log_group\n    properties: {name: lock-test, retention_in_days: 7}\n"
TURNS = 5
LEASE = 30.0
# What a process may say that stood still for longer than its lease, or than a call may take.
LOST = ("lock-lost", "state-conflict", "state-uncertain", "AWS did not answer in time")


def environment(endpoint):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


def project(folder):
    stack = folder / "stages/test/main"
    stack.mkdir(parents=True)
    (folder / "wildfire.yaml").write_text("name: lock-test\n")
    (folder / "stages/test/stage.yaml").write_text(STAGE.format(account=ACCOUNT, turn=0))
    (stack / "main.yaml").write_text(STACK)
    for turn in range(TURNS):
        (folder / f"turn-{turn}.yaml").write_text(STAGE.format(account=ACCOUNT, turn=turn))


class Contest:
    def __init__(self, arguments, folder, environment):
        self.arguments, self.folder, self.environment = arguments, folder, environment
        self.random = random.Random(arguments.seed)
        self.running, self.paused, self.started = [], {}, 0
        self.counts = {"done": 0, "killed": 0, "lost": 0, "paused": 0, "takeovers": 0}
        self.failures = []
        self.rows = client("dynamodb", environment)
        # When the holder was taken out, and its epoch.
        self.out, self.longest = None, 0.0

    def start(self):
        stage = self.folder / f"turn-{self.random.randrange(TURNS)}.yaml"
        command = [self.arguments.binary, "-C", str(self.folder), "--json", "--stage-file", str(stage)]
        command += ["apply", "test/main", "--yes", "--lock-timeout", "2h"]
        output = tempfile.TemporaryFile("w+")
        self.started += 1
        name = {"USER": "process", "HOSTNAME": str(self.started)}
        process = subprocess.Popen(
            command, env=self.environment | name, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        process.output, process.who, process.stopped = output, f"process@{self.started}", False
        self.running.append(process)

    def reap(self):
        for process in [process for process in self.running if process.poll() is not None]:
            self.running.remove(process)
            self.paused.pop(process.pid, None)
            process.output.seek(0)
            text = process.output.read()
            process.output.close()
            if process.returncode == 0:
                self.counts["done"] += 1
            elif process.returncode == -signal.SIGKILL:
                self.counts["killed"] += 1
            elif process.stopped and any(words in text for words in LOST):
                self.counts["lost"] += 1
            else:
                self.failures.append((process.returncode, text[-1500:]))

    def disturb(self):
        now = time.monotonic()
        for process in self.running:
            if self.paused.get(process.pid, now + 1) <= now:
                del self.paused[process.pid]
                process.send_signal(signal.SIGCONT)
        awake = [process for process in self.running if process.pid not in self.paused]
        if awake and self.random.random() < self.arguments.pauses:
            self.stop(self.random.choice(awake), self.random.uniform(1, self.arguments.longest_pause))
        elif awake and self.random.random() < self.arguments.kills:
            self.random.choice(awake).kill()

    def stop(self, process, seconds):
        process.send_signal(signal.SIGSTOP)
        process.stopped = True
        self.paused[process.pid] = time.monotonic() + seconds
        self.counts["paused"] += 1

    def row(self):
        row = self.rows.get_item(TableName="lock-test-lock", Key={"LockID": {"S": "test/main"}}).get("Item", {})
        return row.get("Who", {}).get("S") if "Owner" in row else None, int(row.get("Epoch", {}).get("N", 0))

    def take_out(self):
        """Takes the holder out when it is time to, and sees how long the lock takes to find another one."""
        now = time.monotonic()
        if self.out:
            since, epoch = self.out
            if self.row()[1] > epoch:
                self.longest, self.out = max(self.longest, now - since), None
                self.counts["takeovers"] += 1
            elif now - since > 2 * LEASE:
                self.failures.append(("no takeover", f"epoch {epoch} has stood for {now - since:.0f} s"))
        elif self.counts["takeovers"] < self.arguments.takeovers * self.counts["done"] / self.arguments.handovers:
            who, epoch = self.row()
            holder = next((process for process in self.running if process.who == who), None)
            if holder and holder.pid not in self.paused:
                if self.random.random() < 0.5:
                    holder.kill()
                else:
                    self.stop(holder, self.random.uniform(1.1, 2) * LEASE)
                # It may have let go in this very moment: then there is nothing to see.
                self.out = (time.monotonic(), epoch) if self.row() == (who, epoch) else None

    def enough(self):
        done, takeovers = self.counts["done"], self.counts["takeovers"]
        return done >= self.arguments.handovers and takeovers >= self.arguments.takeovers

    def run(self):
        shown = 0
        while not self.enough() and not self.failures:
            while len(self.running) < self.arguments.contenders:
                self.start()
            time.sleep(0.1)
            self.disturb()
            self.take_out()
            self.reap()
            if self.counts["done"] >= shown + 50:
                shown = self.counts["done"]
                print(json.dumps(self.counts), flush=True)
        for process in self.running:
            process.kill()
            process.wait()
        self.reap()


def client(service, environment):
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="eu-west-1",
        aws_access_key_id="demo",
        aws_secret_access_key="demo",
    )


def heads(environment):
    """Epoch and serial of every version of the head, oldest first."""
    s3 = client("s3", environment)
    pages = s3.get_paginator("list_object_versions").paginate(Bucket="lock-test-state", Prefix="test/main/head.json")
    versions = [version["VersionId"] for page in pages for version in page.get("Versions", [])]
    out = []
    for version in reversed(versions):
        body = s3.get_object(Bucket="lock-test-state", Key="test/main/head.json", VersionId=version)["Body"].read()
        label = json.loads(body.split(b"\n")[1])
        out.append((label["epoch"], label["serial"]))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = os.environ.get("CARGO_TARGET_DIR", str(pathlib.Path.home() / ".cache/wildfire/target"))
    parser.add_argument("--handovers", type=int, default=1000)
    parser.add_argument("--contenders", type=int, default=64)
    parser.add_argument("--takeovers", type=int, default=40, help="how often the holder is killed or stopped")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=float, default=0.01, help="chance of a kill in each tenth of a second")
    parser.add_argument("--pauses", type=float, default=0.02, help="chance of a pause, likewise")
    parser.add_argument("--longest-pause", type=float, default=45.0, help="seconds")
    parser.add_argument("--binary", default=f"{target}/debug/wildfire")
    arguments = parser.parse_args()
    emulator = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/support/emulator.py"), "--attached"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        aws = environment(emulator.stdout.readline().strip())
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            project(folder)
            base = [arguments.binary, "-C", name]
            subprocess.run([*base, "bootstrap", "test", "--yes"], env=aws, check=True, capture_output=True)
            contest = Contest(arguments, folder, aws)
            contest.run()
            last = subprocess.run([*base, "apply", "test/main", "--yes", "--lock-timeout", "5m"], env=aws, capture_output=True)
            empty = subprocess.run([*base, "plan", "test/main", "--detailed-exitcode"], env=aws, stdout=subprocess.DEVNULL)
            written = heads(aws)
    finally:
        emulator.stdin.close()
        emulator.wait()
    print(f"longest takeover: {contest.longest:.1f} s")
    print(json.dumps(contest.counts | {"heads": len(written), "epoch": written[-1][0] if written else 0}))
    problems = [f"a process ended with {code}: {text}" for code, text in contest.failures]
    if written != sorted(written):
        problems.append(f"a head was covered by an older one: {written}")
    if not written or written[-1][0] < arguments.handovers:
        problems.append("the epoch counts fewer handovers than there were")
    if last.returncode != 0 or empty.returncode != 0:
        problems.append(f"the last runs ended with {last.returncode} and {empty.returncode}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
