import boto3

route53 = boto3.client("route53")
zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
record = {"Name": "_dkim.example.com.", "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": "b.example.org"}]}
route53.change_resource_record_sets(
    HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
)
