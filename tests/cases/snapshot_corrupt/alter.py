import boto3
from stored import BUCKET, read

s3 = boto3.client("s3")
key = read()[1][0]["snapshot"]["key"]
text = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
altered = text.replace("10.20.0.0/16", "10.99.0.0/16")
assert altered != text
s3.put_object(Bucket=BUCKET, Key=key, Body=altered.encode())
