//! Sensitive values that are set from outside: a saved plan is held to them, and does not have them.

use super::*;
use crate::model::DigestKey;

fn set(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.into(), value.into())]
}

#[tokio::test(start_paused = true)]
async fn a_sensitive_value_from_outside_is_pinned_and_not_in_the_file() {
    let mut stage = Stage::applied().await;
    stage.rewrite("password: hunter2", "password: \"${stage.values.secret}\"");
    stage.outside = set("secret", "correct-horse");
    let file = stage.plan(&Options::default()).await;
    let text = String::from_utf8_lossy(&file).into_owned();
    assert!(!text.contains("correct-horse"), "{text}");
    for other in ["battery-staple", "correct-hors", ""] {
        stage.outside = set("secret", other);
        let told = stage.apply(&file).await.unwrap_err();
        assert!(told[0].starts_with("stale-plan: "), "{told:?}");
        assert_eq!(told[2], "the value `secret` was set to something else then", "{told:?}");
    }
    stage.outside.clear();
    let told = stage.apply(&file).await.unwrap_err();
    assert_eq!(told[2], "the value `secret` was set from outside then, and is not now: set it again", "{told:?}");
    // What the stack does not read is not asked for again.
    stage.outside = [set("secret", "correct-horse"), set("unused", "whatever")].concat();
    assert_eq!(stage.apply(&file).await, Ok(Outcome::Complete));
}

#[tokio::test(start_paused = true)]
async fn whoever_has_the_file_cannot_test_guesses_of_a_pinned_value() {
    let mut stage = Stage::applied().await;
    stage.rewrite("password: hunter2", "password: \"${stage.values.secret}\"");
    stage.outside = set("secret", "correct-horse");
    let plan = stage.saved(&Options::default()).await;
    let stack = &plan.stacks[0];
    let pinned = &stack.ingredients.values["secret"];
    let key = stage.reading().await.state.digest_key;
    assert_eq!(Some(pinned), pinned_with(&key, &plan.id).as_ref(), "an HMAC under the key of the lock row");
    for known in ["", &plan.id, &stack.lineage] {
        assert_ne!(Some(pinned), pinned_with(&DigestKey::new(known), &plan.id).as_ref());
    }
    assert_ne!(*pinned, salted(&plan.id, "secret", "\"correct-horse\""));
    // A row that was made anew has another key: nothing can be compared, and that is what is told.
    let prepared = stage.prepared(stage.reading().await.state, &Options::default(), RecoveryMode::Look).await;
    assert!(plan.check_plan(stack, &prepared, &SimCatalog, &key).is_ok());
    for other in [DigestKey::new("another"), DigestKey::default()] {
        let told = plan.check_plan(stack, &prepared, &SimCatalog, &other).unwrap_err();
        assert_eq!(
            told.notes[1],
            "the lock row of test/main was made anew since, so sensitive values cannot be compared"
        );
    }
}

/// A file that somebody has written does not do without the pin.
#[tokio::test(start_paused = true)]
async fn a_file_without_the_pin_is_refused() {
    let mut stage = Stage::applied().await;
    stage.rewrite("password: hunter2", "password: \"${stage.values.secret}\"");
    stage.outside = set("secret", "correct-horse");
    let mut plan = stage.saved(&Options::default()).await;
    plan.stacks[0].pinned_by = None;
    let prepared = stage.prepared(stage.reading().await.state, &Options::default(), RecoveryMode::Look).await;
    // As if there were no key.
    let unpinned = Ingredients::of(&prepared.graph, &plan.id, &DigestKey::default());
    plan.stacks[0].ingredients = unpinned;
    let told = plan.check_plan(&plan.stacks[0], &prepared, &SimCatalog, &DigestKey::default()).unwrap_err();
    assert_eq!(told.notes[1], "nothing in the file tells the sensitive value `secret` from another one");
}

fn pinned_with(key: &DigestKey, salt: &str) -> Option<String> {
    pinned(&Value::from("correct-horse"), "secret", salt, key)
}

#[tokio::test(start_paused = true)]
async fn without_a_key_a_plan_with_a_sensitive_value_is_not_saved() {
    let mut stage = Stage::new();
    stage.rewrite("password: hunter2", "password: \"${stage.values.secret}\"");
    stage.outside = set("secret", "correct-horse");
    let reading = stage.reading().await;
    let prepared = stage.prepared(reading.state.clone(), &Options::default(), RecoveryMode::Look).await;
    let mut plan = SavedPlan::new(author(), &*stage.ids);
    let mut basis = Basis::new(&reading);
    let refused = plan.add(&basis, &Options::default(), &prepared, &SimCatalog).unwrap_err();
    assert_eq!(
        refused.message,
        "the plan of test/main cannot be saved: nothing can pin the sensitive value `secret` yet"
    );
    // The key of another stack of the stage will do, and is named.
    basis.pin = PinKey { stack: "bootstrap".into(), key: DigestKey::new("k") };
    plan.add(&basis, &Options::default(), &prepared, &SimCatalog).expect("there is a key");
    let stack = &plan.stacks[0];
    assert_eq!(stack.pinned_by.as_ref().map(|pin| pin.stack.as_str()), Some("bootstrap"));
    assert!(plan.check_plan(stack, &prepared, &SimCatalog, &DigestKey::new("k")).is_ok());
    // A plan without such values needs none.
    stage.rewrite("${stage.values.secret}", "hunter2");
    stage.plan(&Options::default()).await;
}
