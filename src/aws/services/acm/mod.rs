//! ACM: certificates, and waiting for them.

mod certificate;
mod certificate_validation;
mod lags;
pub(crate) mod operations;
mod prelude;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] =
    &[&Typed::<certificate::Certificate>::new(), &Typed::<certificate_validation::CertificateValidation>::new()];
