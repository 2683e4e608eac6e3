//! Encodings and digests.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha1::{Digest, Sha1};

use super::arguments::Arguments;
use super::{Failure, Function, brief, csv, digests, fits, yaml};
use crate::model::{Map, Value};

pub(super) fn functions() -> Vec<Function> {
    let mut all = vec![
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
        Function::new("jsondecode(text)", "jsondecode", 1, Some(1), jsondecode, "The value that a JSON document is."),
        Function::new(
            "jsonencode(value)",
            "jsonencode",
            1,
            Some(1),
            |a| json(a.value(0)).map(Value::from),
            "A value as JSON, keys sorted, byte for byte as Terraform writes it.",
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
        Function::new(
            "yamlencode(value)",
            "yamlencode",
            1,
            Some(1),
            |a| yaml::encode(a.value(0)).map(Value::from),
            "A value as YAML, keys sorted, as Terraform writes it.",
        ),
        Function::new(
            "csvdecode(text)",
            "csvdecode",
            1,
            Some(1),
            csv::decode,
            "A list of maps of CSV text; the first line names the columns.",
        ),
        Function::new(
            "base64gzip(text)",
            "base64gzip",
            1,
            Some(1),
            base64gzip,
            "Text, compressed with gzip, in Base64; the same text gives the same bytes.",
        ),
        Function::new(
            "urldecode(text)",
            "urldecode",
            1,
            Some(1),
            urldecode,
            "The text that a part of a URL stands for.",
        ),
        Function::new(
            "textencodebase64(text, encoding)",
            "textencodebase64",
            2,
            Some(2),
            textencode,
            "Text in an encoding (UTF-8, UTF-16LE, UTF-16BE, ISO-8859-1), in Base64.",
        ),
        Function::new(
            "textdecodebase64(text, encoding)",
            "textdecodebase64",
            2,
            Some(2),
            textdecode,
            "The text that Base64 stands for in an encoding.",
        ),
    ];
    all.extend(digests::of_text());
    all
}

fn base64gzip(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    // A compression costs far more than a look.
    arguments.budget.work(text.len())?;
    // Without a time and a system in the header.
    let mut gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::default());
    let written = gzip.write_all(text.as_bytes()).and_then(|()| gzip.finish());
    let bytes = written.map_err(|error| Failure::new(format!("cannot be compressed: {error}")))?;
    Ok(STANDARD.encode(bytes).into())
}

/// An encoding of text, by the names of IANA.
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Latin1,
}

impl Encoding {
    fn named(name: &str) -> Result<Self, Failure> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => Self::Utf8,
            "UTF-16LE" => Self::Utf16Le,
            "UTF-16BE" => Self::Utf16Be,
            "ISO-8859-1" | "LATIN1" => Self::Latin1,
            _ => {
                let failure = Failure::new(format!("the encoding {} is not known", brief(name)));
                return Err(failure.help("the encodings are UTF-8, UTF-16LE, UTF-16BE and ISO-8859-1"));
            }
        })
    }

    fn encode(&self, text: &str) -> Result<Vec<u8>, Failure> {
        Ok(match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Latin1 => {
                let byte = |c: char| {
                    u8::try_from(u32::from(c)).map_err(|_| Failure::new(format!("{c:?} has no place in ISO-8859-1")))
                };
                text.chars().map(byte).collect::<Result<_, _>>()?
            }
        })
    }

    fn decode(&self, bytes: Vec<u8>) -> Result<String, Failure> {
        let wide = |pair: fn([u8; 2]) -> u16| {
            let (units, rest) = bytes.as_chunks::<2>();
            let units: Vec<u16> = units.iter().copied().map(pair).collect();
            if rest.is_empty() { String::from_utf16(&units).ok() } else { None }
        };
        let text = match self {
            Self::Utf8 => String::from_utf8(bytes).ok(),
            Self::Utf16Le => wide(u16::from_le_bytes),
            Self::Utf16Be => wide(u16::from_be_bytes),
            Self::Latin1 => Some(bytes.into_iter().map(char::from).collect()),
        };
        text.ok_or_else(|| "what it decodes to is no text in that encoding".into())
    }
}

fn textencode(arguments: &Arguments) -> Result<Value, Failure> {
    let encoding = Encoding::named(&arguments.text(1)?)?;
    Ok(STANDARD.encode(encoding.encode(&arguments.text(0)?)?).into())
}

fn textdecode(arguments: &Arguments) -> Result<Value, Failure> {
    let encoding = Encoding::named(&arguments.text(1)?)?;
    let bytes = STANDARD.decode(arguments.text(0)?.trim()).map_err(|e| Failure::new(format!("not Base64: {e}")))?;
    encoding.decode(bytes).map(Value::from)
}

fn urldecode(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?.replace('+', "%20");
    match percent_decode_str(&text).decode_utf8() {
        Ok(text) => Ok(text.into_owned().into()),
        Err(_) => Err("what it decodes to is not UTF-8 text".into()),
    }
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
