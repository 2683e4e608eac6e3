//! Imports of what another stack manages.

use super::project::graph;
use super::world::World;
use crate::plan::{Action, Options};

const IMPORT: &str = r#"{
    "resources": {"net": {"type": "test_net", "properties": {"size": 2}}},
    "import": [{"to": "net", "id": "net-9"}]
}"#;

fn world(tags: &str) -> World {
    World::new().see("test_net", "net-9", &format!(r#"{{"size": 2, "tags_all": {{{tags}}}}}"#))
}

#[test]
fn what_another_stack_manages_is_not_imported() {
    let errors = world(r#""wildfire:stage": "prod/main", "wildfire:address": "net""#)
        .try_plan(&graph(IMPORT), &Options::default())
        .unwrap_err();
    let [error] = errors.iter().collect::<Vec<_>>()[..] else { panic!("{errors:?}") };
    assert_eq!(error.code.name(), "already-exists");
    assert_eq!(error.message, "test_net net-9 is managed by another stack, prod/main");
    assert!(error.help.as_ref().is_some_and(|help| help.contains("`wildfire state rm prod/main ADDRESS`")));
    assert!(error.origin.is_some() && error.address.is_some());
    // Another stack of the same stage is another one, too.
    assert_eq!(
        world(r#""wildfire:stage": "test/edge""#).refused(IMPORT, &Options::default()),
        ["already-exists: test_net net-9 is managed by another stack, test/edge"]
    );
}

#[test]
fn what_this_stack_has_made_and_what_nobody_has_made_is_imported() {
    for tags in [r#""wildfire:stage": "test/main", "wildfire:address": "old""#, r#""stage": "prod/main""#, ""] {
        assert_eq!(world(tags).plan(IMPORT).resources[0].action, Action::Import, "{tags}");
    }
}
