//! Gateways and the one VPC that each may be attached to: bringing them there, and letting go before a deletion.

use async_trait::async_trait;
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, Readiness};

use super::described::{Described, one};
use crate::Aws;
use crate::connection::call::absent_is_none;

/// A gateway that is attached to a VPC by a call of its own.
#[async_trait]
pub(super) trait Gateway: Described {
    /// Whether a gateway can be attached again the moment after it was detached.
    const DETACHES_AT_ONCE: bool;

    fn vpc(&self) -> Option<&str>;
    async fn attach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError>;
    /// A gateway that is not attached any more counts as detached.
    async fn detach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError>;
}

/// Moves the gateway to the VPC that is wanted. Looks first, so that a repetition finds its work done. `Busy` while a
/// detachment is under way and something is to be attached.
pub(super) async fn move_to<G: Gateway>(aws: &Aws, id: &PhysicalId, want: Option<&str>) -> Result<(), CloudError> {
    let live = one::<G>(aws, id).await?;
    if is_detaching(&live) {
        return if want.is_some() { Err(detaching(id)) } else { Ok(()) };
    }
    if live.vpc() == want {
        return Ok(());
    }
    if let Some(vpc) = live.vpc() {
        G::detach(aws, id, vpc).await?;
        if want.is_some() && !G::DETACHES_AT_ONCE {
            return Err(detaching(id));
        }
    }
    match want {
        Some(vpc) => G::attach(aws, id, vpc).await,
        None => Ok(()),
    }
}

/// Detaches a gateway that is to be deleted; false where there is nothing to delete any more.
pub(super) async fn detach<G: Gateway>(aws: &Aws, id: &PhysicalId) -> Result<bool, CloudError> {
    let Some(live) = absent_is_none(one::<G>(aws, id).await)? else { return Ok(false) };
    if live.readiness() == Readiness::Deleting {
        return Ok(false);
    }
    if is_detaching(&live) {
        return Err(detaching(id));
    }
    if let Some(vpc) = live.vpc() {
        G::detach(aws, id, vpc).await?;
    }
    Ok(true)
}

fn is_detaching<G: Gateway>(gateway: &G) -> bool {
    gateway.readiness() == Readiness::Pending("detaching".into())
}

fn detaching(id: &PhysicalId) -> CloudError {
    CloudError::new(ErrorKind::Busy, format!("{id} is detaching"))
}
