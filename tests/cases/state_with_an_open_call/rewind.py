import boto3
from stored import rewind

rewind("test/main", 2)
sqs = boto3.client("sqs")
sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="returns")["QueueUrl"])
