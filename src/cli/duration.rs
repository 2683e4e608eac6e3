//! Durations of the command line and the language: `30s`, `10m`, `1h30m`.

use std::time::Duration;

/// Parses a duration.
///
/// # Errors
/// A text for people.
pub fn duration(text: &str) -> Result<Duration, String> {
    wildfire_engine::config::parse_duration(text)
        .ok_or_else(|| format!("{text:?} is no duration; write 30s, 10m or 1h30m"))
}
