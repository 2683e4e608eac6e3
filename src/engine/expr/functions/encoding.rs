//! Encodings and digests.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::arguments::Arguments;
use super::{Failure, Function, fits, yaml};
use crate::model::{Map, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "base64decode(text)",
            "base64decode",
            1,
            Some(1),
            base64decode,
            "The text that Base64 stands for.",
        ),
        Function::new(
            "base64encode(text)",
            "base64encode",
            1,
            Some(1),
            |a| Ok(STANDARD.encode(a.text(0)?.as_bytes()).into()),
            "Text in Base64.",
        ),
        Function::new(
            "base64sha256(text)",
            "base64sha256",
            1,
            Some(1),
            |a| Ok(STANDARD.encode(Sha256::digest(a.text(0)?.as_bytes())).into()),
            "The SHA-256 of text in Base64.",
        ),
        Function::new(
            "base64sha512(text)",
            "base64sha512",
            1,
            Some(1),
            |a| Ok(STANDARD.encode(Sha512::digest(a.text(0)?.as_bytes())).into()),
            "The SHA-512 of text in Base64.",
        ),
        Function::new("jsondecode(text)", "jsondecode", 1, Some(1), jsondecode, "The value that a JSON document is."),
        Function::new(
            "jsonencode(value)",
            "jsonencode",
            1,
            Some(1),
            |a| json(a.value(0)).map(Value::from),
            "A value as JSON, keys sorted, byte for byte as Terraform writes it.",
        ),
        Function::new(
            "md5(text)",
            "md5",
            1,
            Some(1),
            |a| Ok(hex::encode(Md5::digest(a.text(0)?.as_bytes())).into()),
            "The MD5 of text in hexadecimal digits.",
        ),
        Function::new(
            "sha1(text)",
            "sha1",
            1,
            Some(1),
            |a| Ok(hex::encode(Sha1::digest(a.text(0)?.as_bytes())).into()),
            "The SHA-1 of text in hexadecimal digits.",
        ),
        Function::new(
            "sha256(text)",
            "sha256",
            1,
            Some(1),
            |a| Ok(hex::encode(Sha256::digest(a.text(0)?.as_bytes())).into()),
            "The SHA-256 of text in hexadecimal digits.",
        ),
        Function::new(
            "sha512(text)",
            "sha512",
            1,
            Some(1),
            |a| Ok(hex::encode(Sha512::digest(a.text(0)?.as_bytes())).into()),
            "The SHA-512 of text in hexadecimal digits.",
        ),
        Function::new("urlencode(text)", "urlencode", 1, Some(1), urlencode, "Text as part of a URL's query."),
        Function::new(
            "uuidv5(namespace, name)",
            "uuidv5",
            2,
            Some(2),
            uuidv5,
            "The UUID of a name within dns, url, oid, x500 or a UUID.",
        ),
        Function::new(
            "yamldecode(text)",
            "yamldecode",
            1,
            Some(1),
            |a| {
                let text = a.text(0)?;
                a.budget.work(text.len())?;
                yaml::decode(&text)
            },
            "The value that a YAML document is.",
        ),
    ]
}

fn base64decode(arguments: &Arguments) -> Result<Value, Failure> {
    let bytes = STANDARD.decode(arguments.text(0)?.trim()).map_err(|e| Failure::new(format!("not Base64: {e}")))?;
    String::from_utf8(bytes).map(Value::from).map_err(|_| "what it decodes to is not UTF-8 text".into())
}

fn jsondecode(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    let value = serde_json::from_str(&text).map_err(|e| Failure::new(format!("not JSON: {e}")))?;
    if has_nul_key(&value) {
        return Err("a key has no NUL characters".into());
    }
    Ok(Value::from_json(value))
}

/// An unknown of ours is written with such a key, and nobody else may write one.
fn has_nul_key(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Array(items) => items.iter().any(has_nul_key),
        serde_json::Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || has_nul_key(value)),
        _ => false,
    }
}

/// Go's JSON: keys sorted, and the characters escaped that HTML would read.
fn json(value: &Value) -> Result<String, Failure> {
    let written = sorted(value).to_json().to_string();
    fits(1, written.len())?;
    let mut out = String::with_capacity(written.len());
    for c in written.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
                fits(1, out.len())?;
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::List(items) => items.iter().map(sorted).collect::<Vec<_>>().into(),
        Value::Map(map) => {
            let mut out: Map = map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            out.sort_unstable_keys();
            Value::Map(out)
        }
        // Go writes 3.0 as 3.
        Value::Float(_) => value.as_int().map_or_else(|| value.clone(), Value::Int),
        // JSON writes no `01234`: it stays what was written.
        Value::Written(_) => sorted(&value.clone().in_document()),
        other => other.clone(),
    }
}

/// What Terraform's `urlencode` leaves as it is; a space becomes `+`.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn urlencode(arguments: &Arguments) -> Result<Value, Failure> {
    Ok(utf8_percent_encode(&arguments.text(0)?, PLAIN).to_string().replace("%20", "+").into())
}

fn uuidv5(arguments: &Arguments) -> Result<Value, Failure> {
    let namespace = arguments.text(0)?;
    let namespace = match namespace.as_ref() {
        "dns" => uuid::Uuid::NAMESPACE_DNS,
        "url" => uuid::Uuid::NAMESPACE_URL,
        "oid" => uuid::Uuid::NAMESPACE_OID,
        "x500" => uuid::Uuid::NAMESPACE_X500,
        other => uuid::Uuid::parse_str(other)
            .map_err(|_| Failure::new(format!("{other:?} is neither dns, url, oid, x500 nor a UUID")))?,
    };
    let mut digest = Sha1::new();
    digest.update(namespace.as_bytes());
    digest.update(arguments.text(1)?.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    Ok(uuid::Builder::from_sha1_bytes(bytes).into_uuid().to_string().into())
}
