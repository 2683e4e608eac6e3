//! The rules of security groups, as AWS keeps them: the one describe call that the rule types share.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aws_sdk_ec2::types::{Filter, SecurityGroupRule};
use wildfire_engine::model::CloudError;

use super::describe::by_filter;
use super::rules_together;
use crate::Aws;
use crate::connection::call::gone_is_fine;

/// Rules by id.
pub(super) type Rules = Arc<HashMap<String, SecurityGroupRule>>;

/// Reads rules by their own ids (`sgr-…`) or by those of their groups. What is asked within a moment goes in one call
/// for groups, and one for rules of other groups.
pub(super) async fn load(aws: &Aws, ids: impl IntoIterator<Item = String>) -> Result<Rules, CloudError> {
    let batch = aws.batch::<SecurityGroupRule>("ec2:security-group-rules");
    let aws = aws.clone();
    batch.load(ids, move |ids| async move { fetch(&aws, ids).await }).await
}

async fn fetch(aws: &Aws, ids: Vec<String>) -> Result<HashMap<String, SecurityGroupRule>, CloudError> {
    let (mut rules, groups): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| id.starts_with("sgr-"));
    let mut found = by_filter("group-id", &groups, |filters| describe(aws, filters)).await?;
    let known: HashSet<&str> = found.iter().filter_map(|rule| rule.security_group_rule_id.as_deref()).collect();
    rules.retain(|rule| !known.contains(rule.as_str()));
    found.extend(by_filter("security-group-rule-id", &rules, |filters| describe(aws, filters)).await?);
    Ok(found.into_iter().filter_map(|rule| Some((rule.security_group_rule_id.clone()?, rule))).collect())
}

pub(super) async fn describe(aws: &Aws, filters: Vec<Filter>) -> Result<Vec<SecurityGroupRule>, CloudError> {
    let request = aws.read().ec2().describe_security_group_rules().set_filters(Some(filters)).max_results(1000);
    aws.pages(request, |page| page.security_group_rules).await
}

/// The group that a rule refers to: `sg-1`, or `123456789012/sg-1` of another account.
pub(super) fn referenced_group(rule: &SecurityGroupRule) -> Option<String> {
    let referenced = rule.referenced_group_info.as_ref()?;
    let group = referenced.group_id.clone().filter(|group| !group.is_empty())?;
    match referenced.user_id.as_deref().filter(|user| !user.is_empty()) {
        Some(user) if rule.group_owner_id.as_deref().is_some_and(|owner| owner != user) => {
            Some(format!("{user}/{group}"))
        }
        _ => Some(group),
    }
}

/// Deletes rules of one group; those that are gone do not matter.
pub(super) async fn revoke(aws: &Aws, group: &str, egress: bool, rules: Vec<String>) -> Result<(), CloudError> {
    gone_is_fine(rules_together::revoke(aws, group, egress, rules).await)
}
