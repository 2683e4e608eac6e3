"""A stage of wildfire as a root module and a state of Terraform, so that both plan the same resources.

The values are those that AWS has, and references are left as values: what a plan reads from AWS does not depend on
them. Every resource gets a name of its own at the root. Nothing is fetched: the provider has to be on this machine.
"""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess

SOURCE = "registry.terraform.io/hashicorp/aws"
PLAN = ["plan", "-input=false", "-lock=false", "-no-color"]

# A terraform and a folder of providers that has the one of AWS.
Provider = collections.namedtuple("Provider", "terraform mirror version")


def find(mirror):
    """What is installed, or None. `mirror` is looked at first, then where Terraform itself looks."""
    terraform = shutil.which("terraform")
    home = pathlib.Path.home()
    folders = [mirror, os.environ.get("TF_PLUGIN_CACHE_DIR"), *configured(home)]
    folders += [home / ".terraform.d/plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"]
    for folder in filter(None, folders):
        # As numbers: 5.100 comes after 5.99.
        versions = sorted(
            (path.parent.name for path in pathlib.Path(folder).glob(f"{SOURCE}/*/linux_*")),
            key=lambda version: [int(part) for part in re.findall(r"\d+", version)],
        )
        if terraform and versions:
            return Provider(terraform, pathlib.Path(folder), versions[-1])
    return None


def configured(home):
    """Folders that the CLI configuration names as mirror or cache."""
    path = pathlib.Path(os.environ.get("TF_CLI_CONFIG_FILE") or home / ".terraformrc")
    text = path.read_text() if path.is_file() else ""
    return re.findall(r'^\s*(?:plugin_cache_dir|path)\s*=\s*"([^"]+)"', text, re.MULTILINE)


def variables(stage):
    return {"TF_CLI_CONFIG_FILE": str(stage / "cli.tfrc"), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}


def write(stage, wildfire, stack, provider):
    """Writes configuration and state into the folder `stage`, initialised. Returns the addresses of what Terraform
    does not accept, which are not in it."""
    stage.mkdir()
    mirror = f'filesystem_mirror {{\n    path = "{provider.mirror}"\n  }}'
    (stage / "cli.tfrc").write_text(f"provider_installation {{\n  {mirror}\n}}\n")
    configuration = {
        "terraform": {"required_providers": {"aws": {"source": SOURCE, "version": provider.version}}},
        "provider": {"aws": {"region": wildfire.variables["AWS_REGION"], "s3_use_path_style": True}},
    }
    environment = wildfire.variables | variables(stage)

    def terraform(*arguments, check=True):
        command = [provider.terraform, f"-chdir={stage}", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=check).stdout

    def save():
        (stage / "main.tf.json").write_text(json.dumps(configuration, indent=1))

    save()
    terraform("init", "-input=false")
    schemas = json.loads(terraform("providers", "schema", "-json"))["provider_schemas"][SOURCE]["resource_schemas"]
    pulled = json.loads(wildfire.run(["state", "pull", stack, "--format", "terraform"]))
    resources, left_out = {}, []
    for name, kind, address, attributes in instances(pulled):
        if kind in schemas:
            resources[f"{kind}.{name}"] = (kind, name, address, attributes)
        else:
            left_out.append(address)
    while True:
        declared = configuration["resource"] = {}
        for kind, name, _, attributes in resources.values():
            declared.setdefault(kind, {})[name] = arguments_of(schemas[kind]["block"], attributes)
        save()
        verdict = json.loads(terraform("validate", "-json", check=False))
        refused = {diagnostic.get("address") for diagnostic in verdict["diagnostics"] if diagnostic["severity"] == "error"}
        refused |= {
            context.group(1)
            for diagnostic in verdict["diagnostics"]
            if diagnostic["severity"] == "error"
            and (context := re.match(r"resource\.([^.]+\.[^.\s]+)", (diagnostic.get("snippet") or {}).get("context") or ""))
        }
        refused &= resources.keys()
        if verdict["valid"] or not refused:
            break
        left_out += [resources.pop(name)[2] for name in sorted(refused)]
    if not verdict["valid"]:
        raise SystemExit("the stage is not valid for Terraform:\n" + json.dumps(verdict["diagnostics"], indent=1))
    pulled["outputs"] = {}
    pulled["resources"] = [
        {
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider": f'provider["{SOURCE}"]',
            "instances": [
                {"schema_version": schemas[kind]["version"], "attributes": known(schemas[kind]["block"], attributes)}
            ],
        }
        for kind, name, _, attributes in resources.values()
    ]
    (stage / "terraform.tfstate").write_text(json.dumps(pulled))
    return left_out


def instances(state):
    """Name, type, address and attributes of every object of a state; names are unique."""
    for resource in state["resources"]:
        if resource["mode"] != "managed":
            continue
        for instance in resource["instances"]:
            key = instance.get("index_key")
            address = ".".join(filter(None, [resource.get("module"), resource["type"], resource["name"]]))
            address += "" if key is None else f"[{json.dumps(key)}]"
            yield re.sub(r"\W+", "_", address).strip("_"), resource["type"], address, instance["attributes"]


def arguments_of(block, attributes):
    """What a user has to write. What AWS may choose is left out: the provider then takes what is there."""
    out = {}
    for name, schema in block.get("attributes", {}).items():
        value = attributes.get(name)
        written = schema.get("required") or (schema.get("optional") and not schema.get("computed"))
        if written and value not in (None, "", [], {}):
            out[name] = literal(value)
    for name, nested in block.get("block_types", {}).items():
        value = attributes.get(name)
        if value:
            items = value if isinstance(value, list) else [value]
            out[name] = [arguments_of(nested["block"], item) for item in items]
    return out


def known(block, attributes):
    """Only what the provider has in its schema: it refuses to read a state with anything else."""
    return {name: value for name, value in attributes.items() if name in block.get("attributes", {}) | block.get("block_types", {})}


def literal(value):
    """A value as Terraform's JSON syntax takes it, where strings are templates."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return [literal(item) for item in value]
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    return value
