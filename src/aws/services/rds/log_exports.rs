//! Logs that RDS sends to CloudWatch: a modification says what is switched on and what off.

use super::prelude::*;
use crate::kind::diff::added;

/// From `prior` to `want`; `None` where nothing changes.
pub(super) fn change(
    want: &Option<Vec<String>>,
    prior: &Option<Vec<String>>,
) -> Option<sdk::CloudwatchLogsExportConfiguration> {
    let (enable, disable) = (added(want, prior), added(prior, want));
    (enable.is_some() || disable.is_some()).then(|| {
        sdk::CloudwatchLogsExportConfiguration::builder()
            .set_enable_log_types(enable)
            .set_disable_log_types(disable)
            .build()
    })
}
