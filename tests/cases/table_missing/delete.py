import boto3
from stored import TABLE

boto3.client("dynamodb").delete_table(TableName=TABLE)
