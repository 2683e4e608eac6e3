//! What an expression reads, as far as its text says so.

use super::*;

/// The references as they would be written; `*` is every element, `?` optional, `#` keys only.
fn references(expression: &str) -> Vec<String> {
    let expr = Expr::parse(expression, 0).unwrap_or_else(|error| panic!("{expression}: {error}"));
    expr.references
        .iter()
        .map(|reference| {
            let segments = reference.path.iter().map(|segment| match segment {
                RefSegment::Field(name) => name.clone(),
                RefSegment::Index(index) => index.to_string(),
                RefSegment::Any => "*".to_string(),
            });
            let mark = |set: bool, mark: &str| if set { mark.to_string() } else { String::new() };
            segments.collect::<Vec<_>>().join(".") + &mark(reference.optional, "?") + &mark(reference.keys_only, "#")
        })
        .collect()
}

#[test]
fn paths() {
    for (expression, wanted) in [
        ("network.vpc_id", vec!["network.vpc_id"]),
        ("private[\"a\"].id", vec!["private.a.id"]),
        ("list[0].x", vec!["list.0.x"]),
        ("private[each.key].id", vec!["private.*.id", "each.key"]),
        ("private[each.key]", vec!["private", "each.key"]),
        ("true ? a.b : c.d", vec!["a.b", "c.d"]),
        ("has(a.b.c)", vec!["a.b.c?"]),
        ("a.?b.c.orValue(d)", vec!["a.b.c?", "d"]),
        ("{'k': a.b, c.d: [e]}", vec!["a.b", "c.d", "e"]),
        ("cidrsubnet(vpc.cidr, 4, each.index)", vec!["vpc.cidr", "each.index"]),
        ("(a.b).c", vec!["a.b.c"]),
        ("a.b.startsWith(c.d)", vec!["a.b", "c.d"]),
    ] {
        let mut found = references(expression);
        let mut wanted: Vec<String> = wanted.into_iter().map(String::from).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{expression}");
    }
}

#[test]
fn macros_need_only_what_their_bodies_use() {
    for (expression, wanted) in [
        ("values(private).map(s, s.id)", vec!["private.*.id"]),
        ("values(private).map(s, s.id + s.arn)", vec!["private.*.id", "private.*.arn"]),
        ("values(private).map(s, s)", vec!["private"]),
        ("values(private).map(s, 1)", vec!["private#"]),
        ("private.map(k, k)", vec!["private"]),
        ("keys(private).map(k, private[k].id)", vec!["private.*.id", "private#"]),
        ("size(private)", vec!["private#"]),
        ("values(private).size()", vec!["private#"]),
        ("values(private).filter(s, s.public).map(s, s.id)", vec!["private.*.public", "private.*.id"]),
        ("values(private).filter(s, s.public)", vec!["private"]),
        ("values(a).map(s, values(s.subnets).map(t, t.id))", vec!["a.*.subnets.*.id"]),
        ("private.transformMap(k, v, v.id)", vec!["private.*.id"]),
        ("values(private)[0].id", vec!["private.*.id"]),
        ("values(private)[stage.n].id", vec!["private.*.id", "stage.n"]),
        ("lookup(private, each.key).id", vec!["private.*.id", "each.key"]),
        ("xs.map(x, x.map(x, x.id))", vec!["xs.*.*.id"]),
        ("xs.map(x, y.id)", vec!["y.id", "xs#"]),
        ("xs.all(x, x.ok) && x.id == 1", vec!["xs.*.ok", "x.id"]),
        ("values(private).map(s, size(s.tags))", vec!["private.*.tags"]),
    ] {
        let mut found = references(expression);
        let mut wanted: Vec<String> = wanted.into_iter().map(String::from).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{expression}");
    }
}

/// A scope that knows nothing but the leaves it is asked for.
struct Strict;

impl Scope for Strict {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        let leaf = |name: &str| Value::from([(name, Value::from(format!("the {name}")))]);
        match path {
            [_, RefSegment::Any, RefSegment::Field(name)] => Ok(Value::from([("x", leaf(name)), ("y", leaf(name))])),
            [_] => Ok(Value::from([("x", Value::Null), ("y", Value::Null)])),
            _ => panic!("{path:?}"),
        }
    }

    fn bytes(&self, _: &str) -> Result<Option<Arc<[u8]>>, String> {
        Err("no files".into())
    }

    fn files(&self, _: &str, _: usize) -> Result<Arc<[String]>, String> {
        Err("no files".into())
    }

    fn file(&self, _: &str) -> Result<Arc<str>, String> {
        Err("none".into())
    }
}

#[test]
fn several_needed_leaves_are_put_together() {
    let expr = Expr::parse("values(private).map(s, s.id + ' ' + s.arn)", 0).expect("it parses");
    assert_eq!(expr.evaluate(&Strict).expect("it has a value").to_string(), "[\"the id the arn\", \"the id the arn\"]");
    let expr = Expr::parse("values(private).map(s, 1)", 0).expect("it parses");
    assert_eq!(expr.evaluate(&Strict).expect("it has a value").to_string(), "[1, 1]");
}
