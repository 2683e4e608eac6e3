//! Nothing known is ever said of an unknown.

use proptest::prelude::*;

use super::*;

const UNKNOWN: &str = "(known after apply)";

#[test]
fn operations_on_unknowns_are_unknown() {
    for expression in [
        "vpc.id == 'x'",
        "vpc.id != 'x'",
        "vpc.id == vpc.id",
        "vpc.id + 'x'",
        "later.a.b",
        "later > 1",
        "!later",
        "-later",
        "later ? 1 : 2",
        "vpc.id in ['a']",
        "'a' in later",
        "later in ['a']",
        "[vpc.id] == ['x']",
        "vpc.id == null",
        "vpc.id != null",
        "[vpc.id] == [null]",
        "2 in [vpc.id, 1]",
        "later && true",
        "later || false",
        "true && later",
        "upper(vpc.id)",
        "jsonencode({'a': vpc.id})",
        "join(',', [vpc.id])",
        "length(later)",
        "private[vpc.id]",
        "{vpc.id: 1}",
        "later.map(x, 1)",
        "values(private).filter(s, s.id == 'x')",
        "values(private).exists(s, s.id == 'x')",
        "private.map(k, later, k)",
        "values(private).all(s, s.id != 'x')",
        "values(private).exists_one(s, s.id == 'subnet-b')",
        "has(later.x)",
        "coalesce(null, vpc.id, 'a')",
        "contains([vpc.id], 'a')",
        "distinct([vpc.id, 'a'])",
        "concat([1], later)",
        "merge({'a': 1}, later)",
        "flatten([[1], later])",
        "lookup(later, 'a', 1)",
        "later[0]",
        "toset([vpc.id])",
    ] {
        assert_eq!(value(expression), UNKNOWN, "{expression}");
    }
}

#[test]
fn what_an_unknown_cannot_change_is_known() {
    table(&[
        ("false && later", "false"),
        ("later && false", "false"),
        ("later || true", "true"),
        ("true ? 1 : later", "1"),
        ("[vpc.id, 1]", "[(known after apply), 1]"),
        ("{'a': vpc.id, 'b': 2}", "{\"a\": (known after apply), \"b\": 2}"),
        ("{'a': vpc.id, 'b': 2}.b", "2"),
        ("size(private) == 3 && keys(private)[0] == 'z'", "true"),
        ("values(private).map(s, s.id)", "[(known after apply), \"subnet-b\", \"subnet-a\"]"),
        ("values(private).map(s, s.id)[1]", "\"subnet-b\""),
        ("values(private).exists(s, s.id == 'subnet-a')", "true"),
        ("values(private).all(s, s.id == 'nope')", "false"),
        ("[vpc.id, 'a'].size()", "2"),
        ("merge({'a': vpc.id}, {'b': 1})", "{\"a\": (known after apply), \"b\": 1}"),
        ("has(vpc.id) && !has(vpc.nope)", "true"),
        ("'id' in vpc", "true"),
        ("concat([vpc.id], ['a'])", "[(known after apply), \"a\"]"),
        ("reverse([vpc.id, 1])", "[1, (known after apply)]"),
        ("coalesce('a', vpc.id)", "\"a\""),
        // What is known to differ differs.
        ("values(private).map(s, s.id) != null", "true"),
        ("vpc == nothing", "false"),
        ("[vpc.id] == []", "false"),
        ("[vpc.id, 1] == [vpc.id, 2]", "false"),
        ("{'a': vpc.id} == {'b': vpc.id}", "false"),
        ("[vpc.id] == 'x'", "false"),
        ("1 in [vpc.id, 1]", "true"),
    ]);
}

#[test]
fn an_unknown_names_what_it_waits_for() {
    let Ok(Value::Unknown(unknown)) = evaluate("${vpc.id} ${private.z.id} ${vpc.id}") else { panic!("it is unknown") };
    assert_eq!(*unknown.waits_for, ["vpc.id".to_string(), "private.z.id".to_string()]);
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("u".to_string()),
        Just("v".to_string()),
        Just("l".to_string()),
        Just("m".to_string()),
        Just("m.k".to_string()),
        Just("l[0]".to_string()),
        Just("1".to_string()),
        Just("2".to_string()),
        Just("true".to_string()),
        Just("'a'".to_string()),
        Just("false".to_string()),
        Just("null".to_string()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(a, b)| format!("({a} == {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} && {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} || {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} + {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} in {b})")),
            two.clone().prop_map(|(a, b)| format!("[{a}, {b}]")),
            two.clone().prop_map(|(a, b)| format!("{{'x': {a}, 'k': {b}}}")),
            two.clone().prop_map(|(a, b)| format!("[{a}, {b}].map(x, x == {a})")),
            two.clone().prop_map(|(a, b)| format!("[{a}, {b}].exists(x, x == {a})")),
            two.clone().prop_map(|(a, b)| format!("[{a}, {b}].filter(x, x != {b})")),
            two.clone().prop_map(|(a, b)| format!("merge({{'k': {a}}}, {b})")),
            two.clone().prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            two.clone().prop_map(|(a, b)| format!("concat([{a}], {b})")),
            two.clone().prop_map(|(a, b)| format!("contains([{a}], {b})")),
            two.clone().prop_map(|(a, b)| format!("{{'k': {a}}}.?k.orValue({b})")),
            two.clone().prop_map(|(a, b)| format!("[?optional.of({a}), {b}]")),
            two.clone().prop_map(|(a, b)| format!("{{?'x': optional.of({a}), 'k': {b}}}")),
            inner.clone().prop_map(|a| format!("size({a})")),
            inner.clone().prop_map(|a| format!("(!{a})")),
            inner.clone().prop_map(|a| format!("flatten([{a}])")),
            inner.clone().prop_map(|a| format!("one([{a}])")),
            inner.clone().prop_map(|a| format!("jsonencode({a})")),
            inner.clone().prop_map(|a| format!("distinct([{a}, 1])")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        ]
    })
}

/// What is known in `early` is the same in `late`.
fn refines(early: &Value, late: &Value) -> bool {
    match (early, late) {
        (Value::Unknown(_), _) => true,
        (Value::List(early), Value::List(late)) => {
            early.len() == late.len() && early.iter().zip(late).all(|(early, late)| refines(early, late))
        }
        (Value::Map(early), Value::Map(late)) => {
            early.len() == late.len()
                && early.iter().all(|(key, early)| late.get(key).is_some_and(|late| refines(early, late)))
        }
        (early, late) => early == late,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The law of unknowns: what an expression says before a value is known, it says when the value is known.
    #[test]
    fn what_is_said_early_holds_later(text in expression(), choice in 0_usize..7) {
        let later = [
            serde_json::json!(1), serde_json::json!(true), serde_json::json!(false), serde_json::json!("a"),
            serde_json::json!(null), serde_json::json!([1]), serde_json::json!({"k": 1}),
        ];
        let scope = |u: serde_json::Value| Names::new(serde_json::json!({
            "u": u.clone(), "v": "a", "l": [u.clone(), 1], "m": {"k": u, "j": 2},
        }));
        let expr = Expr::parse(&text, 0).expect("it parses");
        if let Ok(early) = expr.evaluate(&scope(serde_json::json!({"?": "u"})))
            && let Ok(late) = expr.evaluate(&scope(later[choice].clone()))
        {
            prop_assert!(refines(&early, &late), "{} was {} and became {}", text, early, late);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = Template::parse(&text).and_then(|template| template.evaluate(&names()));
    }

    #[test]
    fn no_soup_of_tokens_panics(parts in proptest::collection::vec(prop_oneof![
        Just("a"), Just("stage"), Just("."), Just("?"), Just(":"), Just("["), Just("]"), Just("("), Just(")"), Just("{"), Just("}"),
        Just("1"), Just("'x'"), Just("\""), Just("+"), Just("-"), Just("!"), Just("&&"), Just("in"), Just(","), Just("map"), Just("x"),
        Just("\\"), Just("0x"), Just("9e9"), Just("values"), Just("optional"), Just("é"), Just("//"), Just("$"), Just("r'"),
    ], 0..25)) {
        let text = format!("${{{}}}", parts.concat());
        let _ = Template::parse(&text).and_then(|template| template.evaluate(&names()));
    }
}
