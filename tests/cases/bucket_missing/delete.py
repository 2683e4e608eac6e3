import boto3
from stored import BUCKET

bucket = boto3.resource("s3").Bucket(BUCKET)
bucket.object_versions.delete()
bucket.delete()
