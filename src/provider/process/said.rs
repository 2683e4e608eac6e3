//! What a provider writes: the end of it, for messages about its death.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use wildfire_engine::model::redactor;

/// What is kept, in bytes.
const KEPT: usize = 32 << 10;
/// What is shown, in lines.
const SHOWN: usize = 15;

/// The last that a provider wrote. However much it is, it takes 32 KiB.
#[derive(Debug, Default)]
pub struct Said(Mutex<VecDeque<u8>>);

impl Said {
    pub fn hear(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = &bytes[bytes.len().saturating_sub(KEPT)..];
        kept.extend(bytes);
        let over = kept.len().saturating_sub(KEPT);
        kept.drain(..over);
    }

    /// The last lines without secrets, after `; it wrote: `. Empty when it wrote nothing.
    pub fn tail(&self) -> String {
        let bytes: Vec<u8> = self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        // Lines of its log hold whatever it sent: they are never shown.
        let lines: Vec<&str> = lines.into_iter().filter(|line| !is_log(line)).collect();
        let shown = lines[lines.len().saturating_sub(SHOWN)..].join("\n");
        match shown.as_str() {
            "" => String::new(),
            shown => format!("; it wrote: {}", redactor::filter(shown)),
        }
    }
}

/// A line of the log of a Go plugin: JSON with a level, or `2026-11-29T… [TRACE] …`.
fn is_log(line: &str) -> bool {
    line.contains("\"@level\"") || ["[TRACE]", "[DEBUG]", "[INFO]", "[WARN]"].iter().any(|level| line.contains(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_and_logs_are_not_shown() {
        let said = Said::default();
        for number in 0..100_000 {
            said.hear(format!("line {number}\n").as_bytes());
        }
        said.hear(b"2026-11-29T20:00:00.000Z [TRACE] body: hunter2\n{\"@level\":\"trace\"}\npanic: oh no\n");
        let tail = said.tail();
        assert!(tail.ends_with("line 99999\npanic: oh no") && tail.lines().count() <= SHOWN, "{tail}");
        assert!(said.0.lock().unwrap().len() <= KEPT);
        said.hear(&vec![b'x'; 1 << 20]);
        assert_eq!(said.0.lock().unwrap().len(), KEPT);
    }
}
