# There is a bucket, with nothing in it, and nothing else.
import boto3
from stored import BUCKET, delete_table

s3 = boto3.client("s3")
found = s3.list_object_versions(Bucket=BUCKET)
for one in found.get("Versions", []) + found.get("DeleteMarkers", []):
    s3.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
s3.delete_bucket_encryption(Bucket=BUCKET)
s3.delete_bucket_policy(Bucket=BUCKET)
delete_table()
