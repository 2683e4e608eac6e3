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
    """Writes configuration and state into the folder `stage`, initialised. Returns Terraform's summary of
    its plan, and the addresses of what it does not accept, which are not in it."""
    stage.mkdir()
    mirror = f'filesystem_mirror {{\n    path = "{provider.mirror}"\n  }}'
    (stage / "cli.tfrc").write_text(f"provider_installation {{\n  {mirror}\n}}\n")
    configuration = {
        "terraform": {"required_providers": {"aws": {"source": SOURCE, "version": provider.version}}},
        "provider": {
            "aws": {
                "region": wildfire.variables["AWS_REGION"],
                "s3_use_path_style": True,
                # wildfire's own marks, which are in no configuration.
                "ignore_tags": {"key_prefixes": ["wildfire:"]},
            }
        },
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
    pulled["outputs"] = {}
    # What Terraform refuses or cannot read in this emulator goes, until the rest can be planned.
    while True:
        declared = configuration["resource"] = {}
        pulled["resources"] = []
        for kind, name, _, attributes in resources.values():
            schema = schemas[kind]
            declared.setdefault(kind, {})[name] = arguments_of(schema["block"], attributes)
            pulled["resources"].append(in_state(kind, name, schema, attributes))
        save()
        (stage / "terraform.tfstate").write_text(json.dumps(pulled))
        plan = terraform(*PLAN, "-json", check=False)
        messages = [json.loads(line) for line in plan.splitlines()]
        errors = [message for message in messages if message["@level"] == "error"]
        refused = {error["diagnostic"].get("address") for error in errors} & resources.keys()
        if not errors:
            summary = [message["@message"] for message in messages if message["type"] == "change_summary"]
            return " ".join(summary), left_out
        if not refused:
            raise SystemExit("Terraform cannot plan the stage:\n" + "\n".join(error["@message"] for error in errors))
        left_out += [resources.pop(name)[2] for name in sorted(refused)]


def instances(state):
    """Name, type, address and attributes of every object of a state; names are unique."""
    for resource in state["resources"]:
        if resource["mode"] != "managed":
            continue
        for instance in resource["instances"]:
            key = instance.get("index_key")
            address = ".".join(filter(None, [resource.get("module"), resource["type"], resource["name"]]))
            address += "" if key is None else f"[{json.dumps(key)}]"
            attributes = dict(instance["attributes"])
            if attributes.get("tags_all"):
                # Those of the stage too, which no provider block repeats here.
                attributes["tags"] = attributes["tags_all"]
            yield re.sub(r"\W+", "_", address).strip("_"), resource["type"], address, attributes


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


def in_state(kind, name, schema, attributes):
    # The provider refuses to read a state with anything that its schema does not have.
    known = schema["block"].get("attributes", {}) | schema["block"].get("block_types", {})
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": f'provider["{SOURCE}"]',
        "instances": [
            {
                "schema_version": schema["version"],
                "attributes": {name: value for name, value in attributes.items() if name in known},
            }
        ],
    }


def literal(value):
    """A value as Terraform's JSON syntax takes it, where strings are templates."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return [literal(item) for item in value]
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    return value
