import boto3
from stored import BUCKET

s3 = boto3.client("s3")
s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.put_object(Bucket=BUCKET, Key="invoices/2026-01.pdf", Body=b"x")
