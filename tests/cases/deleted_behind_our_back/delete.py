import boto3

ec2 = boto3.client("ec2")
for subnet in ec2.describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.20.0.0/20"]}])["Subnets"]:
    ec2.delete_subnet(SubnetId=subnet["SubnetId"])
