//! A session of an editor with `wildfire lsp`, over standard input and output.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value as Json, json};

use crate::support::Project;

struct Editor {
    server: Child,
    into: ChildStdin,
    from: BufReader<ChildStdout>,
    next: i32,
    folder: String,
}

impl Editor {
    fn start(project: &Project) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_wildfire"))
            .arg("lsp")
            .current_dir(project.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let into = server.stdin.take().expect("it is piped");
        let from = BufReader::new(server.stdout.take().expect("it is piped"));
        let folder = project.path().canonicalize().expect("it is there");
        let folder = format!("file://{}", folder.display());
        let mut editor = Self { server, into, from, next: 0, folder };
        let answer = editor.ask("initialize", json!({"rootUri": editor.folder, "capabilities": {}}));
        assert_eq!(answer["capabilities"]["hoverProvider"], true, "{answer}");
        editor.tell("initialized", json!({}));
        editor
    }

    fn send(&mut self, message: &Json) {
        let text = message.to_string();
        write!(self.into, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
        self.into.flush().expect("it listens");
    }

    fn receive(&mut self) -> Json {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).expect("it answers");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().expect("it is a number"),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).expect("it answers");
        serde_json::from_slice(&body).expect("it is JSON")
    }

    fn tell(&mut self, method: &str, params: Json) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The result of a request, or its error.
    fn ask(&mut self, method: &str, params: Json) -> Json {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == id {
                return if message["error"].is_null() { message["result"].clone() } else { message["error"].clone() };
            }
        }
    }

    /// The faults of a file, as soon as they are told.
    fn faults(&mut self, uri: &str) -> Json {
        loop {
            let message = self.receive();
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].clone();
            }
        }
    }
}

/// Where a text begins within another, as the protocol has it.
fn at(text: &str, before: &str) -> Json {
    let offset = text.find(before).unwrap_or_else(|| panic!("{before:?} is there"));
    let line = text[..offset].matches('\n').count();
    let begin = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    json!({"line": line, "character": text[begin..offset].encode_utf16().count()})
}

#[test]
fn a_session_over_standard_input_and_output() {
    let project = Project::new();
    let text = "# é𝄞\nresources:\n  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}\n  a:\n    type: aws_subnet\n    properties:\n      vpc_id: ${vpc.id}\n      cidr_block: \"${cidrsubnet(vpc.cidr_block, 4, 0)} \"\n";
    let mut editor = Editor::start(&project);
    let uri = format!("{}/stages/test/main/main.yaml", editor.folder);
    let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text.replace("vpc.id", "vcp.id")});
    editor.tell("textDocument/didOpen", json!({"textDocument": document}));
    let faults = editor.faults(&uri);
    assert_eq!(faults[0]["code"], "unknown-reference", "{faults}");
    assert_eq!(faults[0]["range"]["start"], at(&text.replace("vpc.id", "vcp.id"), "vcp.id"), "{faults}");
    assert!(faults[0]["message"].as_str().is_some_and(|text| text.contains("did you mean `vpc`?")), "{faults}");

    let change = |text: &str| json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]});
    editor.tell("textDocument/didChange", change(&text.replace(" \"\n", "\"\n")));
    assert_eq!(editor.faults(&uri), json!([]));
    let text = text.replace(" \"\n", "\"\n");

    let place = |before: &str| json!({"textDocument": {"uri": uri}, "position": at(&text, before)});
    let hover = editor.ask("textDocument/hover", place("cidrsubnet("));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("cidrsubnet(prefix")), "{hover}");
    let hover = editor.ask("textDocument/hover", place("vpc_id:"));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("replaces the resource")), "{hover}");
    let definition = editor.ask("textDocument/definition", place("vpc.id"));
    assert_eq!(definition[0]["range"]["start"], at(&text, "vpc: {"), "{definition}");
    let references = editor.ask("textDocument/references", place("vpc: {"));
    assert_eq!(references.as_array().map(Vec::len), Some(3), "{references}");
    let items = editor.ask("textDocument/completion", place(".cidr_block"));
    assert!(items.as_array().is_some_and(|items| items.iter().any(|item| item["label"] == "vpc")), "{items}");

    let mut rename = place("vpc: {");
    rename["newName"] = json!("network");
    let edits = editor.ask("textDocument/rename", rename.clone());
    let edits = edits["changes"][&uri].as_array().cloned().unwrap_or_default();
    assert_eq!(edits.len(), 4, "{edits:?}");
    assert!(edits.iter().any(|edit| edit["newText"] == "\nmoved:\n  - {from: vpc, to: network}\n"), "{edits:?}");
    rename["newName"] = json!("a-b");
    let refused = editor.ask("textDocument/rename", rename);
    assert!(refused["message"].as_str().is_some_and(|text| text.contains("a name has letters")), "{refused}");

    let formatted = editor.ask("textDocument/formatting", json!({"textDocument": {"uri": uri}, "options": {}}));
    assert!(
        formatted[0]["newText"].as_str().is_some_and(|text| text.contains("cidr_block: ${cidrsubnet(")),
        "{formatted}"
    );
    let unknown = editor.ask("textDocument/nothing", json!({}));
    assert_eq!(unknown["code"], -32601);

    assert_eq!(editor.ask("shutdown", Json::Null), Json::Null);
    editor.tell("exit", Json::Null);
    assert!(editor.server.wait().expect("it ends").success());
}
