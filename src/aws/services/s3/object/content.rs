//! What an object holds: a text, bytes in Base64, or a file of the project.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use wildfire_engine::config::DiskFiles;
use wildfire_engine::model::PropertyPath;

use super::Object;
use crate::services::s3::prelude::*;

/// Bytes of a file: one call uploads it. S3 takes 5 GiB of one, and recommends several from 100 MB on.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>
pub(super) const MOST_BYTES: u64 = 100 << 20;

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>
const MOST_TAGS: usize = 10;
/// The tags that wildfire gives everything.
const OWN_TAGS: usize = 3;

fn refused(message: String) -> CloudError {
    CloudError::new(ErrorKind::Rejected, message)
}

pub(super) fn is_written(want: &Object) -> bool {
    want.content.is_some() || want.content_base64.is_some() || want.source.is_some()
}

fn bytes(base64: &str) -> Result<Vec<u8>, base64::DecodeError> {
    STANDARD.decode(base64.split_ascii_whitespace().collect::<String>())
}

/// The content; nothing where nothing is written. The name of a file counts from the folder of the project.
pub(super) async fn body(folder: &Path, want: &Object) -> Result<Option<Vec<u8>>, CloudError> {
    if let Some(text) = &want.content {
        return Ok(Some(text.clone().into_bytes()));
    }
    if let Some(base64) = &want.content_base64 {
        let wrong = |error| refused(format!("content_base64 is not in Base64: {error}"));
        return bytes(base64).map(Some).map_err(wrong);
    }
    let Some(name) = filled(want.source.clone()) else { return Ok(None) };
    let (files, path) = (DiskFiles::new(folder), name.clone());
    // As with `file()`: a project uploads what is in it, and no link or device is opened.
    let read = tokio::task::spawn_blocking(move || files.read_large(&path, MOST_BYTES + 1)).await;
    let content = read.map_err(std::io::Error::other).flatten();
    let content = content.map_err(|error| refused(format!("the file {name} cannot be read: {error}")))?;
    if content.len() as u64 > MOST_BYTES {
        return Err(refused(format!("the file {name} is larger than 100 MiB")));
    }
    Ok(Some(content))
}

/// An MD5 in hexadecimal digits as the header that has S3 look whether the content is what the plan was made with.
pub(super) fn md5_header(digits: &str) -> Option<String> {
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.filter(|bytes| bytes.len() == 16).map(|bytes| STANDARD.encode(bytes))
}

/// Tags as a query, which is how an upload takes them. AWS's own are refused there.
pub(super) fn tagging(tags: &Tags) -> Option<String> {
    let own = tags.iter().filter(|(key, _)| !key.starts_with("aws:"));
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = own.map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
    filled(Some(pairs.join("&")))
}

pub(super) fn validate(properties: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    let map = |name: &str| properties.get(name).and_then(Value::as_map);
    for key in map("metadata").into_iter().flatten().map(|(key, _)| key) {
        if key.chars().any(char::is_uppercase) {
            let path = PropertyPath::from("metadata").key(key.as_str());
            let (message, help) =
                ("S3 keeps names of metadata in lower case", Some(format!("write {}", key.to_lowercase())));
            found.push(Problem { path, message: message.into(), help });
        }
    }
    if map("tags").is_some_and(|tags| tags.len() + OWN_TAGS > MOST_TAGS) {
        found.push(problem("tags", format!("an object has {MOST_TAGS} tags at most, {OWN_TAGS} of them wildfire's")));
    }
    if let Some(base64) = properties.get("content_base64").and_then(Value::as_str)
        && let Err(error) = bytes(base64)
    {
        found.push(problem("content_base64", format!("it is not in Base64: {error}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_md5_is_a_header_and_nothing_else_is() {
        // Of no bytes at all.
        assert_eq!(md5_header("d41d8cd98f00b204e9800998ecf8427e").as_deref(), Some("1B2M2Y8AsgTpgAmY7PhCfg=="));
        for wrong in ["", "d41d8cd98f00b204e9800998ecf8427", "d41d8cd98f00b204e9800998ecf8427g", "d41d8cd9-2"] {
            assert_eq!(md5_header(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tags_are_a_query() {
        let tags = Tags::from([("a b".to_string(), "x&y=z".to_string()), ("aws:own".to_string(), "1".to_string())]);
        assert_eq!(tagging(&tags).as_deref(), Some("a%20b=x%26y%3Dz"));
        assert_eq!(tagging(&Tags::new()), None);
    }

    #[tokio::test]
    async fn content_is_a_text_or_bytes_or_a_file_of_the_project() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("page.html"), "file").unwrap();
        let of = async |properties: serde_json::Value| {
            let want: Object = serde_json::from_value(properties).unwrap();
            body(folder.path(), &want).await.map(|content| content.map(|content| String::from_utf8(content).unwrap()))
        };
        assert_eq!(of(json!({"content": "text"})).await, Ok(Some("text".into())));
        assert_eq!(of(json!({"content_base64": "Ynl0\nZXM="})).await, Ok(Some("bytes".into())));
        assert_eq!(of(json!({"source": "page.html"})).await, Ok(Some("file".into())));
        assert_eq!(of(json!({})).await, Ok(None));
        for missing in ["gone.html", "../page.html", "/etc/passwd"] {
            assert_eq!(of(json!({"source": missing})).await.unwrap_err().kind, ErrorKind::Rejected, "{missing}");
        }
    }

    #[test]
    fn what_s3_would_change_or_refuse_is_told() {
        let tags: serde_json::Map<_, _> = (0..8).map(|tag| (tag.to_string(), json!("x"))).collect();
        let properties = json!({"metadata": {"Team": "a", "team": "b"}, "tags": tags, "content_base64": "?"});
        let problems = validate(&Value::from_json(properties));
        let paths: Vec<String> = problems.iter().map(|problem| problem.path.to_string()).collect();
        assert_eq!(paths, ["metadata.Team", "tags", "content_base64"]);
        assert!(validate(&Value::from_json(json!({"metadata": {"team": "a"}, "content_base64": "eA=="}))).is_empty());
    }
}
