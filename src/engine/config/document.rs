//! The text of one file to a tree of nodes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::files::MAX_BYTES;
use super::{Key, Node, NodeKind, place, yaml_error};
use crate::expr::{EvalError, Template, plain_scalar};
use crate::model::{Code, Diagnostic, Diagnostics, Origin, Span, Value};

/// Levels of lists and maps.
const MAX_DEPTH: usize = 64;
/// Wrong expressions of a file that are explained.
const MAX_FAULTS: usize = 100;

/// Templates by their text: a module that is used a hundred times has its expressions parsed once.
pub(super) type Templates = HashMap<String, Result<Arc<Template>, EvalError>>;

/// The text of a file, checked.
///
/// # Errors
/// Too large, or not UTF-8.
pub(super) fn text(file: &Arc<str>, bytes: Vec<u8>) -> Result<Arc<str>, Stop> {
    let at = |line: u32, column: u32| Origin::at(Span::new(file.clone(), line, column, 1));
    if bytes.len() > MAX_BYTES {
        let message = format!("{file} is larger than 1 MiB");
        let diagnostic = Diagnostic::error(Code::FileTooLarge, message).at(at(1, 1));
        return Err(Box::new(diagnostic.help("split it: all files of a stack's folder are one namespace")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
        let (line, column) = end_of(&valid);
        let diagnostic = Diagnostic::error(Code::InvalidYaml, format!("{file} is not UTF-8")).at(at(line, column));
        Box::new(match error.as_bytes() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => diagnostic.help("it looks like UTF-16: save it as UTF-8"),
            _ => diagnostic,
        })
    })?;
    // At the begin of a file a byte order mark is allowed, and no part of it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if let Some(position) = text.find('\0') {
        let (line, column) = end_of(&text[..position]);
        let diagnostic = Diagnostic::error(Code::InvalidYaml, "a file has no NUL characters");
        return Err(Box::new(diagnostic.at(at(line, column))));
    }
    Ok(text.into())
}

/// The place behind a text.
fn end_of(text: &str) -> (u32, u32) {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// Parses a file. `None` when it is no YAML that can be used; a file without a document is null.
pub(super) fn parse(
    file: &Arc<str>,
    text: &str,
    templates: &mut Templates,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let widths = text.lines().map(|line| u32::try_from(line.chars().count()).unwrap_or(u32::MAX)).collect();
    let mut builder = Builder { file, text, widths, templates, diagnostics, open: Vec::new(), root: None, faults: 0 };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                if let Err(diagnostic) = builder.event(event, span) {
                    builder.diagnostics.push(*diagnostic);
                    return None;
                }
            }
            Err(error) => {
                builder.diagnostics.push(yaml_error::explain(file, text, &error));
                return None;
            }
        }
    }
    let empty = || Node { kind: NodeKind::Null, span: Span::new(file.clone(), 1, 1, 1) };
    Some(builder.root.unwrap_or_else(empty))
}

enum Open {
    List(Vec<Node>, Span),
    /// A map, the key that waits for its value, and whether that key is there already.
    Map {
        entries: Vec<(Key, Node)>,
        /// Where each key is among the entries.
        names: HashMap<Arc<str>, usize>,
        key: Option<Key>,
        repeated: bool,
        span: Span,
    },
}

struct Builder<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    /// Characters of each line.
    widths: Vec<u32>,
    templates: &'a mut Templates,
    diagnostics: &'a mut Diagnostics,
    open: Vec<Open>,
    root: Option<Node>,
    /// Expressions that do not parse, so far.
    faults: usize,
}

/// What ends the reading of a file. Boxed: a diagnostic is large, and this is the result of every event.
type Stop = Box<Diagnostic>;

impl Builder<'_> {
    fn span(&self, span: saphyr_parser::Span) -> Span {
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let (line, column) = (number(span.start.line()).max(1), number(span.start.col()) + 1);
        let width = self.widths.get(line as usize - 1).copied().unwrap_or(0);
        let length = if span.end.line() == span.start.line() { number(span.len()) } else { u32::MAX };
        Span::new(self.file.clone(), line, column, length.min((width + 1).saturating_sub(column)))
    }

    fn stop(&self, code: Code, message: &str, span: saphyr_parser::Span) -> Diagnostic {
        Diagnostic::error(code, message).at(Origin::at(self.span(span)))
    }

    fn event(&mut self, event: Event, span: saphyr_parser::Span) -> Result<(), Stop> {
        match event {
            Event::Alias(_) => Err(Box::new(
                self.stop(Code::AliasRefused, "aliases are not supported", span)
                    .help("repeat the value, or put it under `values` of the stage and write `${stage.values.…}`"),
            )),
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _)
                if anchor > 0 =>
            {
                Err(Box::new(
                    self.stop(Code::AliasRefused, "anchors are not supported", span)
                        .help("repeat the value, or put it under `values` of the stage and write `${stage.values.…}`"),
                ))
            }
            Event::SequenceStart(_, tag) | Event::MappingStart(_, tag) if tag.is_some() => {
                Err(Box::new(self.tag(tag.as_deref(), span)))
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if self.open.len() >= MAX_DEPTH => {
                let message = format!("the file is nested more than {MAX_DEPTH} levels deep");
                Err(Box::new(self.stop(Code::InputTooDeep, &message, span)))
            }
            Event::SequenceStart(..) => {
                let span = self.span(span);
                self.open.push(Open::List(Vec::new(), span));
                Ok(())
            }
            Event::MappingStart(..) => {
                let span = self.span(span);
                self.open.push(Open::Map {
                    entries: Vec::new(),
                    names: HashMap::new(),
                    key: None,
                    repeated: false,
                    span,
                });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::List(items, span)) => Node { kind: NodeKind::List(items), span },
                    Some(Open::Map { entries, span, .. }) => Node { kind: NodeKind::Map(entries), span },
                    None => return Ok(()),
                };
                self.add(node)
            }
            Event::Scalar(text, style, _, tag) => {
                if self.expects_key() {
                    return self.key(&text, span);
                }
                let node = self.scalar(&text, style, tag.as_deref(), span)?;
                self.add(node)
            }
            Event::DocumentStart(_) if self.root.is_some() => Err(Box::new(
                self.stop(Code::InvalidYaml, "a file has one document", span)
                    .help("remove the `---`, or make two files of it"),
            )),
            _ => Ok(()),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Map { key: None, .. }))
    }

    fn tag(&self, tag: Option<&Tag>, span: saphyr_parser::Span) -> Diagnostic {
        let name = tag.map_or_else(String::new, |tag| format!(" `{}{}`", tag.handle, tag.suffix));
        self.stop(Code::InvalidYaml, &format!("the tag{name} is not supported"), span)
            .help("an expression is written `${…}`")
    }

    fn key(&mut self, text: &str, at: saphyr_parser::Span) -> Result<(), Stop> {
        let span = self.span(at);
        let name: Arc<str> = text.into();
        if text.contains("${") {
            return Err(Box::new(
                self.stop(Code::InvalidValue, "a key is not an expression", at)
                    .help("compute the whole map: `\"${{key: value}}\"`"),
            ));
        }
        if text == "<<" {
            let fault = self.stop(Code::AliasRefused, "merge keys are not supported", at);
            return Err(Box::new(fault.help("repeat the entries, or compute the map: `${merge(one, other)}`")));
        }
        let Some(Open::Map { entries, names, key, repeated, .. }) = self.open.last_mut() else { return Ok(()) };
        *repeated = match names.entry(name.clone()) {
            Entry::Vacant(place) => {
                place.insert(entries.len());
                false
            }
            Entry::Occupied(place) => {
                let first = entries.get(*place.get()).map(|(key, _)| key.span.to_string());
                let diagnostic = Diagnostic::error(Code::DuplicateKey, format!("the key `{name}` is there twice"))
                    .at(Origin::at(span.clone()));
                self.diagnostics.push(diagnostic.note(format!("it is first at {}", first.unwrap_or_default())));
                true
            }
        };
        *key = Some(Key { name, span });
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), Stop> {
        match self.open.last_mut() {
            Some(Open::List(items, _)) => items.push(node),
            Some(Open::Map { entries, key, repeated, .. }) => match key.take() {
                Some(_) if *repeated => {}
                Some(key) => entries.push((key, node)),
                None => {
                    let message = "a key must be a string";
                    return Err(Box::new(Diagnostic::error(Code::InvalidYaml, message).at(Origin::at(node.span))));
                }
            },
            None => self.root = Some(node),
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        at: saphyr_parser::Span,
    ) -> Result<Node, Stop> {
        let string = match tag {
            None => style != ScalarStyle::Plain,
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => true,
            Some(_) => return Err(Box::new(self.tag(tag, at))),
        };
        let span = self.span(at);
        let kind = match if string { Value::from(text) } else { plain_scalar(text) } {
            Value::Null => NodeKind::Null,
            Value::Bool(value) => NodeKind::Bool(value),
            Value::Int(value) => NodeKind::Int(value),
            Value::Float(value) => NodeKind::Float(value),
            _ if text.contains("${") => self.template(text, style, &span),
            _ => NodeKind::String(text.into()),
        };
        Ok(Node { kind, span })
    }

    fn template(&mut self, text: &str, style: ScalarStyle, span: &Span) -> NodeKind {
        let parsed = match self.templates.get(text) {
            Some(parsed) => parsed.clone(),
            None => {
                let parsed = Template::parse(text).map(Arc::new);
                self.templates.insert(text.to_string(), parsed.clone());
                parsed
            }
        };
        match parsed {
            Ok(template) => match template.plain_text() {
                Some(plain) => NodeKind::String(plain.into()),
                None => NodeKind::Template(template),
            },
            Err(error) => {
                // To explain one goes through the file; nobody reads a thousand of them.
                self.faults += 1;
                if self.faults <= MAX_FAULTS {
                    let diagnostic = self.explain(text, style, span, error);
                    self.diagnostics.push(diagnostic);
                } else if self.faults == MAX_FAULTS + 1 {
                    let message = format!("there are more than {MAX_FAULTS} wrong expressions in this file");
                    self.diagnostics.push(Diagnostic::error(error.code, message).at(Origin::at(span.clone())));
                }
                // An unknown passes every check, so that one mistake is one error.
                NodeKind::Template(Arc::new(Template::invalid(text)))
            }
        }
    }

    fn explain(&self, text: &str, style: ScalarStyle, span: &Span, error: EvalError) -> Diagnostic {
        let line = self.text.lines().nth(span.line as usize - 1).unwrap_or_default();
        if style == ScalarStyle::Plain
            && let Some(found) = yaml_error::unquoted(line)
        {
            let place = Span::new(span.file.clone(), span.line, found.column, found.length);
            return Diagnostic::error(Code::InvalidYaml, format!("an expression with {} needs quotes", found.cause))
                .at(Origin::at(place))
                .note(format!("YAML reads {} as its own before wildfire sees the expression", found.cause))
                .help(format!("write {}", found.quoted));
        }
        let place = place::place(self.text, span, text, &error.at);
        let diagnostic = Diagnostic::error(error.code, error.message).at(Origin::at(place));
        match error.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}
