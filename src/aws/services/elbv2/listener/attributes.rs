//! The attributes of a listener. Which there are depends on its balancer and its protocol:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html>

use aws_sdk_elasticloadbalancingv2::types::ListenerAttribute;

use super::super::attributes::{changes, from_list};
use super::super::prelude::*;
use super::Listener;

/// Nobody pays for the call who writes none of them.
pub(super) fn are_asked_for(request: &ReadRequest) -> bool {
    let attribute = |name: &String| name.starts_with("routing_http_") || name == "tcp_idle_timeout_seconds";
    request.properties.iter().any(attribute)
}

impl Listener {
    pub(super) fn take(&mut self, live: Option<Vec<ListenerAttribute>>) -> Result<(), Unfit> {
        self.take_attributes(from_list(live, |attribute| (attribute.key, attribute.value)))
    }
}

pub(super) async fn change(aws: &Aws, arn: &str, want: &Listener, prior: &Listener) -> Result<(), CloudError> {
    let changed = changes(want.to_attributes(), &prior.to_attributes());
    if changed.is_empty() {
        return Ok(());
    }
    let attribute = |(key, value)| ListenerAttribute::builder().key(key).value(value).build();
    let request = aws.write().elasticloadbalancingv2().modify_listener_attributes().listener_arn(arn);
    aws.done(request.set_attributes(Some(changed.into_iter().map(attribute).collect()))).await
}
