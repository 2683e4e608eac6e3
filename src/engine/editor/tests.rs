//! A project in a folder, and what an editor is told while somebody writes in it.

use super::*;
use crate::simulation::SimCatalog;

const MAIN: &str = "\
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: \"${stage.values.cidr}\"}}
  private:
    type: aws_subnet
    for_each: [a, b]
    properties:
      vpc_id: ${vpc.id}
      cidr_block: ${cidrsubnet(vpc.cidr_block, 4, each.index)}
    depends_on: [vpc]
modules:
  net:
    source: net
    inputs: {name: x}
outputs:
  id: ${vpc.id}
  answer: ${net.answer}
";

const MODULE: &str = "\
description: Answers.
inputs:
  name: {type: string, description: What is asked}
data:
  found: {type: aws_lookup, properties: {question: \"${inputs.name}\"}}
outputs:
  answer: {value: \"${data.found.answer}\", description: The answer}
";

const FILE: &str = "stages/test/main/main.yaml";

struct Editing {
    _folder: tempfile::TempDir,
    workspace: Workspace,
}

fn editing() -> Editing {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    };
    write("wildfire.yaml", "name: test\n");
    write(
        "stages/test/stage.yaml",
        "account_id: \"123456789012\"\nregion: eu-west-1\nvalues: {cidr: 10.0.0.0/16, size: {small: 1}}\n",
    );
    write(FILE, MAIN);
    write("modules/net/module.yaml", MODULE);
    let workspace = Workspace::new(folder.path(), &SimCatalog);
    Editing { _folder: folder, workspace }
}

/// The text without its `|`, and where that stood.
fn cursor(text: &str) -> (String, Position) {
    let at = text.find('|').expect("there is a cursor");
    let before = &text[..at];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    (text.replacen('|', "", 1), Position { line, column })
}

/// The labels that are offered at the `|` of a text, which is the file of the stack.
fn offered(text: &str) -> Vec<String> {
    let mut editing = editing();
    let (text, position) = cursor(text);
    editing.workspace.open(FILE, text);
    editing.workspace.complete(FILE, position).into_iter().map(|one| one.label).collect()
}

#[track_caller]
fn offers(text: &str, wanted: &[&str]) {
    assert_eq!(offered(text), wanted, "{text}");
}

#[test]
fn keys_are_completed() {
    offers("re|", &["resources", "removed"]);
    offers("resources:\n  a:\n    typ|", &["type"]);
    offers("resources:\n  a:\n    type: aws_vpc\n    li|", &["lifecycle"]);
    offers("resources:\n  a:\n    type: aws_vpc\n    lifecycle:\n      prev|", &["prevent_destroy"]);
    offers("resources:\n  a:\n    type: aws_vpc\n    properties:\n      ci|", &["cidr_block"]);
    offers("resources:\n  a: {type: aws_vpc, properties: {ci|}}", &["cidr_block"]);
    offers(
        "resources:\n  a:\n    type: aws_security_group\n    properties:\n      name: x\n      ingress:\n        - po|",
        &["port"],
    );
    offers("moved:\n  - fr|", &["from"]);
    offers("moved:\n- from: a\n  t|", &["to"]);
    offers("modules:\n  net:\n    source: net\n    inputs:\n      n|", &["name"]);
    offers("# re|", &[]);
}

#[test]
fn values_are_completed() {
    offers("resources:\n  a:\n    type: aws_su|", &["aws_subnet"]);
    offers("resources:\n  a:\n    type: aws_vpc\n    properties:\n      enable_dns_hostnames: t|", &["true"]);
    offers("modules:\n  m:\n    source: n|", &["net"]);
    offers("resources:\n  a: {type: aws_vpc, when: f|}", &["false"]);
    offers("data:\n  d: {type: aws_l|}", &["aws_lookup"]);
    offers("resources:\n  vpc: {type: aws_vpc}\n  a:\n    type: aws_vpc\n    depends_on:\n      - v|", &["vpc"]);
}

#[test]
fn expressions_are_completed() {
    let with = |expression: &str| MAIN.replace("${net.answer}", &format!("\"{expression}}}\""));
    offers(&with("${vp|"), &["vpc"]);
    offers(&with("${vpc.ci|"), &["cidr_block"]);
    offers(&with("${private['a'].cid|"), &["cidr_block"]);
    offers(&with("${net.|"), &["answer"]);
    offers(&with("${stage.re|"), &["region"]);
    offers(&with("${stage.values.|"), &["cidr", "size"]);
    offers(&with("${stage.values.size.|"), &["small"]);
    offers(&with("${cidrsubn|"), &["cidrsubnet", "cidrsubnets"]);
    offers(&with("${upper(vpc.i|"), &["id"]);
}

fn hover_at(text: &str) -> Option<String> {
    let mut editing = editing();
    let (text, position) = cursor(text);
    editing.workspace.open(FILE, text);
    editing.workspace.hover(FILE, position)
}

#[test]
fn hovers_say_what_it_is() {
    let over = |from: &str, to: &str| hover_at(&MAIN.replacen(from, to, 1)).unwrap_or_default();
    assert!(over("for_each", "for|_each").contains("One instance for each element"));
    assert!(over("vpc_id:", "vpc|_id:").contains("A change replaces the resource."), "{}", over("vpc_id:", "vpc|_id:"));
    assert!(over("type: aws_subnet", "type: aws_sub|net").starts_with("`aws_subnet`"));
    assert!(over("cidrsubnet(", "cidr|subnet(").contains("cidrsubnet(prefix, newbits, netnum)"));
    assert!(over("${vpc.id}", "${vpc.i|d}").starts_with("`id`"));
    assert!(over("stage.values.cidr", "stage.values.ci|dr").contains("10.0.0.0/16"));
    assert!(over("net.answer", "net.ans|wer").contains("The answer"));
    assert!(over("name: x", "na|me: x").contains("What is asked"));
    assert_eq!(hover_at("resources: |  {}"), None);
}

fn spans(spans: &[crate::model::Span]) -> Vec<String> {
    spans.iter().map(ToString::to_string).collect()
}

fn place(text: &str, of: &str) -> Position {
    let (_, position) = cursor(&text.replacen(of, &format!("|{of}"), 1));
    position
}

#[test]
fn names_lead_to_their_declarations() {
    let editing = editing();
    let to = |of: &str| spans(&editing.workspace.definition(FILE, place(MAIN, of)));
    assert_eq!(to("vpc.id}"), ["stages/test/main/main.yaml:2:3"]);
    assert_eq!(to("vpc]"), ["stages/test/main/main.yaml:2:3"]);
    assert_eq!(to("answer}"), ["modules/net/module.yaml:7:3"]);
    assert_eq!(to("net.answer"), ["stages/test/main/main.yaml:11:3"]);
    assert_eq!(to("net\n    inputs"), ["modules/net/module.yaml:1:1"]);
    assert_eq!(to("name: x"), ["modules/net/module.yaml:3:3"]);
    assert_eq!(to("cidr}"), ["stages/test/stage.yaml:3:10"]);
    let references = spans(&editing.workspace.references(FILE, place(MAIN, "vpc: {")));
    assert_eq!(
        references,
        [
            "stages/test/main/main.yaml:2:3",
            "stages/test/main/main.yaml:7:17",
            "stages/test/main/main.yaml:8:32",
            "stages/test/main/main.yaml:9:18",
            "stages/test/main/main.yaml:15:9",
        ]
    );
}

/// The files of an editing after the edits.
fn after(workspace: &Workspace, edits: &[Edit]) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for edit in edits.iter().rev() {
        let text = out.get(&edit.file).cloned().or_else(|| workspace.text(&edit.file)).expect("it is there");
        let offset = |position: Position| {
            let before: usize = text.split_inclusive('\n').take(position.line).map(|line| line.chars().count()).sum();
            before + position.column
        };
        let chars: Vec<char> = text.chars().collect();
        let (from, to) = (offset(edit.from), offset(edit.to));
        let changed: String =
            chars[..from].iter().copied().chain(edit.text.chars()).chain(chars[to..].iter().copied()).collect();
        out.insert(edit.file.clone(), changed);
    }
    out
}

#[test]
fn a_new_name_of_a_resource_moves_it() {
    let editing = editing();
    let edits = editing.workspace.rename(FILE, place(MAIN, "vpc: {"), "network").expect("it can be renamed");
    let files = after(&editing.workspace, &edits);
    let wanted = MAIN
        .replace("  vpc:", "  network:")
        .replace("${vpc.id}", "${network.id}")
        .replace("(vpc.cidr", "(network.cidr")
        .replace("[vpc]", "[network]")
        + "\nmoved:\n  - {from: vpc, to: network}\n";
    assert_eq!(files.get(FILE), Some(&wanted));
    let again = editing.workspace.rename(FILE, place(MAIN, "vpc: {"), "private");
    assert_eq!(again, Err("`private` is declared already".to_string()));
    assert!(editing.workspace.rename(FILE, place(MAIN, "vpc: {"), "a-b").is_err());
    assert!(editing.workspace.rename(FILE, place(MAIN, "resources"), "x").is_err());
}

#[test]
fn a_new_name_of_an_input_is_passed_by_everybody() {
    let editing = editing();
    let edits = editing.workspace.rename(FILE, place(MAIN, "name: x"), "question").expect("it can be renamed");
    let files = after(&editing.workspace, &edits);
    assert!(files[FILE].contains("inputs: {question: x}"), "{}", files[FILE]);
    assert!(files["modules/net/module.yaml"].contains("\"${inputs.question}\""));
    assert!(files["modules/net/module.yaml"].contains("  question: {type: string"));
    assert!(!files[FILE].contains("moved"));
}

#[test]
fn faults_are_those_of_validate() {
    let mut editing = editing();
    let found = editing.workspace.diagnostics();
    assert!(found.values().all(Vec::is_empty), "{found:?}");
    editing.workspace.open(FILE, MAIN.replace("${vpc.id}", "${vcp.id}"));
    let found = editing.workspace.diagnostics();
    let told: Vec<String> = found[FILE].iter().map(|one| format!("{} {}", one.code.name(), one.message)).collect();
    assert_eq!(told, ["unknown-reference there is no `vcp` here", "unknown-reference there is no `vcp` here"]);
    // An open file without a fault has an empty list, so that an old one goes.
    editing.workspace.open(FILE, MAIN.to_string());
    assert_eq!(editing.workspace.diagnostics().get(FILE).map(Vec::len), Some(0));
    editing.workspace.close(FILE);
    assert_eq!(editing.workspace.formatted(FILE).as_deref(), Some(MAIN));
}

#[test]
fn no_place_of_a_text_panics() {
    let mut editing = editing();
    for text in [MAIN, "a: {b: [", "${", "- - x: ${a['", "é: \"ü${ß", "\t\t:"] {
        editing.workspace.open(FILE, text.to_string());
        for line in 0..=text.lines().count() {
            for column in 0..12 {
                let position = Position { line, column };
                drop(editing.workspace.complete(FILE, position));
                drop(editing.workspace.hover(FILE, position));
            }
        }
    }
}
