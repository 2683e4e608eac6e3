import boto3

s3 = boto3.client("s3")
s3.create_bucket(Bucket="shop-case-one", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
rule = {
    "ID": "r",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "Transitions": [{"Days": 90, "StorageClass": "STANDARD_IA"}],
}
s3.put_bucket_lifecycle_configuration(Bucket="shop-case-one", LifecycleConfiguration={"Rules": [rule]})
