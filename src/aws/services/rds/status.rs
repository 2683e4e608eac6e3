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
}
