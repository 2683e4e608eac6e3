import boto3
from stored import BUCKET, read

boto3.client("s3").delete_object(Bucket=BUCKET, Key=read()[1][0]["snapshot"]["key"])
