import boto3
from stored import BUCKET, HEAD

s3 = boto3.client("s3")
s3.copy_object(Bucket=BUCKET, Key="kept", CopySource={"Bucket": BUCKET, "Key": HEAD})
