use super::*;
use crate::model::Placement;
use crate::plan::tests::catalog::CATALOG;
use crate::plan::tests::project::graph;
use crate::plan::tests::world::{World, json};

const NET: &str = r#"{"id": "net-id", "arn": "a", "range": "10.0.0.0/16", "size": 2, "dns": false, "tags_all": {}}"#;

fn net() -> Sort {
    (Placement::HOME, "test_net".into())
}

/// What is asked about `net`, without what every taggable resource is asked for.
fn asked(properties: &str, outputs: &str, state: &str, options: &Options) -> Vec<String> {
    let text = format!(
        r#"{{"resources": {{"net": {{"type": "test_net", "properties": {properties}}}}}, "outputs": {outputs}}}"#
    );
    let state = World::new().with("net", "test_net", state, &[]).state;
    let mut requests = reads_needed(&graph(&text), &*CATALOG, &state, options);
    let mut properties = requests.remove(&net()).unwrap().pop().unwrap().properties;
    properties.retain(|name| !name.starts_with("tags"));
    properties
}

#[test]
fn what_nobody_depends_on_is_not_asked_for() {
    let normal = Options::default();
    assert_eq!(asked("{}", "{}", NET, &normal), ["range", "size"]);
    let declared = asked(r#"{"dns": false}"#, "{}", NET, &normal);
    assert_eq!(declared, ["dns", "range", "size"], "declared as what absence means");
    let changed = NET.replace(r#""dns": false"#, r#""dns": true"#);
    assert_eq!(asked("{}", "{}", &changed, &normal), ["dns", "range", "size"], "once set, and to be taken back");
}

#[test]
fn what_an_expression_reads_is_asked_for() {
    let output = r#"{"arn": {"value": "${net.arn}"}}"#;
    assert_eq!(asked("{}", output, NET, &Options::default()), ["arn", "range", "size"]);
    let whole = r#"{"net": {"value": "${net}"}}"#;
    assert_eq!(asked("{}", whole, NET, &Options::default()), ["arn", "dns", "id", "range", "size"]);
}

#[test]
fn what_the_first_read_did_not_show_is_not_asked_for_again() {
    let state = NET.replace(r#""arn": "a","#, "");
    assert_eq!(asked("{}", "{}", &state, &Options::default()), ["range", "size"]);
    let mut unread = World::new().with("net", "test_net", &state, &[]).state;
    unread.resources.get_mut("net").unwrap().unread = true;
    let declared = graph(r#"{"resources": {"net": {"type": "test_net", "properties": {}}}}"#);
    let requests = reads_needed(&declared, &*CATALOG, &unread, &Options::default());
    assert!(requests[&net()][0].properties.contains(&"arn".to_string()), "{requests:?}");
}

#[test]
fn a_refresh_takes_nothing_for_known() {
    let state =
        World::new().with("net", "test_net", &NET.replace(r#""tags_all": {}"#, r#""tags_all": {"a": "b"}"#), &[]);
    let declared = graph(r#"{"resources": {"net": {"type": "test_net", "properties": {}}}}"#);
    let known = |mode| {
        let options = Options { mode, ..Options::default() };
        reads_needed(&declared, &*CATALOG, &state.state, &options)[&net()][0].known_tags.clone()
    };
    let tags = [("a".to_string(), "b".to_string())].into();
    assert_eq!(known(Mode::Normal), Some(KnownTags { arn: "a".into(), tags }));
    assert_eq!(known(Mode::RefreshOnly), None);
    let refresh = Options { mode: Mode::RefreshOnly, ..Options::default() };
    assert_eq!(asked("{}", "{}", NET, &refresh), ["arn", "dns", "id", "range", "size"]);
}

#[test]
fn only_attributes_that_aws_sets_are_carried_over() {
    let tagged = NET.replace(r#""tags_all": {}"#, r#""tags_all": {"a": "b"}"#);
    let mut world = World::new().with("net", "test_net", &tagged, &[]).see("test_net", "net-id", r#"{"size": 3}"#);
    carry_over(&mut world.live, &world.state, &*CATALOG);
    let carried = Live::Found(Arc::new(json(r#"{"size": 3, "id": "net-id", "arn": "a"}"#)));
    assert_eq!(world.live.get(&Placement::HOME, "test_net", &"net-id".into()), Some(&carried));
}

#[test]
fn what_was_read_and_what_is_gone_stay() {
    let other = World::new().with("net", "test_net", NET, &[]).see("test_net", "net-id", r#"{"id": "x", "arn": "b"}"#);
    let gone = World::new().with("net", "test_net", NET, &[]).answer("test_net", "net-id", Live::Absent);
    for mut world in [other, gone] {
        let before = world.live.clone();
        carry_over(&mut world.live, &world.state, &*CATALOG);
        assert_eq!(world.live, before);
    }
}
