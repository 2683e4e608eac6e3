use super::*;
use crate::model::{Origin, PhysicalId, Placement, Span, Value};

fn stack() -> StackId {
    StackId::new("test", "main")
}

fn at(path: &str) -> Address {
    Address::in_stack(&stack(), path).unwrap()
}

fn entry(from: &str, to: &str) -> Moved {
    Moved { from: at(from), to: at(to), origin: Origin::at(Span::new("stages/test/main/a.yaml", 1, 1, 1)) }
}

fn state(paths: &[(&str, &[&str])]) -> State {
    let mut state = State::empty(stack(), "1".repeat(12), "eu-west-1".into(), "lineage".into());
    for (path, dependencies) in paths {
        let resource = ResourceState {
            type_name: "aws_vpc".into(),
            id: PhysicalId::new(*path),
            place: Placement::HOME,
            attributes: Value::default(),
            dependencies: dependencies.iter().map(ToString::to_string).collect(),
            sensitive: BTreeSet::new(),
            prevent_destroy: false,
            create_before_destroy: false,
            unfinished: Vec::new(),
            unread: false,
            created_by: None,
            failed: None,
        };
        state.resources.insert(path.to_string(), resource);
    }
    state
}

fn moved(paths: &[(&str, &[&str])], moves: &[Moved], declared: &[&str]) -> (Vec<String>, Vec<String>) {
    let state = state(paths);
    let mut diagnostics = Diagnostics::default();
    let declared: Vec<Address> = declared.iter().map(|path| at(path)).collect();
    let prior = Prior::moved(&stack(), moves, &state, |address| declared.contains(address), &mut diagnostics);
    let lines = prior.resources.iter().map(|(address, resource)| {
        let needs: Vec<&str> = resource.dependencies.iter().map(Address::path).collect();
        format!("{} <- {} [{}]", address.path(), resource.state.id, needs.join(", "))
    });
    (lines.collect(), diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect())
}

#[test]
fn a_chain_is_followed_and_dependencies_come_along() {
    let (lines, errors) = moved(&[("a", &[]), ("x", &["a"])], &[entry("a", "b"), entry("b", "net.c")], &["net.c", "x"]);
    assert_eq!(lines, ["net.c <- a []", "x <- x [net.c]"]);
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn instances_and_modules_keep_keys_and_inside() {
    let (lines, _) = moved(
        &[("a[\"k\"]", &[]), ("net.vpc", &[]), ("net.deep.x[\"1\"]", &[]), ("one", &[])],
        &[entry("a", "b"), entry("net", "core"), entry("one", "one[\"main\"]")],
        &[],
    );
    assert_eq!(
        lines,
        [
            r#"b["k"] <- a["k"] []"#,
            r#"core.deep.x["1"] <- net.deep.x["1"] []"#,
            "core.vpc <- net.vpc []",
            r#"one["main"] <- one []"#
        ]
    );
}

#[test]
fn a_taken_place_a_circle_and_a_declared_origin_are_errors() {
    let (_, errors) = moved(&[("a", &[]), ("b", &[])], &[entry("a", "b")], &["b"]);
    assert_eq!(errors, ["test/main:a and test/main:b both become test/main:b"]);
    let (_, errors) = moved(&[("a", &[])], &[entry("a", "b"), entry("b", "a")], &[]);
    assert_eq!(errors, ["the moves of test/main:a lead in a circle"]);
    let (_, errors) = moved(&[("a", &[])], &[entry("a", "b")], &["a", "b"]);
    assert_eq!(errors, ["test/main:a is moved to test/main:b, and is still declared"]);
}
