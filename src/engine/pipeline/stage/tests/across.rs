//! One object and two stacks.

use super::*;
use crate::apply::{Met, Report, StepResult};
use crate::model::{Catalog, Diagnostic, Placement};
use crate::plan::{StepId, Summary};

const A: &str = "\
resources:
  files: {type: aws_s3_bucket, properties: {bucket: acme-files}}
  jobs: {type: aws_sqs_queue, properties: {name: jobs}}
  net: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  part: {type: aws_subnet, properties: {vpc_id: \"${net.id}\", cidr_block: 10.0.0.0/24}}
";
const REST: &str = "resources:\n  jobs: {type: aws_sqs_queue, properties: {name: jobs}}\n";
const MOVED: &str = "\
resources:
  files: {type: aws_s3_bucket, properties: {bucket: acme-files}}
  network: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  part: {type: aws_subnet, properties: {vpc_id: \"${network.id}\", cidr_block: 10.0.0.0/24}}
";
const NOTHING: &str = "resources: {}\n";

/// Everything is in `a`.
async fn all_in_a() -> Test {
    let mut test = Test::new(&[("a", A), ("b", NOTHING)]);
    test.apply_to(&Flags::default(), &["a", "b"], |_| {}).await.expect("a plan");
    test
}

/// The files say that all but `jobs` is in `b`.
async fn given_to_b() -> Test {
    let mut test = all_in_a().await;
    test.write("a", REST);
    test.write("b", MOVED);
    test
}

async fn told(test: &Test, stacks: &[&str]) -> Vec<Diagnostic> {
    match test.plan_of(&Flags::default(), stacks).await {
        Ok(planned) => panic!("{:?}", all_actions(&planned)),
        Err(problems) => problems.iter().cloned().collect(),
    }
}

fn ids(test: &Test, stack: &str) -> Vec<(String, String)> {
    let resources = &test.states[&id(stack)].resources;
    resources.iter().map(|(path, resource)| (path.clone(), resource.id.to_string())).collect()
}

#[tokio::test(start_paused = true)]
async fn what_moves_to_another_stack_is_neither_deleted_nor_made_again() {
    let test = given_to_b().await;
    let a = &test.states[&id("a")].resources;
    let help = format!(
        "to keep it, write `removed: [{{from: files, destroy: false}}, {{from: net, destroy: false}}, {{from: part, destroy: \
         false}}]` in test/a; `import: [{{to: files, id: acme-files}}, {{to: network, id: {}}}, {{to: part, id: {}}}]` in \
         test/b; then `wildfire apply test`. To delete it all the same, write a `removed` entry without `destroy: false` for the \
         old address",
        a["net"].id, a["part"].id
    );
    // Whichever of the two is planned, or both, in both orders.
    for stacks in [&["a", "b"][..], &["b", "a"], &["a"], &["b"]] {
        let told = told(&test, stacks).await;
        assert_eq!(told.len(), 1, "{stacks:?}: {told:?}");
        assert_eq!((told[0].code, told[0].help.as_deref()), (Code::Renamed, Some(help.as_str())), "{stacks:?}");
        assert!(told[0].message.starts_with("3 resources have moved to another stack"), "{told:?}");
        assert_eq!(
            told[0].notes[0],
            "`test/a:files`, which is not declared any more, and `test/b:files`, which is not in state, are both aws_s3_bucket \
             acme-files"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_refusal_prints_moves_it() {
    for stacks in [["a", "b"], ["b", "a"]] {
        let mut test = given_to_b().await;
        let before = ids(&test, "a");
        let help = told(&test, &stacks).await[0].help.clone().unwrap_or_default();
        let entries: Vec<&str> = help.split('`').filter(|text| text.contains(": [")).collect();
        let [removed, import] = entries[..] else { panic!("{help}") };
        test.write("a", &format!("{REST}{removed}\n"));
        test.write("b", &format!("{MOVED}{import}\n"));
        let mut done = test.apply_to(&Flags::default(), &stacks, |_| {}).await.expect("a plan");
        done.sort();
        let all =
            ["Forget a:files", "Forget a:net", "Forget a:part", "Import b:files", "Import b:network", "Import b:part"];
        assert_eq!(done, all);
        let mut after = ids(&test, "b");
        after.extend(ids(&test, "a"));
        after.iter_mut().filter(|(path, _)| path == "network").for_each(|(path, _)| *path = "net".into());
        after.sort();
        assert_eq!(after, before);
        assert_eq!(test.world.lock().unwrap().existing().len(), 4);
        for text in [&stacks[..], &["a"], &["b"]] {
            let planned = test.plan_of(&Flags::default(), text).await.unwrap_or_else(|problems| panic!("{problems:?}"));
            assert!(planned.stacks.iter().all(|stack| stack.prepared.plan.is_empty()), "{:?}", all_actions(&planned));
        }
        // The entries have done their work.
        test.write("a", REST);
        test.write("b", MOVED);
        assert!(all_actions(&test.plan_of(&Flags::default(), &stacks).await.expect("a plan")).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_entries_of_one_stack_may_be_applied_before_those_of_the_other() {
    let removed = "removed: [{from: files, destroy: false}, {from: net}]\n";
    let files = "resources:\n  files: {type: aws_s3_bucket, properties: {bucket: acme-files}}\n";
    let import = "import: [{to: files, id: acme-files}]\n";
    for stacks in [["a", "b"], ["b", "a"]] {
        let mut test = all_in_a().await;
        test.write("a", &format!("{REST}{removed}"));
        test.write("b", &format!("{files}{import}"));
        for stack in stacks {
            test.apply_to(&Flags::default(), &[stack], |_| {}).await.unwrap_or_else(|problems| panic!("{problems:?}"));
        }
        assert_eq!(ids(&test, "b"), [("files".to_string(), "acme-files".to_string())]);
        assert_eq!(ids(&test, "a").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_deleted_goes_before_what_takes_its_name() {
    let files = "resources:\n  files: {type: aws_s3_bucket, properties: {bucket: acme-files}}\n";
    let mut test = all_in_a().await;
    test.write(
        "a",
        &(A.replace("  files: {type: aws_s3_bucket, properties: {bucket: acme-files}}\n", "")
            + "removed: [{from: files}]\n"),
    );
    test.write("b", files);
    let planned = test.plan_of(&Flags::default(), &["a", "b"]).await.unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(all_actions(&planned), ["Delete a:files", "Create b:files"]);
    let late = told(&test, &["b", "a"]).await;
    assert_eq!(late[0].message, "test/b:files needs a name that test/a:files has");
    assert_eq!(late[0].help.as_deref(), Some("take two applies: `wildfire apply test/a` first"));
    let alone = told(&test, &["b"]).await;
    assert_eq!(alone[0].help.as_deref(), Some("`wildfire apply test/a` first: its configuration gives the name up"));
    // What is only let go of is still there.
    test.write("a", &(REST.to_string() + "removed: [{from: files, destroy: false}, {from: net, destroy: false}]\n"));
    let left = told(&test, &["a", "b"]).await;
    assert_eq!(left[0].help.as_deref(), Some("take it over: `import: [{to: files, id: acme-files}]` in test/b"));
}

#[tokio::test(start_paused = true)]
async fn two_stacks_do_not_hold_one_object() {
    let mut test = all_in_a().await;
    let files = "resources:\n  files: {type: aws_s3_bucket, properties: {bucket: acme-files}}\n";
    test.write("b", files);
    for stacks in [&["a", "b"][..], &["b"]] {
        let told = told(&test, stacks).await;
        assert_eq!(told[0].code, Code::DuplicateObject);
        assert_eq!(told[0].message, "test/b:files would be one object with test/a:files, which is there already");
    }
    test.write("b", &format!("{files}import: [{{to: files, id: acme-files}}]\n"));
    for stacks in [&["a", "b"][..], &["b"]] {
        let told = told(&test, stacks).await;
        assert_eq!(told[0].message, "aws_s3_bucket acme-files is managed by another stack, as test/a:files");
        let help = told[0].help.clone().unwrap_or_default();
        assert!(help.contains("`removed: [{from: files, destroy: false}]` in test/a"), "{help}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_stack_holds_too_is_not_deleted() {
    let mut test = all_in_a().await;
    // An earlier version, or `state push` of old, has brought this about.
    let held = test.states[&id("a")].resources["files"].clone();
    test.states.get_mut(&id("b")).unwrap().resources.insert("mine".into(), held);
    test.write("a", &A.replace("  files: {type: aws_s3_bucket, properties: {bucket: acme-files}}\n", ""));
    test.write("b", "resources:\n  mine: {type: aws_s3_bucket, properties: {bucket: acme-files}}\n");
    for stacks in [&["a", "b"][..], &["a"]] {
        let told = told(&test, stacks).await;
        assert_eq!(told[0].message, "test/a:files would be deleted, and test/b:mine is the same object");
    }
    let destroy = Flags { mode: Mode::Destroy, ..Flags::default() };
    assert_eq!(test.refused(&destroy, &["a"]).await.len(), 1);
    assert!(test.refused(&destroy, &["a", "b"]).await.is_empty(), "both let it be deleted");
}

#[tokio::test(start_paused = true)]
async fn a_part_of_a_plan_is_held_against_all_of_the_other_stack() {
    let test = given_to_b().await;
    let named = |text: &str| -> Vec<Named> { vec![text.parse().unwrap()] };
    for (targets, excludes) in [(named("b:files"), Vec::new()), (Vec::new(), named("a:files"))] {
        let flags = Flags { targets, excludes, ..Flags::default() };
        let refused = test.refused(&flags, &["a", "b"]).await;
        assert!(refused.iter().any(|text| text.contains("test/a:files") || text.contains("have moved")), "{refused:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_of_what_a_plan_leaves_out_is_not_taken() {
    let mut test = all_in_a().await;
    test.write("a", &A.replace("  jobs:", "  work:"));
    let flags = Flags { targets: vec!["work".parse().unwrap()], ..Flags::default() };
    let refused = test.refused(&flags, &["a"]).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    let told = "duplicate-object: test/a:work would be one object with `jobs`, which this plan leaves out";
    assert!(refused[0].starts_with(told) && refused[0].contains("moved: [{from: jobs, to: work}]"), "{refused:?}");
}

/// The name of the bucket is known once the network is found to be there already.
#[tokio::test(start_paused = true)]
async fn what_is_made_of_something_that_moves_moves_along() {
    let all = "resources:\n  net: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}\n  \
               files: {type: aws_s3_bucket, properties: {bucket: \"logs-${net.id}\"}}\n";
    let mut test = Test::new(&[("a", all), ("b", NOTHING)]);
    test.apply_to(&Flags::default(), &["a", "b"], |_| {}).await.expect("a plan");
    test.write("a", NOTHING);
    test.write("b", all);
    let told = told(&test, &["a", "b"]).await;
    assert!(told[0].message.starts_with("2 resources have moved"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn other_properties_are_another_object() {
    let mut test = all_in_a().await;
    test.write("a", REST);
    test.write("b", "resources:\n  net: {type: aws_vpc, properties: {cidr_block: 10.9.0.0/16}}\n");
    let planned = test.plan_of(&Flags::default(), &["a", "b"]).await.unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(all_actions(&planned).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_failed_creation_names_the_stack_that_has_the_name() {
    let test = all_in_a().await;
    let address = crate::model::Address::in_stack(&id("b"), "mine").unwrap();
    let note = "made by somebody";
    let names = NamedTypes.natural_keys("aws_sqs_queue", &Value::from([("name", Value::from("jobs"))]));
    let place = Placement::HOME;
    let met = Met { address: address.clone(), place, type_name: "aws_sqs_queue", id: None, names, note };
    let failed =
        Diagnostic::error(Code::AlreadyExists, "taken".to_string()).address(address).note(note).help("import it");
    let mut report = Report {
        outcome: Outcome::Partial,
        steps: vec![(StepId(0), StepResult::Failed(failed.into()), std::time::Duration::ZERO)],
        done: Summary::default(),
        diagnostics: Diagnostics::default(),
        met: vec![met],
        elapsed: std::time::Duration::ZERO,
    };
    explain(&mut report, &test.states, &NamedTypes);
    let StepResult::Failed(told) = &report.steps[0].1 else { panic!("{report:?}") };
    let queue = &test.states[&id("a")].resources["jobs"].id;
    assert_eq!(told.notes, [format!("It is aws_sqs_queue {queue}, which test/a holds as `jobs`.")]);
    assert!(told.help.as_ref().is_some_and(|help| help.contains("`wildfire state rm test/a jobs`")), "{told:?}");
}
