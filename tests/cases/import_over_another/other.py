import boto3

boto3.client("s3").create_bucket(
    Bucket="shop-test-other", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
)
