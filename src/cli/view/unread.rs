//! What could not be read, and what waits for it.

use std::fmt::Write;

use serde_json::{Value as Json, json};
use wildfire_engine::model::{Address, Diagnostic};
use wildfire_engine::plan::{Plan, Unread};

use super::style::{self, paint};

/// A block that ends in an empty line; nothing when everything was read.
pub fn text(plan: &Plan) -> String {
    let mut out = String::new();
    if plan.unread.is_empty() {
        return out;
    }
    let _ = writeln!(out, "{}", paint(style::BOLD, "Could not be read, so nothing is planned for it:\n"));
    for unread in &plan.unread {
        let what: Vec<&str> = std::iter::once(unread.type_name.as_str())
            .chain(unread.id.as_ref().map(|id| id.as_str()))
            .filter(|word| !word.is_empty())
            .collect();
        let what = if what.is_empty() { String::new() } else { format!(" ({})", what.join(" ")) };
        let _ = writeln!(out, "  {} {}{what}", paint(style::DELETE, "?"), unread.address.path());
        let _ = writeln!(out, "      {}", unread.problem.message);
        if !unread.waiting.is_empty() {
            let _ = writeln!(out, "      {}", paint(style::DIM, format!("waits for it: {}", paths(&unread.waiting))));
        }
    }
    out.push('\n');
    out
}

fn paths(addresses: &[Address]) -> String {
    addresses.iter().map(Address::path).collect::<Vec<_>>().join(", ")
}

/// A list for the JSON forms.
pub fn json(plan: &Plan) -> Json {
    let one = |unread: &Unread| {
        json!({
            "address": unread.address.to_string(),
            "type": unread.type_name,
            "id": unread.id.as_ref().map(|id| id.as_str()),
            "error": crate::cli::error::to_json(&unread.problem),
            "waiting": unread.waiting.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    };
    plan.unread.iter().map(one).collect()
}

/// Why, with call and help.
pub fn diagnostics(plan: &Plan) -> impl Iterator<Item = &Diagnostic> {
    plan.unread.iter().map(|unread| &unread.problem)
}
