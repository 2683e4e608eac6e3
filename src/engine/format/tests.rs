//! Files before and after.

use proptest::prelude::*;

use super::*;
use crate::config::shapes::Document;

fn formatted_as(text: &str, document: Option<Document>) -> String {
    let file: Arc<str> = "stages/test/main/a.yaml".into();
    match format(&file, text, document.map(Document::shape)) {
        Ok(text) => text,
        Err(diagnostic) => format!("error: {}", diagnostic.message),
    }
}

/// Formats once and again: the second time changes nothing.
#[track_caller]
fn becomes(before: &str, after: &str) {
    let found = formatted_as(before, Some(Document::Stack));
    assert_eq!(found, after, "of\n{before}");
    assert_eq!(formatted_as(&found, Some(Document::Stack)), after, "a second time");
}

#[test]
fn indentation_is_two_spaces() {
    becomes(
        "resources:\n    a:\n        type: aws_vpc\n        properties:\n            cidr_block: x\n",
        "resources:\n  a:\n    type: aws_vpc\n    properties:\n      cidr_block: x\n",
    );
    becomes(
        "moved:\n- from: a\n  to:   b\n-   from: c\n    to: d\n",
        "moved:\n  - from: a\n    to: b\n  - from: c\n    to: d\n",
    );
    becomes(
        "outputs:\n   a:\n   - - 1\n     - 2\n   -\n     - 3\n",
        "outputs:\n  a:\n    - - 1\n      - 2\n    - - 3\n",
    );
    becomes("outputs: {a:   [1,2 , {b: c}],d: }\n", "outputs: {a: [1, 2, {b: c}], d:}\n");
}

#[test]
fn comments_stay_where_they_belong() {
    becomes(
        "# head\n\nresources:   # what is managed\n\n\n    # the network\n    a:\n        type: aws_vpc   # a type\n        # behind the last key\n    # of b\n    b: {type: aws_vpc}\n# end\n",
        "# head\n\nresources:   # what is managed\n  # the network\n  a:\n    type: aws_vpc   # a type\n    # behind the last key\n  # of b\n  b: {type: aws_vpc}\n# end\n",
    );
    becomes("outputs:\n  a: # why\n    x\n", "outputs:\n  # why\n  a: x\n");
    becomes(
        "moved:\n  # first\n  - from: a\n    to: b\n  # last\n",
        "moved:\n  # first\n  - from: a\n    to: b\n  # last\n",
    );
    becomes("outputs:\n  a:\n  - # why\n    b: 1\n", "outputs:\n  a:\n    - # why\n      b: 1\n");
    becomes("# only\n# comments", "# only\n# comments\n");
    becomes("outputs:\n  é: 'ü'  # ö\n  b: 1 # x\n", "outputs:\n  é: 'ü'  # ö\n  b: 1 # x\n");
    becomes("", "");
}

#[test]
fn keys_of_a_resource_have_an_order() {
    becomes(
        "resources:\n  a:\n    # what it has\n    properties:\n      z: 1\n      a: 2\n    when: ${x}\n    # its type\n    type: aws_vpc\n    unknown: 1\n",
        "resources:\n  a:\n    # its type\n    type: aws_vpc\n    when: ${x}\n    # what it has\n    properties:\n      z: 1\n      a: 2\n    unknown: 1\n",
    );
    becomes(
        "data: {zones: {properties: {state: available}, type: aws_availability_zones}}\n",
        "data: {zones: {type: aws_availability_zones, properties: {state: available}}}\n",
    );
    becomes(
        "modules:\n  m:\n    inputs: {b: 1, a: 2}\n    source: vpc\n",
        "modules:\n  m:\n    source: vpc\n    inputs: {b: 1, a: 2}\n",
    );
    // Of a file that nothing is known of, nothing is moved.
    let text = "resources:\n  a:\n    properties: {}\n    type: b\n";
    assert_eq!(formatted_as(text, None), text);
}

#[test]
fn expressions_have_quotes_where_they_need_them() {
    becomes(
        "outputs:\n  a: \"${vpc.id}\"\n  b: '${x}-y'\n  c: \"${a ? b : c}\"\n  d: \"a\\n${b}\"\n  e: {f: \"${g}\"}\n  h: \"plain\"\n  i: \"${j} # k\"\n  l: \"*${m}\"\n  n: '${o[\"p\"]}'\n  q:\n    - \"${r}\"\n",
        "outputs:\n  a: ${vpc.id}\n  b: ${x}-y\n  c: \"${a ? b : c}\"\n  d: \"a\\n${b}\"\n  e: {f: \"${g}\"}\n  h: \"plain\"\n  i: \"${j} # k\"\n  l: \"*${m}\"\n  n: ${o[\"p\"]}\n  q:\n    - ${r}\n",
    );
}

#[test]
fn texts_and_numbers_stay_as_they_are_written() {
    becomes(
        "outputs:\n  a: 1.30\n  b: 01234\n  c: ~\n  d: null\n  e:\n  f: 'it''s'\n  g: \"\\u00e9\"\n",
        "outputs:\n  a: 1.30\n  b: 01234\n  c: ~\n  d: null\n  e:\n  f: 'it''s'\n  g: \"\\u00e9\"\n",
    );
    becomes(
        "outputs:\n     a: |\n           one\n             two\n\n           three\n\n\n     b: >-  # folded\n       x\n       y\n     c: |+\n       z\n\n     d: 1\n",
        "outputs:\n  a: |\n    one\n      two\n\n    three\n\n  b: >- # folded\n    x\n    y\n  c: |+\n    z\n\n  d: 1\n",
    );
    becomes(
        "outputs:\n    a: |4\n            x\n        y\n    b: |\n",
        "outputs:\n  a: |2\n        x\n    y\n  b: |\n",
    );
    becomes(
        "outputs:\n    a: one\n      two\n\n      three\n    b: \"x\n      y\"\n",
        "outputs:\n  a: one\n    two\n\n    three\n  b: \"x\n    y\"\n",
    );
    becomes(
        "outputs:\n    a: {b: 1,\n        c: 2}\n    d: [1, # one\n      2]\n",
        "outputs:\n  a: {b: 1,\n      c: 2}\n  d: [1, # one\n    2]\n",
    );
}

#[test]
fn line_ends_and_markers() {
    becomes("\u{feff}outputs:\r\n  a: 1   \r\n", "outputs:\n  a: 1\n");
    becomes("---\noutputs:\n   a: 1", "---\noutputs:\n  a: 1\n");
    becomes("outputs:\n\n\n\n  a: 1\n\n\n  b: 2\n\n\n\n", "outputs:\n  a: 1\n\n  b: 2\n");
}

#[test]
fn what_is_rare_stays() {
    for text in ["outputs:\n    a: !!str 1\n", "outputs:\n    ? a\n    : 1\n", "outputs:\n    a: [b: c]\n"] {
        assert_eq!(formatted_as(text, Some(Document::Stack)), text);
    }
    for (text, message) in [("a: [1\n", "error: "), ("a: 1\n---\nb: 2\n", "error: ")] {
        let found = formatted_as(text, Some(Document::Stack));
        assert!(found.starts_with(message), "{text}: {found}");
    }
}

/// A document, and how it is written: blocks with any indentation, comments anywhere, flows.
fn written() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("1.30"),
        Just("x"),
        Just("'a b'"),
        Just("\"${c}\""),
        Just("\"${d ? e : f}\""),
        Just("true"),
        Just(""),
        Just("~"),
        Just("[1,  2]"),
        Just("{a: 1,b: \"${c}\"}"),
        Just("|\nTEXT"),
        Just(">-\nTEXT"),
        Just("\"é\""),
        Just("[]"),
    ];
    let tree = scalar.prop_map(|text| Part::Scalar(text.to_string())).prop_recursive(4, 24, 4, |inner| {
        let comment = prop_oneof![3 => Just(0_u8), 1 => Just(1), 1 => Just(2), 1 => Just(3)];
        let one = (inner, comment, 0_usize..3);
        prop_oneof![
            prop::collection::vec(one.clone(), 1..4).prop_map(Part::List),
            prop::collection::vec(one, 1..4).prop_map(Part::Map),
        ]
    });
    (tree, 1_usize..5).prop_map(|(tree, step)| {
        let mut out = "outputs:".to_string();
        tree.write(&mut out, step, step);
        out
    })
}

#[derive(Clone, Debug)]
enum Part {
    Scalar(String),
    Map(Vec<(Part, u8, usize)>),
    List(Vec<(Part, u8, usize)>),
}

impl Part {
    fn write(&self, out: &mut String, indent: usize, step: usize) {
        let pad = " ".repeat(indent);
        let entries = match self {
            Part::Scalar(text) => {
                let text = text.replace("TEXT", &format!("{pad}one\n{pad}  two\n\n{pad}three"));
                out.push_str(&format!(" {text}\n"));
                return;
            }
            Part::Map(entries) | Part::List(entries) => entries,
        };
        out.push_str("  # head\n");
        for (position, (part, comment, blank)) in entries.iter().enumerate() {
            out.push_str(&"\n".repeat(*blank));
            if *comment == 1 {
                out.push_str(&format!("{pad}# before\n"));
            }
            match self {
                Part::Map(_) => out.push_str(&format!("{pad}key{position}:")),
                _ => out.push_str(&format!("{pad}-")),
            }
            part.write(out, indent + step, step);
            if *comment == 2 {
                out.push_str(&format!("{pad}# behind\n"));
            }
            if *comment == 3 && matches!(part, Part::Scalar(text) if !text.contains('\n')) {
                out.pop();
                out.push_str(" # beside\n");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// `format` itself refuses what would say something else.
    #[test]
    fn a_second_time_changes_nothing_and_no_comment_is_lost(text in written()) {
        let once = formatted_as(&text, Some(Document::Stack));
        prop_assert!(!once.starts_with("error"), "{once}\n{text}");
        prop_assert_eq!(&formatted_as(&once, Some(Document::Stack)), &once, "of\n{}", text);
        prop_assert_eq!(once.matches('#').count(), text.matches('#').count(), "{}", text);
        prop_assert!(once.lines().all(|line| !line.ends_with(' ')), "{}", once);
    }
}

/// Every YAML file of the repository, whatever it is.
#[test]
fn the_files_of_the_repository() {
    fn walk(folder: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden && !path.ends_with("target") => walk(&path, out),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|extension| extension == "yaml") => {
                    out.push(path)
                }
                _ => {}
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["stages", "modules", "stacks", "tests/cases", "fuzz/corpus"] {
        walk(&root.join(folder), &mut files);
    }
    let mut count = 0;
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name: Arc<str> = path.display().to_string().into();
        let Ok(once) = format(&name, &text, Some(Document::Stack.shape())).inspect_err(|error| {
            assert_ne!(error.code, Code::Internal, "{}: {}", path.display(), error.message);
        }) else {
            continue;
        };
        assert_eq!(
            format(&name, &once, Some(Document::Stack.shape())).as_deref().ok(),
            Some(once.as_str()),
            "{}",
            path.display()
        );
        count += 1;
    }
    assert!(count > 100, "{count}");
}
