//! Expressions, end to end: text in, value or error out.

use std::sync::Arc;

use super::*;
use crate::model::{Code, Unknown, Value};

mod attempts;
mod errors;
mod functions;
mod limits;
mod oracle;
mod references;
mod scripts;
mod unknowns;
mod written;

/// A scope made of JSON; `{"?": "name"}` in it is an unknown.
struct Names(Value);

impl Names {
    fn new(json: serde_json::Value) -> Self {
        Self(unmark(Value::from_json(json)))
    }
}

fn unmark(value: Value) -> Value {
    match value {
        Value::Map(map) => match (map.len(), map.get("?")) {
            (1, Some(Value::String(name))) => Value::Unknown(Unknown::one(name.to_string())),
            _ => Value::Map(map.into_iter().map(|(key, value)| (key, unmark(value))).collect()),
        },
        Value::List(items) => Value::List(items.into_iter().map(unmark).collect()),
        other => other,
    }
}

impl Scope for Names {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        descend(&self.0, path, 0).map_err(|error| match (error.depth, &path[0]) {
            (0, RefSegment::Field(name)) => LookupError { message: format!("`{name}` is not declared"), ..error },
            _ => error,
        })
    }

    fn file(&self, path: &str) -> Result<Arc<str>, String> {
        match path {
            "hello.tpl" => Ok("Hello ${name}!\n$${HOME} ${port + 1}".into()),
            "loop.tpl" => Ok("%{ for zone in zones ~}\n- ${zone}\n%{ endfor ~}\nend".into()),
            "open.tpl" => Ok("a\n%{ if name }x".into()),
            "typo.tpl" => Ok("a\n  %{ fi name }x".into()),
            "self.tpl" => Ok("${templatefile(\"self.tpl\", {})}".into()),
            "bad.tpl" => Ok("one\ntwo ${nam}".into()),
            "key" => Ok("secret\n".into()),
            _ => Err(format!("no file {path:?}")),
        }
    }

    fn bytes(&self, path: &str) -> Result<Option<Arc<[u8]>>, String> {
        Ok(match path {
            "hello.txt" => Some(b"hello world".as_slice().into()),
            "binary" => Some([0xff, 0x00].as_slice().into()),
            _ => None,
        })
    }

    fn files(&self, folder: &str, levels: usize) -> Result<Arc<[String]>, String> {
        let all = ["policies/a.json", "policies/b.json", "policies/deep/c.json", "policies/readme.md"];
        let below = all.iter().filter_map(|name| name.strip_prefix(folder)?.strip_prefix('/'));
        Ok(below.filter(|name| name.split('/').count() <= levels).map(String::from).collect())
    }
}

fn names() -> Names {
    Names::new(serde_json::json!({
        "stage": {"name": "test", "values": {"zones": ["a", "b", "c"], "cidr": "10.20.0.0/16", "size": 3, "none": null}},
        "each": {"key": "b", "index": 1},
        "private": {
            "z": {"id": {"?": "private.z.id"}, "cidr": "10.0.0.0/24"},
            "b": {"id": "subnet-b", "cidr": "10.0.1.0/24"},
            "a": {"id": "subnet-a", "cidr": "10.0.2.0/24"},
        },
        "vpc": {"id": {"?": "vpc.id"}, "cidr": "10.0.0.0/16", "tags": {"Name": "x", "a-b": "dashed"}},
        "later": {"?": "later"},
        "nothing": null,
    }))
}

fn evaluate(text: &str) -> Result<Value, EvalError> {
    Template::parse(text)?.evaluate(&names())
}

/// The value of an expression as JSON text; an unknown reads `(known after apply)`.
fn value(expression: &str) -> String {
    match evaluate(&format!("${{{expression}}}")) {
        Ok(value) => value.to_string(),
        Err(error) => format!("error: {}{}", error.message, error.help.map(|h| format!("; {h}")).unwrap_or_default()),
    }
}

#[track_caller]
fn table(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(expression, wanted)| value(expression) != *wanted)
        .map(|(expression, wanted)| format!("{expression}\n   is {}\n  not {wanted}", value(expression)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn templates() {
    let text = |text: &str| evaluate(text).map(|value| value.to_string()).map_err(|error| error.message);
    for (template, wanted) in [
        ("plain", "\"plain\""),
        ("", "\"\""),
        ("$5 and $$ and {}", "\"$5 and $$ and {}\""),
        ("$${a} ${1}", "\"${a} 1\""),
        ("$$${1}", "\"$${1}\""),
        ("${stage.values.size}", "3"),
        ("${stage.values.zones}", "[\"a\", \"b\", \"c\"]"),
        ("${stage.name}-logs", "\"test-logs\""),
        ("${true}${1}${1.5}${2.0}", "\"true11.52.0\""),
        ("${{\"a\": {\"}\": '}'}}[\"a\"][\"}\"]}", "\"}\""),
        ("${'it\\'s } here'}", "\"it's } here\""),
        ("${ // }\n 1 }", "1"),
        ("id: ${vpc.id}", "(known after apply)"),
        ("é${ 'ü' }", "\"éü\""),
    ] {
        assert_eq!(text(template), Ok(wanted.to_string()), "{template}");
    }
    for (template, wanted) in [
        ("a ${nothing}", "`nothing` is null, which has no place inside a string"),
        ("a ${[1]}", "`[1]` is a list, which has no place inside a string"),
        ("a ${1", "`${` has no closing `}`"),
        ("a ${}", "the expression is empty"),
    ] {
        assert_eq!(text(template), Err(wanted.to_string()), "{template}");
    }
}

#[test]
fn plain_templates_have_their_text() {
    let template = Template::parse("a $${b} c").expect("it has no expression");
    assert!(template.is_plain());
    assert_eq!(template.plain_text().as_deref(), Some("a ${b} c"));
    assert!(!Template::parse("${1}").expect("it is valid").is_plain());
}

#[test]
fn operators_and_literals() {
    table(&[
        ("1 + 2 * 3 - 4 / 2 % 2", "7"),
        ("-2 - -3", "1"),
        ("!true || !!true", "true"),
        ("7 / 2", "3"),
        ("-7 % 3", "-1"),
        ("7.0 / 2.0", "3.5"),
        ("1 == 1.0", "true"),
        ("1 == '1'", "false"),
        ("9007199254740993 == 9007199254740992.0", "false"),
        ("[1, 2] == [1.0, 2.0]", "true"),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"),
        ("1 < 1.5 && 'a' < 'b' && false < true", "true"),
        ("'a' in ['a'] && !('z' in {'a': 1}) && 'b' in private", "true"),
        ("0x1F + 1u", "32"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("1e3", "1e3"),
        ("\"a\\u00e9\\n\" + r'\\n' + '''it's'''", "\"aé\\n\\\\nit's\""),
        ("stage.name == 'test' ? 'yes' : nope.at.all", "\"yes\""),
        ("false ? 1 : true ? 2 : 3", "2"),
        ("stage.values.zones[each.index]", "\"b\""),
        ("private[each.key].id", "\"subnet-b\""),
        ("private['b']['id']", "\"subnet-b\""),
        ("vpc.tags[\"a-b\"]", "\"dashed\""),
        ("[1, 2,]", "[1, 2]"),
        ("{'b': 1, 'a': 2}", "{\"b\": 1, \"a\": 2}"),
        ("false && nope.x", "false"),
        ("nope.x && false", "false"),
        ("true || nope.x", "true"),
    ]);
}

#[test]
fn macros_keep_the_order_of_maps() {
    table(&[
        ("keys(private)", "[\"z\", \"b\", \"a\"]"),
        ("private.map(k, k)", "[\"z\", \"b\", \"a\"]"),
        ("values(private).map(s, s.cidr)", "[\"10.0.0.0/24\", \"10.0.1.0/24\", \"10.0.2.0/24\"]"),
        ("private.transformList(k, v, k + v.cidr)", "[\"z10.0.0.0/24\", \"b10.0.1.0/24\", \"a10.0.2.0/24\"]"),
        ("private.transformMap(k, v, k != 'z', v.id)", "{\"b\": \"subnet-b\", \"a\": \"subnet-a\"}"),
        ("stage.values.zones.transformMapEntry(i, z, {z: i})", "{\"a\": 0, \"b\": 1, \"c\": 2}"),
        ("[1, 2, 3].filter(x, x > 1).map(x, x * 2)", "[4, 6]"),
        ("[1, 2, 3].map(x, x > 1, x * 2)", "[4, 6]"),
        ("[1, 2, 3].all(x, x > 0) && ![].exists(x, x) && [1, 2].exists_one(x, x == 1)", "true"),
        ("[1, 2].all(i, x, i < x)", "true"),
        ("[[1, 2], [3]].map(x, x.map(y, x[0] + y))", "[[2, 3], [6]]"),
        ("[1].map(stage, stage)", "[1]"),
    ]);
}

#[test]
fn optionals() {
    table(&[
        ("has(private.b) && !has(private.nope) && has(vpc.id)", "true"),
        ("has(nothing.x)", "false"),
        ("private.?nope.?id.orValue('none')", "\"none\""),
        ("private.?b.id.orValue('none')", "\"subnet-b\""),
        ("private.?nope.id", "null"),
        ("nothing.?x.orValue(1)", "1"),
        ("stage.values.none.orValue(2)", "2"),
        ("private.?nope.hasValue() || !private.?b.hasValue()", "false"),
        ("private[?each.key].hasValue()", "true"),
        ("stage.values.zones[?7].orValue('x')", "\"x\""),
        ("private.?nope.or(private.?b).value().id", "\"subnet-b\""),
        ("[?private.?nope, ?optional.of(1)]", "[1]"),
        ("{?'a': private.?nope, ?'b': private.?b.cidr}", "{\"b\": \"10.0.1.0/24\"}"),
        ("vpc.?id.hasValue()", "(known after apply)"),
    ]);
}

#[test]
fn depth_is_an_error_and_not_a_crash() {
    // The stack of a tokio worker.
    let run = || {
        for (open, inner, close) in [
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("{'a':", "1", "}"),
            ("f(", "1", ")"),
            ("upper(", "'a'", ")"),
            ("!", "a", ""),
            ("-", "a", ""),
            ("a[", "0", "]"),
            ("a ? ", "b", " : c"),
            ("", "a", " ? b : c"),
            ("", "a", ".b"),
            ("", "a", "[0]"),
            ("", "a", " + 1"),
            ("", "a", " && b"),
            ("", "a", ".?b"),
            ("1 + (", "a", ")"),
            ("[1].map(x, ", "x", ")"),
            ("", "a", ".contains('b')"),
            ("optional.of(", "1", ")"),
            ("", "a", "].b"),
            ("", "a", " in b"),
            ("-!", "a", ""),
        ] {
            for count in [1_usize, 10, 40, 90, 99, 100, 101, 200, 5_000, 50_000] {
                let expression = format!("{}{inner}{}", open.repeat(count), close.repeat(count));
                if let Ok(parsed) = Expr::parse(&expression, 0) {
                    let _ = parsed.evaluate(&names());
                }
            }
        }
        let deep = Expr::parse(&format!("{}1{}", "[".repeat(2_000), "]".repeat(2_000)), 0).expect_err("it is too deep");
        assert_eq!(deep.code, Code::InputTooDeep);
        let fine = format!("{}1{}", "[".repeat(90), "]".repeat(90));
        assert!(Expr::parse(&fine, 0).and_then(|expr| expr.evaluate(&names())).is_ok());
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no panic");
}

#[test]
fn every_function_is_documented() {
    for function in function_names() {
        assert!(function.signature.starts_with(&format!("{}(", function.name)), "{}", function.signature);
        assert!(function.doc.ends_with('.') && function.doc.len() < 120, "{}", function.name);
    }
    let unique: std::collections::BTreeSet<_> = function_names().iter().map(|function| function.name).collect();
    assert_eq!(unique.len(), function_names().len());
}
