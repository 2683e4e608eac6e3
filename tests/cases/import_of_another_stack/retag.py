import boto3

s3 = boto3.client("s3")
tags = s3.get_bucket_tagging(Bucket="shop-test-images")["TagSet"]
kept = [tag for tag in tags if tag["Key"] != "wildfire:stage"]
kept.append({"Key": "wildfire:stage", "Value": "prod/main"})
s3.put_bucket_tagging(Bucket="shop-test-images", Tagging={"TagSet": kept})
