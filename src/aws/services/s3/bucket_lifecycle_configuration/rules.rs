//! The rules of a lifecycle configuration, and their way to the SDK and back.

use crate::services::s3::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LifecycleRule, into = sdk::LifecycleRule)]
pub struct LifecycleRule {
    /// When parts of unfinished uploads are deleted.
    #[field(single)]
    abort_incomplete_multipart_upload: Option<Vec<AbortUpload>>,
    /// When objects are deleted.
    #[field(single)]
    expiration: Option<Vec<Expiration>>,
    /// Which objects the rule is about; without a filter, all.
    #[field(single, sent_by_hand)]
    filter: Option<Vec<Filter>>,
    /// The rule's name, unique in the bucket.
    #[field(required)]
    id: Option<String>,
    /// When overwritten and deleted versions go.
    #[field(single)]
    noncurrent_version_expiration: Option<Vec<NoncurrentExpiration>>,
    /// When overwritten and deleted versions move to other storage classes.
    #[field(set, filled, sdk = noncurrent_version_transitions)]
    noncurrent_version_transition: Option<Vec<NoncurrentTransition>>,
    /// Whether the rule is in force.
    #[field(required, one_of = ["Enabled", "Disabled"])]
    status: Option<String>,
    /// When objects move to other storage classes.
    #[field(set, filled, sdk = transitions)]
    transition: Option<Vec<Transition>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AbortIncompleteMultipartUpload, into = sdk::AbortIncompleteMultipartUpload)]
pub struct AbortUpload {
    /// Days after an upload began.
    #[field(optional)]
    days_after_initiation: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LifecycleExpiration, into = sdk::LifecycleExpiration)]
pub struct Expiration {
    /// The day, as midnight UTC in RFC 3339: `2030-01-01T00:00:00Z`.
    #[field(forms = Timestamp)]
    date: Option<String>,
    /// Days after an object was written.
    #[field(filled)]
    days: Option<i64>,
    /// Whether delete markers without older versions are removed.
    #[field(optional)]
    expired_object_delete_marker: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LifecycleRuleFilter, into = sdk::LifecycleRuleFilter)]
pub struct Filter {
    /// Several conditions, all of which must hold.
    #[field(single)]
    and: Option<Vec<And>>,
    /// Bytes that an object must be larger than.
    #[field(range = 0..=9223372036854775807, filled)]
    object_size_greater_than: Option<i64>,
    /// Bytes that an object must be smaller than.
    #[field(range = 0..=9223372036854775807, filled)]
    object_size_less_than: Option<i64>,
    /// What the object's key begins with.
    #[field(optional)]
    prefix: Option<String>,
    /// A tag that the object must have.
    #[field(single)]
    tag: Option<Vec<FilterTag>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LifecycleRuleAndOperator, into = sdk::LifecycleRuleAndOperator)]
pub struct And {
    /// Bytes that an object must be larger than.
    #[field(range = 0..=9223372036854775807, filled)]
    object_size_greater_than: Option<i64>,
    /// Bytes that an object must be smaller than.
    #[field(range = 0..=9223372036854775807, filled)]
    object_size_less_than: Option<i64>,
    /// What the object's key begins with.
    #[field(optional)]
    prefix: Option<String>,
    /// Tags that the object must have.
    #[field(filled)]
    tags: Option<Tags>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Tag, into = sdk::Tag)]
pub struct FilterTag {
    /// The tag's key.
    #[field(required)]
    key: Option<String>,
    /// The tag's value.
    #[field(required)]
    value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::NoncurrentVersionExpiration, into = sdk::NoncurrentVersionExpiration)]
pub struct NoncurrentExpiration {
    /// How many newer versions are kept in any case.
    #[field(filled)]
    newer_noncurrent_versions: Option<i64>,
    /// Days after a version was overwritten or deleted.
    #[field(required)]
    noncurrent_days: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::NoncurrentVersionTransition, into = sdk::NoncurrentVersionTransition)]
pub struct NoncurrentTransition {
    /// How many newer versions stay where they are.
    #[field(filled)]
    newer_noncurrent_versions: Option<i64>,
    /// Days after a version was overwritten or deleted.
    #[field(required)]
    noncurrent_days: Option<i64>,
    /// The storage class to move to.
    #[field(required)]
    storage_class: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Transition, into = sdk::Transition)]
pub struct Transition {
    /// The day, as midnight UTC in RFC 3339: `2030-01-01T00:00:00Z`.
    #[field(forms = Timestamp)]
    date: Option<String>,
    /// Days after an object was written.
    #[field(optional)]
    days: Option<i64>,
    /// The storage class to move to.
    #[field(required)]
    storage_class: Option<String>,
}

/// A rule as S3 tells it. One from before filters existed has a prefix of its own, which means the same.
pub(super) fn rule_from_sdk(live: sdk::LifecycleRule) -> Result<LifecycleRule, Unfit> {
    #[allow(deprecated)]
    let old = live.prefix.clone().map(|prefix| vec![Filter { prefix: Some(prefix), ..Filter::default() }]);
    let rule = LifecycleRule::from_sdk(live)?;
    Ok(LifecycleRule { filter: rule.filter.or(old), ..rule })
}

/// A rule as S3 takes it.
pub(super) fn rule_to_sdk(rule: &LifecycleRule) -> Result<sdk::LifecycleRule, Unfit> {
    let mut sent: sdk::LifecycleRule = rule.to_sdk()?;
    sent.filter = Some(filter_to_sdk(rule.filter.as_ref().and_then(|filter| filter.first()))?);
    if let Some(expiration) = &mut sent.expiration
        && (expiration.date.is_some() || expiration.days.is_some())
    {
        // Beside a day or a date AWS refuses the marker flag.
        expiration.expired_object_delete_marker = None;
    }
    for transition in sent.transitions.iter_mut().flatten().filter(|transition| transition.date.is_none()) {
        transition.days = transition.days.or(Some(0));
    }
    Ok(sent)
}

/// A rule needs a filter, and a filter exactly one member: the empty prefix is every object.
fn filter_to_sdk(filter: Option<&Filter>) -> Result<sdk::LifecycleRuleFilter, Unfit> {
    let mut sent: sdk::LifecycleRuleFilter = filter.unwrap_or(&Filter::default()).to_sdk()?;
    let sizes = sent.object_size_greater_than.is_some() || sent.object_size_less_than.is_some();
    let other = sizes || sent.and.is_some() || sent.tag.is_some();
    let prefix = sent.prefix.filter(|prefix| !other || !prefix.is_empty());
    sent.prefix = prefix.or_else(|| (!other).then(String::new));
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::ExpirationStatus;

    use super::*;

    fn one<T>(value: Option<T>) -> Option<Vec<T>> {
        value.map(|value| vec![value])
    }

    fn rule(filter: Option<Filter>) -> LifecycleRule {
        LifecycleRule {
            id: Some("old".into()),
            status: Some("Enabled".into()),
            filter: one(filter),
            transition: Some(vec![Transition {
                date: None,
                days: Some(30),
                storage_class: Some("STANDARD_IA".into()),
            }]),
            expiration: one(Some(Expiration { date: Some("2030-01-01T00:00:00Z".into()), ..Expiration::default() })),
            ..LifecycleRule::default()
        }
    }

    #[test]
    fn what_is_sent_comes_back() {
        let and = And { prefix: Some("logs/".into()), object_size_greater_than: Some(1024), ..And::default() };
        for filter in [
            Some(Filter { prefix: Some(String::new()), ..Filter::default() }),
            Some(Filter { prefix: Some("logs/".into()), ..Filter::default() }),
            Some(Filter { and: one(Some(and)), ..Filter::default() }),
            Some(Filter { object_size_less_than: Some(7), ..Filter::default() }),
        ] {
            let wanted = rule(filter);
            assert_eq!(rule_from_sdk(rule_to_sdk(&wanted).unwrap()).unwrap(), wanted);
        }
    }

    #[test]
    fn every_rule_has_a_filter() {
        let sent = rule_to_sdk(&rule(None)).unwrap();
        assert_eq!(sent.filter.and_then(|filter| filter.prefix).as_deref(), Some(""));
    }

    #[test]
    #[allow(deprecated)]
    fn a_prefix_of_old_is_a_filter() {
        let old = sdk::LifecycleRule::builder().prefix("logs/").status(ExpirationStatus::Enabled).build().unwrap();
        let expected = Filter { prefix: Some("logs/".into()), ..Filter::default() };
        assert_eq!(rule_from_sdk(old).unwrap().filter, Some(vec![expected]));
    }

    #[test]
    fn a_date_that_is_none_is_refused() {
        let mut wanted = rule(None);
        wanted.expiration = one(Some(Expiration { date: Some("tomorrow".into()), ..Expiration::default() }));
        assert!(rule_to_sdk(&wanted).is_err());
    }
}
