//! Colours by meaning. `anstream` removes them where the output is no terminal or `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};
use wildfire_engine::model::visible::Visible;

pub const CREATE: Style = AnsiColor::Green.on_default();
pub const UPDATE: Style = AnsiColor::Yellow.on_default();
pub const DELETE: Style = AnsiColor::Red.on_default().bold();
pub const REPLACE: Style = AnsiColor::Magenta.on_default().bold();
pub const NEUTRAL: Style = AnsiColor::Cyan.on_default();
pub const DIM: Style = Style::new().dimmed();
pub const BOLD: Style = Style::new().bold();

/// `text` in a style, on one line: what is hidden in it is made visible.
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{}{style:#}", Visible(text))
}
