"""The commands of the AWS CLI that documentation shows, over boto3: `aws s3api list-object-versions --bucket B`."""

import json
import sys

import boto3
import jmespath
from botocore import xform_name


def shorthand(text):
    """`Key=name,Values=a` as the CLI reads it, without lists of several values."""
    pairs = (part.split("=", 1) for part in text.split(","))
    return {key: [value] if key == "Values" else value for key, value in pairs}


def parsed(shape, text):
    if shape.type_name == "list":
        return [shorthand(text)]
    if shape.type_name in ("structure", "map"):
        return json.loads(text)
    return text


def main():
    service, operation, *rest = sys.argv[1:]
    client = boto3.client({"s3api": "s3"}.get(service, service))
    method = operation.replace("-", "_")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    members = {xform_name(name, "-"): name for name in model.input_shape.members}
    arguments, options = {}, {}
    for flag, value in zip(rest[::2], rest[1::2], strict=True):
        name = flag.removeprefix("--")
        if name in ("query", "output"):
            options[name] = value
        else:
            member = members[name]
            arguments[member] = parsed(model.input_shape.members[member], value)
    reply = getattr(client, method)(**arguments)
    reply.pop("ResponseMetadata", None)
    if "query" in options:
        reply = jmespath.search(options["query"], reply)
    if options.get("output") == "text":
        for row in reply:
            print("\t".join(str(cell) for cell in row))
    else:
        print(json.dumps(reply, default=str))


main()
