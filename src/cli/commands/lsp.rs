//! `wildfire lsp`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value as Json, json};
use wildfire_aws::AwsCatalog;
use wildfire_engine::config;
use wildfire_engine::editor::{Completion, CompletionKind, Edit, Position, Workspace};
use wildfire_engine::model::{Code, Diagnostic, Severity, Span};

use crate::cli::{Exit, Failure, Global, Output};

/// Serve an editor over standard input and output: the Language Server Protocol
#[derive(clap::Args)]
#[command(after_help = "\
An editor starts it; see docs/editors.md.

Example:
  wildfire lsp")]
pub struct Args {}

pub fn run(global: &Global, _: &Output) -> Result<Exit, Failure> {
    let (connection, threads) = Connection::stdio();
    serve(&connection, &global.start())
        .map_err(|why| Diagnostic::error(Code::Usage, format!("the editor broke off: {why}")))?;
    // Its threads end when the last sender is gone.
    drop(connection);
    threads.join().map_err(|error| Diagnostic::error(Code::Usage, format!("the editor broke off: {error}")))?;
    Ok(Exit::Ok)
}

type Broken = Box<dyn std::error::Error + Send + Sync>;

fn serve(connection: &Connection, start: &Path) -> Result<(), Broken> {
    let capabilities = json!({
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": true, "change": 1},
        "completionProvider": {"triggerCharacters": [".", "{", " ", ":"]},
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "renameProvider": {"prepareProvider": true},
        "documentFormattingProvider": true,
    });
    let (id, params) = connection.initialize_start()?;
    let answer = json!({
        "capabilities": capabilities,
        "serverInfo": {"name": "wildfire", "version": env!("CARGO_PKG_VERSION")},
    });
    connection.initialize_finish(id, answer)?;
    let folder = folder_of(&params).unwrap_or_else(|| start.to_path_buf());
    let root = config::find_root(&folder).unwrap_or(folder);
    let root = root.canonicalize().unwrap_or(root);
    let mut server = Server { workspace: Workspace::new(&root, &AwsCatalog), root, told: BTreeSet::new() };
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request)? {
                    return Ok(());
                }
                connection.sender.send(server.answer(request).into())?;
            }
            Message::Notification(notification) => {
                server.note(&notification);
                // While more is typed, what was is not looked at.
                if connection.receiver.is_empty() && notification.method.starts_with("textDocument/did") {
                    for told in server.diagnostics() {
                        connection.sender.send(told.into())?;
                    }
                }
            }
            Message::Response(_) => {}
        }
    }
    Ok(())
}

/// The folder that the editor has opened.
fn folder_of(params: &Json) -> Option<PathBuf> {
    let folder = params["workspaceFolders"][0]["uri"].as_str().or_else(|| params["rootUri"].as_str());
    folder.and_then(path_of).or_else(|| params["rootPath"].as_str().map(PathBuf::from))
}

/// What a path of a URI leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

fn path_of(uri: &str) -> Option<PathBuf> {
    let path = percent_decode_str(uri.strip_prefix("file://")?).decode_utf8().ok()?;
    Some(PathBuf::from(path.into_owned()))
}

struct Server {
    workspace: Workspace,
    root: PathBuf,
    /// Files of which the editor shows faults.
    told: BTreeSet<String>,
}

impl Server {
    /// The name of a file within the project.
    fn name(&self, uri: &str) -> Option<String> {
        let path = path_of(uri)?;
        let within = path.strip_prefix(&self.root).ok().map(Path::to_path_buf);
        let within = within.or_else(|| {
            let folder = path.parent()?.canonicalize().ok()?;
            Some(folder.join(path.file_name()?).strip_prefix(&self.root).ok()?.to_path_buf())
        })?;
        Some(within.to_str()?.replace('\\', "/"))
    }

    fn uri(&self, name: &str) -> String {
        let path = self.root.join(name);
        format!("file://{}", utf8_percent_encode(&path.to_string_lossy(), PLAIN))
    }

    fn note(&mut self, notification: &Notification) {
        let params = &notification.params;
        let Some(name) = params["textDocument"]["uri"].as_str().and_then(|uri| self.name(uri)) else { return };
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                if let Some(text) = params["textDocument"]["text"].as_str() {
                    self.workspace.open(&name, text.to_string());
                }
            }
            "textDocument/didChange" => {
                // The whole text each time.
                let last = params["contentChanges"].as_array().and_then(|changes| changes.last());
                if let Some(text) = last.and_then(|change| change["text"].as_str()) {
                    self.workspace.open(&name, text.to_string());
                }
            }
            "textDocument/didClose" => self.workspace.close(&name),
            _ => {}
        }
    }

    /// What is wrong with each file, also for files of which nothing is wrong any more.
    fn diagnostics(&mut self) -> Vec<Notification> {
        let mut found: BTreeMap<String, Vec<Diagnostic>> = self.workspace.diagnostics();
        for name in &self.told {
            found.entry(name.clone()).or_default();
        }
        self.told = found.iter().filter(|(_, list)| !list.is_empty()).map(|(name, _)| name.clone()).collect();
        let publish = |(name, list): (String, Vec<Diagnostic>)| {
            let list: Vec<Json> = list.iter().filter_map(|one| self.diagnostic(one)).collect();
            let params = json!({"uri": self.uri(&name), "diagnostics": list});
            Notification::new("textDocument/publishDiagnostics".to_string(), params)
        };
        found.into_iter().map(publish).collect()
    }

    fn diagnostic(&self, one: &Diagnostic) -> Option<Json> {
        let origin = one.origin.as_ref()?;
        let mut message = one.message.clone();
        for note in &one.notes {
            message.push_str(&format!("\nnote: {note}"));
        }
        if let Some(help) = &one.help {
            message.push_str(&format!("\nhelp: {help}"));
        }
        let calls: Vec<Json> =
            origin.calls().map(|span| json!({"location": self.location(span), "message": "called here"})).collect();
        Some(json!({
            "range": self.range(&origin.span),
            "severity": if one.severity == Severity::Error { 1 } else { 2 },
            "code": one.code.name(),
            "source": "wildfire",
            "message": message,
            "relatedInformation": calls,
        }))
    }

    fn location(&self, span: &Span) -> Json {
        json!({"uri": self.uri(&span.file), "range": self.range(span)})
    }

    fn range(&self, span: &Span) -> Json {
        let from =
            Position { line: span.line.saturating_sub(1) as usize, column: span.column.saturating_sub(1) as usize };
        let to = Position { column: from.column + span.length as usize, ..from };
        json!({"start": self.to_editor(&span.file, from), "end": self.to_editor(&span.file, to)})
    }

    fn line(&self, file: &str, line: usize) -> String {
        let text = self.workspace.text(file).unwrap_or_default();
        text.lines().nth(line).unwrap_or_default().to_string()
    }

    /// A column in characters as one in UTF-16.
    fn to_editor(&self, file: &str, position: Position) -> Json {
        let line = self.line(file, position.line);
        let units: usize = line.chars().take(position.column).map(char::len_utf16).sum();
        json!({"line": position.line, "character": units})
    }

    fn place_of(&self, file: &str, position: &Json) -> Option<Position> {
        let line = usize::try_from(position["line"].as_u64()?).ok()?;
        let mut left = usize::try_from(position["character"].as_u64()?).ok()?;
        let mut column = 0;
        for c in self.line(file, line).chars() {
            if left < c.len_utf16() {
                break;
            }
            left -= c.len_utf16();
            column += 1;
        }
        Some(Position { line, column })
    }

    fn answer(&self, request: Request) -> Response {
        let Request { id, method, params, .. } = request;
        let place = || {
            let file = self.name(params["textDocument"]["uri"].as_str()?)?;
            let position = self.place_of(&file, &params["position"])?;
            Some((file, position))
        };
        let none = || Response::new_ok(id.clone(), Json::Null);
        match method.as_str() {
            "textDocument/formatting" => {
                self.formatting(&params).map_or_else(none, |edits| Response::new_ok(id.clone(), edits))
            }
            "textDocument/completion"
            | "textDocument/hover"
            | "textDocument/definition"
            | "textDocument/references"
            | "textDocument/prepareRename"
            | "textDocument/rename" => match place() {
                Some((file, position)) => match self.at(&method, &params, &file, position) {
                    Ok(answer) => Response::new_ok(id, answer),
                    Err(message) => Response::new_err(id, ErrorCode::InvalidRequest as i32, message),
                },
                None => none(),
            },
            _ => Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("there is no {method}")),
        }
    }

    /// The answer to what is asked about a place.
    fn at(&self, method: &str, params: &Json, file: &str, position: Position) -> Result<Json, String> {
        let locations = |spans: Vec<Span>| -> Json { spans.iter().map(|span| self.location(span)).collect() };
        Ok(match method {
            "textDocument/completion" => {
                self.workspace.complete(file, position).iter().map(|one| self.completion(file, position, one)).collect()
            }
            "textDocument/hover" => match self.workspace.hover(file, position) {
                Some(text) => json!({"contents": {"kind": "markdown", "value": text}}),
                None => Json::Null,
            },
            "textDocument/definition" => locations(self.workspace.definition(file, position)),
            "textDocument/references" => locations(self.workspace.references(file, position)),
            "textDocument/prepareRename" => match self.workspace.renameable(file, position) {
                Some(span) => self.range(&span),
                None => Json::Null,
            },
            _ => {
                let name = params["newName"].as_str().unwrap_or_default();
                self.changes(&self.workspace.rename(file, position, name)?)
            }
        })
    }

    fn completion(&self, file: &str, position: Position, one: &Completion) -> Json {
        // The word that is begun gives way.
        let line = self.line(file, position.line);
        let begun = line.chars().take(position.column).collect::<Vec<_>>();
        let word = begun.iter().rev().take_while(|c| c.is_ascii_alphanumeric() || **c == '_' || **c == '-').count();
        let from = Position { column: position.column - word, ..position };
        let kind = match one.kind {
            CompletionKind::Key => 10,
            CompletionKind::Value => 12,
            CompletionKind::Type => 7,
            CompletionKind::Name => 6,
            CompletionKind::Function => 3,
        };
        json!({
            "label": one.label,
            "kind": kind,
            "detail": one.detail,
            "documentation": {"kind": "markdown", "value": one.doc},
            "textEdit": {
                "range": {"start": self.to_editor(file, from), "end": self.to_editor(file, position)},
                "newText": one.text,
            },
        })
    }

    fn changes(&self, edits: &[Edit]) -> Json {
        let mut changes: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for edit in edits {
            let range = json!({
                "start": self.to_editor(&edit.file, edit.from),
                "end": self.to_editor(&edit.file, edit.to),
            });
            changes.entry(self.uri(&edit.file)).or_default().push(json!({"range": range, "newText": edit.text}));
        }
        json!({ "changes": changes })
    }

    /// The whole file gives way to its canonical form.
    fn formatting(&self, params: &Json) -> Option<Json> {
        let file = self.name(params["textDocument"]["uri"].as_str()?)?;
        let (before, after) = (self.workspace.text(&file)?, self.workspace.formatted(&file)?);
        if before == after {
            return Some(json!([]));
        }
        let end = before.split('\n').count();
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": end, "character": 0}});
        Some(json!([{"range": range, "newText": after}]))
    }
}
