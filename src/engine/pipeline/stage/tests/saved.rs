//! What a stack does with the outputs that another one of the same command will have: in a file that is applied later, and
//! where they decide which instances there are.

use super::*;
use crate::model::DigestKey;
use crate::pipeline::saved::{Author, Basis, PlanFile, SavedPlan, SavedStage, Sealers};
use crate::state::Ulids;

fn author() -> Author {
    Author {
        wildfire: "0.1.0".into(),
        who: "alice@desk".into(),
        targets: vec!["test".into()],
        stages: vec![SavedStage { name: "test".into(), account: "123456789012".into(), region: "eu-west-1".into() }],
    }
}

/// A change of both stacks, of which the second waits for an id that the first will have; read back from its file.
async fn saved(test: &Test) -> SavedPlan {
    let mut plan = SavedPlan::new(author(), &Ulids);
    for stack in &test.plan().await.stacks {
        let state = &test.states[stack.id()];
        let basis = Basis { lineage: state.lineage.clone(), serial: state.serial, epoch: 1, ..Basis::default() };
        let options = Flags::default().options(stack.id());
        plan.add(&basis, &options, &stack.prepared, &SimCatalog).expect("it is whole");
    }
    let file = PlanFile::write(&plan, &Sealers::new()).await.expect("it is JSON");
    PlanFile::read("p", &file).expect("it is a plan").open("p", &Sealers::new()).await.expect("it is not sealed")
}

/// What the file refuses of the plans that come out now, by stack.
async fn refused(test: &Test, plan: &SavedPlan) -> Vec<(String, Vec<String>)> {
    let now = test.plan().await;
    assert_eq!(plan.stacks.len(), now.stacks.len());
    let mut out = Vec::new();
    for (saved, stack) in plan.stacks.iter().zip(&now.stacks) {
        let state = plan.check_state(saved, &test.states[stack.id()], 2, None);
        let fits = state.and_then(|()| plan.check_plan(saved, &stack.prepared, &SimCatalog, &DigestKey::default()));
        if let Err(diagnostic) = fits {
            out.push((saved.name.clone(), diagnostic.notes));
        }
    }
    out
}

async fn changed() -> Test {
    let mut test = applied().await;
    test.write("keys", &KEYS.replace("10.0.0.0/16", "10.1.0.0/16"));
    test
}

#[tokio::test(start_paused = true)]
async fn a_saved_plan_of_stacks_that_wait_for_each_other_is_applied_as_it_was_saved() {
    let mut test = changed().await;
    let plan = saved(&test).await;
    assert_eq!(plan.stacks.iter().map(|stack| stack.name.as_str()).collect::<Vec<_>>(), ["keys", "data"]);
    let text = plan.stacks[1].plan.to_string();
    assert!(text.contains("keys:net.id"), "the unknown is in the file, with what it waits for: {text}");
    assert_eq!(refused(&test, &plan).await, []);
    let done = test.apply(&Flags::default(), |_| {}).await.expect("within what was shown");
    assert_eq!(
        done,
        ["Replace(DeleteFirst) keys:net", "Replace(DeleteFirst) data:db", "Update data:record"],
        "what the file holds"
    );
}

#[tokio::test(start_paused = true)]
async fn a_saved_plan_of_stacks_is_refused_when_one_of_them_has_moved() {
    let mut test = changed().await;
    let plan = saved(&test).await;
    // The stack that waits: AWS has another value than the plan saw.
    let queue = test.states[&id("data")].resources["jobs"].id.to_string();
    let delay = |test: &Test, seconds: i64| {
        let mut world = test.world.lock().unwrap();
        world.tamper("aws_sqs_queue", &queue, "delay_seconds", Value::Int(seconds));
    };
    delay(&test, 7);
    let told = refused(&test, &plan).await;
    assert_eq!(told.iter().map(|(stack, _)| stack.as_str()).collect::<Vec<_>>(), ["data"]);
    assert!(told[0].1.iter().any(|note| note.contains("jobs")), "{told:?}");
    delay(&test, 0);
    assert_eq!(refused(&test, &plan).await, []);
    // The stack that is waited for: another known value of its outputs is another ingredient of the second.
    test.write("keys", &KEYS.replace("10.0.0.0/16", "10.2.0.0/16"));
    let told = refused(&test, &plan).await;
    assert_eq!(told.iter().map(|(stack, _)| stack.as_str()).collect::<Vec<_>>(), ["keys", "data"], "{told:?}");
    test.write("keys", &KEYS.replace("10.0.0.0/16", "10.1.0.0/16"));
    assert_eq!(refused(&test, &plan).await, []);
    // The state of either.
    for stack in ["keys", "data"] {
        test.states.get_mut(&id(stack)).unwrap().serial += 1;
        let told = refused(&test, &plan).await;
        assert_eq!(told.iter().map(|(stack, _)| stack.as_str()).collect::<Vec<_>>(), [stack], "{told:?}");
        test.states.get_mut(&id(stack)).unwrap().serial -= 1;
    }
}

const QUEUES: &str = "\
resources:
  queue: {type: aws_sqs_queue, for_each: \"${[stack.keys.outputs.NAME]}\", properties: {name: \"${replace(each.key, '/', '-')}\"}}
";

#[tokio::test(start_paused = true)]
async fn for_each_takes_the_output_that_an_earlier_stack_of_the_command_will_have() {
    let mut test = Test::new(&[("keys", KEYS), ("data", &QUEUES.replace("NAME", "range"))]);
    // Known before anything is there, and known when it changes.
    let planned = test.plan().await;
    assert_eq!(all_actions(&planned), ["Create keys:net", "Create data:queue[\"10.0.0.0/16\"]"]);
    test.apply(&Flags::default(), |_| {}).await.expect("a plan");
    test.write("keys", &KEYS.replace("10.0.0.0/16", "10.1.0.0/16"));
    let planned = test.plan().await;
    let mut actions = all_actions(&planned);
    actions.sort();
    assert_eq!(
        actions,
        ["Create data:queue[\"10.1.0.0/16\"]", "Delete data:queue[\"10.0.0.0/16\"]", "Replace(DeleteFirst) keys:net",]
    );
    // What nobody can know before is an error that says which output, and what to do.
    test.write("data", &QUEUES.replace("NAME", "id"));
    let Err(refused) = test.plan_of(&Flags::default(), &["data", "keys"]).await else { panic!("a plan") };
    let refused: Vec<_> = refused.iter().collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].code, Code::NotKnownBeforeApply);
    assert_eq!(refused[0].notes[0], "it waits for `stack.keys.outputs.id` (known after apply: keys.net.id)");
    assert_eq!(refused[0].help.as_deref(), Some("apply test/keys first: `wildfire apply test/keys`"));
}
