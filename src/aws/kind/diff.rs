//! What an update call sends: only what differs. Some calls take a value only when it changes, and refuse it or start
//! work that is not wanted when it does not.

use wildfire_engine::model::{Standing, standing};

/// What is wanted, if it is not what is there.
pub(crate) fn changed<T: Clone + PartialEq>(want: &Option<T>, prior: &Option<T>) -> Option<T> {
    want.clone().filter(|_| want != prior)
}

/// As [`changed`], for names and windows, which AWS compares without regard to case and returns in lower case.
pub(crate) fn changed_name(want: &Option<String>, prior: &Option<String>) -> Option<String> {
    let lower = |text: &Option<String>| text.as_deref().map(str::to_ascii_lowercase);
    want.clone().filter(|_| lower(want) != lower(prior))
}

/// As [`changed`], for versions of which users write as many parts as they care for: `16` is there when `16.6` is. A
/// version that AWS has upgraded by itself is not taken back.
pub(crate) fn changed_version(want: &Option<String>, prior: &Option<String>) -> Option<String> {
    want.clone().filter(|want| {
        let standing = |prior| standing(want, prior);
        !prior.as_deref().map(standing).is_some_and(|standing| matches!(standing, Standing::Met | Standing::Ahead))
    })
}

/// As [`changed`], for lists whose order has no meaning.
pub(crate) fn changed_set(want: &Option<Vec<String>>, prior: &Option<Vec<String>>) -> Option<Vec<String>> {
    want.clone().filter(|_| !same_set(want, prior))
}

/// True when both are the same JSON document, however it is written. What is no document is only the same as itself.
pub(crate) fn same_document(a: Option<&str>, b: Option<&str>) -> bool {
    let document = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    a == b || a.zip(b).is_some_and(|(a, b)| document(a).is_some_and(|a| Some(a) == document(b)))
}

/// True when both hold the same in whatever order; nothing is the same as an empty list.
pub(crate) fn same_set(a: &Option<Vec<String>>, b: &Option<Vec<String>>) -> bool {
    let sorted = |list: &Option<Vec<String>>| {
        let mut list = list.clone().unwrap_or_default();
        list.sort();
        list
    };
    sorted(a) == sorted(b)
}

/// What `want` has and `prior` has not; nothing rather than an empty list.
pub(crate) fn added(want: &Option<Vec<String>>, prior: &Option<Vec<String>>) -> Option<Vec<String>> {
    let there: &[String] = prior.as_deref().unwrap_or_default();
    let new: Vec<String> = want.iter().flatten().filter(|item| !there.contains(item)).cloned().collect();
    Some(new).filter(|new| !new.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.into())
    }

    fn list(items: &[&str]) -> Option<Vec<String>> {
        Some(items.iter().map(|item| item.to_string()).collect())
    }

    #[test]
    fn only_changes_are_sent() {
        assert_eq!(changed(&Some(1), &Some(1)), None);
        assert_eq!(changed(&Some(2), &Some(1)), Some(2));
        assert_eq!(changed(&None, &Some(1)), None);
        assert_eq!(changed_set(&list(&["a", "b"]), &list(&["b", "a"])), None);
        assert_eq!(changed_set(&list(&["a"]), &list(&["b", "a"])), list(&["a"]));
        assert_eq!(changed_set(&list(&[]), &None), None);
        assert_eq!(added(&list(&["a", "b"]), &list(&["b", "c"])), list(&["a"]));
        assert_eq!(added(&list(&["b"]), &list(&["b", "c"])), None);
    }

    #[test]
    fn case_is_no_change_of_a_name() {
        assert_eq!(changed_name(&text("Sun:03:00-Sun:04:00"), &text("sun:03:00-sun:04:00")), None);
        assert_eq!(
            changed_name(&text("mon:03:00-mon:04:00"), &text("sun:03:00-sun:04:00")),
            text("mon:03:00-mon:04:00")
        );
    }

    #[test]
    fn a_version_is_there_when_its_written_parts_are() {
        assert_eq!(changed_version(&text("16"), &text("16.6")), None);
        assert_eq!(changed_version(&text("8.0"), &text("8.0.mysql_aurora.3.08.0")), None);
        assert_eq!(changed_version(&text("16.6"), &text("16.6")), None);
        assert_eq!(changed_version(&text("1"), &text("16.6")), text("1"));
        assert_eq!(changed_version(&text("16.7"), &text("16.6")), text("16.7"));
        assert_eq!(changed_version(&text("16.6"), &None), text("16.6"));
    }
}
