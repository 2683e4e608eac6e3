#!/usr/bin/env python3
"""Kills wildfire at every call that it makes, and sees whether the next run sets it right.

For each operation (bootstrap, apply, update, replace, destroy) an undisturbed run tells how many calls there are and what the
account looks like afterwards. Then, for every call and each of three moments (before the request is sent on, after AWS has
done it, after the reply), a copy of the emulator as it was before the operation sees a run that is killed there, the same
command again, and `plan --detailed-exitcode`. boto3 counts what is there in the end.

    .venv/bin/python scripts/kill_sweep.py                                  # the reference stage: an hour or more
    .venv/bin/python scripts/kill_sweep.py --project tests/sweep --stage small --sample 200
    .venv/bin/python scripts/kill_sweep.py --project tests/sweep --stage small --operation replace --only 57:done

A dead run holds its lock for 30 s, so tries run side by side. Calls of one run have no fixed order: a boundary is a place in
the order of arrival, and replaying one may hit a neighbour. Exit code 1: there was a failure.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from inventory import Inventory, compare, unstable
from kill_proxy import MOMENTS, Kill, KillProxy

OPERATIONS = ("bootstrap", "apply", "update", "replace", "destroy")
# Longest time for one command, the wait for a lease and the retries of wildfire included.
PATIENCE = 300
DELAYS = (0.0, 0.002, 0.01, 0.05)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, default=ROOT, help="folder of wildfire.yaml [default: this repository]")
    parser.add_argument("--stage", default="test")
    parser.add_argument(
        "--variants", type=Path,
        help="folder with the stage files update.yaml and replace.yaml, and perhaps stage.yaml for the other operations "
        "[default: the project; for this repository tests/sweep/reference]",
    )
    parser.add_argument("--operation", action="append", choices=OPERATIONS, help="may be repeated [default: all]")
    parser.add_argument("--only", action="append", metavar="CALL:MOMENT", help="just this boundary; may be repeated")
    parser.add_argument("--sample", type=int, metavar="N", help="N boundaries of each operation, chosen by the seed")
    parser.add_argument("--again", action="store_true", help="kill the recovery as well, at a call chosen by the seed")
    parser.add_argument(
        "--free-lock", action="store_true", help="take the lock from the dead run instead of waiting 30 s for its lease"
    )
    parser.add_argument("--jobs", type=int, default=48, help="tries side by side, some 50 MB each [default: %(default)s]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, help="write every try to this file, as JSON lines")
    default = Path(os.environ.get("CARGO_TARGET_DIR", Path.home() / ".cache/wildfire/target")) / "debug" / "wildfire"
    parser.add_argument("--wildfire", type=Path, default=default)
    return parser.parse_args()


class Emulator:
    """One process of tests/support/snapshots.py."""

    def __init__(self, port):
        self.port = port

    async def ask(self, path):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"POST {path} HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())
        reply = await reader.read()
        writer.close()
        return reply.partition(b"\r\n\r\n")[2].decode()

    async def copy(self):
        port, _ = (await self.ask("/_copy")).split()
        return Emulator(int(port))

    async def end(self):
        await self.ask("/_end")


@dataclass
class Run:
    code: int
    output: str
    calls: list
    struck: str = None
    seconds: float = 0.0


@dataclass
class Expected:
    """An undisturbed run."""

    before: Emulator
    calls: list
    items: list
    ignore: frozenset


@dataclass
class Try:
    operation: str
    boundary: str
    struck: str = None
    again: str = None
    orphans: list = field(default_factory=list)
    duplicates: list = field(default_factory=list)
    lost: list = field(default_factory=list)
    unconverged: list = field(default_factory=list)
    output: str = ""

    @property
    def failed(self):
        return bool(self.orphans or self.duplicates or self.lost or self.unconverged)


class Sweep:
    def __init__(self, options):
        self.options = options
        self.inventory = Inventory()
        self.looking = asyncio.Lock()
        self.table = None
        variants = options.variants
        if variants is None:
            variants = ROOT / "tests/sweep/reference" if options.project == ROOT else options.project
        self.variants = variants.resolve()

    def command(self, operation):
        options = ["--yes", "--lock-timeout", "2m"]
        verb = operation if operation in ("bootstrap", "destroy") else "apply"
        return [verb, self.options.stage, *options, *self.stage_file(operation)]

    def stage_file(self, operation):
        file = self.variants / (f"{operation}.yaml" if operation in ("update", "replace") else "stage.yaml")
        return ["--stage-file", str(file)] if file.exists() else []

    async def run(self, proxy, arguments, kill=None):
        proxy.begin(kill)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        environment |= {
            "AWS_ENDPOINT_URL": proxy.endpoint,
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }
        start = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            str(self.options.wildfire), "-C", str(self.options.project), "--no-color", *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=environment,
        )
        proxy.attach(process)
        try:
            output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        except TimeoutError:
            process.kill()
            output = b"it did not end in %d s" % PATIENCE
            await process.wait()
        await proxy.idle()
        seconds = time.monotonic() - start
        return Run(process.returncode, output.decode(errors="replace"), proxy.calls, proxy.struck, seconds)

    async def must(self, proxy, arguments):
        run = await self.run(proxy, arguments)
        if run.code != 0:
            sys.exit(f"undisturbed `wildfire {' '.join(arguments)}` ends with {run.code}:\n{run.output[-6000:]}")
        return run

    async def look(self, emulator):
        async with self.looking:
            return await asyncio.to_thread(lambda: list(self.inventory.take(emulator.port)))

    async def free_locks(self, emulator):
        if self.table:
            async with self.looking:
                await asyncio.to_thread(self.inventory.free_locks, emulator.port, self.table)

    async def state(self, proxy):
        """The states of all stacks, by stack."""
        states = {}
        for stack in self.stacks:
            pulled = await self.run(proxy, ["state", "pull", f"{self.options.stage}/{stack}", *self.stage_file("apply")])
            states[stack] = json.loads(pulled.output) if pulled.code == 0 else pulled.output
        return states

    def check_plan(self, operation):
        if operation == "bootstrap":
            return ["plan", f"{self.options.stage}/bootstrap", "--detailed-exitcode", *self.stage_file(operation)]
        flags = ["--destroy"] if operation == "destroy" else []
        return ["plan", self.options.stage, "--detailed-exitcode", *flags, *self.stage_file(operation)]

    async def undisturbed(self, operation, before):
        """Twice, to learn what is different each time; returns what to expect, and an emulator in which it is done."""
        items, runs = [], []
        for _ in range(2):
            emulator = await before.copy()
            proxy = KillProxy(emulator.port)
            await proxy.start()
            runs.append(await self.must(proxy, self.command(operation)))
            plan = await self.run(proxy, self.check_plan(operation))
            if plan.code != 0:
                sys.exit(f"the plan after an undisturbed {operation} is not empty:\n{plan.output[-6000:]}")
            items.append(await self.look(emulator))
            proxy.stop()
            if len(items) == 1:
                await emulator.end()
        problems = compare(*items, unstable(*items))
        for problem in problems.orphans + problems.duplicates + problems.lost:
            sys.exit(f"two undisturbed runs of {operation} differ: {problem}")
        expected = Expected(before, runs[0].calls, items[0], unstable(*items))
        return expected, emulator

    async def attempt(self, operation, expected, at, moment):
        boundary = f"{at}:{moment}"
        result = Try(operation, boundary)
        chance = random.Random(f"{self.options.seed} {operation} {boundary}")
        emulator = await expected.before.copy()
        proxy = KillProxy(emulator.port)
        await proxy.start()
        try:
            killed = await self.run(proxy, self.command(operation), Kill(at, moment, chance.choice(DELAYS)))
            result.struck = killed.struck
            result.output = f"$ killed at {boundary} ({killed.struck})\n{killed.output[-1500:]}"
            if self.options.again:
                await self.pause(emulator)
                call = chance.randint(1, max(2, len(expected.calls) - at))
                second = Kill(call, chance.choice(MOMENTS), chance.choice(DELAYS))
                run = await self.run(proxy, self.command(operation), second)
                result.again = f"{second.at}:{second.moment} ({run.struck})"
                result.output += f"\n$ killed again at {result.again}\n{run.output[-1500:]}"
            await self.pause(emulator)
            final = await self.run(proxy, self.command(operation))
            result.output += f"\n$ the run after it, code {final.code}\n{final.output[-5000:]}"
            if final.code != 0:
                result.unconverged.append(f"the next run ends with {final.code}")
            plan = await self.run(proxy, self.check_plan(operation))
            if plan.code != 0:
                result.unconverged.append(f"the plan after it ends with {plan.code}")
                result.output += f"\n$ plan\n{plan.output[-5000:]}"
            await self.judge(result, expected, emulator, proxy)
        finally:
            proxy.stop()
            await emulator.end()
        return result

    async def pause(self, emulator):
        if self.options.free_lock:
            await self.free_locks(emulator)

    async def judge(self, result, expected, emulator, proxy):
        items = await self.look(emulator)
        findings = compare(expected.items, items, expected.ignore)
        result.orphans += findings.orphans
        result.duplicates += findings.duplicates
        result.lost += findings.lost
        result.unconverged += findings.different
        known = set()
        for stack, state in (await self.state(proxy)).items():
            if isinstance(state, str):
                result.lost.append(f"the state of {stack} cannot be read: {state[-300:]}")
                continue
            if state.get("pending"):
                result.unconverged.append(f"calls of {stack} are still pending: {list(state['pending'])}")
            known |= {resource["id"] for resource in state["resources"].values()}
            known |= {one["id"] for many in state.get("deposed", {}).values() for one in many}
        for item in items:
            if item.op and not known.intersection(item.ids):
                result.orphans.append(f"{item.kind} {item.label} ({item.ids[0]}) is in no state")

    def boundaries(self, operation, expected):
        if self.options.only:
            return [(int(at), moment) for at, _, moment in (one.partition(":") for one in self.options.only)]
        every = [(at, moment) for at in range(1, len(expected.calls) + 1) for moment in MOMENTS]
        if self.options.sample and self.options.sample < len(every):
            chance = random.Random(f"{self.options.seed} {operation}")
            return sorted(chance.sample(every, self.options.sample))
        return every

    async def sweep(self, operation, expected, report):
        boundaries = self.boundaries(operation, expected)
        print(f"{operation}: {len(expected.calls)} calls, {len(boundaries)} boundaries", flush=True)
        slots = asyncio.Semaphore(self.options.jobs)
        results = []

        async def one(at, moment):
            async with slots:
                try:
                    result = await self.attempt(operation, expected, at, moment)
                except Exception as error:  # A bug in the sweep itself must not pass for a success.
                    result = Try(operation, f"{at}:{moment}", unconverged=[f"the sweep failed: {error!r}"])
                results.append(result)
                if report:
                    report.write(json.dumps(vars(result)) + "\n")
                    report.flush()
                if result.failed:
                    self.show(result)

        await asyncio.gather(*(one(at, moment) for at, moment in boundaries))
        return results

    def show(self, result):
        print(f"\nFAILED {result.operation} {result.boundary} at {result.struck}", flush=True)
        if result.again:
            print(f"  and again at {result.again}")
        for kind in ("orphans", "duplicates", "lost", "unconverged"):
            for problem in getattr(result, kind):
                print(f"  {kind}: {problem}")
        flags = "".join(f" --{name}" for name in ("again", "free-lock") if getattr(self.options, name.replace("-", "_")))
        print(
            f"  replay: .venv/bin/python scripts/kill_sweep.py --project {self.options.project} --stage {self.options.stage} "
            f"--operation {result.operation} --only {result.boundary} --seed {self.options.seed}{flags}",
            flush=True,
        )

    async def all(self):
        wanted = self.options.operation or list(OPERATIONS)
        template = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "tests/support/snapshots.py"),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )
        empty = Emulator(int(await template.stdout.readline()))
        stages = self.options.project / "stages" / self.options.stage
        self.stacks = sorted({"bootstrap"} | {folder.name for folder in stages.iterdir() if folder.is_dir()})
        results = []
        report = self.options.report.open("w") if self.options.report else None
        # What each operation begins from: `update`, `replace` and `destroy` are alternatives after `apply`.
        bare, booted = await self.undisturbed("bootstrap", empty)
        self.table = next((item.ids[0] for item in bare.items if item.kind == "table"), None)
        if "bootstrap" in wanted:
            results += await self.sweep("bootstrap", bare, report)
        if wanted != ["bootstrap"]:
            applying, applied = await self.undisturbed("apply", booted)
            if "apply" in wanted:
                results += await self.sweep("apply", applying, report)
            for operation in ("update", "replace", "destroy"):
                if operation in wanted:
                    expected, after = await self.undisturbed(operation, applied)
                    if operation == "destroy":
                        self.check_empty(bare, expected)
                    await after.end()
                    results += await self.sweep(operation, expected, report)
        template.stdin.close()
        await template.wait()
        return results

    def check_empty(self, bare, destroyed):
        """Nothing but the bootstrap may be left."""
        left = compare(bare.items, destroyed.items, bare.ignore | destroyed.ignore)
        if left.orphans or left.duplicates or left.lost:
            sys.exit(f"an undisturbed destroy leaves something behind: {left.orphans + left.duplicates + left.lost}")


def main():
    options = arguments()
    options.project = options.project.resolve()
    start = time.monotonic()
    results = asyncio.run(Sweep(options).all())
    failed = [result for result in results if result.failed]
    kinds = ("orphans", "duplicates", "lost", "unconverged")
    counts = Counter({kind: sum(bool(getattr(result, kind)) for result in results) for kind in kinds})
    missed = sum(result.struck is None for result in results)
    print(
        f"\n{len(results)} boundaries tried in {time.monotonic() - start:.0f} s ({missed} runs had ended before their boundary): "
        f"{counts['orphans']} with orphans, {counts['duplicates']} with duplicates, {counts['lost']} with losses, "
        f"{counts['unconverged']} not converged"
    )
    for result in failed:
        print(f"  {result.operation} {result.boundary} at {result.struck}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
