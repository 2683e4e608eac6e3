//! Lines of a view: what stands on them, and how they look at a terminal, in HTML and in a diff of Markdown.
//!
//! Whatever is put on a line is made visible first, so no text of a stage can leave its line or change how it looks.
//! Owns: that, and the three forms. Leaves out: what is shown.

use std::fmt::{self, Display, Write};

use anstyle::{AnsiColor, Color, Effects, Style};
use wildfire_engine::model::visible::visible;

use super::style;

/// What happens to that which a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Add,
    Change,
    Remove,
    Replace,
    ReplaceNewFirst,
    Forget,
    Import,
    Move,
    Record,
    Unread,
}

impl Sign {
    pub fn text(self) -> &'static str {
        match self {
            Sign::Add => "+",
            Sign::Change => "~",
            Sign::Remove => "-",
            Sign::Replace => "-/+",
            Sign::ReplaceNewFirst => "+/-",
            Sign::Forget => ".",
            Sign::Import => "&",
            Sign::Move => ">",
            Sign::Record => "=",
            Sign::Unread => "?",
        }
    }

    pub fn style(self) -> Style {
        match self {
            Sign::Add => style::CREATE,
            Sign::Change => style::UPDATE,
            Sign::Remove | Sign::Unread => style::DELETE,
            Sign::Replace | Sign::ReplaceNewFirst => style::REPLACE,
            Sign::Forget | Sign::Import | Sign::Move | Sign::Record => style::NEUTRAL,
        }
    }

    /// The first character of a line in a diff, from which forges take its colour.
    fn mark(self) -> char {
        match self {
            Sign::Add => '+',
            Sign::Remove => '-',
            Sign::Change | Sign::Replace | Sign::ReplaceNewFirst => '!',
            Sign::Forget | Sign::Import | Sign::Move | Sign::Record | Sign::Unread => ' ',
        }
    }
}

/// One line.
#[derive(Clone, Debug, Default)]
pub struct Line {
    indent: usize,
    /// What happens to it, as forges colour it; the sign itself may stand on a line above.
    within: Option<Sign>,
    sign: Option<Sign>,
    /// Each made visible.
    spans: Vec<(Style, String)>,
}

impl Line {
    /// An empty line that begins after so many spaces.
    pub fn at(indent: usize) -> Self {
        Self { indent, ..Self::default() }
    }

    /// With a sign before the text.
    #[must_use]
    pub fn sign(self, sign: Sign) -> Self {
        Self { sign: Some(sign), within: Some(sign), ..self }
    }

    /// A part of what has this sign.
    #[must_use]
    pub fn within(self, sign: Option<Sign>) -> Self {
        Self { within: sign, ..self }
    }

    /// With more text.
    #[must_use]
    pub fn text(self, text: impl Display) -> Self {
        self.styled(Style::new(), text)
    }

    #[must_use]
    pub fn styled(mut self, style: Style, text: impl Display) -> Self {
        self.spans.push((style, visible(&text.to_string()).into_owned()));
        self
    }

    /// With a remark after the text; none when it is empty.
    #[must_use]
    pub fn remark(self, remark: &str) -> Self {
        match remark.is_empty() {
            true => self,
            false => self.text("  ").styled(style::DIM, format!("# {remark}")),
        }
    }

    /// Text only.
    pub fn plain(&self) -> String {
        let sign = self.sign.map(|sign| format!("{} ", sign.text())).unwrap_or_default();
        format!("{}{sign}{}", self.pad(), self.words())
    }

    /// The text, without indent and sign.
    pub fn words(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// With the colours of a terminal.
    fn ansi(&self) -> String {
        let sign = self.sign.map(|sign| format!("{} ", style::paint(sign.style(), sign.text()))).unwrap_or_default();
        let spans = self.spans.iter().map(|(style, text)| match *style == Style::new() {
            true => text.clone(),
            false => style::paint(*style, text),
        });
        format!("{}{sign}{}", self.pad(), spans.collect::<String>())
    }

    /// A line of a diff: what happens stands in the first column.
    pub fn diff(&self) -> String {
        let mark = self.within.map_or(' ', Sign::mark);
        let sign = self.sign.filter(|sign| sign.mark() == ' ').map(|sign| format!("{} ", sign.text()));
        format!("{mark} {}{}{}", self.pad(), sign.unwrap_or_default(), self.words())
    }

    fn html(&self) -> String {
        let mut out = self.pad();
        if let Some(sign) = self.sign {
            let _ = write!(out, "{} ", element(sign.style(), sign.text()));
        }
        self.spans.iter().for_each(|(style, text)| out.push_str(&element(*style, text)));
        out
    }

    fn pad(&self) -> String {
        " ".repeat(self.indent)
    }
}

/// Lines one below the other.
#[derive(Clone, Debug, Default)]
pub struct Page(Vec<Line>);

impl Page {
    pub fn push(&mut self, line: Line) {
        self.0.push(line);
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.0.push(Line::default());
    }

    pub fn extend(&mut self, other: Page) {
        self.0.extend(other.0);
    }

    pub fn lines(&self) -> &[Line] {
        &self.0
    }

    /// With the colours of a terminal.
    pub fn ansi(&self) -> String {
        self.joined(Line::ansi)
    }

    /// For an element that keeps spaces.
    pub fn html(&self) -> String {
        self.joined(Line::html)
    }

    fn joined(&self, form: fn(&Line) -> String) -> String {
        self.0.iter().map(|line| form(line).trim_end().to_string() + "\n").collect()
    }
}

/// Text only.
impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.joined(Line::plain))
    }
}

/// Text within HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Text as an element with the classes of a style: `b` bold, `d` dim, `c31` the colour with that number.
fn element(style: Style, text: &str) -> String {
    let mut classes = Vec::new();
    if style.get_effects().contains(Effects::BOLD) {
        classes.push("b".to_string());
    }
    if style.get_effects().contains(Effects::DIMMED) {
        classes.push("d".to_string());
    }
    if let Some(Color::Ansi(color)) = style.get_fg_color() {
        let number = match color {
            AnsiColor::Red => 31,
            AnsiColor::Green => 32,
            AnsiColor::Yellow => 33,
            AnsiColor::Magenta => 35,
            _ => 36,
        };
        classes.push(format!("c{number}"));
    }
    match classes.is_empty() {
        true => escape(text),
        false => format!("<span class=\"{}\">{}</span>", classes.join(" "), escape(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_three_forms() {
        let line = Line::at(2).sign(Sign::Remove).text("a <b>\u{1b}[8m\n").styled(style::BOLD, "&").remark("x");
        assert_eq!(line.plain(), "  - a <b>\\u{1b}[8m\\n&  # x");
        assert_eq!(
            line.ansi(),
            "  \u{1b}[1m\u{1b}[31m-\u{1b}[0m a <b>\\u{1b}[8m\\n\u{1b}[1m&\u{1b}[0m  \u{1b}[2m# x\u{1b}[0m"
        );
        assert_eq!(line.diff(), "-   a <b>\\u{1b}[8m\\n&  # x");
        assert_eq!(
            line.html(),
            "  <span class=\"b c31\">-</span> a &lt;b&gt;\\u{1b}[8m\\n<span class=\"b\">&amp;</span>  \
             <span class=\"d\"># x</span>"
        );
    }

    #[test]
    fn what_happens_to_a_line_stands_in_its_first_column() {
        assert_eq!(Line::at(6).sign(Sign::Change).text("cidr_block: 1 -> 2").diff(), "!       cidr_block: 1 -> 2");
        assert_eq!(Line::at(2).sign(Sign::Replace).text("aws_vpc vpc").diff(), "!   aws_vpc vpc");
        assert_eq!(Line::at(2).text("#   declared").diff(), "    #   declared");
        // An item of a list that is new is no deletion.
        assert_eq!(Line::at(4).within(Some(Sign::Add)).text("- item").diff(), "+     - item");
    }
}
