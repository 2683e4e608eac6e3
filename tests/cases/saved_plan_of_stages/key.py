import boto3

kms = boto3.client("kms", "eu-west-1")
kms.create_alias(AliasName="alias/state", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
