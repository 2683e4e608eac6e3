//! Names: ours (*addresses*) and AWS's (*physical ids*).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A stack of a stage: `test/main`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StackId {
    pub stage: Arc<str>,
    pub stack: Arc<str>,
}

impl StackId {
    pub fn new(stage: impl Into<Arc<str>>, stack: impl Into<Arc<str>>) -> Self {
        Self { stage: stage.into(), stack: stack.into() }
    }
}

impl fmt::Display for StackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.stage, self.stack)
    }
}

/// One part of an address: a module call, `data`, or the resource, with its `for_each` key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Segment {
    pub name: String,
    pub key: Option<String>,
}

/// The name of a resource: `test/main:network.private["a"]`.
///
/// The part after the colon is the path: the module calls from the outside in, then the resource.
/// A data source has `data` before its name: `network.data.zones`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    pub stack: StackId,
    /// `network.private["a"]`
    path: Arc<str>,
}

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an address: {reason}")]
pub struct AddressError {
    pub text: String,
    pub reason: &'static str,
}

impl Address {
    pub fn new(stack: StackId, segments: &[Segment]) -> Self {
        let mut path = String::new();
        for segment in segments {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&segment.name);
            if let Some(key) = &segment.key {
                path.push('[');
                path.push_str(&serde_json::Value::from(key.as_str()).to_string());
                path.push(']');
            }
        }
        Self { stack, path: path.into() }
    }

    /// From the path within a stack, as state and the command line write it.
    pub fn in_stack(stack: &StackId, path: &str) -> Result<Self, AddressError> {
        let segments = parse_path(path)?;
        Ok(Self::new(stack.clone(), &segments))
    }

    /// The part after the colon.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The parts of the path, outermost first; never empty.
    pub fn segments(&self) -> Vec<Segment> {
        // An Address is only made from segments or from a path that parsed.
        parse_path(&self.path).unwrap_or_default()
    }

    /// True for a data source.
    pub fn is_data(&self) -> bool {
        let segments = self.segments();
        segments.len() >= 2 && segments[segments.len() - 2].name == "data"
    }

    /// The address without the last `for_each` key: what all instances share.
    pub fn without_key(&self) -> Self {
        let mut segments = self.segments();
        if let Some(last) = segments.last_mut() {
            last.key = None;
        }
        Self::new(self.stack.clone(), &segments)
    }

    /// The path in the characters that every AWS service allows in a tag value, at most 256 of them.
    ///
    /// `["a"]` becomes `@a`; any other character that is not allowed becomes `=` and its UTF-8 bytes in hex.
    pub fn to_tag(&self) -> String {
        let mut out = String::new();
        for (index, segment) in self.segments().iter().enumerate() {
            if index > 0 {
                out.push('.');
            }
            push_tag_text(&mut out, &segment.name);
            if let Some(key) = &segment.key {
                out.push('@');
                push_tag_text(&mut out, key);
            }
        }
        if out.len() > 256 {
            use sha2::Digest;
            let digest = sha2::Sha256::digest(out.as_bytes());
            // Everything in `out` is ASCII, so a cut is on a character.
            out.truncate(256 - 33);
            out.push(':');
            out.push_str(&hex::encode(&digest[..16]));
        }
        out
    }
}

fn push_tag_text(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || "+-_:/ ".contains(c) {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("={byte:02X}"));
            }
        }
    }
}

fn parse_path(path: &str) -> Result<Vec<Segment>, AddressError> {
    let fail = |reason| AddressError { text: path.to_string(), reason };
    let mut segments = Vec::new();
    let mut rest = path;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = &rest[..end];
        if name.is_empty() {
            return Err(fail("a name is empty"));
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            return Err(fail("a name has letters, digits, `_` and `-` only"));
        }
        rest = &rest[end..];
        let mut key = None;
        if let Some(inner) = rest.strip_prefix('[') {
            let mut stream = serde_json::Deserializer::from_str(inner).into_iter::<String>();
            let text = match stream.next() {
                Some(Ok(text)) => text,
                _ => return Err(fail("a key is written [\"key\"]")),
            };
            let offset = stream.byte_offset();
            rest = inner[offset..].strip_prefix(']').ok_or_else(|| fail("a key is written [\"key\"]"))?;
            key = Some(text);
        }
        segments.push(Segment { name: name.to_string(), key });
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None if rest.is_empty() => return Ok(segments),
            None => return Err(fail("expected `.` after a key")),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.stack, self.path)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let fail = |reason| AddressError { text: text.to_string(), reason };
        let (stack, path) = text.split_once(':').ok_or_else(|| fail("expected stage/stack:name"))?;
        let (stage, stack) = stack.split_once('/').ok_or_else(|| fail("expected stage/stack:name"))?;
        if stage.is_empty() || stack.is_empty() {
            return Err(fail("expected stage/stack:name"));
        }
        Address::in_stack(&StackId::new(stage, stack), path)
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// AWS's name of a resource, in the form of Terraform's import id: `vpc-0a1b`, `rtb-1_0.0.0.0/0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhysicalId(pub Arc<str>);

impl PhysicalId {
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhysicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for PhysicalId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for PhysicalId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

/// The id of one mutating call, unique for ever: 26 characters, letters and digits.
///
/// It is the client token of the call, or its `wildfire:op` tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpId(pub Arc<str>);

impl OpId {
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
