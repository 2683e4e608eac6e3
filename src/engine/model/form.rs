//! Forms: the ways of writing one value that a type declares for a property.
//!
//! AWS returns some values in another spelling than they were sent in. Which spellings are one value is a fact about the
//! property, from the documentation of its service, and is declared with the field. Nothing else makes two values equal:
//! what reads back differently and has no such form is what AWS did not take.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use base64::Engine as _;

use super::{Standing, is_account_id, standing};

/// A way of writing text that has several spellings of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A name or a word whose case has no meaning: `Sun:03:00-Sun:04:00`.
    Case,
    /// A version, of which users write as many parts as they care for: `16` is met by `16.6`.
    Version,
    /// A domain name: without regard to case, to the dot at its end and to octal escapes (`\\052` is `*`).
    DnsName,
    /// The id of a hosted zone: `/hostedzone/Z1` is `Z1`.
    ZoneId,
    /// An ARN, or the id or name with which it ends: `arn:aws:kms:eu-west-1:123456789012:key/1234` is `1234`.
    Arn,
    /// A KMS key, by ARN or by id. An alias is refused: AWS returns the key that it stands for, and so it would be another
    /// value in every plan.
    KmsKey,
    /// An account, by its number or by the ARN of its root: `arn:aws:iam::123456789012:root` is `123456789012`. Of a policy:
    /// in its principals.
    Account,
    /// A range of addresses, or one address: `2001:DB8:0::/56` is `2001:db8::/56`.
    Cidr,
    /// An IPv4 address, which has one spelling.
    Ipv4,
    /// An IPv6 address: `2001:DB8:0::1` is `2001:db8::1`.
    Ipv6,
    /// An IP protocol, by name or by number: `6` is `tcp`, `all` is `-1`.
    Protocol,
    /// A moment, as RFC 3339 writes it: `2030-01-31T12:00:00+00:00` is `2030-01-31T12:00:00Z`.
    Timestamp,
    /// True or false as text, so that absent and false differ: `1` is `true`.
    Flag,
    /// A number as text: `0.05` is `0.050000`.
    Number,
    /// Bytes in base64, with or without line breaks.
    Base64,
    /// An address of the web, with or without `https://` before it and `/` after it.
    Url,
    /// A public key as OpenSSH writes it: the comment at its end has no meaning.
    SshKey,
    /// A document in PEM: which line ends it has, and the space around it, have no meaning.
    Pem,
}

impl Form {
    /// True when the two texts are one value. `want` is what is written, `have` what AWS returned.
    pub fn same(self, want: &str, have: &str) -> bool {
        let equal = |normal: fn(&str) -> Option<String>| normal(want).is_some_and(|want| Some(want) == normal(have));
        match self {
            Form::Case => want.to_lowercase() == have.to_lowercase(),
            Form::Version => matches!(standing(want, have), Standing::Met | Standing::Ahead),
            Form::DnsName => dns_name(want) == dns_name(have),
            Form::ZoneId => zone_id(want) == zone_id(have),
            Form::Arn | Form::KmsKey => same_arn(want, have),
            Form::Account => account(want) == account(have),
            Form::Cidr => equal(cidr),
            Form::Ipv4 => equal(address::<Ipv4Addr>),
            Form::Ipv6 => equal(address::<Ipv6Addr>),
            Form::Protocol => protocol(want) == protocol(have),
            Form::Timestamp => moment(want).is_some_and(|want| Some(want) == moment(have)),
            Form::Flag => flag(want).is_some_and(|want| Some(want) == flag(have)),
            Form::Number => number(want).is_some_and(|want| Some(want) == number(have)),
            Form::Base64 => bytes(want).is_some_and(|want| Some(want) == bytes(have)),
            Form::Url => url(want) == url(have),
            Form::SshKey => equal(ssh_key),
            Form::Pem => pem(want) == pem(have),
        }
    }

    /// The text in the one spelling that stands for all of them, for what is told apart by it (the identity of a resource).
    /// Of forms that have none (a version, an ARN) the text itself.
    pub fn normal(self, text: &str) -> String {
        match self {
            Form::Case => text.to_lowercase(),
            Form::DnsName => dns_name(text),
            Form::ZoneId => zone_id(text).to_string(),
            Form::Cidr => cidr(text).unwrap_or_else(|| text.to_string()),
            Form::Ipv6 => address::<Ipv6Addr>(text).unwrap_or_else(|| text.to_string()),
            Form::Protocol => protocol(text),
            Form::Url => url(text).to_string(),
            Form::Account => account(text).to_string(),
            Form::SshKey => ssh_key(text).unwrap_or_else(|| text.to_string()),
            Form::Pem => pem(text),
            _ => text.to_string(),
        }
    }

    /// What a text has to be, where `text` is not that and AWS would be sent something else, or nothing.
    pub fn refuses(self, text: &str) -> Option<&'static str> {
        let fits = match self {
            Form::Timestamp => moment(text).is_some(),
            Form::Flag => text.is_empty() || flag(text).is_some(),
            Form::Number => text.is_empty() || number(text).is_some(),
            Form::KmsKey => !text.starts_with("alias/") && !text.contains(":alias/"),
            Form::SshKey => ssh_key(text).is_some(),
            Form::Ipv4 => text.is_empty() || address::<Ipv4Addr>(text).is_some(),
            Form::Ipv6 => text.is_empty() || address::<Ipv6Addr>(text).is_some(),
            _ => true,
        };
        (!fits).then_some(match self {
            Form::Timestamp => "a moment such as 2030-01-31T12:00:00Z",
            Form::Flag => "`true` or `false`",
            Form::KmsKey => "the ARN or the id of the key that the alias stands for",
            Form::SshKey => "a public key such as `ssh-ed25519 AAAA…`",
            Form::Ipv4 => "an IPv4 address such as 10.0.0.10",
            Form::Ipv6 => "an IPv6 address such as 2001:db8::10",
            _ => "a number",
        })
    }

    /// The form in a few words, for documentation; empty where there is nothing to say.
    pub fn words(self) -> &'static str {
        match self {
            Form::Case => "case has no meaning",
            Form::Version => "as many parts of the version as matter",
            Form::DnsName => "case and the dot at the end have no meaning",
            Form::ZoneId => "with or without `/hostedzone/`",
            Form::KmsKey => "the ARN or the id of the key",
            Form::Arn => "an ARN, or the id or name at its end",
            Form::Account => "",
            Form::Cidr => "any spelling of the range",
            Form::Ipv4 => "an IPv4 address",
            Form::Ipv6 => "an IPv6 address, in any spelling",
            Form::Protocol => "a name or a number",
            Form::Timestamp => "a moment, as in RFC 3339",
            Form::Flag => "`true` or `false`",
            Form::Number => "a number",
            Form::Base64 => "base64, compared by its bytes",
            Form::Url => "with or without `https://`",
            Form::SshKey => "a public key as OpenSSH writes it, with or without a comment",
            Form::Pem => "PEM, with any line ends",
        }
    }
}

/// Without carriage returns, and without space around it.
fn pem(text: &str) -> String {
    text.trim().replace('\r', "")
}

/// The kind and the bytes of a public key, without the comment.
fn ssh_key(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let (kind, key) = (words.next()?, words.next()?);
    (kind.starts_with("ssh-") && bytes(key).is_some()).then(|| format!("{kind} {key}"))
}

/// True when `actual` is the version `written`, or is it with further parts: AWS completes what users leave out.
pub fn is_version(written: &str, actual: &str) -> bool {
    actual.strip_prefix(written).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A domain name in lower case, without the dot at its end and without octal escapes.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>
pub fn dns_name(name: &str) -> String {
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.get(at + 1..at + 4).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match escape.filter(u8::is_ascii) {
            Some(byte) => {
                out.push(char::from(byte));
                rest = &rest[at + 4..];
            }
            None => {
                out.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out.to_lowercase()
}

/// True or false as text; the words that Terraform's provider takes.
pub fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// The number of an account that is written as the ARN of its root.
fn account(text: &str) -> &str {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["arn", _, "iam", "", id, "root"] if is_account_id(id) => id,
        _ => text,
    }
}

fn zone_id(id: &str) -> &str {
    id.strip_prefix("/hostedzone/").or_else(|| id.strip_prefix("hostedzone/")).unwrap_or(id)
}

fn same_arn(want: &str, have: &str) -> bool {
    match (want.starts_with("arn:"), have.starts_with("arn:")) {
        // Two ARNs that differ name two things.
        (true, true) | (false, false) => want == have,
        (true, false) => is_end(want, have),
        (false, true) => is_end(have, want),
    }
}

/// True when `arn` is that of `name`: `arn:aws:kms:…:key/ID` of `ID` and of `key/ID`, `…:alias/x` of `alias/x` alone.
fn is_end(arn: &str, name: &str) -> bool {
    let Some(resource) = arn.splitn(6, ':').nth(5) else { return false };
    let last = resource.rsplit(['/', ':']).next().unwrap_or(resource);
    let alias = resource.starts_with("alias/");
    !name.is_empty() && (resource == name || (!alias && last == name))
}

fn address<A: FromStr + Display>(text: &str) -> Option<String> {
    text.parse::<A>().ok().map(|address| address.to_string())
}

fn cidr(text: &str) -> Option<String> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    Some(match address.parse().ok()? {
        IpAddr::V4(address) => {
            let length = length.unwrap_or(32);
            let mask = u32::MAX.checked_shl(32_u32.checked_sub(length)?).unwrap_or(0);
            format!("{}/{length}", Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let length = length.unwrap_or(128);
            let mask = u128::MAX.checked_shl(128_u32.checked_sub(length)?).unwrap_or(0);
            format!("{}/{length}", Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    })
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
fn protocol(text: &str) -> String {
    match text.to_ascii_lowercase().as_str() {
        "all" | "-1" => "-1".into(),
        "6" => "tcp".into(),
        "17" => "udp".into(),
        "1" => "icmp".into(),
        "58" => "icmpv6".into(),
        other => other.into(),
    }
}

/// Seconds since the epoch and nanoseconds, of a moment as RFC 3339 writes it.
pub fn moment(text: &str) -> Option<(i64, u32)> {
    let moment: jiff::Timestamp = text.parse().ok()?;
    // Before the epoch jiff counts both parts down.
    let nanos = moment.as_nanosecond();
    Some((i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?, u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?))
}

fn number(text: &str) -> Option<f64> {
    // `inf` and `nan` parse as floats and are words here.
    text.parse().ok().filter(|number: &f64| number.is_finite() && text.ends_with(|c: char| c.is_ascii_digit()))
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

fn url(text: &str) -> &str {
    text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_its_spellings_and_no_others() {
        for (form, same, other) in [
            (Form::Case, ("Sun:03:00-Sun:04:00", "sun:03:00-sun:04:00"), ("sun", "mon")),
            (Form::Version, ("16", "16.6"), ("1", "16.6")),
            (Form::Version, ("16.6", "16.6"), ("16.6", "16")),
            (Form::DnsName, ("*.Example.com.", "\\052.example.com"), ("a.example.com", "b.example.com")),
            (Form::ZoneId, ("/hostedzone/Z1", "Z1"), ("Z1", "z1")),
            (
                Form::Arn,
                ("1234-5", "arn:aws:kms:eu-west-1:123456789012:key/1234-5"),
                ("34-5", "arn:aws:kms:a:b:key/1234-5"),
            ),
            (Form::Arn, ("alias/x", "arn:aws:kms:eu-west-1:123456789012:alias/x"), ("x", "arn:aws:kms:a:b:alias/x")),
            (Form::Arn, ("a", "a"), ("arn:aws:kms:a:b:key/1", "arn:aws:kms:a:c:key/1")),
            (
                Form::Account,
                ("arn:aws:iam::123456789012:root", "123456789012"),
                ("arn:aws:iam::123456789012:user/root", "123456789012"),
            ),
            (Form::Cidr, ("2001:DB8:0::/56", "2001:db8::/56"), ("10.0.0.0/16", "10.0.0.0/17")),
            (Form::Cidr, ("10.0.1.7/16", "10.0.0.0/16"), ("x", "x/1")),
            (Form::Cidr, ("::0/0", "::/0"), ("10.0.0.1", "10.0.0.2/32")),
            (Form::Protocol, ("6", "tcp"), ("6", "udp")),
            (Form::Protocol, ("ALL", "-1"), ("50", "51")),
            (
                Form::Timestamp,
                ("2030-01-31T13:00:00+01:00", "2030-01-31T12:00:00Z"),
                ("2030-01-31T13:00:00Z", "2030-01-31T12:00:00Z"),
            ),
            (Form::Flag, ("1", "true"), ("yes", "true")),
            (Form::Number, ("0.05", "0.050000"), ("0.05", "0.5")),
            (Form::Base64, ("aGVs\nbG8=", "aGVsbG8="), ("aGVsbG8=", "aGVsbG9v")),
            (Form::Url, ("https://a.example/", "a.example"), ("a.example", "b.example")),
            (Form::SshKey, ("ssh-rsa AAAA me@here\n", "ssh-rsa AAAA web"), ("ssh-rsa AAAA", "ssh-rsa AAAB")),
            (Form::Pem, ("-----A-----\r\nb\r\n", "-----A-----\nb"), ("-----A-----\nb", "-----A-----\nc")),
        ] {
            assert!(form.same(same.0, same.1), "{form:?}: {same:?}");
            assert!(!form.same(other.0, other.1), "{form:?}: {other:?}");
        }
    }

    #[test]
    fn one_spelling_stands_for_all() {
        for (form, text, normal) in [
            (Form::Case, "Orders", "orders"),
            (Form::DnsName, "\\052.Example.com.", "*.example.com"),
            (Form::ZoneId, "/hostedzone/Z1", "Z1"),
            (Form::Cidr, "2001:DB8::/56", "2001:db8::/56"),
            (Form::Cidr, "no range", "no range"),
            (Form::Arn, "Key", "Key"),
        ] {
            assert_eq!(form.normal(text), normal);
        }
    }

    #[test]
    fn text_that_would_be_dropped_is_refused() {
        assert_eq!(Form::Flag.refuses("yes"), Some("`true` or `false`"));
        assert!(Form::Timestamp.refuses("next year").is_some() && Form::Number.refuses("cheap").is_some());
        for (form, text) in
            [(Form::Flag, ""), (Form::Flag, "0"), (Form::Timestamp, "2030-01-31T12:00:00Z"), (Form::Number, "1.5")]
        {
            assert_eq!(form.refuses(text), None);
        }
    }
}
