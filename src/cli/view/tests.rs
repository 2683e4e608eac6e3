//! Whatever a text is, and wherever in a plan it stands: it is seen, and it stays in its place.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use wildfire_engine::model::visible::is_hidden;
use wildfire_engine::model::{
    Address, Code, Diagnostic, Map, OpId, Origin, PhysicalId, Placement, PropertyPath, Segment, Sources, Span, StackId,
    Step, Unknown, Value,
};
use wildfire_engine::plan::{
    Action, DataRead, Direction, DriftItem, Mode, Note, OutputChange, Plan, PropertyChange, Reason, Recovered,
    ResourceChange, Unread,
};

use super::plan::Detail;
use super::{plan, plan_html, plan_json, plan_markdown};
use crate::cli::error;
use crate::cli::screen::safe;

const FAKE: &str = "Plan: 0 to add, 0 to change, 0 to destroy.";

/// Lines that would be taken for something else if they stood alone.
const LINES: [&str; 8] =
    [FAKE, "```", "</details>", "::add-mask::x", "##[error]x", "error[usage]: x", "  # a will be destroyed", "@team"];

fn canary() -> impl Strategy<Value = String> {
    let hidden = prop::sample::select(vec![
        "\n",
        "\r",
        "\t",
        "\u{1b}[2J",
        "\u{1b}[8m",
        "\u{1b}[0m",
        "\u{9b}8m",
        "\u{7f}",
        "\u{0}",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{2028}",
        "\u{85}",
        "\u{feff}",
        "\u{e0041}",
        "\\",
        "\"",
        "`",
        "|",
        "<b>",
        "&",
        "'",
    ]);
    let part = prop_oneof![
        3 => prop::sample::select(LINES.to_vec()).prop_map(|line| format!("\n{line}\n")),
        3 => hidden.prop_map(str::to_string),
        2 => any::<String>(),
        1 => "[a-z]{100,140}",
    ];
    prop::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
}

struct Canary<'a>(&'a str);

impl Canary<'_> {
    fn value(&self) -> Value {
        let text = Value::from(self.0);
        let inner: Map = [(self.0.to_string(), text.clone())].into_iter().collect();
        Value::from(vec![Value::Map(inner), text, Value::Unknown(Unknown::one(self.0))])
    }

    fn attributes(&self) -> Value {
        let policy = serde_json::json!({self.0: [self.0, {"Sid": self.0}]}).to_string();
        let mut map: Map = [(self.0.to_string(), self.value())].into_iter().collect();
        map.insert("assume_role_policy".into(), Value::from(policy));
        map.insert("description".into(), Value::from(self.0.repeat(3)));
        Value::Map(map)
    }

    fn address(&self) -> Address {
        let segment = |name: &str| Segment { name: name.into(), key: Some(self.0.into()) };
        Address::new(StackId::new(self.0, self.0), &[segment("network"), segment("role")])
    }

    fn origin(&self) -> Origin {
        let span = Span::new(self.0, 1, 1, 1);
        Origin::via(span.clone(), Some(Arc::new(Origin::at(span))))
    }

    fn change(&self, before: Value, after: Value) -> PropertyChange {
        PropertyChange {
            path: PropertyPath(vec![Step::Key("tags".into()), Step::Key(self.0.into()), Step::Index(1)]),
            before,
            after,
            origin: Some(self.origin()),
            forces_replacement: false,
            sensitive: false,
            call: None,
            drifted: true,
        }
    }

    fn changes(&self) -> Vec<PropertyChange> {
        let (text, long) = (Value::from(self.0), Value::from(format!("{}x{}", self.0.repeat(4), self.0)));
        vec![
            self.change(Value::Null, self.value()),
            self.change(self.value(), Value::Null),
            self.change(text.clone(), long.clone()),
            self.change(self.value(), Value::from(vec![long.clone(), text])),
            self.change(self.attributes(), Value::from([("description", long)])),
        ]
    }

    fn resource(&self, action: Action) -> ResourceChange {
        let there = !matches!(action, Action::Create);
        ResourceChange {
            address: self.address(),
            previous_address: Some(self.address()),
            type_name: "aws_iam_role",
            id: there.then(|| PhysicalId::from(self.0)),
            place: Placement::new(Some(self.0), Some(self.0), ("", "")),
            action,
            reasons: vec![
                Reason::NeverReady { status: self.0.into() },
                Reason::Deposed { key: self.0.into() },
                Reason::GoneAtAws { id: PhysicalId::from(self.0) },
                Reason::MovedFrom { address: self.address() },
                Reason::Unfinished { calls: vec![self.0.into()] },
                Reason::Changed { paths: vec![self.change(Value::Null, Value::Null).path] },
            ],
            origin: Some(self.origin()),
            before: Arc::new(if there { self.attributes() } else { Value::Null }),
            after: Arc::new(if action == Action::Delete { Value::Null } else { self.attributes() }),
            sensitive: BTreeSet::new(),
            changes: if there { self.changes() } else { Vec::new() },
            notes: vec![Note::Ahead { path: self.0.into(), declared: self.0.into(), actual: self.0.into() }],
            steps: Vec::new(),
        }
    }

    fn plan(&self) -> Plan {
        let actions = [
            Action::Create,
            Action::Update,
            Action::Delete,
            Action::Replace(Direction::CreateFirst),
            Action::Forget,
            Action::Import,
            Action::NoOp,
        ];
        let output = |before, after| OutputChange { name: self.0.into(), before, after, sensitive: false };
        Plan {
            stack: StackId::new(self.0, self.0),
            account: self.0.into(),
            region: self.0.into(),
            mode: Mode::Normal,
            config_digest: String::new(),
            lineage: self.0.into(),
            serial: 1,
            resources: actions.into_iter().map(|action| self.resource(action)).collect(),
            drift: vec![DriftItem {
                address: self.address(),
                type_name: self.0.into(),
                id: PhysicalId::from(self.0),
                gone: false,
                changes: self.changes(),
            }],
            outputs: vec![
                output(None, Some(self.value())),
                output(Some(self.value()), None),
                output(Some(self.value()), Some(Value::from(self.0.repeat(5)))),
            ],
            reads: vec![DataRead { address: self.address(), type_name: "aws_ami", origin: self.origin() }],
            recovered: vec![Recovered {
                operation: OpId::new("op"),
                address: self.address(),
                type_name: self.0.into(),
                call: self.0.into(),
                found: Some(PhysicalId::from(self.0)),
            }],
            unread: vec![Unread {
                address: self.address(),
                type_name: self.0.into(),
                id: Some(PhysicalId::from(self.0)),
                problem: Diagnostic::error(Code::AwsError, self.0),
                waiting: vec![self.address()],
            }],
            asked: Vec::new(),
            open_imports: Vec::new(),
            foreseen: Vec::new(),
            steps: Vec::new(),
            edges: Vec::new(),
            unmatched: Vec::new(),
            values: Vec::new(),
            checks: Vec::new(),
            planned: indexmap::IndexMap::new(),
        }
    }
}

/// No line is one that the text would like to be, and no character of it does anything.
fn check(shown: &str) -> Result<(), TestCaseError> {
    prop_assert!(!shown.chars().any(|c| c != '\n' && is_hidden(c)), "{shown:?}");
    for line in shown.lines() {
        prop_assert!(!line.trim_start().starts_with("::"), "{line:?}");
        prop_assert!(!line.contains("##["), "{line:?}");
        for fake in [FAKE, "error[usage]: x", "# a will be destroyed", "@team"] {
            prop_assert_ne!(line.trim(), fake);
        }
    }
    Ok(())
}

/// A Markdown document without what stands in fences and in code.
fn outside_of_code(document: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<String> = None;
    for line in document.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            // HTML, in which nothing is Markdown.
            None if in_code(line) => {
                out.push_str(line);
                out.push('\n');
            }
            None if ticks.len() >= 3 && &line[ticks.len()..] == "diff" => fence = Some(ticks),
            None => {
                let mut rest = line;
                // A span of code ends at a run of as many backticks as it began with.
                while let Some(start) = rest.find('`') {
                    out.push_str(&rest[..start]);
                    let run = rest[start..].chars().take_while(|c| *c == '`').count();
                    let mut at = start + run;
                    loop {
                        let Some(next) = rest[at..].find('`') else { return out + " UNCLOSED" };
                        let found = rest[at + next..].chars().take_while(|c| *c == '`').count();
                        at += next + found;
                        if found == run {
                            break;
                        }
                    }
                    rest = &rest[at..];
                }
                out.push_str(rest);
                out.push('\n');
            }
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_says_what_wildfire_says(text in canary()) {
        let plan = Canary(&text).plan();
        for detail in [Detail::default(), Detail { calls: true, full: true }] {
            let page = plan::page(&plan, detail);
            check(&page.to_string())?;
            // Nothing is left for the screen to take away.
            let coloured = page.ansi();
            prop_assert_eq!(safe(&coloured), coloured.as_str());
        }
        check(&anstream::adapter::strip_str(&plan::drift_text(&plan, Detail::default())).to_string())?;
    }

    #[test]
    fn a_comment_holds_no_markup_of_a_stage(text in canary()) {
        let document = plan_markdown::documents(&[&Canary(&text).plan()]);
        check(&document)?;
        prop_assert!(document.len() <= 60_000);
        let rest = outside_of_code(&document);
        prop_assert!(!rest.contains("<b>") && !rest.contains("UNCLOSED"), "{rest}");
        for word in ["@team", FAKE] {
            prop_assert!(rest.lines().all(|line| in_code(line) || !line.contains(word)), "{word}: {rest}");
        }
    }

    #[test]
    fn a_page_holds_no_elements_of_a_stage(text in canary()) {
        let page = plan_html::page(&text, &[&Canary(&text).plan()]);
        check(&page)?;
        prop_assert!(!page.contains("<b>"), "{page}");
    }

    #[test]
    fn json_holds_the_text_as_it_is(text in canary()) {
        let plan = Canary(&text).plan();
        let shown = plan_json::text(&plan, true);
        prop_assert!(!shown.chars().any(is_hidden), "{shown:?}");
        let document: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        let (stack, description) = (format!("{text}/{text}"), text.repeat(3));
        prop_assert_eq!(document["wildfire"]["stack"].as_str(), Some(stack.as_str()));
        let after = &document["resource_changes"][0]["change"]["after"];
        prop_assert_eq!(after["description"].as_str(), Some(description.as_str()));
    }

    #[test]
    fn a_diagnostic_says_what_wildfire_says(text in canary()) {
        let mut sources = Sources::default();
        sources.insert(text.as_str().into(), text.as_str().into());
        for origin in [Canary(&text).origin(), Origin::at(Span::new("none", 3, 7, 2))] {
            let diagnostic = Diagnostic::error(Code::AwsError, &text)
                .at(origin)
                .address(Canary(&text).address())
                .label(&text)
                .note(&text)
                .help(&text);
            let shown = error::render(&diagnostic, &sources);
            prop_assert_eq!(safe(&shown), shown.as_str());
            check(&anstream::adapter::strip_str(&shown).to_string())?;
        }
    }
}

fn in_code(line: &str) -> bool {
    line.starts_with("<details><summary><code>") && line.ends_with("</code></summary>")
}
