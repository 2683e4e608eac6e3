import boto3
from stored import BUCKET, HEAD, put

text = boto3.client("s3").get_object(Bucket=BUCKET, Key=HEAD)["Body"].read().decode()
altered = text.replace("eu-west-1", "eu-west-2")
assert altered != text
put(altered)
