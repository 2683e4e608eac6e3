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
/// Wrong expressions, keys and tags of a file that are explained.
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
    // A byte order mark at the start of a file is skipped.
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

/// The tree of one file by itself, for whoever looks at its form only: wrong expressions are no fault here.
///
/// # Errors
/// It is no YAML, or says what is not supported.
pub fn read_document(file: &Arc<str>, text: &str) -> Result<Node, Box<Diagnostic>> {
    let text = self::text(file, text.as_bytes().to_vec())?;
    let read = read(file, &text, None, &mut Templates::new(), &mut Diagnostics::default());
    read.map_err(|broken| Box::new(broken.diagnostic))
}

/// Why the reading of a file ended before its end.
pub(super) struct Broken {
    pub diagnostic: Diagnostic,
    /// The text itself is no YAML; otherwise it is, and says what is not supported.
    pub of_parser: bool,
}

/// One reading of a file; a file without a document is null. `text` may have places that were mended: expressions whose
/// characters are all `mended`.
pub(super) fn read(
    file: &Arc<str>,
    text: &str,
    mended: Option<char>,
    templates: &mut Templates,
    diagnostics: &mut Diagnostics,
) -> Result<Node, Broken> {
    let widths = text.lines().map(|line| u32::try_from(line.chars().count()).unwrap_or(u32::MAX)).collect();
    let mut builder = Builder {
        file,
        text,
        mended,
        widths,
        templates,
        diagnostics,
        open: Vec::new(),
        root: None,
        faults: 0,
        told_anchor: false,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| Broken { diagnostic: yaml_error::explain(file, text, &error), of_parser: true })?;
        builder.event(event, span).map_err(|diagnostic| Broken { diagnostic: *diagnostic, of_parser: false })?;
    }
    let empty = || Node { kind: NodeKind::Null, span: Span::new(file.clone(), 1, 1, 1) };
    Ok(builder.root.unwrap_or_else(empty))
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
    /// What stands in place of expressions that YAML takes apart.
    mended: Option<char>,
    /// Characters of each line.
    widths: Vec<u32>,
    templates: &'a mut Templates,
    diagnostics: &'a mut Diagnostics,
    open: Vec<Open>,
    root: Option<Node>,
    /// Expressions that do not parse, so far.
    faults: usize,
    /// Anchors and aliases come in crowds: the first is told.
    told_anchor: bool,
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
            Event::Alias(_) => {
                self.anchor("aliases are not supported", span);
                let span = self.span(span);
                // What it stands for is not known, so it passes every check.
                self.add(Node { kind: NodeKind::Template(Arc::new(Template::invalid("*"))), span })
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if self.open.len() >= MAX_DEPTH => {
                let message = format!("the file is nested more than {MAX_DEPTH} levels deep");
                Err(Box::new(self.stop(Code::InputTooDeep, &message, span)))
            }
            Event::SequenceStart(anchor, tag) => {
                self.marks(anchor, tag.as_deref(), span);
                let span = self.span(span);
                self.open.push(Open::List(Vec::new(), span));
                Ok(())
            }
            Event::MappingStart(anchor, tag) => {
                self.marks(anchor, tag.as_deref(), span);
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
            Event::Scalar(text, style, anchor, tag) => {
                self.marks(anchor, None, span);
                if self.expects_key() {
                    return self.key(&text, span);
                }
                let node = self.scalar(&text, style, tag.as_deref(), span);
                self.add(node)
            }
            Event::DocumentStart(_) if self.root.is_some() => Err(Box::new(
                self.stop(Code::InvalidYaml, "a file has one document", span)
                    .help("remove the `---`, or make two files of it"),
            )),
            _ => Ok(()),
        }
    }

    /// Tells of anchors and aliases, once.
    fn anchor(&mut self, message: &str, span: saphyr_parser::Span) {
        if !std::mem::replace(&mut self.told_anchor, true) {
            let fault = self.stop(Code::AliasRefused, message, span);
            let help = "repeat the value, or put it under `values` of the stage and write `${stage.values.…}`";
            self.diagnostics.push(fault.help(help));
        }
    }

    /// Tells of an anchor or a tag at a value.
    fn marks(&mut self, anchor: usize, tag: Option<&Tag>, span: saphyr_parser::Span) {
        if anchor > 0 {
            self.anchor("anchors are not supported", span);
        }
        if tag.is_some() {
            let fault = self.tag(tag, span);
            self.tell(fault);
        }
    }

    /// Tells what is wrong with one value, up to a number that somebody reads.
    fn tell(&mut self, fault: Diagnostic) {
        self.faults += 1;
        if self.faults <= MAX_FAULTS {
            self.diagnostics.push(fault);
        } else if self.faults == MAX_FAULTS + 1 {
            let message = format!("there are more than {MAX_FAULTS} such mistakes in this file");
            let mut last = Diagnostic::error(fault.code, message);
            last.origin = fault.origin;
            self.diagnostics.push(last);
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
        // An entry whose key means nothing is left out.
        let mut left_out = self.is_mended(text);
        if text.contains("${") {
            let fault = self.stop(Code::InvalidValue, "a key is not an expression", at);
            self.tell(fault.help("compute the whole map: `\"${{key: value}}\"`"));
            left_out = true;
        } else if text == "<<" {
            let fault = self.stop(Code::AliasRefused, "merge keys are not supported", at);
            self.tell(fault.help("repeat the entries, or compute the map: `${merge(one, other)}`"));
            left_out = true;
        }
        let Some(Open::Map { entries, names, key, repeated, .. }) = self.open.last_mut() else { return Ok(()) };
        if left_out {
            (*repeated, *key) = (true, Some(Key { name, span }));
            return Ok(());
        }
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

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, at: saphyr_parser::Span) -> Node {
        let span = self.span(at);
        let string = match tag {
            None => style != ScalarStyle::Plain,
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => true,
            Some(_) => {
                let fault = self.tag(tag, at);
                self.tell(fault);
                return Node { kind: NodeKind::Template(Arc::new(Template::invalid(text))), span };
            }
        };
        if self.is_mended(text) {
            return Node { kind: NodeKind::Template(Arc::new(Template::invalid(text))), span };
        }
        let kind = match if string { Value::from(text) } else { plain_scalar(text) } {
            Value::Null => NodeKind::Null,
            scalar @ (Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Written(_)) => NodeKind::Scalar(scalar),
            _ if text.contains("${") => self.template(text, style, &span),
            _ => NodeKind::String(text.into()),
        };
        Node { kind, span }
    }

    /// Whether the text has an expression that was told to need quotes.
    fn is_mended(&self, text: &str) -> bool {
        self.mended.is_some_and(|mended| text.contains(mended))
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
                let fault = match self.faults < MAX_FAULTS {
                    true => self.explain(text, style, span, error),
                    false => Diagnostic::error(error.code, "").at(Origin::at(span.clone())),
                };
                self.tell(fault);
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
