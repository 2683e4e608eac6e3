//! Elastic Load Balancing: application, network and gateway load balancers.

mod actions;
mod arn;
mod attributes;
mod health;
mod lags;
mod listener;
mod listener_certificate;
mod listener_rule;
mod load_balancer;
pub(crate) mod operations;
mod prelude;
mod tagging;
mod target_group;
mod target_group_attachment;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<load_balancer::LoadBalancer>::new(),
    &Typed::<target_group::TargetGroup>::new(),
    &Typed::<listener::Listener>::new(),
    &Typed::<listener_rule::ListenerRule>::new(),
    &Typed::<listener_certificate::ListenerCertificate>::new(),
    &Typed::<target_group_attachment::TargetGroupAttachment>::new(),
];
