//! Diagnostics on the screen: what, where, why, what to do.
//!
//! Messages, notes and lines of files hold text of a stage, of AWS and of a lock row: all of it is made visible first.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use wildfire_engine::model::visible::{is_hidden, visible};
use wildfire_engine::model::{Diagnostic, Origin, Severity, Sources, Span};

/// A diagnostic as text, with colours; `anstream` takes them away where they are not wanted.
pub fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let code = diagnostic.code.name();
    let message = visible(&diagnostic.message);
    let mut group = level.primary_title(message).id(&code).elements(Vec::<annotate_snippets::Message>::new());
    let origin = diagnostic.origin.as_deref();
    let place = origin.and_then(|origin| sources.line(&origin.span).map(|line| (&origin.span, line)));
    if let Some((span, line)) = place {
        let line = same_width(line);
        let mut annotation = AnnotationKind::Primary.span(byte_range(&line, span));
        if let Some(label) = &diagnostic.label {
            annotation = annotation.label(visible(label));
        }
        let snippet = Snippet::source(line).line_start(span.line as usize).path(visible(&span.file).into_owned());
        group = group.element(snippet.annotation(annotation));
    }
    for note in notes(diagnostic, place.is_some()) {
        group = group.element(Level::NOTE.message(visible(&note).into_owned()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    Renderer::styled().render(&[group])
}

/// A line of a file with one character in the place of each hidden one, so that columns stay what they are.
fn same_width(line: &str) -> String {
    let shown = |c: char| match c {
        // What shows lines makes spaces of it.
        '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        c if is_hidden(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    line.chars().map(shown).collect()
}

fn notes(diagnostic: &Diagnostic, shown: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(origin) = &diagnostic.origin {
        if !shown {
            notes.push(format!("at {}", origin.span));
        }
        notes.extend(origin.calls().map(|call| format!("passed by the module call at {call}")));
    }
    if let Some(address) = &diagnostic.address {
        notes.push(format!("resource: {address}"));
    }
    if let Some(call) = &diagnostic.call {
        notes.push(format!("AWS call: {call}"));
    }
    notes.extend(diagnostic.notes.iter().cloned());
    notes
}

/// `file:line:column`, and the module calls around it.
pub fn place(origin: &Origin) -> String {
    let mut out = format!("{}:{}", origin.span.file, origin.span.line);
    for call in origin.calls() {
        // Writing to a String cannot fail.
        let _ = write!(out, ", called at {}:{}", call.file, call.line);
    }
    out
}

/// The bytes of a span within its line; it counts characters from 1.
fn byte_range(line: &str, span: &Span) -> std::ops::Range<usize> {
    let byte = |characters: u32| line.char_indices().nth(characters as usize).map_or(line.len(), |(index, _)| index);
    let start = byte(span.column.saturating_sub(1));
    let end = byte(span.column.saturating_sub(1).saturating_add(span.length));
    start..end.max(start)
}

/// A diagnostic as JSON, for `--json`.
pub fn to_json(diagnostic: &Diagnostic) -> serde_json::Value {
    let span = |span: &Span| serde_json::json!({"file": &*span.file, "line": span.line, "column": span.column, "length": span.length});
    serde_json::json!({
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "code": diagnostic.code.name(),
        "message": diagnostic.message,
        "place": diagnostic.origin.as_deref().map(|origin| span(&origin.span)),
        "calls": diagnostic.origin.as_deref().map(|origin| origin.calls().map(span).collect::<Vec<_>>()),
        "label": diagnostic.label,
        "address": diagnostic.address.as_ref().map(ToString::to_string),
        "aws": diagnostic.call.as_deref().map(|call| serde_json::json!({
            "service": call.service, "operation": call.operation, "request_id": call.request_id,
        })),
        "notes": diagnostic.notes,
        "help": diagnostic.help,
    })
}

#[cfg(test)]
mod tests {
    use wildfire_engine::model::Code;

    use super::*;

    #[test]
    fn a_line_of_a_file_keeps_its_columns() {
        let mut sources = Sources::default();
        sources.insert("a.yaml".into(), "x: 1\nk\u{1b}\u{202e}ey: \u{85}value\r\n".into());
        let origin = Origin::at(Span::new("a.yaml", 2, 8, 5));
        let diagnostic =
            Diagnostic::error(Code::InvalidValue, "no\n\u{1b}[2Jerror").at(origin).label("a\rb").note("n\nerror: x");
        let shown = anstream::adapter::strip_str(&render(&diagnostic, &sources)).to_string();
        assert_eq!(
            shown,
            "error[invalid-value]: no\\n\\u{1b}[2Jerror\n --> a.yaml:2:8\n  |\n2 | k\u{241b}\u{fffd}ey: \u{fffd}value\n  |        ^^^^^ a\\rb\n  |\n  = note: n\\nerror: x"
        );
    }
}
