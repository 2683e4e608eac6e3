//! Rate limits: a token bucket per AWS limit, slowed when AWS throttles and recovering by steps (AIMD).
//!
//! AWS counts calls per account and region, so other tools take from the same bucket: the seeds are a start,
//! and what AWS answers decides.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The seed of a bucket: calls at once, and calls a second.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seed {
    name: &'static str,
    burst: f64,
    rate: f64,
}

/// Below this rate a bucket is never slowed: one call every five seconds.
const SLOWEST: f64 = 0.2;
/// A throttled bucket keeps this part of its rate.
const BACK_OFF: f64 = 0.5;
/// A success gives back this part of the full rate.
const RECOVERY: f64 = 0.02;

/// The bucket of a call. Figures: AWS's published request limits per service; where none are published
/// (IAM, EKS, RDS and others) a generous start that throttling corrects.
fn seed(call: &str) -> Seed {
    let (service, operation) = call.split_once(':').unwrap_or((call, ""));
    let bucket = |name, burst, rate| Seed { name, burst, rate };
    match (service, operation) {
        ("ec2", "CreateNatGateway") => bucket("ec2:CreateNatGateway", 10.0, 1.0),
        ("ec2", "RunInstances") => bucket("ec2:RunInstances", 5.0, 2.0),
        ("ec2", "CreateVpcEndpoint" | "ModifyVpcEndpoint" | "DeleteVpcEndpoints") => bucket("ec2:endpoints", 4.0, 0.3),
        ("ec2", operation) if operation.starts_with("Describe") || operation.starts_with("Get") => {
            bucket("ec2:read", 100.0, 20.0)
        }
        ("ec2", _) => bucket("ec2:write", 50.0, 5.0),
        ("route53", "CreateHealthCheck") => bucket("route53:CreateHealthCheck", 50.0, 0.5),
        ("route53", "CreateHostedZone" | "DeleteHostedZone") => bucket("route53:zones", 40.0, 2.0),
        ("route53", _) => bucket("route53", 50.0, 10.0),
        ("iam", _) => bucket("iam", 60.0, 20.0),
        ("eks", _) => bucket("eks", 40.0, 10.0),
        ("rds", _) => bucket("rds", 60.0, 20.0),
        ("elasticache", _) => bucket("elasticache", 60.0, 20.0),
        ("elasticloadbalancing", _) => bucket("elasticloadbalancing", 60.0, 20.0),
        // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
        // https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html#api-rate-limits
        ("acm", "DescribeCertificate" | "ListTagsForCertificate") => bucket("acm:read", 10.0, 10.0),
        ("acm", _) => bucket("acm:write", 5.0, 5.0),
        ("lambda", "GetFunction") => bucket("lambda:GetFunction", 100.0, 50.0),
        ("lambda", _) => bucket("lambda", 15.0, 15.0),
        ("kms", _) => bucket("kms", 60.0, 15.0),
        ("logs", _) => bucket("logs", 40.0, 10.0),
        ("dynamodb", "CreateTable" | "UpdateTable" | "DeleteTable") => bucket("dynamodb:tables", 40.0, 10.0),
        ("dynamodb", _) => bucket("dynamodb", 200.0, 100.0),
        ("s3", _) => bucket("s3", 200.0, 100.0),
        ("sqs", _) => bucket("sqs", 100.0, 50.0),
        ("sns", _) => bucket("sns", 60.0, 30.0),
        ("ssm", _) => bucket("ssm", 40.0, 20.0),
        ("tag", "GetResources") => bucket("tag:read", 15.0, 15.0),
        ("tag", _) => bucket("tag:write", 5.0, 5.0),
        _ => bucket("other", 60.0, 20.0),
    }
}

#[derive(Debug)]
struct Bucket {
    burst: f64,
    full_rate: f64,
    rate: f64,
    /// May be negative: callers that wait have taken their token already, so they leave in the order they came.
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn new(seed: Seed, now: Instant) -> Self {
        Self { burst: seed.burst, full_rate: seed.rate, rate: seed.rate, tokens: seed.burst, at: now }
    }

    /// Takes a token; the caller waits for as long as the answer says.
    fn take(&mut self, now: Instant) -> Duration {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + gained).min(self.burst) - 1.0;
        self.at = now;
        match self.tokens < 0.0 {
            true => Duration::from_secs_f64(-self.tokens / self.rate),
            false => Duration::ZERO,
        }
    }

    fn slow(&mut self) {
        self.rate = (self.rate * BACK_OFF).max(SLOWEST);
        self.tokens = self.tokens.min(0.0);
    }

    fn recover(&mut self) {
        self.rate = (self.rate + self.full_rate * RECOVERY).min(self.full_rate);
    }
}

/// The buckets of one account and region.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<&'static str, Bucket>>);

impl Limits {
    fn with<T>(&self, call: &str, act: impl FnOnce(&mut Bucket) -> T) -> T {
        let seed = seed(call);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(buckets.entry(seed.name).or_insert_with(|| Bucket::new(seed, Instant::now())))
    }

    /// Returns when the call may be sent.
    pub(crate) async fn ready(&self, call: &str) {
        let wait = self.with(call, |bucket| bucket.take(Instant::now()));
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    pub(crate) fn succeeded(&self, call: &str) {
        self.with(call, Bucket::recover);
    }

    pub(crate) fn throttled(&self, call: &str) {
        self.with(call, Bucket::slow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_at_once_and_the_rest_at_the_rate() {
        let limits = Limits::default();
        let start = Instant::now();
        for _ in 0..4 {
            limits.ready("ec2:CreateVpcEndpoint").await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        limits.ready("ec2:CreateVpcEndpoint").await;
        let waited = start.elapsed().as_secs_f64();
        assert!((3.2..3.5).contains(&waited), "one token at 0.3 a second takes 3.3 s, not {waited}");
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_halves_the_rate_and_success_gives_it_back() {
        let limits = Limits::default();
        limits.throttled("rds:CreateDBCluster");
        let slowed = limits.with("rds:CreateDBCluster", |bucket| bucket.rate);
        assert!((slowed - 10.0).abs() < 1e-9);
        for _ in 0..25 {
            limits.succeeded("rds:CreateDBCluster");
        }
        assert!((limits.with("rds:CreateDBCluster", |bucket| bucket.rate) - 20.0).abs() < 1e-9);
    }

    #[test]
    fn no_bucket_is_ever_slowed_to_a_stand_still() {
        let mut bucket = Bucket::new(seed("iam:CreateRole"), Instant::now());
        for _ in 0..100 {
            bucket.slow();
        }
        assert!(bucket.rate >= SLOWEST);
    }
}
