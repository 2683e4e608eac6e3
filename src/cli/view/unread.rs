//! What could not be read, and what waits for it.

use serde_json::{Value as Json, json};
use wildfire_engine::model::{Address, Diagnostic};
use wildfire_engine::plan::{Plan, Unread};

use super::line::{Line, Page, Sign};
use super::style;

/// One after the other; nothing when everything was read.
pub fn page(plan: &Plan) -> Page {
    let mut page = Page::default();
    for unread in &plan.unread {
        let what: Vec<&str> = std::iter::once(unread.type_name.as_str())
            .chain(unread.id.as_ref().map(|id| id.as_str()))
            .filter(|word| !word.is_empty())
            .collect();
        let what = if what.is_empty() { String::new() } else { format!(" ({})", what.join(" ")) };
        page.push(Line::at(2).sign(Sign::Unread).text(format!("{}{what}", unread.address.path())));
        page.push(Line::at(6).text(&unread.problem.message));
        if !unread.waiting.is_empty() {
            page.push(Line::at(6).styled(style::DIM, format!("waits for it: {}", paths(&unread.waiting))));
        }
    }
    page
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
