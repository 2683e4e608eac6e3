//! Versions that the cloud upgrades by itself.

use super::world::{World, actions, steps, target};
use crate::plan::{Note, Options, Plan};

fn stack(version: &str, size: u32) -> String {
    format!(
        r#"{{"resources": {{"db": {{"type": "test_engine",
            "properties": {{"zone": "a", "version": "{version}", "size": {size}}}}}}}}}"#
    )
}

fn world(remembered: &str, live: &str) -> World {
    let attributes = |version: &str| format!(r#"{{"id": "db-id", "zone": "a", "version": "{version}", "size": 1}}"#);
    World::new().with("db", "test_engine", &attributes(remembered), &[]).see("test_engine", "db-id", &attributes(live))
}

fn notes(plan: &Plan) -> Vec<String> {
    let note = |note: &Note| match note {
        Note::Ahead { path, declared, actual } => format!("{path}: {declared}, at AWS {actual}"),
        Note::MadeBy { stack } => stack.clone(),
    };
    plan.resources.iter().flat_map(|change| &change.notes).map(note).collect()
}

#[test]
fn a_minor_upgrade_of_the_cloud_is_a_note_and_no_change() {
    let upgraded = world("15.4", "15.5").plan(&stack("15.4", 1));
    // State takes in what was seen.
    assert_eq!(steps(&upgraded), ["0 record db <- []"]);
    assert_eq!(upgraded.drift.len(), 1);
    assert_eq!(notes(&upgraded), ["version: 15.4, at AWS 15.5"]);
    let recorded = world("15.5", "15.5").plan(&stack("15.4", 1));
    assert!(recorded.is_empty(), "{:?}", steps(&recorded));
    assert_eq!(notes(&recorded), ["version: 15.4, at AWS 15.5"]);
}

#[test]
fn another_change_does_not_take_the_upgrade_back() {
    let plan = world("15.5", "15.5").plan(&stack("15.4", 2));
    assert_eq!(actions(&plan), ["update db: size changed"]);
}

#[test]
fn what_is_written_beyond_the_cloud_is_an_upgrade() {
    for (written, upgraded) in [("15.6", true), ("16", true), ("15", false), ("15.5", false)] {
        let plan = world("15.5", "15.5").plan(&stack(written, 1));
        let expected: &[&str] = if upgraded { &["update db: version changed"] } else { &[] };
        assert_eq!(actions(&plan), expected, "{written}");
        assert_eq!(notes(&plan), [""; 0], "{written}");
    }
}

#[test]
fn an_earlier_major_version_is_an_error_that_names_both() {
    let refused = world("16.1", "16.1").refused(&stack("15.4", 1), &Options::default());
    assert_eq!(refused, ["invalid-value: version is declared as 15.4, and AWS has 16.1, a later major version"]);
    // A new one has whatever is declared.
    let options = Options { replace: target("db"), ..Options::default() };
    let plan = world("16.1", "16.1").plan_with(&stack("15.4", 1), &options);
    assert_eq!(actions(&plan), ["replace db: requested"]);
    // Whoever ignores the property ignores this.
    let ignoring = stack("15.4", 1).replace(r#""type""#, r#""ignore_changes": ["version"], "type""#);
    assert!(world("16.1", "16.1").plan(&ignoring).is_empty());
}

#[test]
fn the_catalog_says_how_many_parts_are_the_major_version() {
    let of = |zone: &str| {
        let attributes = format!(r#"{{"id": "db-id", "zone": "{zone}", "version": "8.4.3", "size": 1}}"#);
        let text = stack("8.0.39", 1).replace("\"zone\": \"a\"", &format!("\"zone\": \"{zone}\""));
        (World::new().with("db", "test_engine", &attributes, &[]), text)
    };
    let (world, text) = of("one-part");
    assert_eq!(notes(&world.plan(&text)), ["version: 8.0.39, at AWS 8.4.3"]);
    let (world, text) = of("two-parts");
    let refused = world.refused(&text, &Options::default());
    assert_eq!(refused, ["invalid-value: version is declared as 8.0.39, and AWS has 8.4.3, a later major version"]);
}
