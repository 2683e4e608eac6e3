//! What commands show, as text or JSON. Nothing here prints: a view returns what to print.

pub mod diff;
pub mod graph;
pub mod plan;
pub mod plan_html;
pub mod plan_json;
pub mod plan_markdown;
pub mod progress;
pub mod reference;
pub mod report;
pub mod style;
pub mod unread;
