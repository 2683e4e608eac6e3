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

/// How `actual` stands to `written`. The first part is the major version.
pub fn standing(written: &str, actual: &str) -> Standing {
    standing_by(written, actual, 1)
}

/// The same where the first `majors` parts are the major version: those of MySQL are 5.7, 8.0 and 8.4.
pub fn standing_by(written: &str, actual: &str, majors: usize) -> Standing {
    if is_version(written, actual) {
        return Standing::Met;
    }
    for (index, (want, have)) in written.split('.').zip(actual.split('.')).enumerate() {
        match order(want, have) {
            Some(Ordering::Equal) => {}
            Some(Ordering::Less) if index < majors => return Standing::MajorAhead,
            Some(Ordering::Less) => return Standing::Ahead,
            Some(Ordering::Greater) | None => return Standing::Behind,
        }
    }
    Standing::Behind
}

/// The order of two parts: of numbers, and of words that differ in numbers only (`ru-2024-01`, `v1`, `OpenSearch_2`).
fn order(want: &str, have: &str) -> Option<Ordering> {
    let (mut want, mut have) = (runs(want), runs(have));
    loop {
        match (want.next(), have.next()) {
            (None, None) => return Some(Ordering::Equal),
            (want, have) if want == have => {}
            (Some((true, want)), Some((true, have))) => match number(want)?.cmp(&number(have)?) {
                Ordering::Equal => {}
                other => return Some(other),
            },
            _ => return None,
        }
    }
}

/// The runs of digits and of other characters; true for digits.
fn runs(part: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some((digits, run))
    })
}

/// A number of up to 18 digits.
fn number(run: &str) -> Option<u64> {
    if run.len() <= 18 { run.parse().ok() } else { None }
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
            // Oracle and SQL Server on RDS, OpenSearch.
            ("19.0.0.0.ru-2024-01.rur-2024-01.r1", "19.0.0.0.ru-2024-10.rur-2024-10.r1", Standing::Ahead),
            ("19.0.0.0.ru-2024-10.rur-2024-10.r1", "19.0.0.0.ru-2024-01.rur-2024-01.r2", Standing::Behind),
            ("19.0.0.0.ru-2024-01.rur-2024-01.r1", "21.0.0.0.ru-2024-01.rur-2024-01.r1", Standing::MajorAhead),
            ("15.00.4345.5.v1", "15.00.4365.2.v1", Standing::Ahead),
            ("15.00.4345.5.v1", "15.00.4345.5.v2", Standing::Ahead),
            ("15.00.4345.5.v1", "16.00.4085.2.v1", Standing::MajorAhead),
            ("OpenSearch_2.11", "OpenSearch_2.13", Standing::Ahead),
            ("OpenSearch_1.3", "OpenSearch_2.13", Standing::MajorAhead),
            ("Elasticsearch_7.10", "OpenSearch_1.3", Standing::Behind),
            ("5.0.5", "5.0.6", Standing::Ahead),
            ("5.0.6", "6.2", Standing::MajorAhead),
            ("6.x", "6.2.6", Standing::Behind),
            ("16.4.1", "16.4", Standing::Behind),
            ("", "16.4", Standing::Behind),
            ("latest", "16.4", Standing::Behind),
            ("99999999999999999999.1", "99999999999999999999.2", Standing::Ahead),
            ("1..2", "1..3", Standing::Ahead),
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
            ("8.0.mysql_aurora.3.04.0", "8.0.mysql_aurora.3.10.0", Standing::Ahead),
            ("5.7.mysql_aurora.2.11.1", "8.0.mysql_aurora.3.04.0", Standing::MajorAhead),
            ("10.6.14", "10.11.8", Standing::MajorAhead),
            ("9.5.2", "9.6.3", Standing::MajorAhead),
            ("11.5.9.0.sb00000000.r1", "11.5.9.0.sb00000000.r2", Standing::Ahead),
            ("8.4.3", "8.0.39", Standing::Behind),
        ] {
            assert_eq!(standing_by(written, actual, 2), expected, "{written} and {actual}");
        }
    }
}
