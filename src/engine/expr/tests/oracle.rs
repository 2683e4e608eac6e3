//! The `cel` crate evaluates the same expressions: where it has a value, ours is the same.

use cel::{Context, Program};
use proptest::prelude::*;

use super::*;

fn reference(text: &str) -> Option<serde_json::Value> {
    let mut context = Context::default();
    for (name, json) in [("i", serde_json::json!(3)), ("s", serde_json::json!("abc")), ("b", serde_json::json!(true))] {
        match &json {
            serde_json::Value::Number(number) => context.add_variable_from_value(name, number.as_i64()?),
            serde_json::Value::String(text) => context.add_variable_from_value(name, text.clone()),
            other => context.add_variable_from_value(name, other.as_bool()?),
        }
    }
    context.add_variable_from_value("l", vec![1_i64, 2, 3]);
    Program::compile(text).ok()?.execute(&context).ok()?.json().ok()
}

fn ours(text: &str) -> Result<Value, EvalError> {
    let names = Names::new(serde_json::json!({"i": 3, "s": "abc", "b": true, "l": [1, 2, 3]}));
    Expr::parse(text, 0)?.evaluate(&names)
}

fn ints() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("i".to_string()),
        Just("l[1]".to_string()),
        Just("size(l)".to_string()),
        Just("s.size()".to_string()),
        (-20_i64..20).prop_map(|n| n.to_string()),
        Just("int('7')".to_string()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop_oneof!["[-+*]", "/", "%"], inner.clone())
                .prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} < {b} ? {b} : {c})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.prop_map(|a| format!("l.map(x, x * ({a})).filter(x, x > 1).size()")),
        ]
    })
}

fn bools() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (ints(), "==|!=|<|<=|>|>=", ints()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        Just("b".to_string()),
        Just("nope".to_string()),
        Just("s == 'abc'".to_string()),
        Just("'a' in [s, 'a']".to_string()),
        Just("1 == 1.0".to_string()),
        Just("s.startsWith('a')".to_string()),
        Just("s.contains('bc')".to_string()),
        Just("has({'a': 1}.a)".to_string()),
        Just("{'a': 1} == {'a': 1.0}".to_string()),
        Just("s.matches('^a')".to_string()),
        Just("1 / 0 == 1".to_string()),
        Just("'a' < s".to_string()),
        Just("[1, 'a'] == [1.0, 'a']".to_string()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), "&&|\\|\\|", inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            (inner.clone(), "&&|\\|\\|", inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.clone().prop_map(|a| format!("l.all(x, x > 0 && ({a}))")),
            inner.clone().prop_map(|a| format!("l.exists(x, x > i || ({a}))")),
            inner.prop_map(|a| format!("l.exists_one(x, x == 2 && ({a}))")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn our_cel_is_cel(text in prop_oneof![ints(), bools()]) {
        match (reference(&text), ours(&text)) {
            (Some(wanted), Ok(found)) => prop_assert_eq!(found.to_json(), wanted, "{}", text),
            (Some(wanted), Err(error)) => prop_assert!(false, "{} is {}, and we say {}", text, wanted, error),
            (None, Ok(found)) => prop_assert!(false, "{} is an error, and we say {}", text, found),
            (None, Err(_)) => {}
        }
    }
}

#[test]
fn literals_and_precedence() {
    for text in [
        "1 + 2 * 3",
        "1 - 2 - 3",
        "-2 * 3",
        "!true == false",
        "1 < 2 == true",
        "true ? 1 : false ? 2 : 3",
        "'a' + \"b\" + '''c'''",
        "r'\\n' + '\\n' + '\\x41\\u0041'",
        "[1, 2][1]",
        "{'a': {'b': 1}}.a.b",
        "{'a': 1}['a']",
        "0xFF",
        "1e2",
        "1.5e-1",
        "-9223372036854775808",
        "[[1], [2, 3]].map(x, x.size())",
        "[1, 2, 3].map(x, x > 1, x * x)",
        "[1, 2] + [3]",
        "size('é')",
        "string(1.0)",
        "string(true)",
        "double(1)",
        "int(1.9)",
        "int(-1.9)",
        "'x' in {'x': 1}",
        "[1, 2, 3].filter(x, x % 2 == 1)",
        "1 in [1.0]",
        "-5 / 2",
        "-5 % 3",
        "5 % -3",
        "true || 1 / 0 == 1",
        "1 / 0 == 1 || true",
        "[1, 2].exists(x, x / 0 == 1 || x == 2)",
        "\"\\\\ \\\" \\'\"",
    ] {
        let wanted = reference(text).unwrap_or_else(|| panic!("{text} has no value"));
        assert_eq!(ours(text).map(|value| value.to_json()), Ok(wanted), "{text}");
    }
}
