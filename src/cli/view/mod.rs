//! What commands show, as text or JSON. Nothing here prints: a view returns what to print.
//!
//! Text of a stage, of AWS or of state goes on a [`mod@line`], which makes what is hidden in it visible.

mod align;
mod change;
pub mod compared;
pub mod diff;
mod document;
pub mod drift_json;
pub mod graph;
pub mod junit;
mod line;
mod notes;
pub mod plan;
pub mod plan_html;
pub mod plan_json;
pub mod plan_markdown;
pub mod progress;
mod provider_form;
mod reason;
pub mod reference;
pub mod report;
mod requests;
pub mod stage;
mod stage_json;
pub mod state;
pub mod style;
#[cfg(test)]
mod tests;
pub mod unread;
pub mod value;
