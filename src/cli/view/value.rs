//! Values as text, in the manner of YAML: on one line where that fits, else as a block. Nothing is left out of a value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wildfire_engine::model::secret::is_digest;
use wildfire_engine::model::visible::{Visible, quoted};
use wildfire_engine::model::{Field, Form, Map, PropertyPath, Step, Ty, TypeSchema, Value};

use super::line::{Line, Page, Sign};

/// What stands for a value that must not be shown.
pub const SENSITIVE: &str = "(sensitive value)";

/// A value that is longer than this stands on several lines, in characters.
pub const WIDTH: usize = 100;

/// A value on one line, the whole of it.
pub fn inline(value: &Value) -> String {
    match value {
        // What state keeps of a secret tells a reader nothing.
        value if is_digest(value) => SENSITIVE.to_string(),
        Value::Unknown(unknown) => format!("(known after apply: {})", Visible(unknown.shown())),
        Value::String(text) => quoted(text),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<String> =
                map.iter().map(|(name, value)| format!("{}: {}", key(name), inline(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// A key of a map: quoted unless it is a word, so that it is never taken for anything else.
pub fn key(name: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-./:@*+".contains(c);
    match !name.is_empty() && name.chars().all(word) && !name.starts_with(['-', '*', '+', ':']) {
        true => name.to_string(),
        false => quoted(name),
    }
}

/// How a field's values are written, as far as that matters to whoever reads them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// A JSON document: its text is shown as what it says.
    pub json: bool,
    /// Base64: shown as the text that it stands for.
    pub base64: bool,
    /// A list without an order.
    pub set: bool,
    /// A map whose keys are no names of fields.
    pub map: bool,
    pub fields: &'static [Field],
}

impl Reading {
    /// Of a type's attributes all together.
    pub fn of_type(schema: Option<&'static TypeSchema>) -> Self {
        Self { fields: schema.map_or(&[], |schema| &schema.fields), ..Self::default() }
    }

    /// Of what is under `name`, or of an item.
    pub fn of(self, name: Option<&str>) -> Self {
        match name {
            None => Self { json: false, base64: false, set: false, ..self },
            Some(_) if self.map => Self { map: false, ..self },
            Some(name) => {
                self.fields.iter().find(|field| field.name == name).map_or_else(Self::default, |field| Self {
                    json: field.json,
                    base64: field.forms.contains(&Form::Base64),
                    set: field.is_set(),
                    map: matches!(field.ty, Ty::Map(_)),
                    fields: field.block().unwrap_or(&[]),
                })
            }
        }
    }

    /// Of what is at a path.
    pub fn at(self, path: &PropertyPath) -> Self {
        path.0.iter().fold(self, |reading, step| match step {
            Step::Key(name) => reading.of(Some(name)),
            Step::Index(_) => reading.of(None),
        })
    }

    /// The value as people read it, and what was done to get there.
    pub fn read(self, value: &Value) -> (Value, &'static str) {
        let Value::String(text) = value else { return (value.clone(), "") };
        if self.json
            && let Some(document) = super::document::parse(text)
        {
            return (document, "");
        }
        if self.base64
            && let Some(text) = decoded(text)
        {
            return (Value::from(text), "base64 of this text");
        }
        (value.clone(), "")
    }
}

/// The text behind base64; none where that is no text.
fn decoded(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty())?;
    // Another spelling of the same bytes would not show.
    String::from_utf8(bytes).ok().filter(|decoded| STANDARD.encode(decoded) == text)
}

/// How a value stands below or behind its name.
#[derive(Clone, Copy)]
pub struct Place {
    pub indent: usize,
    /// Stands before the name.
    pub sign: Option<Sign>,
    /// What happens to all of it.
    pub within: Option<Sign>,
}

impl Place {
    pub fn signed(indent: usize, sign: Sign) -> Self {
        Self { indent, sign: Some(sign), within: Some(sign) }
    }

    pub fn line(self) -> Line {
        let line = Line::at(self.indent);
        match self.sign {
            Some(sign) => line.sign(sign),
            None => line.within(self.within),
        }
    }

    /// One step in, as a part of the same.
    pub fn inside(self) -> Self {
        Self { indent: self.indent + if self.sign.is_some() { 4 } else { 2 }, sign: None, within: self.within }
    }
}

/// `head` and the value: on its line, or below it. `head` ends in `:`, or is the `-` of an item, or is empty.
pub fn entry(page: &mut Page, place: Place, head: &str, value: &Value, reading: Reading, remark: &str) {
    let (value, note) = reading.read(value);
    let text = inline(&value);
    let whole = format!("{head} {text}");
    let whole = || place.line().text(whole.trim_start());
    let remarks =
        |note: &str| [note, remark].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    if text.chars().count() + place.indent <= WIDTH {
        return page.push(whole().remark(&remarks(note)));
    }
    match &value {
        Value::Map(map) => {
            page.push(place.line().text(head).remark(&remarks(note)));
            entries(page, place.inside(), map, reading);
        }
        Value::List(items) => {
            page.push(place.line().text(head).remark(&remarks(note)));
            items.iter().for_each(|item| entry(page, place.inside(), "-", item, reading.of(None), ""));
        }
        Value::String(text) if text.contains('\n') => {
            let note = match (note, text.ends_with('\n')) {
                (note, true) => note.to_string(),
                ("", false) => "without a line break at its end".to_string(),
                (note, false) => format!("{note}, without a line break at its end"),
            };
            page.push(place.line().text(head).remark(&remarks(&note)));
            let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
            lines.for_each(|line| page.push(place.inside().line().text(gutter(line))));
        }
        _ => page.push(whole().remark(&remarks(note))),
    }
}

fn entries(page: &mut Page, place: Place, map: &Map, reading: Reading) {
    for (name, value) in map {
        entry(page, place, &format!("{}:", key(name)), value, reading.of(Some(name)), "");
    }
}

/// A line of a text that has several. The bar tells it from what wildfire says.
pub fn gutter(line: &str) -> String {
    if line.is_empty() { "|".to_string() } else { format!("| {line}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_words_or_quoted() {
        for (name, shown) in [
            ("aws:SecureTransport", "aws:SecureTransport"),
            ("kubernetes.io/role/elb", "kubernetes.io/role/elb"),
            ("a: b", "\"a: b\""),
            ("\u{1b}[", "\"\\u{1b}[\""),
            ("- x", "\"- x\""),
            ("", "\"\""),
        ] {
            assert_eq!(key(name), shown);
        }
    }

    #[test]
    fn a_long_text_is_shown_in_full() {
        let long = "x".repeat(300);
        assert_eq!(inline(&Value::from(long.as_str())), format!("\"{long}\""));
        let script = format!("#!/bin/sh\necho {long}\n\nPlan: 0 to add");
        let mut page = Page::default();
        entry(&mut page, Place::signed(6, Sign::Add), "user_data:", &Value::from(script), Reading::default(), "");
        assert_eq!(
            page.to_string(),
            format!(
                "      + user_data:  # without a line break at its end\n          | #!/bin/sh\n          | echo {long}\n\
                 \x20         |\n          | Plan: 0 to add\n"
            )
        );
    }

    #[test]
    fn base64_is_read_only_where_it_is_the_text_and_nothing_else() {
        assert_eq!(decoded("ZWNobyBhCg==").as_deref(), Some("echo a\n"));
        for text in ["", "plain text", "/w==", "ZWNobyBhCh==", "ZWNobyBhCg"] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }
}
