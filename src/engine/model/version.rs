//! Versions as users write them and as a cloud has them.

use std::cmp::Ordering;

use super::is_version;

/// How the version that a cloud has stands to the one that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the one that is written, or is it with further parts.
    Met,
    /// The written one is later, or the two cannot be ordered: it is a change to make.
    Behind,
    /// The cloud is ahead within the same major version: it upgraded by itself. There is no way back, and none is needed.
    Ahead,
    /// The cloud has a later major version. There is no way back.
    MajorAhead,
}

/// How `actual` stands to `written`. The first part is the major version; of Aurora MySQL (`8.0.mysql_aurora.3.08.0`) it is
/// everything before the name.
pub fn standing(written: &str, actual: &str) -> Standing {
    standing_by(written, actual, 1)
}

/// The same where the first `majors` parts are the major version: those of MySQL are 5.7, 8.0 and 8.4.
pub fn standing_by(written: &str, actual: &str, majors: usize) -> Standing {
    if is_version(written, actual) {
        return Standing::Met;
    }
    let parts: Vec<&str> = written.split('.').collect();
    for (index, (want, have)) in parts.iter().zip(actual.split('.')).enumerate() {
        let order = match (number(want), number(have)) {
            (Some(want), Some(have)) => want.cmp(&have),
            _ if *want == have => Ordering::Equal,
            _ => return Standing::Behind,
        };
        let major = index < majors || parts[index..].iter().any(|part| number(part).is_none());
        match order {
            Ordering::Equal => {}
            Ordering::Greater => return Standing::Behind,
            Ordering::Less if major => return Standing::MajorAhead,
            Ordering::Less => return Standing::Ahead,
        }
    }
    Standing::Behind
}

/// A part that is a number, of up to 18 digits.
fn number(part: &str) -> Option<u64> {
    let digits = !part.is_empty() && part.len() <= 18 && part.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| part.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloud_may_be_ahead() {
        for (written, actual, expected) in [
            ("15.4", "15.4", Standing::Met),
            ("15", "15.5", Standing::Met),
            ("15.4", "15.5", Standing::Ahead),
            ("15.9", "15.10", Standing::Ahead),
            ("15.10", "15.9", Standing::Behind),
            ("15.6", "15.5", Standing::Behind),
            ("15.4", "16.1", Standing::MajorAhead),
            ("16", "15.5", Standing::Behind),
            ("1.29", "1.30", Standing::Ahead),
            ("1.3", "1.30", Standing::Ahead),
            ("7.0", "7.1", Standing::Ahead),
            ("8.0.mysql_aurora.3.04.0", "8.0.mysql_aurora.3.08.1", Standing::Ahead),
            ("5.7.mysql_aurora.2.11.1", "8.0.mysql_aurora.3.04.0", Standing::MajorAhead),
            ("8.0.mysql_aurora.3.08.0", "8.0.mysql_aurora.3.04.0", Standing::Behind),
            ("8.0", "8.0.mysql_aurora.3.04.0", Standing::Met),
            ("6.x", "6.2.6", Standing::Behind),
            ("16.4.1", "16.4", Standing::Behind),
            ("", "16.4", Standing::Behind),
            ("latest", "16.4", Standing::Behind),
            ("99999999999999999999.1", "99999999999999999999.2", Standing::Ahead),
        ] {
            assert_eq!(standing(written, actual), expected, "{written} and {actual}");
        }
    }

    #[test]
    fn a_major_version_may_have_several_parts() {
        for (written, actual, expected) in [
            ("8.0.39", "8.4.3", Standing::MajorAhead),
            ("8.0", "8.4.3", Standing::MajorAhead),
            ("8", "8.4.3", Standing::Met),
            ("8.0.39", "8.0.41", Standing::Ahead),
            ("8.0", "8.4.mysql_aurora.3.10.0", Standing::MajorAhead),
            ("8.4.3", "8.0.39", Standing::Behind),
        ] {
            assert_eq!(standing_by(written, actual, 2), expected, "{written} and {actual}");
        }
    }
}
