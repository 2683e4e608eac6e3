//! The SDK clients, made when first used.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_types::SdkConfig;
use aws_types::sdk_config::RetryConfig;
use tokio::sync::OnceCell;
use wildfire_engine::model::{CloudError, Fence, Identity};

use crate::connection::batch::Batch;
use crate::connection::bucket_owner::ExpectedOwner;
use crate::connection::call::missing;
use crate::connection::fence::Gate;
use crate::connection::genuine::{Genuine, Protocol};
use crate::connection::lag::Lags;
use crate::connection::limits::Limits;
use crate::connection::retry_policy::{
    AttemptCounter, RetryPolicy, read_retries, read_timeouts, store_timeouts, write_timeouts,
};

/// One client per service. Those of [`Aws::read`] and [`Aws::store`] retry by themselves; those of [`Aws::write`] never
/// do, as only the engine knows whether a call may be sent twice.
pub struct Clients {
    config: SdkConfig,
    gate: Gate,
    owner: ExpectedOwner,
    acm: OnceLock<aws_sdk_acm::Client>,
    applicationautoscaling: OnceLock<aws_sdk_applicationautoscaling::Client>,
    autoscaling: OnceLock<aws_sdk_autoscaling::Client>,
    cloudfront: OnceLock<aws_sdk_cloudfront::Client>,
    cloudwatchlogs: OnceLock<aws_sdk_cloudwatchlogs::Client>,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    ecr: OnceLock<aws_sdk_ecr::Client>,
    ecs: OnceLock<aws_sdk_ecs::Client>,
    eks: OnceLock<aws_sdk_eks::Client>,
    elasticache: OnceLock<aws_sdk_elasticache::Client>,
    elasticloadbalancingv2: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    eventbridge: OnceLock<aws_sdk_eventbridge::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    kms: OnceLock<aws_sdk_kms::Client>,
    lambda: OnceLock<aws_sdk_lambda::Client>,
    rds: OnceLock<aws_sdk_rds::Client>,
    resourcegroupstagging: OnceLock<aws_sdk_resourcegroupstagging::Client>,
    route53: OnceLock<aws_sdk_route53::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    secretsmanager: OnceLock<aws_sdk_secretsmanager::Client>,
    sns: OnceLock<aws_sdk_sns::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
}

macro_rules! client {
    ($name:ident, $sdk:ident, $protocol:ident) => {
        pub(crate) fn $name(&self) -> &$sdk::Client {
            self.$name.get_or_init(|| {
                // The default quota of retries is shared and runs dry under throttling: 200 throttled calls sent only
                // 300 requests. Our own limiter is what slows down.
                let bucket = TokenBucket::unlimited();
                let partition = RetryPartition::custom(stringify!($name)).token_bucket(bucket).build();
                let config = $sdk::config::Builder::from(&self.config).retry_partition(partition);
                let config =
                    config.retry_classifier(RetryPolicy).interceptor(AttemptCounter).interceptor(self.gate.clone());
                let config = config.interceptor(Genuine(Protocol::$protocol));
                $sdk::Client::from_conf(config.build())
            })
        }
    };
}

impl Clients {
    fn new(config: SdkConfig, fence: Fence, owner: ExpectedOwner) -> Self {
        Self {
            config,
            gate: Gate(fence),
            owner,
            acm: OnceLock::new(),
            applicationautoscaling: OnceLock::new(),
            autoscaling: OnceLock::new(),
            cloudfront: OnceLock::new(),
            cloudwatchlogs: OnceLock::new(),
            dynamodb: OnceLock::new(),
            ec2: OnceLock::new(),
            ecr: OnceLock::new(),
            ecs: OnceLock::new(),
            eks: OnceLock::new(),
            elasticache: OnceLock::new(),
            elasticloadbalancingv2: OnceLock::new(),
            eventbridge: OnceLock::new(),
            iam: OnceLock::new(),
            kms: OnceLock::new(),
            lambda: OnceLock::new(),
            rds: OnceLock::new(),
            resourcegroupstagging: OnceLock::new(),
            route53: OnceLock::new(),
            s3: OnceLock::new(),
            secretsmanager: OnceLock::new(),
            sns: OnceLock::new(),
            sqs: OnceLock::new(),
            ssm: OnceLock::new(),
            sts: OnceLock::new(),
        }
    }

    client!(acm, aws_sdk_acm, Json);
    client!(applicationautoscaling, aws_sdk_applicationautoscaling, Json);
    client!(autoscaling, aws_sdk_autoscaling, Query);
    client!(cloudfront, aws_sdk_cloudfront, CloudFront);
    client!(cloudwatchlogs, aws_sdk_cloudwatchlogs, Json);
    client!(dynamodb, aws_sdk_dynamodb, Json);
    client!(ec2, aws_sdk_ec2, Query);
    client!(ecr, aws_sdk_ecr, Json);
    client!(ecs, aws_sdk_ecs, Json);
    client!(eks, aws_sdk_eks, Json);
    client!(elasticache, aws_sdk_elasticache, Query);
    client!(elasticloadbalancingv2, aws_sdk_elasticloadbalancingv2, Query);
    client!(eventbridge, aws_sdk_eventbridge, Json);
    client!(iam, aws_sdk_iam, Query);
    client!(kms, aws_sdk_kms, Json);
    client!(lambda, aws_sdk_lambda, Json);
    client!(rds, aws_sdk_rds, Query);
    client!(resourcegroupstagging, aws_sdk_resourcegroupstagging, Json);
    client!(route53, aws_sdk_route53, RestXml);
    client!(secretsmanager, aws_sdk_secretsmanager, Json);
    client!(sns, aws_sdk_sns, Query);
    client!(sqs, aws_sdk_sqs, Json);
    client!(ssm, aws_sdk_ssm, Json);
    client!(sts, aws_sdk_sts, Query);

    pub(crate) fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| {
            let partition = RetryPartition::custom("s3").token_bucket(TokenBucket::unlimited()).build();
            let config = aws_sdk_s3::config::Builder::from(&self.config)
                .retry_partition(partition)
                .retry_classifier(RetryPolicy)
                .interceptor(AttemptCounter)
                .interceptor(self.gate.clone())
                .interceptor(Genuine(Protocol::S3))
                .interceptor(self.owner.clone())
                // With an endpoint of its own (an emulator, a gateway) a bucket is no host name.
                .force_path_style(self.config.endpoint_url().is_some() || endpoint_in_environment())
                .build();
            aws_sdk_s3::Client::from_conf(config)
        })
    }
}

fn endpoint_in_environment() -> bool {
    ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].iter().any(|name| std::env::var_os(name).is_some())
}

/// A connection to one account and region; cheap to clone.
#[derive(Clone)]
pub struct Aws {
    connection: Arc<Connection>,
    write: Arc<Clients>,
}

struct Connection {
    read: Clients,
    store: Clients,
    single_attempt: Clients,
    region: String,
    /// Where the names of files count from.
    folder: PathBuf,
    identity: Arc<OnceCell<Identity>>,
    limits: Limits,
    lags: Lags,
    calls: AtomicU64,
    batches: Mutex<HashMap<&'static str, Arc<dyn Any + Send + Sync>>>,
    memories: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Aws {
    /// From a finished SDK configuration and what is known of replies that pass. Makes no call.
    pub(crate) fn new(config: SdkConfig, lags: Lags, folder: PathBuf) -> Self {
        let region = config.region().map(|region| region.to_string()).unwrap_or_default();
        let with = |retries, timeouts| config.to_builder().retry_config(retries).timeout_config(timeouts).build();
        let identity = Arc::new(OnceCell::new());
        let owner = ExpectedOwner(identity.clone());
        let clients = |retries, timeouts| Clients::new(with(retries, timeouts), Fence::none(), owner.clone());
        let write = Arc::new(clients(RetryConfig::disabled(), write_timeouts()));
        let connection = Connection {
            read: clients(read_retries(), read_timeouts()),
            store: clients(read_retries(), store_timeouts()),
            single_attempt: clients(RetryConfig::disabled(), store_timeouts()),
            region,
            folder,
            identity,
            limits: Limits::default(),
            lags,
            calls: AtomicU64::new(0),
            batches: Mutex::new(HashMap::new()),
            memories: Mutex::new(HashMap::new()),
        };
        Self { connection: Arc::new(connection), write }
    }

    /// The same connection for a run that holds a lock: what changes something is sent only while `fence` stands, and
    /// otherwise fails as `NotSent`.
    pub fn fenced(&self, fence: Fence) -> Self {
        let write = Clients::new(self.write.config.clone(), fence, self.write.owner.clone());
        Self { connection: self.connection.clone(), write: Arc::new(write) }
    }

    /// Clients for calls that change nothing; they retry.
    pub(crate) fn read(&self) -> &Clients {
        &self.connection.read
    }

    /// Clients for reads of state and lock; they retry, and lose patience earlier.
    pub(crate) fn store(&self) -> &Clients {
        &self.connection.store
    }

    /// Clients for reads that something else can stand in for; they try once.
    pub(crate) fn single_attempt(&self) -> &Clients {
        &self.connection.single_attempt
    }

    /// Clients for calls that change something; they never retry.
    pub(crate) fn write(&self) -> &Clients {
        &self.write
    }

    /// `eu-west-1`
    pub(crate) fn region(&self) -> &str {
        &self.connection.region
    }

    /// The folder from which the names of files count that resources are made of.
    pub(crate) fn folder(&self) -> &Path {
        &self.connection.folder
    }

    /// True with an endpoint that was named by hand: an emulator, a gateway, an S3-compatible store.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.connection.read.config.endpoint_url().is_some() || endpoint_in_environment()
    }

    /// `aws`, `aws-cn` or `aws-us-gov`, for ARNs.
    pub(crate) fn partition(&self) -> &'static str {
        match self.connection.region.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The account's 12 digits; asks STS once.
    pub(crate) async fn account(&self) -> Result<&str, CloudError> {
        Ok(&self.cached_identity().await?.account)
    }

    /// Who the credentials belong to; asks STS once.
    ///
    /// # Errors
    /// `NoCredentials` when there are none or they are refused.
    pub async fn identity(&self) -> Result<Identity, CloudError> {
        self.cached_identity().await.cloned()
    }

    async fn cached_identity(&self) -> Result<&Identity, CloudError> {
        let ask = async || {
            const CALL: &str = "sts:GetCallerIdentity";
            // The first call: whoever waits for it wants to know soon that nobody answers.
            let reply = self.call(CALL, self.store().sts().get_caller_identity().send()).await?;
            Ok(Identity {
                account: reply.account.ok_or_else(|| missing(CALL, "Account"))?,
                arn: reply.arn.ok_or_else(|| missing(CALL, "Arn"))?,
                region: self.connection.region.clone(),
            })
        };
        self.connection.identity.get_or_try_init(ask).await
    }

    /// How many calls were made so far, retries not counted.
    pub fn calls_made(&self) -> u64 {
        self.connection.calls.load(Ordering::Relaxed)
    }

    pub(crate) fn calls(&self) -> &AtomicU64 {
        &self.connection.calls
    }

    pub(crate) fn lags(&self) -> Lags {
        self.connection.lags
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.connection.limits
    }

    /// What a service keeps in mind for as long as the connection lives: what does not change, or what it has sent itself.
    pub(crate) fn memory<M: Default + Send + Sync + 'static>(&self) -> Arc<M> {
        let mut memories = self.connection.memories.lock().unwrap_or_else(PoisonError::into_inner);
        let any = memories.entry(TypeId::of::<M>()).or_insert_with(|| Arc::new(M::default()));
        // The key is the type. Should it ever be another, nothing is remembered.
        Arc::clone(any).downcast::<M>().unwrap_or_default()
    }

    /// The batch of a name. A name always goes with the same `V`.
    pub(crate) fn batch<V: Send + Sync + 'static>(&self, name: &'static str) -> Arc<Batch<V>> {
        let mut batches = self.connection.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let any = batches.entry(name).or_insert_with(|| Arc::new(Batch::<V>::new()));
        // A second V under one name gets a batch of its own: slower, never wrong.
        Arc::clone(any).downcast::<Batch<V>>().unwrap_or_else(|_| Arc::new(Batch::new()))
    }
}
