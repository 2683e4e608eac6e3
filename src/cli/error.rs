//! Diagnostics on the screen: what, where, why, what to do.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use wildfire_engine::model::{Diagnostic, Origin, Severity, Sources, Span};

/// A diagnostic as text, with colours; `anstream` takes them away where they are not wanted.
pub fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let code = diagnostic.code.name();
    let mut group =
        level.primary_title(&diagnostic.message).id(&code).elements(Vec::<annotate_snippets::Message>::new());
    let origin = diagnostic.origin.as_deref();
    let place = origin.and_then(|origin| sources.text(&origin.span.file).map(|text| (origin, text)));
    if let Some((origin, text)) = place {
        let mut annotation = AnnotationKind::Primary.span(byte_range(text, &origin.span));
        if let Some(label) = &diagnostic.label {
            annotation = annotation.label(label);
        }
        group = group.element(Snippet::source(text.as_ref()).path(&*origin.span.file).annotation(annotation));
    }
    let notes = notes(diagnostic, place.is_some());
    for note in &notes {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::styled().render(&[group])
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

/// The bytes of a span, which counts lines and characters from 1.
fn byte_range(text: &str, span: &Span) -> std::ops::Range<usize> {
    let line_start = match span.line {
        0 | 1 => 0,
        line => text.match_indices('\n').nth(line as usize - 2).map_or(text.len(), |(index, _)| index + 1),
    };
    let line = text[line_start..].lines().next().unwrap_or("");
    let byte = |characters: u32| line.char_indices().nth(characters as usize).map_or(line.len(), |(index, _)| index);
    let start = line_start + byte(span.column.saturating_sub(1));
    let end = line_start + byte(span.column.saturating_sub(1).saturating_add(span.length));
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
