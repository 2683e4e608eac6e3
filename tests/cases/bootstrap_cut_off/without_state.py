# Everything is made, and nothing of it is written down.
import boto3
from stored import BUCKET, TABLE

s3 = boto3.client("s3")
found = s3.list_object_versions(Bucket=BUCKET)
for one in found.get("Versions", []) + found.get("DeleteMarkers", []):
    s3.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
boto3.client("dynamodb").delete_item(TableName=TABLE, Key={"LockID": {"S": "test/bootstrap"}})
