//! Policy documents as IAM returns them, and comparing them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The text of a document. IAM returns documents percent-encoded (RFC 3986) from most of its calls.
pub(super) fn decoded(document: &str) -> String {
    // A brace is always encoded, so one in the clear means that the text is not encoded at all.
    if document.contains('{') {
        return document.to_string();
    }
    percent_decode_str(document).decode_utf8().map_or_else(|_| document.to_string(), Cow::into_owned)
}

/// True when both are the same JSON, whatever their spaces and the order of their keys.
pub(super) fn same(a: Option<&str>, b: Option<&str>) -> bool {
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    match (a, b) {
        (Some(a), Some(b)) => a == b || matches!((parse(a), parse(b)), (Some(a), Some(b)) if a == b),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_percent_decoded() {
        assert_eq!(decoded("%7B%22a%22%3A%20%22%C3%A9%22%7D"), r#"{"a": "é"}"#);
        assert_eq!(decoded("%7b%22a%22:1%7d"), r#"{"a":1}"#);
        assert_eq!(decoded("%7B%2"), "{%2");
        assert_eq!(decoded("%zz%7B"), "%zz{");
    }

    #[test]
    fn plain_documents_stay_as_they_are() {
        // `%20` is what somebody wrote here, not an encoding.
        let plain = r#"{"Resource":"arn:aws:s3:::a/%20b"}"#;
        assert_eq!(decoded(plain), plain);
    }

    #[test]
    fn documents_compare_by_meaning() {
        assert!(same(Some(r#"{"a":1,"b":[2]}"#), Some("{ \"b\": [2], \"a\": 1 }")));
        assert!(!same(Some(r#"{"a":1}"#), Some(r#"{"a":2}"#)));
        assert!(!same(Some("{}"), None));
    }
}
