"""State and lock rows of the stack test/main, as they lie in S3 and DynamoDB, for scripts that damage them."""

import hashlib
import hmac
import json

import boto3

BUCKET, TABLE = "shop-test-state", "shop-test-lock"
HEAD = "test/main/head.json"


def read():
    """The first line of the head, which describes it, and the lines of its content."""
    text = boto3.client("s3").get_object(Bucket=BUCKET, Key=HEAD)["Body"].read().decode()
    label, content = text.split("\n", 1)
    return json.loads(label), [json.loads(line) for line in content.splitlines()]


def write(label, content):
    """Puts the head back as wildfire would have written it: with a checksum that fits, and signed."""
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in content)
    row = boto3.client("dynamodb").get_item(TableName=TABLE, Key={"LockID": {"S": "test/main"}})["Item"]
    key = hashlib.sha256(row["DigestKey"]["S"].encode()).digest()
    signed = hmac.new(key, b"wildfire.head\0" + text.encode(), "sha256").hexdigest()
    label = {**label, "sha256": hashlib.sha256(text.encode()).hexdigest(), "hmac": signed}
    put(json.dumps(label, separators=(",", ":")) + "\n" + text)


def put(text):
    boto3.client("s3").put_object(Bucket=BUCKET, Key=HEAD, Body=text.encode())


def rewind(stack, version):
    """Everything of a stack as it was when its head had been written so many times: what a run killed there leaves."""
    s3, head = boto3.client("s3"), f"{stack}/head.json"
    found = s3.list_object_versions(Bucket=BUCKET, Prefix=f"{stack}/")["Versions"]
    # The latest comes first.
    heads = [one for one in found if one["Key"] == head][::-1]
    text = s3.get_object(Bucket=BUCKET, Key=head, VersionId=heads[version - 1]["VersionId"])["Body"].read()
    for key in {one["Key"] for one in found} - {head}:
        s3.delete_object(Bucket=BUCKET, Key=key)
    s3.put_object(Bucket=BUCKET, Key=head, Body=text)
    serial = str(json.loads(text.splitlines()[1])["serial"])
    boto3.client("dynamodb").update_item(
        TableName=TABLE, Key={"LockID": {"S": stack}},
        UpdateExpression="SET Serial = :serial", ExpressionAttributeValues={":serial": {"N": serial}},
    )


def delete_table():
    """The lock table goes, although it is protected."""
    client = boto3.client("dynamodb")
    client.update_table(TableName=TABLE, DeletionProtectionEnabled=False)
    client.delete_table(TableName=TABLE)
