//! Every resource type and data source.

use std::collections::HashMap;
use std::sync::LazyLock;

use wildfire_engine::model::LagReply;

pub use crate::kind::{DataKind, Kind};
use crate::services;

/// Every resource type, service by service.
pub const SERVICES: &[&[&dyn Kind]] = &[
    services::acm::KINDS,
    services::applicationautoscaling::KINDS,
    services::autoscaling::KINDS,
    services::cloudfront::KINDS,
    services::ec2::KINDS,
    services::ecs::KINDS,
    services::eks::KINDS,
    services::iam::KINDS,
    services::rds::KINDS,
    services::elasticache::KINDS,
    services::elbv2::KINDS,
    services::route53::KINDS,
    services::s3::KINDS,
    services::dynamodb::KINDS,
    services::kms::KINDS,
    services::lambda::KINDS,
    services::logs::KINDS,
    services::sqs::KINDS,
    services::sns::KINDS,
    services::secretsmanager::KINDS,
    services::ssm::KINDS,
    services::ecr::KINDS,
    services::events::KINDS,
];

/// Every resource type.
pub fn kinds() -> impl Iterator<Item = &'static dyn Kind> {
    SERVICES.iter().flat_map(|service| service.iter().copied())
}

/// Every data source.
pub fn data_kinds() -> impl Iterator<Item = &'static dyn DataKind> {
    services::data::KINDS.iter().copied()
}

/// The resource type of a name.
pub fn kind(type_name: &str) -> Option<&'static dyn Kind> {
    // Asked for each resource and each call.
    static BY_NAME: LazyLock<HashMap<&'static str, &'static dyn Kind>> =
        LazyLock::new(|| kinds().map(|kind| (kind.schema().name, kind)).collect());
    BY_NAME.get(type_name).copied()
}

/// The data source of a name.
pub fn data_kind(type_name: &str) -> Option<&'static dyn DataKind> {
    data_kinds().find(|kind| kind.schema().name == type_name)
}

/// The row of a reply that passes: by call (`sns:CreateTopic`), error code and message.
pub(crate) fn lag(call: &str, code: &str, message: &str) -> Option<&'static LagReply> {
    static BY_CALL: LazyLock<HashMap<&'static str, Vec<&'static LagReply>>> = LazyLock::new(|| {
        let mut rows: HashMap<_, Vec<_>> = HashMap::new();
        for reply in kinds().flat_map(|kind| &kind.schema().lags) {
            for call in reply.calls {
                rows.entry(*call).or_default().push(reply);
            }
        }
        rows
    });
    BY_CALL.get(call)?.iter().copied().find(|reply| reply.is(call, code, message))
}
