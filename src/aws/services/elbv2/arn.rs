//! The ARNs of balancers, listeners and rules, each of which names what it is a part of.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html>

/// The balancer of a listener: `…:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2` is of
/// `…:loadbalancer/app/web/50dc6c495c0c9188`.
pub(super) fn balancer_of(listener: &str) -> Option<String> {
    part_of(listener, ":listener/", ":loadbalancer/")
}

/// The listener of a rule.
pub(super) fn listener_of(rule: &str) -> Option<String> {
    part_of(rule, ":listener-rule/", ":listener/")
}

fn part_of(arn: &str, kind: &str, outer: &str) -> Option<String> {
    let (before, path) = arn.split_once(kind)?;
    let (path, _) = path.rsplit_once('/')?;
    Some(format!("{before}{outer}{path}"))
}

/// What metrics call a balancer: `app/web/50dc6c495c0c9188`.
pub(super) fn balancer_suffix(arn: &str) -> Option<String> {
    Some(arn.split_once(":loadbalancer/")?.1.to_string())
}

/// What metrics call a target group: `targetgroup/web/943f017f100becff`.
pub(super) fn target_group_suffix(arn: &str) -> Option<String> {
    Some(arn.splitn(6, ':').nth(5)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

    #[test]
    fn a_part_names_the_whole() {
        let rule = format!("{BEFORE}:listener-rule/app/web/50dc/f2f7/9683");
        let listener = format!("{BEFORE}:listener/app/web/50dc/f2f7");
        let balancer = format!("{BEFORE}:loadbalancer/app/web/50dc");
        assert_eq!(listener_of(&rule), Some(listener.clone()));
        assert_eq!(balancer_of(&listener), Some(balancer.clone()));
        assert_eq!(listener_of(&listener), None);
        assert_eq!(balancer_suffix(&balancer).as_deref(), Some("app/web/50dc"));
        let group = format!("{BEFORE}:targetgroup/web/943f");
        assert_eq!(target_group_suffix(&group).as_deref(), Some("targetgroup/web/943f"));
    }
}
