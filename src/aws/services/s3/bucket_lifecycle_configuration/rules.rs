//! The rules of a lifecycle configuration, and their way to the SDK and back.

use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use aws_sdk_s3::types::{self as sdk, ExpirationStatus, Tag, TransitionStorageClass};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use crate::kind::convert::{date_time, incomplete, int};
use crate::kind::tags::Tags;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct LifecycleRule {
    /// When parts of unfinished uploads are deleted.
    #[field(single)]
    abort_incomplete_multipart_upload: Option<Vec<AbortUpload>>,
    /// When objects are deleted.
    #[field(single)]
    expiration: Option<Vec<Expiration>>,
    /// Which objects the rule is about; without a filter, all.
    #[field(single)]
    filter: Option<Vec<Filter>>,
    /// The rule's name, unique in the bucket.
    #[field(required)]
    id: Option<String>,
    /// When overwritten and deleted versions go.
    #[field(single)]
    noncurrent_version_expiration: Option<Vec<NoncurrentExpiration>>,
    /// When overwritten and deleted versions move to other storage classes.
    #[field(set)]
    noncurrent_version_transition: Option<Vec<NoncurrentTransition>>,
    /// Whether the rule is in force.
    #[field(required, one_of = ["Enabled", "Disabled"])]
    status: Option<String>,
    /// When objects move to other storage classes.
    #[field(set)]
    transition: Option<Vec<Transition>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct AbortUpload {
    /// Days after an upload began.
    #[field(optional)]
    days_after_initiation: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Expiration {
    /// The day, as midnight UTC in RFC 3339: `2030-01-01T00:00:00Z`.
    #[field(forms = Timestamp)]
    date: Option<String>,
    /// Days after an object was written.
    #[field(optional)]
    days: Option<i64>,
    /// Whether delete markers without older versions are removed.
    #[field(optional)]
    expired_object_delete_marker: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Filter {
    /// Several conditions, all of which must hold.
    #[field(single)]
    and: Option<Vec<And>>,
    /// Bytes that an object must be larger than.
    #[field(range = 0..=9223372036854775807)]
    object_size_greater_than: Option<i64>,
    /// Bytes that an object must be smaller than.
    #[field(range = 0..=9223372036854775807)]
    object_size_less_than: Option<i64>,
    /// What the object's key begins with.
    #[field(optional)]
    prefix: Option<String>,
    /// A tag that the object must have.
    #[field(single)]
    tag: Option<Vec<FilterTag>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct And {
    /// Bytes that an object must be larger than.
    #[field(range = 0..=9223372036854775807)]
    object_size_greater_than: Option<i64>,
    /// Bytes that an object must be smaller than.
    #[field(range = 0..=9223372036854775807)]
    object_size_less_than: Option<i64>,
    /// What the object's key begins with.
    #[field(optional)]
    prefix: Option<String>,
    /// Tags that the object must have.
    #[field(optional)]
    tags: Option<Tags>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct FilterTag {
    /// The tag's key.
    #[field(required)]
    key: Option<String>,
    /// The tag's value.
    #[field(required)]
    value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct NoncurrentExpiration {
    /// How many newer versions are kept in any case.
    #[field(optional)]
    newer_noncurrent_versions: Option<i64>,
    /// Days after a version was overwritten or deleted.
    #[field(required)]
    noncurrent_days: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct NoncurrentTransition {
    /// How many newer versions stay where they are.
    #[field(optional)]
    newer_noncurrent_versions: Option<i64>,
    /// Days after a version was overwritten or deleted.
    #[field(required)]
    noncurrent_days: Option<i64>,
    /// The storage class to move to.
    #[field(required)]
    storage_class: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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

fn date(date: Option<DateTime>) -> Option<String> {
    date?.fmt(DateTimeFormat::DateTime).ok()
}

fn parsed(date: Option<&String>) -> Result<Option<DateTime>, CloudError> {
    date.map(|text| date_time("date", text)).transpose()
}

fn one<T>(value: Option<T>) -> Option<Vec<T>> {
    value.map(|value| vec![value])
}

/// The only element: AWS takes one where the vocabulary has a list.
fn first<T>(list: &Option<Vec<T>>) -> Option<&T> {
    list.as_ref()?.first()
}

impl From<sdk::LifecycleRuleFilter> for Filter {
    fn from(filter: sdk::LifecycleRuleFilter) -> Self {
        let and = filter.and.map(|and| And {
            object_size_greater_than: and.object_size_greater_than,
            object_size_less_than: and.object_size_less_than,
            prefix: and.prefix,
            tags: and.tags.map(|tags| tags.into_iter().map(|tag| (tag.key, tag.value)).collect()),
        });
        Self {
            and: one(and),
            object_size_greater_than: filter.object_size_greater_than,
            object_size_less_than: filter.object_size_less_than,
            prefix: filter.prefix,
            tag: one(filter.tag.map(|tag| FilterTag { key: Some(tag.key), value: Some(tag.value) })),
        }
    }
}

impl From<sdk::LifecycleRule> for LifecycleRule {
    #[allow(deprecated)]
    fn from(rule: sdk::LifecycleRule) -> Self {
        // A rule from before filters existed has a prefix of its own, which means the same.
        let old = rule.prefix.map(|prefix| Filter { prefix: Some(prefix), ..Filter::default() });
        let filter = rule.filter.map(Filter::from).or(old);
        let abort = rule.abort_incomplete_multipart_upload;
        let noncurrent = rule.noncurrent_version_expiration.map(|expiration| NoncurrentExpiration {
            newer_noncurrent_versions: expiration.newer_noncurrent_versions.map(i64::from),
            noncurrent_days: expiration.noncurrent_days.map(i64::from),
        });
        let noncurrent_transition = |transition: sdk::NoncurrentVersionTransition| NoncurrentTransition {
            newer_noncurrent_versions: transition.newer_noncurrent_versions.map(i64::from),
            noncurrent_days: transition.noncurrent_days.map(i64::from),
            storage_class: transition.storage_class.map(|class| class.as_str().to_string()),
        };
        let transition = |transition: sdk::Transition| Transition {
            date: date(transition.date),
            days: transition.days.map(i64::from),
            storage_class: transition.storage_class.map(|class| class.as_str().to_string()),
        };
        Self {
            abort_incomplete_multipart_upload: one(
                abort.map(|abort| AbortUpload { days_after_initiation: abort.days_after_initiation.map(i64::from) })
            ),
            expiration: one(rule.expiration.map(|expiration| Expiration {
                date: date(expiration.date),
                days: expiration.days.map(i64::from),
                expired_object_delete_marker: expiration.expired_object_delete_marker,
            })),
            filter: one(filter),
            id: rule.id,
            noncurrent_version_expiration: one(noncurrent),
            noncurrent_version_transition: rule
                .noncurrent_version_transitions
                .filter(|list| !list.is_empty())
                .map(|list| list.into_iter().map(noncurrent_transition).collect()),
            status: Some(rule.status.as_str().to_string()),
            transition: rule
                .transitions
                .filter(|list| !list.is_empty())
                .map(|list| list.into_iter().map(transition).collect()),
        }
    }
}

fn sdk_tag((key, value): (&str, &str)) -> Result<Tag, CloudError> {
    Tag::builder().key(key).value(value).build().map_err(incomplete)
}

fn sdk_filter(filter: Option<&Filter>) -> Result<sdk::LifecycleRuleFilter, CloudError> {
    let empty = Filter::default();
    let filter = filter.unwrap_or(&empty);
    let and = match first(&filter.and) {
        None => None,
        Some(and) => {
            let tags = and.tags.iter().flatten().map(|(key, value)| sdk_tag((key, value)));
            let tags = tags.collect::<Result<Vec<_>, _>>()?;
            Some(
                sdk::LifecycleRuleAndOperator::builder()
                    .set_prefix(and.prefix.clone())
                    .set_tags(Some(tags).filter(|tags| !tags.is_empty()))
                    .set_object_size_greater_than(and.object_size_greater_than.filter(|bytes| *bytes > 0))
                    .set_object_size_less_than(and.object_size_less_than.filter(|bytes| *bytes > 0))
                    .build(),
            )
        }
    };
    let tag = first(&filter.tag)
        .map(|tag| sdk_tag((tag.key.as_deref().unwrap_or_default(), tag.value.as_deref().unwrap_or_default())));
    let tag = tag.transpose()?;
    // A zero stands for "not set", as it does for Terraform.
    let greater = filter.object_size_greater_than.filter(|bytes| *bytes > 0);
    let less = filter.object_size_less_than.filter(|bytes| *bytes > 0);
    // Exactly one member is allowed, and a rule needs a filter: the empty prefix is every object.
    let other = and.is_some() || tag.is_some() || greater.is_some() || less.is_some();
    let prefix = filter.prefix.clone().filter(|prefix| !other || !prefix.is_empty());
    Ok(sdk::LifecycleRuleFilter::builder()
        .set_prefix(prefix.or_else(|| (!other).then(String::new)))
        .set_tag(tag)
        .set_object_size_greater_than(greater)
        .set_object_size_less_than(less)
        .set_and(and)
        .build())
}

pub(super) fn sdk_rule(rule: &LifecycleRule) -> Result<sdk::LifecycleRule, CloudError> {
    let abort = first(&rule.abort_incomplete_multipart_upload).map(|abort| {
        let days = abort.days_after_initiation.map(int);
        sdk::AbortIncompleteMultipartUpload::builder().set_days_after_initiation(days).build()
    });
    let expiration = match first(&rule.expiration) {
        None => None,
        Some(expiration) => {
            let date = parsed(expiration.date.as_ref())?;
            let days = expiration.days.filter(|days| *days > 0).map(int);
            // Beside a day or a date AWS refuses the marker flag.
            let marker = expiration.expired_object_delete_marker.filter(|_| date.is_none() && days.is_none());
            let builder = sdk::LifecycleExpiration::builder().set_date(date).set_days(days);
            Some(builder.set_expired_object_delete_marker(marker).build())
        }
    };
    let noncurrent = first(&rule.noncurrent_version_expiration).map(|expiration| {
        sdk::NoncurrentVersionExpiration::builder()
            .set_noncurrent_days(expiration.noncurrent_days.map(int))
            .set_newer_noncurrent_versions(expiration.newer_noncurrent_versions.filter(|kept| *kept > 0).map(int))
            .build()
    });
    let noncurrent_transitions = rule.noncurrent_version_transition.iter().flatten().map(|transition| {
        sdk::NoncurrentVersionTransition::builder()
            .set_noncurrent_days(transition.noncurrent_days.map(int))
            .set_newer_noncurrent_versions(transition.newer_noncurrent_versions.filter(|kept| *kept > 0).map(int))
            .set_storage_class(transition.storage_class.as_deref().map(TransitionStorageClass::from))
            .build()
    });
    let transition = |transition: &Transition| {
        let date = parsed(transition.date.as_ref())?;
        let days = transition.days.or_else(|| date.is_none().then_some(0)).map(int);
        let class = transition.storage_class.as_deref().map(TransitionStorageClass::from);
        Ok(sdk::Transition::builder().set_date(date).set_days(days).set_storage_class(class).build())
    };
    let transitions = rule.transition.iter().flatten().map(transition).collect::<Result<Vec<_>, CloudError>>()?;
    let noncurrent_transitions: Vec<_> = noncurrent_transitions.collect();
    sdk::LifecycleRule::builder()
        .set_id(rule.id.clone())
        .set_status(rule.status.as_deref().map(ExpirationStatus::from))
        .filter(sdk_filter(first(&rule.filter))?)
        .set_abort_incomplete_multipart_upload(abort)
        .set_expiration(expiration)
        .set_noncurrent_version_expiration(noncurrent)
        .set_noncurrent_version_transitions(Some(noncurrent_transitions).filter(|list| !list.is_empty()))
        .set_transitions(Some(transitions).filter(|list| !list.is_empty()))
        .build()
        .map_err(incomplete)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(LifecycleRule::from(sdk_rule(&wanted).unwrap()), wanted);
        }
    }

    #[test]
    fn every_rule_has_a_filter() {
        let sent = sdk_rule(&rule(None)).unwrap();
        assert_eq!(sent.filter.and_then(|filter| filter.prefix).as_deref(), Some(""));
    }

    #[test]
    #[allow(deprecated)]
    fn a_prefix_of_old_is_a_filter() {
        let old = sdk::LifecycleRule::builder().prefix("logs/").status(ExpirationStatus::Enabled).build().unwrap();
        let expected = Filter { prefix: Some("logs/".into()), ..Filter::default() };
        assert_eq!(LifecycleRule::from(old).filter, Some(vec![expected]));
    }

    #[test]
    fn a_date_that_is_none_is_refused() {
        let mut wanted = rule(None);
        wanted.expiration = one(Some(Expiration { date: Some("tomorrow".into()), ..Expiration::default() }));
        assert!(sdk_rule(&wanted).is_err());
    }
}
