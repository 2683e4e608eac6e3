//! What the status words of clusters and instances mean.

use wildfire_engine::model::Readiness;

/// The meaning of a status. RDS has dozens of words for being at work, so those that are something else are listed.
pub(super) fn readiness(status: Option<&str>) -> Readiness {
    match status {
        None | Some("available" | "backing-up" | "stopped" | "storage-optimization" | "storage-full") => {
            Readiness::Ready
        }
        Some("deleting") => Readiness::Deleting,
        Some(word) if is_failure(word) => Readiness::Failed(word.into()),
        Some(word) => Readiness::Pending(word.into()),
    }
}

fn is_failure(word: &str) -> bool {
    const FAILURES: [&str; 9] = [
        "failed",
        "cloning-failed",
        "inaccessible-encryption-credentials",
        "insufficient-capacity",
        "migration-failed",
        "restore-error",
        "delete-precheck-failed",
        "resource-configuration-error",
        "upgrade-failed",
    ];
    FAILURES.contains(&word) || word.starts_with("incompatible-")
}

/// What is wanted, if it is not what is there.
pub(super) fn changed<T: Clone + PartialEq>(want: &Option<T>, prior: &Option<T>) -> Option<T> {
    want.clone().filter(|_| want != prior)
}

/// As [`changed`], for numbers in the width of the API.
pub(super) fn changed_int(want: Option<i64>, prior: Option<i64>) -> Option<i32> {
    int(want.filter(|_| want != prior))
}

/// As [`changed`], for lists whose order has no meaning.
pub(super) fn changed_set(want: &Option<Vec<String>>, prior: &Option<Vec<String>>) -> Option<Vec<String>> {
    let sorted = |list: &Option<Vec<String>>| {
        let mut list = list.clone().unwrap_or_default();
        list.sort();
        list
    };
    want.clone().filter(|_| sorted(want) != sorted(prior))
}

pub(super) fn int(value: Option<i64>) -> Option<i32> {
    value.and_then(|value| i32::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_words_have_their_meaning() {
        assert_eq!(readiness(Some("available")), Readiness::Ready);
        assert_eq!(readiness(Some("deleting")), Readiness::Deleting);
        assert_eq!(readiness(Some("incompatible-parameters")), Readiness::Failed("incompatible-parameters".into()));
        assert_eq!(
            readiness(Some("configuring-enhanced-monitoring")),
            Readiness::Pending("configuring-enhanced-monitoring".into())
        );
    }

    #[test]
    fn only_changes_are_sent() {
        assert_eq!(changed(&Some(1), &Some(1)), None);
        assert_eq!(changed(&Some(2), &Some(1)), Some(2));
        let list = |items: &[&str]| Some(items.iter().map(|item| item.to_string()).collect::<Vec<_>>());
        assert_eq!(changed_set(&list(&["a", "b"]), &list(&["b", "a"])), None);
        assert_eq!(changed_set(&list(&["a"]), &list(&["b", "a"])), list(&["a"]));
    }
}
