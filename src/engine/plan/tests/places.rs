//! Resources in other regions than the stage's, seen by a plan.

use super::catalog::CATALOG;
use super::world::{World, actions, json, steps};
use crate::model::Placement;
use crate::plan::{Options, reads_needed};
use crate::read::Live;

const SUB: &str = r#"{"id": "s", "net": "n"}"#;

fn stack(region: &str) -> String {
    format!(
        r#"{{"regions": {{"edge": "us-east-1", "dr": "eu-central-1"}},
            "resources": {{"sub": {{"type": "test_sub"{region}, "properties": {{"net": "n"}}}}}}}}"#
    )
}

fn edge() -> Placement {
    Placement::new(None, Some("us-east-1"), ("123456789012", "eu-west-1"))
}

#[test]
fn what_is_where_it_is_declared_is_read_there_and_stays() {
    let world = World::new().with("sub", "test_sub", SUB, &[]).in_region("sub", "us-east-1");
    let declared = stack(r#", "region": "edge""#);
    assert!(world.plan(&declared).is_empty());
    let asked = reads_needed(&super::project::graph(&declared), &*CATALOG, &world.state, &Options::default());
    assert_eq!(asked.into_keys().collect::<Vec<_>>(), [(edge(), "test_sub".into())]);
}

#[test]
fn another_region_is_a_replacement_with_each_step_in_its_place() {
    let world = World::new().with("sub", "test_sub", SUB, &[]).in_region("sub", "us-east-1");
    let plan = world.plan(&stack(r#", "region": "dr""#));
    assert_eq!(actions(&plan), ["replace sub: from us-east-1 to eu-central-1"]);
    assert_eq!(steps(&plan), ["0 delete sub <- []", "1 create sub <- [0]"]);
    let places: Vec<String> = plan.steps.iter().map(|step| step.place.to_string()).collect();
    assert_eq!(places, ["us-east-1", "eu-central-1"]);
    let home = world.plan(&stack(""));
    assert_eq!(actions(&home), ["replace sub: from us-east-1 to the stage's own account and region"]);
}

#[test]
fn an_answer_about_one_region_says_nothing_about_another() {
    let world = World::new().with("sub", "test_sub", SUB, &[]).in_region("sub", "us-east-1");
    // The same id at home is another object.
    let world = world.answer("test_sub", "sub-id", Live::Found(json(r#"{"id": "s", "net": "other"}"#).into()));
    assert!(world.plan(&stack(r#", "region": "edge""#)).is_empty());
}
