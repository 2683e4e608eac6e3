import boto3
from stored import TABLE

item = {"LockID": {"S": "test/main"}, "Info": {"S": "{}"}}
boto3.client("dynamodb").put_item(TableName=TABLE, Item=item)
