import boto3

boto3.client("s3").create_bucket(
    Bucket="shop-test-images", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
)
boto3.client("dynamodb").create_table(
    TableName="sessions", BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}],
)
