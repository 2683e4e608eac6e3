//! Data sources: what wildfire reads and does not manage; one file each.

mod ami;
mod availability_zones;
mod caller_identity;
mod filter;
mod partition;
mod region;
mod route53_zone;
mod secretsmanager_secret_version;
mod ssm_parameter;
mod subnets;
mod vpc;

use wildfire_engine::model::{CloudError, ErrorKind};

use crate::kind::{DataKind, Typed};

pub(crate) const KINDS: &[&dyn DataKind] = &[
    &Typed::<ami::Ami>::new(),
    &Typed::<availability_zones::AvailabilityZones>::new(),
    &Typed::<caller_identity::CallerIdentity>::new(),
    &Typed::<partition::Partition>::new(),
    &Typed::<region::Region>::new(),
    &Typed::<route53_zone::Zone>::new(),
    &Typed::<secretsmanager_secret_version::SecretVersion>::new(),
    &Typed::<ssm_parameter::Parameter>::new(),
    &Typed::<subnets::Subnets>::new(),
    &Typed::<vpc::Vpc>::new(),
];

/// The one thing that was asked for.
///
/// # Errors
/// `NotFound` when there is none, `Rejected` when there are several.
fn exactly_one<T>(mut found: Vec<T>, what: &str) -> Result<T, CloudError> {
    let count = found.len();
    match (found.pop(), count) {
        (Some(one), 1) => Ok(one),
        (None, _) => Err(CloudError::new(ErrorKind::NotFound, format!("there is no {what} like this"))),
        (Some(_), _) => {
            let message = format!("{count} {what}s are like this; narrow it down to one");
            Err(CloudError::new(ErrorKind::Rejected, message))
        }
    }
}
