//! What a few words can ask for, and where it ends.

use super::super::budget::Budget;
use super::*;

/// A tenth of what an evaluation may cost, so that the tests are fast.
fn little(expression: &str) -> Result<Value, EvalError> {
    Expr::parse(expression, 0)?.evaluate_within(&names(), &Budget::new(1_000_000, 8 << 20))
}

/// The message of an expression that must come to an end.
fn refused(expression: &str) -> String {
    match little(expression) {
        Ok(value) => panic!("{expression}: has a value of {} characters", value.to_string().len()),
        Err(error) => error.message,
    }
}

#[test]
fn work_is_bounded() {
    for expression in [
        "range(60000).map(a, range(60000).map(b, a * b))",
        "range(60000).all(a, range(60000).all(b, a + b >= 0))",
        "range(60000).filter(a, !(a in range(60000)))",
        "range(60000).map(a, matches('a', string(a) + '[ab]{2}'))",
        "range(60000).map(a, distinct(range(60000)))",
        "range(60000).map(a, sha256(join('', range(60000))))",
        "range(60000).map(a, templatefile('hello.tpl', {'name': join('', range(60000)), 'port': 1}))",
        "regexall('.*[^A-Z]|[A-Z]', join('', range(60000).map(x, 'ABCDEFGH'))).size()",
    ] {
        let message = refused(expression);
        assert!(message.contains("1000000 steps") || message.contains("8 MiB"), "{expression}: {message}");
    }
}

#[test]
fn a_whole_budget_has_an_end() {
    let endless = Expr::parse("range(60000).exists(a, range(60000).exists(b, a + b < 0))", 0).expect("it parses");
    let error = endless.evaluate(&names()).expect_err("it is bounded");
    assert_eq!(error.message, "the expression takes more than 10000000 steps");
    assert!(error.help.is_some());
}

#[test]
fn size_is_bounded() {
    let doubled = "[file('key')]".to_string() + &".map(x, x + x)".repeat(60);
    let nested = "[1]".to_string() + &".map(x, [x, x])".repeat(60);
    let maps = "[1]".to_string() + &".map(x, {'a': x, 'b': x})".repeat(60);
    let padded = format!("format('{}', 1)", "%1024[1]d".repeat(60_000));
    let wide = format!("setproduct({})", ["[1, 2]"; 12].join(", ") + &", [3]".repeat(4_000));
    let shared = "range(60000).map(x, 'abcdefghijklmnopqrstuvwxyz').map(x, {'a': x, 'b': x, 'c': x, 'd': x})";
    for expression in [
        doubled.as_str(),
        &nested,
        &maps,
        &padded,
        &wide,
        &format!("jsonencode(concat({shared}, {shared}, {shared}, {shared}))"),
        "range(60000).map(x, range(60000))",
        "range(300).map(x, base64encode(join('', range(60000))))",
        "replace(join('', range(60000)), '', join('', range(60000)))",
        "join(join('', range(60000)), range(60000))",
        "join('', range(60000).map(x, 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz')).replace('', 'abcdefghi')",
        "replace(join('', range(60000)), '/[0-9]/', '$0$0$0$0$0$0')",
        "formatlist('%s %d', join('', range(60000)), range(60000))",
    ] {
        let message = refused(expression);
        let bounded = message.contains("MiB") || message.contains("1000000 steps");
        assert!(bounded, "{}: {message}", &expression[..expression.len().min(80)]);
    }
}

#[test]
fn depth_of_values_is_bounded() {
    let deep = "[1]".to_string() + &".map(x, [x])".repeat(90);
    let json = format!("jsondecode('{}1{}')", "[".repeat(120), "]".repeat(120));
    let both = json + &".map(x, [x])".repeat(90);
    assert!(Expr::parse(&deep, 0).and_then(|expr| expr.evaluate(&names())).is_ok());
    assert_eq!(refused(&both), "a value has more than 200 levels of lists and maps");
    let message = refused(&format!("jsondecode('{}')", "[".repeat(100_000)));
    assert!(message.contains("recursion limit"), "{message}");
    let message = refused(&format!("yamldecode('{}')", "[".repeat(100_000)));
    assert!(message.contains("recursion limit"), "{message}");
}

#[test]
fn patterns_are_bounded() {
    assert_eq!(refused("matches('a', '(((a{100}){100}){100}){100}')"), "matches: the pattern is too large");
    let message = refused(&format!("matches('a', '{}a{}')", "(".repeat(50_000), ")".repeat(50_000)));
    assert!(message.contains("is not a pattern"), "{}", &message[message.len() - 200..]);
}

#[test]
fn numbers_beyond_the_language_are_refused() {
    for expression in
        ["jsondecode('1e400')", "1e400", "tonumber('1e400')", "pow(10.0, 400.0)", "0.0 / 0.0", "double('nan')"]
    {
        refused(expression);
    }
    table(&[
        ("jsondecode('-0') == 0", "true"),
        ("jsondecode('-0.0') == 0", "true"),
        ("distinct([1, 1.0, -0.0, 0, '1'])", "[1, -0.0, \"1\"]"),
    ]);
}

#[test]
fn nobody_writes_an_unknown() {
    assert_eq!(refused(r#"jsondecode('{"\\u0000unknown": []}')"#), "jsondecode: a key has no NUL characters");
}

#[test]
fn large_values_that_people_have_are_fine() {
    for expression in [
        "range(60000).map(i, 's' + string(i)).size()",
        "toset(range(60000).map(i, string(i % 1000))).size()",
        "setsubtract(range(60000), range(30000)).size()",
        "distinct(range(60000)).size()",
        "range(1000).map(i, i in range(1000)).size()",
        "range(500).map(i, regexall('[0-9]+', 'a1b2' + string(i))).size()",
        "jsonencode(range(1000).map(i, {'Effect': 'Allow', 'Action': ['s3:GetObject'], 'Resource': string(i)})).size()",
    ] {
        let value = Expr::parse(expression, 0).and_then(|expr| expr.evaluate(&names()));
        assert!(value.is_ok(), "{expression}: {value:?}");
    }
}
