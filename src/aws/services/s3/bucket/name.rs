//! What S3 takes as the name of a bucket.

/// What is wrong with a name.
pub(super) fn name_problem(name: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !(3..=63).contains(&name.len()) {
        return Some("a bucket's name has 3 to 63 characters");
    }
    if !name.chars().all(allowed) {
        return Some("a bucket's name has lower-case letters, digits, dots and hyphens only");
    }
    if !name.starts_with(alphanumeric) || !name.ends_with(alphanumeric) {
        return Some("a bucket's name begins and ends with a letter or a digit");
    }
    if name.contains("..") {
        return Some("a bucket's name has no two dots side by side");
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some("a bucket's name is not an IP address");
    }
    let reserved = name.starts_with("xn--") || name.starts_with("sthree-") || name.ends_with("-s3alias");
    reserved.then_some("the prefixes xn-- and sthree- and the suffix -s3alias are reserved by AWS")
}
