//! The form of every object: a line that says what it is and proves that it is whole, then its content.
//!
//! `{"format":"wildfire.head","version":1,"sha256":"…","hmac":"…"}`, a newline, and JSON, one value a line. An object
//! that was cut short, emptied or damaged never reads as state. The checksum is no signature: whoever can write the
//! object can make one that fits. The head has an HMAC as well, under a key that is kept in the lock row; what the head
//! names is held by the checksums in the head.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::StateError;

/// The format version that this wildfire writes, and the latest that it reads.
pub(crate) const VERSION: u32 = 1;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Head,
    Snapshot,
    Segment,
    /// A saved plan: a file of the user's, in no bucket.
    Plan,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Head => "wildfire.head",
            Format::Snapshot => "wildfire.snapshot",
            Format::Segment => "wildfire.segment",
            Format::Plan => "wildfire.plan",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Label {
    format: String,
    version: u32,
    sha256: String,
    #[serde(default)]
    hmac: Option<String>,
}

/// An object that is whole.
#[derive(Debug, PartialEq)]
pub(crate) struct Frame<'a> {
    pub content: &'a [u8],
    /// Of the content.
    pub sha256: String,
    /// As the object says; whether it fits is for the reader to check.
    pub hmac: Option<String>,
}

/// Lower-case hex of the SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The object, and the checksum of its content.
pub(crate) fn wrap(format: Format, content: &[u8]) -> (Vec<u8>, String) {
    wrap_signed(format, content, None)
}

/// The same, with an HMAC of the content in hex.
pub(crate) fn wrap_signed(format: Format, content: &[u8], hmac: Option<&str>) -> (Vec<u8>, String) {
    let sha256 = sha256(content);
    let hmac = hmac.map(|hmac| format!(",\"hmac\":\"{hmac}\"")).unwrap_or_default();
    // Plain names, a number and hex digits: nothing to escape.
    let name = format.name();
    let label = format!("{{\"format\":\"{name}\",\"version\":{VERSION},\"sha256\":\"{sha256}\"{hmac}}}\n");
    let mut object = label.into_bytes();
    object.extend_from_slice(content);
    (object, sha256)
}

/// The object that was read from `key`.
pub(crate) fn unwrap<'a>(format: Format, key: &str, object: &'a [u8]) -> Result<Frame<'a>, StateError> {
    let corrupt = |reason: String| StateError::Corrupt { key: key.to_string(), reason };
    if object.is_empty() {
        return Err(corrupt("it is empty".into()));
    }
    let end = object.iter().position(|byte| *byte == b'\n').ok_or_else(|| corrupt("it is cut short".into()))?;
    let (line, content) = (&object[..end], &object[end + 1..]);
    let label: Label =
        serde_json::from_slice(line).map_err(|_| corrupt("its first line is not that of a wildfire object".into()))?;
    if label.format != format.name() {
        return Err(corrupt(format!("it is a {}, not a {}", label.format, format.name())));
    }
    if label.version == 0 {
        return Err(corrupt("its first line has no version".into()));
    }
    if label.version > VERSION {
        return Err(StateError::TooNew { key: key.to_string(), version: label.version, ours: VERSION });
    }
    let found = sha256(content);
    if found != label.sha256 {
        return Err(corrupt("its checksum does not fit: it was cut short or altered".into()));
    }
    Ok(Frame { content, sha256: found, hmac: label.hmac })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_later_version_is_told_apart_from_damage() {
        let (object, _) = wrap(Format::Head, b"{}\n");
        let later = String::from_utf8(object).unwrap().replace("\"version\":1", "\"version\":2");
        assert_eq!(
            unwrap(Format::Head, "k", later.as_bytes()),
            Err(StateError::TooNew { key: "k".into(), version: 2, ours: 1 })
        );
    }

    #[test]
    fn an_object_of_another_kind_is_refused() {
        let (object, _) = wrap(Format::Segment, b"{}\n");
        assert!(matches!(unwrap(Format::Head, "k", &object), Err(StateError::Corrupt { .. })));
    }

    proptest! {
        #[test]
        fn content_comes_back_and_no_cut_or_altered_byte_passes(
            content in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), flip in 1u8..,
        ) {
            let (object, sum) = wrap(Format::Snapshot, &content);
            prop_assert_eq!(
                unwrap(Format::Snapshot, "k", &object),
                Ok(Frame { content: &content[..], sha256: sum, hmac: None })
            );
            let at = at.index(object.len());
            prop_assert!(unwrap(Format::Snapshot, "k", &object[..at]).is_err());
            let mut altered = object.clone();
            altered[at] ^= flip;
            prop_assert!(unwrap(Format::Snapshot, "k", &altered).is_err());
        }
    }
}
