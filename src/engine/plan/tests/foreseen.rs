//! Types of which the cloud decides by itself: what it says is an input of the plan.

use super::catalog::CATALOG;
use super::project::graph;
use super::world::{World, json};
use crate::model::{Foreseen, Question, Value};
use crate::plan::{Action, Direction, Options, Plan, rendering};

const DECLARED: &str = r#"{"resources": {
    "a": {"type": "test_foreign", "properties": {"size": "2"}},
    "b": {"type": "test_sub", "properties": {"net": "n", "link": "${a.serial}"}}
}}"#;

fn existing() -> World {
    World::new().with("a", "test_foreign", r#"{"id": "a-id", "size": "1", "serial": "7"}"#, &[]).with(
        "b",
        "test_sub",
        r#"{"id": "b-id", "net": "n", "link": "7"}"#,
        &["a"],
    )
}

fn plan(world: &World) -> Plan {
    world.try_plan(&graph(DECLARED), &Options::default()).unwrap()
}

/// Answers what the plan asks until it asks nothing.
fn answered(mut world: World, answer: impl Fn(&Question) -> Foreseen) -> (World, Plan) {
    for _ in 0..4 {
        let plan = plan(&world);
        if plan.asked.is_empty() {
            return (world, plan);
        }
        for question in plan.asked {
            let foreseen = answer(&question);
            world.answers.add(question, foreseen);
        }
    }
    panic!("it asks for ever")
}

fn foreseen(planned: &str, replaces: &[&str]) -> Foreseen {
    let replaces = replaces.iter().map(|path| (*path).into()).collect();
    Foreseen { planned: json(planned), replaces, private: String::new() }
}

fn action(plan: &Plan, path: &str) -> Action {
    plan.resources.iter().find(|change| change.address.path() == path).unwrap().action
}

#[test]
fn the_plan_asks_and_decides_nothing_until_it_is_told() {
    let first = plan(&existing());
    let [question] = &first.asked[..] else { panic!("{:?}", first.asked) };
    assert_eq!((question.address.path(), question.type_name), ("a", "test_foreign"));
    assert_eq!(question.prior.get("size"), Some(&Value::from("1")));
    assert_eq!(question.wanted, json(r#"{"size": "2"}"#));
}

#[test]
fn what_the_cloud_foresees_is_the_difference() {
    let (world, plan) = answered(existing(), |_| foreseen(r#"{"id": "a-id", "size": "2", "serial": "7"}"#, &[]));
    assert_eq!((action(&plan, "a"), action(&plan, "b")), (Action::Update, Action::NoOp));
    let change = &plan.resources[0].changes[0];
    assert_eq!((change.path.to_string(), change.call), ("size".to_string(), Some("Modify")));
    assert_eq!(
        rendering(&plan, &*CATALOG),
        rendering(&self::plan(&world), &*CATALOG),
        "the same inputs, the same plan"
    );
    assert!(rendering(&plan, &*CATALOG)["foreseen"][0]["planned"]["size"] == "2");
}

#[test]
fn as_it_is_by_the_word_of_the_cloud() {
    let (_, plan) = answered(existing(), |question| Foreseen {
        planned: question.prior.clone(),
        replaces: Vec::new(),
        private: String::new(),
    });
    assert!(plan.is_empty(), "{:?}", plan.steps);
}

#[test]
fn what_cannot_change_in_place_is_asked_about_as_new_too() {
    let asked = std::cell::RefCell::new(Vec::new());
    let (_, plan) = answered(existing(), |question| {
        asked.borrow_mut().push(question.prior.is_null());
        match question.prior.is_null() {
            true => foreseen(r#"{"size": "2"}"#, &[]),
            false => foreseen(r#"{"id": "a-id", "size": "2", "serial": "8"}"#, &["size"]),
        }
    });
    assert_eq!(*asked.borrow(), [false, true]);
    assert_eq!(action(&plan, "a"), Action::Replace(Direction::DeleteFirst));
    let forces: Vec<_> = plan.resources[0].changes.iter().map(|change| change.forces_replacement).collect();
    assert_eq!(forces, [true, false]);
}

#[test]
fn an_answer_to_another_question_is_none() {
    let (mut world, _) = answered(existing(), |_| foreseen(r#"{"id": "a-id", "size": "2", "serial": "7"}"#, &[]));
    let other = DECLARED.replace(r#""size": "2""#, r#""size": "3""#);
    let asked = world.try_plan(&graph(&other), &Options::default()).unwrap().asked;
    assert_eq!(asked.len(), 1);
    world.answers = Default::default();
    assert_eq!(plan(&world).asked.len(), 1);
}

#[test]
fn a_secret_part_is_not_shown() {
    let (_, plan) =
        answered(existing(), |_| foreseen(r#"{"id": "a-id", "size": "1", "serial": "7", "secret": "hunter2"}"#, &[]));
    assert!(plan.resources[0].changes.iter().any(|change| change.path.to_string() == "secret" && change.sensitive));
    assert!(!format!("{:?}", plan.resources).contains("hunter2"));
    assert!(!rendering(&plan, &*CATALOG).to_string().contains("hunter2"));
}
