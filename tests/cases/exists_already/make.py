import boto3

policy = '{"Version":"2012-10-17","Statement":[]}'
boto3.client("iam").create_role(RoleName="images", AssumeRolePolicyDocument=policy)
