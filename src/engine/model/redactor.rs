//! The secrets of this process, and their removal from text: a second line of defence.
//!
//! The first line are the marks of values: what is marked sensitive is never put into a plan, a message or state. This is
//! for what no mark can reach, such as the message of an AWS error that repeats the request, or the log of a library.
//! Owns: the secrets that were met, and the forms in which text may hold them. Leaves out: which values are secrets.
//!
//! It is one for the whole process, as logs are: a secret is learned wherever it is first computed or read, and text is
//! filtered at the ends (standard error, logs, errors of AWS), which know nothing of each other.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Value;

/// Shorter secrets are not filtered: they are parts of too many other words. In characters.
pub const SHORTEST: usize = 8;

/// What stands in place of a secret.
pub const HIDDEN: &str = "(sensitive value)";

struct Known {
    secrets: BTreeSet<String>,
    /// Every form of every secret, the longest first.
    forms: Vec<String>,
}

impl Known {
    const NOTHING: Self = Self { secrets: BTreeSet::new(), forms: Vec::new() };
}

/// For all text that leaves the process.
static KNOWN: RwLock<Known> = RwLock::new(Known::NOTHING);

/// For logs alone: what follows from secrets and has not been sent.
static IN_LOGS: RwLock<Known> = RwLock::new(Known::NOTHING);

/// Remembers the strings and numbers inside of `secret` until the process ends.
pub fn learn(secret: &Value) {
    each_text(secret, &|text| learn_text(&KNOWN, text));
}

/// The same for logs alone. Files that nobody has reviewed decide what follows from a secret: were it taken out of all text, a
/// text of theirs that vanishes would be a right guess.
pub fn learn_for_logs(secret: &Value) {
    each_text(secret, &|text| learn_text(&IN_LOGS, text));
}

fn each_text(secret: &Value, see: &dyn Fn(&str)) {
    match secret {
        Value::String(text) => see(text),
        Value::Written(written) => {
            see(written.text());
            each_text(written.value(), see);
        }
        Value::List(items) => items.iter().for_each(|item| each_text(item, see)),
        Value::Map(map) => map.values().for_each(|item| each_text(item, see)),
        Value::Int(number) => see(&number.to_string()),
        Value::Float(number) => see(&number.to_string()),
        Value::Null | Value::Bool(_) | Value::Unknown(_) => {}
    }
}

fn learn_text(place: &RwLock<Known>, text: &str) {
    if text.chars().count() < SHORTEST {
        return;
    }
    if place.read().unwrap_or_else(PoisonError::into_inner).secrets.contains(text) {
        return;
    }
    let mut known = place.write().unwrap_or_else(PoisonError::into_inner);
    if known.secrets.insert(text.to_string()) {
        known.forms.extend(forms_of(text));
        // A secret that holds another one goes first.
        known.forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        known.forms.dedup();
    }
}

/// `text` with every secret that was learned replaced. Cost: a search of the text for each of them.
pub fn filter(text: &str) -> Cow<'_, str> {
    without(&KNOWN, Cow::Borrowed(text))
}

/// The same for a line of a log, and without what follows from secrets.
pub fn filter_log(text: &str) -> Cow<'_, str> {
    without(&KNOWN, without(&IN_LOGS, Cow::Borrowed(text)))
}

fn without<'t>(place: &RwLock<Known>, text: Cow<'t, str>) -> Cow<'t, str> {
    let known = place.read().unwrap_or_else(PoisonError::into_inner);
    let mut out = text;
    for form in &known.forms {
        if out.contains(form.as_str()) {
            out = Cow::Owned(out.replace(form.as_str(), HIDDEN));
        }
    }
    out
}

/// The ways in which requests, replies and logs write a text.
fn forms_of(text: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([text.to_string(), text.trim().to_string()]);
    let debug = format!("{text:?}");
    forms.insert(debug[1..debug.len() - 1].to_string());
    let json = serde_json::Value::from(text).to_string();
    forms.insert(json[1..json.len() - 1].to_string());
    forms.insert(json[1..json.len() - 1].replace('/', "\\/"));
    // JSON inside of JSON: a policy, a container definition.
    let twice = serde_json::Value::from(&json[1..json.len() - 1]).to_string();
    forms.insert(twice[1..twice.len() - 1].to_string());
    // Bytes as a log shows them.
    forms.insert(text.as_bytes().escape_ascii().to_string());
    forms.insert(json.as_bytes()[1..json.len() - 1].escape_ascii().to_string());
    for upper in [true, false] {
        let encoded = percent_encoded(text, upper);
        forms.insert(encoded.replace("%20", "+"));
        forms.insert(encoded);
    }
    forms.insert(xml_escaped(text));
    forms.insert(xml_escaped(text).replace("&apos;", "&#39;"));
    // Inside of other text Base64 begins at any of three places; the characters at its ends depend on the neighbours.
    for shift in 0..3 {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(text.as_bytes());
        let head = (shift * 4).div_ceil(3);
        let tail = usize::from(!bytes.len().is_multiple_of(3));
        for encoded in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            forms.insert(encoded[head..encoded.len() - tail].to_string());
            forms.insert(percent_encoded(&encoded[head..encoded.len() - tail], true));
        }
    }
    forms.insert(hex::encode(text));
    // Text of several lines is printed with something between the lines.
    forms.extend(text.lines().map(str::trim).map(str::to_string));
    forms.retain(|form| form.chars().count() >= SHORTEST);
    forms
}

/// What stands for itself in a URL (RFC 3986).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn percent_encoded(text: &str, upper: bool) -> String {
    let piece = |piece: &str| match piece.starts_with('%') && !upper {
        true => piece.to_ascii_lowercase(),
        false => piece.to_string(),
    };
    utf8_percent_encode(text, UNRESERVED).map(piece).collect()
}

fn xml_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form() {
        let secret = "redactor \"canary\"/7&?";
        learn(&Value::from([("inside", Value::from(vec![secret.into()]))]));
        let json = serde_json::json!({"outer": serde_json::json!({"password": secret}).to_string()}).to_string();
        let texts = [
            format!("bare {secret}."),
            format!("debug {:?}", Some(secret)),
            json,
            "query MasterUserPassword=redactor%20%22canary%22%2F7%26%3F&Action=x".to_string(),
            "form MasterUserPassword=redactor+%22canary%22%2F7%26%3F&Action=x".to_string(),
            "<Value>redactor &quot;canary&quot;/7&amp;?</Value>".to_string(),
            STANDARD_NO_PAD.encode(secret),
            STANDARD_NO_PAD.encode(format!("#!/bin/sh\nx={secret}\n")),
            STANDARD_NO_PAD.encode(format!("#!/bin/sh\nxy={secret}\n")),
            STANDARD_NO_PAD.encode(format!("#!/bin/sh\nxyz={secret}\n")),
        ];
        for text in texts {
            let filtered = filter(&text);
            assert!(filtered.contains(HIDDEN), "{text} -> {filtered}");
            assert!(!filtered.contains("canary"), "{text} -> {filtered}");
        }
        assert!(matches!(filter("nothing to hide"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_number_is_a_secret_as_well() {
        learn(&Value::Int(4_815_162_342));
        assert_eq!(filter("pin 4815162342"), format!("pin {HIDDEN}"));
    }

    #[test]
    fn a_short_secret_is_left_alone() {
        learn(&Value::from("shorty7"));
        assert_eq!(filter("a shorty7 b"), "a shorty7 b");
    }

    #[test]
    fn every_line_of_a_long_secret_is_one() {
        learn(&Value::from("-----BEGIN REDACTOR KEY-----\nredactor-line-one\nredactor-line-two\n"));
        assert_eq!(filter("  | redactor-line-two"), format!("  | {HIDDEN}"));
    }
}
