//! The text of files: YAML, its traps, and places in it.

use proptest::prelude::*;

use super::*;

fn output(text: &str) -> Node {
    stack(&format!("outputs:\n  x: {text}\n")).stage.stacks["main"].body.outputs["x"].value.clone()
}

#[test]
fn scalars_are_those_of_yaml_1_2() {
    for (text, wanted) in [
        ("no", "\"no\""),
        ("on", "\"on\""),
        ("true", "true"),
        ("False", "false"),
        ("~", "null"),
        ("012", "12"),
        ("0o12", "10"),
        ("0x1f", "31"),
        ("1_000", "\"1_000\""),
        ("1e3", "1000.0"),
        (".5", "0.5"),
        ("1.", "1.0"),
        (".inf", "\".inf\""),
        ("nan", "\"nan\""),
        ("1:30", "\"1:30\""),
        ("2024-01-01", "\"2024-01-01\""),
        ("'1'", "\"1\""),
        ("\"true\"", "\"true\""),
        ("-5", "-5"),
        ("+5", "5"),
        ("123456789012345678901", "1.2345678901234568e+20"),
        ("10.0.0.0/16", "\"10.0.0.0/16\""),
        ("!!str 5", "\"5\""),
        ("$${a}", "\"${a}\""),
        ("1.2.3", "\"1.2.3\""),
        ("e5", "\"e5\""),
        (".", "\".\""),
        ("=", "\"=\""),
        ("0x", "\"0x\""),
        ("-", "[null]"),
    ] {
        let project = stack(&format!("outputs:\n  x: {{value: 1, description: ''}}\n  y: {text}\n"));
        let found = project.stage.stacks["main"]
            .body
            .outputs
            .get("y")
            .map(|y| y.value.constant().map(|v| v.bare().to_string()));
        match found {
            Some(Ok(found)) => assert_eq!(found, wanted, "{text}"),
            _ if wanted == "null" || text == "-" => {}
            other => panic!("{text}: {other:?} {:?}", told(&project.diagnostics, None)),
        }
    }
}

/// Line and column of the one fault of a file, and its message.
fn fault(text: &str) -> String {
    let project = stack(text);
    let [fault] = project.diagnostics.iter().collect::<Vec<_>>()[..] else {
        panic!("{text}: {:?}", told(&project.diagnostics, None))
    };
    let span = &fault.origin.as_ref().expect("a place").span;
    format!("{}:{} {}; {}", span.line, span.column, fault.message, fault.help.as_deref().unwrap_or(""))
}

#[test]
fn what_is_no_yaml_is_shown_where_the_mistake_is() {
    for (text, wanted) in [
        ("a:\n  b: {c: d\n  e: f\n", "2:6 `{` is opened here and not closed; put a `}` at the end"),
        ("a:\n  b: {c: d", "2:6 `{` is opened here and not closed; put a `}` at the end"),
        ("a:\n  b: [c, {d: e}\n\nf: {g: h}\n", "2:6 `[` is opened here and not closed; put a `]` at the end"),
        ("a:\n\tb: c\n", "2:1 this is a tab, and YAML indents with spaces; set the editor to spaces for YAML files"),
        ("a:\n  b:\tc\n", "2:5 this is a tab, and YAML takes a space here; set the editor to spaces for YAML files"),
        (
            "a: \"b\nc: d\n",
            "1:4 a string is opened here and not closed; put the same quote at its end; a string of several lines is written behind `|`",
        ),
        (
            "a:\n  b: c\n    d: e\n",
            "3:6 this is not YAML: mapping values are not allowed in this context; this line is indented deeper than line 2, which has a value already",
        ),
        (
            "a:\n  b c\n  d: e\n",
            "3:4 this is not YAML: mapping values are not allowed in this context; line 2 has no `: `: behind the colon of a key there is a space",
        ),
        (
            "a:\n  b:c\n  d: {e: f, g: h}\n",
            "3:4 this is not YAML: mapping values are not allowed in this context; line 2 has no `: `: behind the colon of a key there is a space",
        ),
        (
            "a: b: c\n",
            "1:5 this is not YAML: mapping values are not allowed in this context; a text with `: ` in it needs quotes",
        ),
        (
            "outputs:\n  <<: {b: c}\n",
            "2:3 merge keys are not supported; repeat the entries, or compute the map: `${merge(one, other)}`",
        ),
    ] {
        assert_eq!(fault(text), wanted, "{text}");
    }
}

#[test]
fn expressions_without_quotes_that_yaml_takes_apart() {
    faults(
        "outputs:\n  x: ${a ? b : c}\n",
        &[
            "invalid-yaml a.yaml:2:6 [${a ? b : c}] an expression with `: ` needs quotes (YAML reads `: ` as its own before wildfire sees the expression); write \"${a ? b : c}\"",
        ],
    );
    faults(
        "outputs:\n  x: pre-${a ? \"b\" : c}-post\n",
        &[
            "invalid-yaml a.yaml:2:10 [${a ? \"b\" : c}] an expression with `: ` needs quotes (YAML reads `: ` as its own before wildfire sees the expression); write 'pre-${a ? \"b\" : c}-post'",
        ],
    );
    faults(
        "outputs:\n  x: [${a}, ${b}]\n",
        &[
            "invalid-yaml a.yaml:2:7 [${a}] an expression with braces inside of `[…]` or `{…}` needs quotes (YAML reads braces inside of `[…]` or `{…}` as its own before wildfire sees the expression); write \"${a}\"",
            "invalid-yaml a.yaml:2:13 [${b}] an expression with braces inside of `[…]` or `{…}` needs quotes (YAML reads braces inside of `[…]` or `{…}` as its own before wildfire sees the expression); write \"${b}\"",
        ],
    );
    faults(
        "outputs: {x: ${a['b']}}\n",
        &[
            "invalid-yaml a.yaml:1:14 [${a['b']}] an expression with braces inside of `[…]` or `{…}` needs quotes (YAML reads braces inside of `[…]` or `{…}` as its own before wildfire sees the expression); write \"${a['b']}\"",
        ],
    );
    faults(
        "outputs:\n  x: ${a.split(' #')}\n",
        &[
            "invalid-yaml a.yaml:2:6 [${a.split(' #')}] an expression with ` #` needs quotes (YAML reads ` #` as its own before wildfire sees the expression); write \"${a.split(' #')}\"",
        ],
    );
    faults(
        "outputs:\n  x: \"${a[\"b\"]}\"\n",
        &[
            "invalid-yaml a.yaml:2:12 [b] this is not YAML: invalid trailing content after double-quoted scalar; inside of double quotes, write strings of the expression with single quotes",
        ],
    );
}

#[test]
fn expressions_that_yaml_leaves_alone() {
    for text in [
        "${a.b}",
        "${a['b']}",
        "${a ? b:c}",
        "a-${b}-${c}",
        "\"${a ? b : c}\"",
        "'${{\"a\": b}}'",
        "[\"${a}\"]",
        "${max(a, b)} # comment",
        ">-\n    ${a ?\n    b : c}",
    ] {
        let project = stack(&format!("outputs:\n  x: {text}\n"));
        assert!(project.diagnostics.is_empty(), "{text}: {:?}", told(&project.diagnostics, None));
    }
}

#[test]
fn places_of_expressions() {
    let told_of = |text: &str| {
        let project = stack(text);
        told(&project.diagnostics, Some(&project))
            .into_iter()
            .map(|line| line.split(" no function").next().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    for (text, wanted) in [
        ("outputs: {x: \"é ${1} ${nope(1)}\"}", "a.yaml:1:24 [nope]"),
        ("outputs:\n  x: a ${nope(1)}", "a.yaml:2:10 [nope]"),
        ("outputs:\n  x: 'it''s ${nope(1)}'", "a.yaml:2:15 [nope]"),
        ("outputs:\n  x: \"\\t\\u00e9\\\"${nope(1)}\"", "a.yaml:2:19 [nope]"),
        ("outputs:\n  x: |\n    one\n\n    two ${nope(1)}\n", "a.yaml:5:11 [nope]"),
        ("outputs:\n  x: |-\n\n    two ${nope(1)}", "a.yaml:4:11 [nope]"),
        ("outputs:\n  x: >-\n    one\n    two\n\n    ${nope(1)}\n", "a.yaml:6:7 [nope]"),
        ("outputs:\n  x: one\n    two ${nope(1)}", "a.yaml:3:11 [nope]"),
        ("outputs:\n  x:\n    ${nope(1)}", "a.yaml:3:7 [nope]"),
        ("outputs:\n  x: \"one\n\n    two \\\n    ${nope(1)}\"", "a.yaml:5:7 [nope]"),
        ("\u{feff}outputs: {x: \"${nope(1)}\"}", "a.yaml:1:17 [nope]"),
        ("outputs:\r\n  x: ${nope(1)}\r\n", "a.yaml:2:8 [nope]"),
    ] {
        assert_eq!(told_of(text), [format!("unknown-function {wanted}")], "{text}");
    }
}

#[test]
fn a_node_places_what_evaluation_finds_later() {
    let project = stack("outputs:\n  x: >-\n    one\n    ${a.b}\n");
    let node = &project.stage.stacks["main"].body.outputs["x"].value;
    let NodeKind::Template(template) = &node.kind else { panic!("it has an expression") };
    let (_, at) = template.references().next().expect("there is a reference");
    assert_eq!(node.place(&project.sources, &at), crate::model::Span::new("stages/test/main/a.yaml", 4, 7, 3));
    // Without the text of the file it is the whole scalar, or exact where the scalar is one line as it is written.
    assert_eq!(node.quick_place(&at), node.span);
    for (text, column) in [("é ${a.b}", 10), ("'é ${a.b}'", 11), ("\"é ${a.b}\"", 11)] {
        let node = output(text);
        let span = node.quick_place(&(4..7));
        assert_eq!((span.line, span.column, span.length), (2, column, 3), "{text}");
    }
    assert_eq!(output("'it''s ${a.b}'").quick_place(&(7..10)).column, 6);
}

#[test]
fn refused() {
    faults(
        "outputs:\n  a: &x 1\n  b: *x\n",
        &[
            "alias-refused a.yaml:2:6 [&x 1] anchors are not supported; repeat the value, or put it under `values` of the stage and write `${stage.values.…}`",
        ],
    );
    faults(
        "outputs: {a: 1, a: 2}\n",
        &["duplicate-key a.yaml:1:17 [a] the key `a` is there twice (it is first at stages/test/main/a.yaml:1:11)"],
    );
    faults(
        "outputs: {}\n---\noutputs: {}\n",
        &[
            "invalid-yaml a.yaml:2:1 [---] a file has one document; remove the `---`, or make two files of it",
            "duplicate-key a.yaml:3:1 [outputs] the key `outputs` is there twice (it is first at stages/test/main/a.yaml:1:1)",
        ],
    );
    faults(
        "outputs:\n  x: !Sub a\n",
        &["invalid-yaml a.yaml:2:6 [!Sub a] the tag `!Sub` is not supported; an expression is written `${…}`"],
    );
    faults(
        "outputs:\n  ${a}: 1\n",
        &["invalid-value a.yaml:2:3 [${a}] a key is not an expression; compute the whole map: `\"${{key: value}}\"`"],
    );
    faults("outputs:\n  [a]: 1\n", &["invalid-yaml a.yaml:2:3 [[] a key must be a string"]);
    faults(
        "outputs:\n\tx: 1\n",
        &[
            "invalid-yaml a.yaml:2:1 [\t] this is a tab, and YAML indents with spaces; set the editor to spaces for YAML files",
        ],
    );
    faults("outputs: {x: \"a\0b\"}", &["invalid-yaml a.yaml:1:16 [] a file has no NUL characters"]);
    faults(
        "a: b: c\n",
        &[
            "invalid-yaml a.yaml:1:5 [:] this is not YAML: mapping values are not allowed in this context; a text with `: ` in it needs quotes",
        ],
    );
    faults("just text", &["wrong-type a.yaml:1:1 [just text] expected a map, found a string"]);
    faults("", &[]);
}

#[test]
fn limits() {
    for count in [200, 100_000] {
        let project = stack(&format!("outputs: {{x: {}}}", "[".repeat(count)));
        assert_eq!(project.diagnostics.iter().next().map(|first| first.code), Some(Code::InputTooDeep), "{count}");
    }
    let project = stack(&format!("# {}", "x".repeat(1 << 20)));
    assert_eq!(project.diagnostics.iter().next().map(|first| first.code), Some(Code::FileTooLarge));
    let bytes = [b"outputs:\n  x: \xff".as_slice(), b"\xff\xfe\x00"];
    for bytes in bytes {
        let project = base().with("stages/test/main/a.yaml", bytes).load("test").expect("it loads");
        assert_eq!(project.diagnostics.iter().next().map(|first| first.code), Some(Code::InvalidYaml));
    }
}

const VALID: &str = "resources:\n  a:\n    type: aws_vpc\n    for_each: [\"x\", 'y']\n    when: ${stage.name != \"x\"}\n    properties: {cidr: \"${cidrsubnet(a.b, 4, 1)}\", text: |\n      block ${a}\n      }\n    lifecycle: {prevent_destroy: true}\n    timeouts: {create: 1h}\nmodules:\n  m: {source: vpc, inputs: {cidr_block: \"é ${a['b']}\"}}\noutputs:\n  o: {value: >-\n    folded\n    ${x}\n  }\n";

fn never_panics(bytes: &[u8]) {
    for file in ["stages/test/main/a.yaml", "stages/test/stage.yaml", "modules/vpc/module.yaml", "wildfire.yaml"] {
        let files = base().with("stages/test/main/z.yaml", "modules: {v: {source: vpc}}").with(file, bytes);
        if let Ok(project) = files.load("test") {
            for diagnostic in project.diagnostics.iter() {
                let span = &diagnostic.origin.as_ref().expect("each has a place").span;
                assert!(span.line >= 1 && span.column >= 1 && span.length >= 1, "{span:?}");
                if let Some(line) = project.sources.line(span) {
                    let end = span.column + span.length - 1;
                    assert!(end as usize <= line.chars().count().max(span.column as usize), "{span:?} of {line:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        never_panics(&bytes);
    }

    #[test]
    fn any_text(text in "[-\\[\\]{}:,#&*!|>'\"%@`$ \\t\\n a-c1é?~\\\\.<=]{0,60}") {
        never_panics(text.as_bytes());
    }

    #[test]
    fn a_valid_file_with_damage(edits in proptest::collection::vec((0_usize..400, 0_usize..3, "[-\\[\\]{}:,#&*!|>'\"$ \\t\\n\\r\\x00a1é\u{2028}\u{85}]{0,3}"), 1..6)) {
        let mut text: Vec<char> = VALID.chars().collect();
        for (at, cut, insert) in edits {
            let at = at.min(text.len());
            let end = (at + cut).min(text.len());
            text.splice(at..end, insert.chars());
        }
        never_panics(text.into_iter().collect::<String>().as_bytes());
    }
}

#[test]
fn a_file_full_of_faults_is_read_once() {
    let wrong = |count: usize| format!("outputs:\n  x:\n    value:\n{}", "    - ${(}\n".repeat(count));
    let project = stack(&wrong(50));
    assert_eq!(project.diagnostics.len(), 50);
    let project = stack(&wrong(90_000));
    assert_eq!(project.diagnostics.len(), 101);
    let keys: String = (0..60_000).map(|key| format!("{key}: 1\n")).collect();
    let project = stack(&format!("{keys}{}", "59999: 2\n".repeat(20_000)));
    let doubles = project.diagnostics.iter().filter(|fault| fault.code == Code::DuplicateKey).count();
    assert_eq!(doubles, 20_000);
}
