//! `try` and `can`: what they catch, and what they must not conclude.

use super::*;

#[test]
fn the_first_without_an_error_counts() {
    table(&[
        ("try(stage.values.nope, 'x')", "\"x\""),
        ("try(stage.values.nope.deeper, nothing.x, stage.name)", "\"test\""),
        ("try(tonumber('a'), 1 / 0, [1][7], 'none')", "\"none\""),
        ("try(null, 1)", "null"),
        (
            "[can(stage.values.nope), can(stage.values.size), can(1 / 0), can(regex('^a', 'abc'))]",
            "[false, true, false, true]",
        ),
        ("[3, 0].map(x, try(6 / x, -1))", "[2, -1]"),
        ("try([1, 0].map(x, 1 / x), [2].map(x, x))", "[2]"),
        ("can(try(1 / 0)) || try(can(nope.x), true)", "false"),
        (
            "try(1 / 0, [1][7])",
            "error: no expression of `try` has a value; of the last one: `[1]` has no element 7: it has 1 element",
        ),
        ("try()", "error: `try` takes at least 1 argument, found 0; it is written `try(expressions...)`"),
        ("can(1, 2)", "error: `can` takes 1 argument, found 2; it is written `can(expression)`"),
    ]);
}

/// What is not known yet may fail when it is.
#[test]
fn nothing_is_concluded_from_an_unknown() {
    table(&[
        ("try(vpc.id, 'x')", "(known after apply)"),
        ("try(size([vpc.id.part]), 'x')", "(known after apply)"),
        ("try([vpc.id, 1][1], 'x')", "(known after apply)"),
        ("can(vpc.id.part)", "(known after apply)"),
        ("can(regex('^a', vpc.id))", "(known after apply)"),
        ("try(1, vpc.id)", "1"),
        ("try(1 / 0, 2, vpc.id)", "2"),
        ("try(try(vpc.id, 1) == 'a', 'x')", "(known after apply)"),
    ]);
    assert!(
        evaluate("${try(vpc.id, 'x')}").expect("it is unknown").unknowns()[0].waits_for.contains(&"vpc.id".to_string())
    );
}

#[test]
fn what_is_used_up_is_no_failure_to_catch() {
    let endless = "try([1].map(a, range(60000).map(b, range(60000).map(c, c))), 'caught')";
    assert!(value(endless).starts_with("error: "), "{}", value(endless));
    let matched = "can(range(60000).map(b, range(60000).map(c, c)))";
    assert!(value(matched).starts_with("error: "), "{}", value(matched));
}

#[test]
fn references_of_an_attempt_are_optional() {
    let expr = Expr::parse("try(stage.values.a, stage.values.b) + stage.values.c", 0).expect("it parses");
    let optional: Vec<bool> = expr.references.iter().map(|reference| reference.optional).collect();
    assert_eq!(optional, [true, true, false]);
}
