//! A folder for each service, and in it a file or folder for each resource type.

pub(crate) mod acm;
pub(crate) mod applicationautoscaling;
pub(crate) mod autoscaling;
pub(crate) mod cloudfront;
pub(crate) mod data;
pub(crate) mod dynamodb;
pub(crate) mod ec2;
pub(crate) mod ecr;
pub(crate) mod ecs;
pub(crate) mod eks;
pub(crate) mod elasticache;
pub(crate) mod elbv2;
pub(crate) mod events;
pub(crate) mod iam;
pub(crate) mod kms;
pub(crate) mod lambda;
pub(crate) mod logs;
pub(crate) mod rds;
pub(crate) mod route53;
pub(crate) mod s3;
pub(crate) mod secretsmanager;
pub(crate) mod sns;
pub(crate) mod sqs;
pub(crate) mod ssm;
