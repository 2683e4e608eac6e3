//! Imports of what another stack has made, and over what the address holds.

use super::project::graph;
use super::world::World;
use crate::compile::Import;
use crate::plan::{Action, Note, Options};
use crate::read::Live;

const IMPORT: &str = r#"{
    "resources": {"net": {"type": "test_net", "properties": {"size": 2}}},
    "import": [{"to": "net", "id": "net-9"}]
}"#;

fn world(tags: &str) -> World {
    World::new().see("test_net", "net-9", &format!(r#"{{"size": 2, "tags_all": {{{tags}}}}}"#))
}

#[test]
fn what_another_stack_has_made_is_noted_for_the_plan_of_the_stage() {
    let plan = world(r#""wildfire:stage": "prod/main", "wildfire:address": "net""#).plan(IMPORT);
    assert_eq!(plan.resources[0].notes, [Note::MadeBy { stack: "prod/main".into() }]);
    // Another stack of the same stage is another one, too.
    let plan = world(r#""wildfire:stage": "test/edge""#).plan(IMPORT);
    assert_eq!(plan.resources[0].notes, [Note::MadeBy { stack: "test/edge".into() }]);
}

#[test]
fn what_this_stack_has_made_and_what_nobody_has_made_is_imported() {
    for tags in [r#""wildfire:stage": "test/main", "wildfire:address": "old""#, r#""stage": "prod/main""#, ""] {
        let plan = world(tags).plan(IMPORT);
        assert_eq!((plan.resources[0].action, &plan.resources[0].notes[..]), (Action::Import, &[][..]), "{tags}");
    }
}

/// `net` holds `net-id`.
fn holding() -> World {
    World::new().with("net", "test_net", r#"{"id": "net-id", "size": 2, "tags_all": {}}"#, &[])
}

#[test]
fn an_import_over_another_object_is_refused() {
    let world = holding().see("test_net", "net-9", r#"{"id": "net-9", "size": 2}"#);
    let errors = world.try_plan(&graph(IMPORT), &Options::default()).unwrap_err();
    let [error] = errors.iter().collect::<Vec<_>>()[..] else { panic!("{errors:?}") };
    assert_eq!(error.code.name(), "already-exists");
    assert_eq!(error.message, "test_net net-9 is not imported: test/main:net holds test_net net-id already");
    let help = error.help.clone().unwrap_or_default();
    assert!(
        help.contains("`wildfire state rm test/main net`") && help.contains("the entry has done its work"),
        "{help}"
    );
}

#[test]
fn an_entry_that_has_done_its_work_has_no_effect() {
    let entry = IMPORT.replace("net-9", "net-id");
    assert!(holding().plan(&entry).is_empty(), "the object that the address holds");
    // It was imported, and replaced since.
    assert!(holding().answer("test_net", "net-9", Live::Absent).plan(IMPORT).is_empty());
    // The command asks for something that is not there.
    let mut asked = graph(r#"{"resources": {"net": {"type": "test_net", "properties": {"size": 2}}}}"#);
    let (to, desired) = asked.resources.first().map(|(to, desired)| (to.clone(), desired.origin.clone())).unwrap();
    asked.imports.push(Import { to, id: Some("net-9".into()), origin: desired, written: false });
    let world = holding().answer("test_net", "net-9", Live::Absent);
    let errors = world.try_plan(&asked, &Options::default()).unwrap_err();
    assert!(errors.iter().any(|error| error.message.contains("holds test_net net-id already")), "{errors:?}");
}
