//! A reply that is not the service's, as an error.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// As much of a page as tells a login form from a blocked address.
const EXCERPT: usize = 80;

/// What came instead of a reply of the service. Nothing in it can act on a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    status: u16,
    content_type: Option<String>,
    /// Scheme, host and path that were asked.
    address: String,
    /// The first words of the body; empty without one.
    excerpt: String,
}

impl Foreign {
    pub fn new(response: &HttpResponse, address: &str) -> Self {
        let content_type = response.headers().get("content-type").and_then(|kind| kind.split(';').next());
        let body = response.body().bytes().unwrap_or_default();
        Self {
            status: response.status().as_u16(),
            content_type: content_type.map(|kind| tame(kind.as_bytes())).filter(|kind| !kind.is_empty()),
            address: tame_whole(address),
            excerpt: tame(body),
        }
    }

    /// A server that failed, which may pass; anything else stands there until somebody takes it away.
    pub fn may_pass(&self) -> bool {
        self.status >= 500
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        match (&self.content_type, self.excerpt.is_empty()) {
            (Some(kind), _) => write!(f, " {kind}")?,
            (None, true) => f.write_str(" without a body")?,
            (None, false) => f.write_str(" without a content type")?,
        }
        write!(f, ": not from AWS. {} answered ", self.address)?;
        match self.excerpt.is_empty() {
            true => f.write_str("with nothing in it"),
            false => write!(f, "\"{}\"", self.excerpt),
        }
    }
}

impl Error for Foreign {}

/// The first words of `bytes` in one line, without anything that is not seen as it is.
fn tame(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(8 * EXCERPT)];
    let text = String::from_utf8_lossy(start);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out: String = words.chars().map(harmless).take(EXCERPT).collect();
    if words.chars().nth(EXCERPT).is_some() || bytes.len() > start.len() {
        out.push('…');
    }
    out
}

fn tame_whole(text: &str) -> String {
    text.chars().map(harmless).collect()
}

/// Letters, digits and signs of ASCII, and letters and digits of any script. The rest may turn the direction of a line,
/// hide, or end it.
fn harmless(letter: char) -> char {
    match letter {
        '"' => '\'',
        ' '..='~' => letter,
        letter if letter.is_alphanumeric() => letter,
        _ => '\u{fffd}',
    }
}
