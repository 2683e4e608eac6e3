//! What is no change and still worth a line.

use serde_json::{Value as Json, json};
use wildfire_engine::plan::{Note, Plan, ResourceChange};

use super::line::{Line, Page};

/// One line for each note, with its resource.
pub fn page(plan: &Plan) -> Page {
    let mut page = Page::default();
    for change in &plan.resources {
        for note in &change.notes {
            page.push(Line::at(2).text(format!("{}: {}", change.address.path(), words(note))));
        }
    }
    page
}

fn words(note: &Note) -> String {
    match note {
        Note::Ahead { path, declared, actual } => {
            format!("{path} is {actual} at AWS, ahead of the declared {declared}; nothing is changed")
        }
        Note::MadeBy { stack } => {
            format!("its tags say that {stack} has made it, and that stack does not keep it")
        }
    }
}

/// A list for the JSON forms.
pub fn json(plan: &Plan) -> Json {
    let one = |change: &ResourceChange, note: &Note| match note {
        Note::Ahead { path, declared, actual } => json!({
            "kind": "version-ahead",
            "address": change.address.to_string(),
            "path": path.to_string(),
            "declared": declared,
            "actual": actual,
        }),
        Note::MadeBy { stack } => json!({"kind": "made-by", "address": change.address.to_string(), "stack": stack}),
    };
    plan.resources.iter().flat_map(|change| change.notes.iter().map(move |note| one(change, note))).collect()
}
