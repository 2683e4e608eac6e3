import boto3
from stored import TABLE

text = {"LockID": "test/main", "Owner": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "Version": "01ARZ3NDEKTSV4RRFFQ69G5FAW",
        "Who": "bob@desktop", "Why": "apply test/main", "Since": "2026-01-02T03:04:05Z", "Account": "210987654321"}
item = {name: {"S": value} for name, value in text.items()}
item |= {"Epoch": {"N": "7"}, "Serial": {"N": "0"}, "Lease": {"N": "30"}}
boto3.client("dynamodb").put_item(TableName=TABLE, Item=item)
