import json

import boto3

policy = json.loads(boto3.client("s3").get_bucket_policy(Bucket="shop-images")["Policy"])
assert [statement["Sid"] for statement in policy["Statement"]] == ["tls"], policy
