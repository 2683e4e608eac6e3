import boto3
from stored import BUCKET, HEAD

boto3.client("s3").delete_object(Bucket=BUCKET, Key=HEAD)
