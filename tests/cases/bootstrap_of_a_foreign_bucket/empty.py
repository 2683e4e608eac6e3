import boto3
from stored import BUCKET

s3 = boto3.client("s3")
s3.delete_object(Bucket=BUCKET, Key="invoices/2026-01.pdf")
tags = {"wildfire:stage": "production/main", "wildfire:address": "images"}
s3.put_bucket_tagging(
    Bucket=BUCKET, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}
)
