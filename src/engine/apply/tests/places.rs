//! Resources in other accounts and regions than the stage's.

use super::crashes::sweep;
use super::stage::{Run, Stage};
use crate::model::Placement;
use crate::plan::{Action, Direction, Options, Reason};
use crate::simulation::Faults;

const SITE: &str = r#"
resources:
  vpc:
    type: aws_vpc
    properties: {cidr_block: 10.0.0.0/16}
  there:
    type: aws_vpc
    region: edge
    properties: {cidr_block: 10.0.0.0/16, enable_dns_hostnames: true}
  subnet:
    type: aws_subnet
    region: edge
    properties: {vpc_id: "${there.id}", cidr_block: 10.0.0.0/24}
  queue:
    type: aws_sqs_queue
    for_each: [edge, dr]
    region: ${each.key}
    properties: {name: jobs}
  record:
    type: aws_route53_record
    account: dns
    region: edge
    properties: {zone_id: Z1, name: site, records: ["${there.id}"]}
"#;

fn place(account: Option<&str>, region: Option<&str>) -> Placement {
    Placement::new(account, region, ("123456789012", "eu-west-1"))
}

#[tokio::test(start_paused = true)]
async fn each_resource_is_made_kept_and_deleted_where_it_is_declared() {
    let mut stage = Stage::new(SITE);
    stage.complete(Run::default()).await;
    let (edge, dr) = (place(None, Some("us-east-1")), place(None, Some("eu-central-1")));
    let state = stage.state();
    let at = |path: &str| state.resources[path].place.clone();
    assert_eq!(at("vpc"), Placement::HOME);
    assert_eq!([at("there"), at("subnet"), at("queue[\"edge\"]")], [edge.clone(), edge.clone(), edge.clone()]);
    assert_eq!(at("queue[\"dr\"]"), dr);
    let dns = place(Some("999999999999"), None);
    assert_eq!(at("record"), dns, "to Route 53 the region does not matter");
    let found: Vec<_> = stage.world().existing().into_iter().map(|object| (object.type_name, object.place)).collect();
    assert_eq!(found.iter().filter(|(_, place)| *place == edge).count(), 3, "{found:?}");
    assert!(found.contains(&("aws_route53_record", dns)), "{found:?}");
    stage.settled().await;

    stage.yaml = "resources: {}".into();
    stage.complete(Run::default()).await;
    assert!(stage.world().existing().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_change_of_place_is_a_replacement_that_says_so() {
    for (first, direction) in
        [("", Direction::DeleteFirst), ("    lifecycle: {create_before_destroy: true}\n", Direction::CreateFirst)]
    {
        let yaml = format!(
            "resources:\n  queue:\n    type: aws_sqs_queue\n{first}    region: edge\n    properties: {{name: jobs}}\n"
        );
        let mut stage = Stage::new(&yaml);
        stage.complete(Run::default()).await;
        stage.rewrite("region: edge", "region: dr");
        let attempt = stage.complete(Run::default()).await;
        let (edge, dr) = (place(None, Some("us-east-1")), place(None, Some("eu-central-1")));
        let change = &attempt.plan.resources[0];
        assert_eq!(change.action, Action::Replace(direction), "the same name is free in the other region");
        assert_eq!(change.reasons, [Reason::PlaceChanged { from: edge.clone(), to: dr.clone() }]);
        let there: Vec<_> = stage.world().existing().into_iter().map(|object| object.place).collect();
        assert_eq!(there, std::slice::from_ref(&dr));
        assert_eq!(stage.state().resources["queue"].place, dr);
        stage.settled().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_interaction_loses_nothing_elsewhere() {
    let fresh = async || Stage::new(SITE);
    assert!(sweep(fresh, Options::default(), |_| Faults::none()).await > 30);
    let moved = async || {
        let mut stage = Stage::new(SITE);
        stage.complete(Run::default()).await;
        stage.rewrite("region: edge", "region: dr");
        stage
    };
    assert!(sweep(moved, Options::default(), |_| Faults::none()).await > 30);
}
