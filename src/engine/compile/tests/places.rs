//! `region` and `account`: names of the stage, in modules through their calls.

use super::{at, run, told};

const STAGE: (&str, &str) = (
    "stages/test/stage.yaml",
    r#"
account_id: "123456789012"
region: eu-west-1
regions: {edge: us-east-1, dr: eu-central-1, here: eu-west-1}
accounts: {dns: {account_id: "999999999999"}, own: {account_id: "123456789012"}}
values: {zone: "${stage.accounts.dns.account_id}-${stage.regions.edge}"}
"#,
);

const MODULE: (&str, &str) = (
    "modules/site/module.yaml",
    r#"
regions: [edge, copy]
accounts: [dns]
inputs: {region: {type: string, default: edge}}
resources:
  plain: {type: aws_s3_bucket, properties: {bucket: plain}}
  edge: {type: aws_s3_bucket, region: edge, properties: {bucket: edge}}
  copy: {type: aws_s3_bucket, region: copy, account: dns, properties: {bucket: copy}}
  chosen: {type: aws_s3_bucket, region: "${inputs.region}", properties: {bucket: chosen}}
"#,
);

/// Path and place of every resource.
fn places(files: &[(&str, &str)]) -> Vec<String> {
    let compiled = run(files);
    assert!(compiled.diagnostics.is_empty(), "{}", told(&compiled.diagnostics));
    let resources = compiled.graph.resources.iter();
    resources.map(|(address, desired)| format!("{}: {}", address.path(), desired.place)).collect()
}

#[test]
fn a_declaration_is_where_it_says_or_where_its_call_is() {
    let main = r#"
resources:
  home: {type: aws_s3_bucket, properties: {bucket: "a-${stage.values.zone}"}}
  edge: {type: aws_s3_bucket, region: edge, properties: {bucket: b}}
  here: {type: aws_s3_bucket, region: here, account: own, properties: {bucket: c}}
  one:
    type: aws_s3_bucket
    for_each: {one: edge, two: dr, three: ~}
    region: ${each.value}
    account: dns
    properties: {bucket: "d-${each.key}"}
modules:
  site: {source: site, region: dr, regions: {copy: edge}, inputs: {region: copy}}
  beside: {source: site, account: dns, regions: {edge: dr, copy: here}}
"#;
    let found = places(&[STAGE, MODULE, ("main.yaml", main)]);
    assert_eq!(
        found,
        [
            "home: the stage's own account and region",
            "edge: us-east-1",
            "here: the stage's own account and region",
            "one[\"one\"]: account 999999999999, us-east-1",
            "one[\"two\"]: account 999999999999, eu-central-1",
            "one[\"three\"]: account 999999999999",
            "site.plain: eu-central-1",
            "site.edge: us-east-1",
            "site.copy: account 999999999999, us-east-1",
            "site.chosen: us-east-1",
            "beside.plain: account 999999999999",
            "beside.edge: account 999999999999, eu-central-1",
            "beside.copy: account 999999999999",
            "beside.chosen: account 999999999999, eu-central-1",
        ]
    );
}

#[test]
fn a_data_source_is_asked_where_it_says() {
    let main = r#"
data: {zones: {type: aws_availability_zones, region: dr, properties: {state: available}}}
"#;
    let compiled = run(&[STAGE, ("main.yaml", main)]);
    assert_eq!(compiled.wanted.iter().map(|one| one.place.to_string()).collect::<Vec<_>>(), ["eu-central-1"]);
    assert_eq!(compiled.graph.place(&at("data.zones")).region(), Some("eu-central-1"));
}

#[test]
fn one_name_in_two_regions_is_two_objects() {
    let bucket = |region: &str| {
        let main = format!(
            "resources:\n  a: {{type: aws_s3_bucket, properties: {{bucket: x}}}}\n  b: {{type: aws_s3_bucket, region: {region}, properties: {{bucket: x}}}}\n"
        );
        told(&run(&[STAGE, ("main.yaml", &main)]).diagnostics)
    };
    assert_eq!(bucket("edge"), "");
    assert!(bucket("here").contains("`a` and `b` are one object at AWS"), "{}", bucket("here"));
}

#[test]
fn names_that_there_are_not_are_told_once() {
    let main = r#"
resources:
  a: {type: aws_s3_bucket, region: egde, properties: {bucket: a}}
  b: {type: aws_s3_bucket, region: us-west-2, account: "111111111111", properties: {bucket: b}}
  c: {type: aws_s3_bucket, for_each: [x], region: "${each.key}", properties: {bucket: c}}
  e: {type: aws_s3_bucket, when: false, account: other, properties: {bucket: e}}
modules:
  site: {source: site, regions: {egde: dr}}
"#;
    insta::assert_snapshot!(told(&run(&[STAGE, MODULE, ("main.yaml", main)]).diagnostics), @r"
    main.yaml:3:36 unknown-reference: the stage test names no region `egde`
      help: did you mean `edge`?
    main.yaml:4:36 unknown-reference: the stage test names no region `us-west-2`
      help: give it a name in stage.yaml, such as `regions: {other: us-east-1}`, and write that name
    main.yaml:4:56 unknown-reference: the stage test names no account `111111111111`
      help: give it a name in stage.yaml, such as `accounts: {other: {account_id: …}}`, and write that name
    main.yaml:5:51 unknown-reference: there is no region `x` here
      help: there are dr, edge, here
    main.yaml:6:50 unknown-reference: the stage test names no account `other`
      help: stage.yaml gives it a meaning: `accounts: {other: {account_id: …}}`
    main.yaml:8:3 missing-input: module `site` expects a region `copy`, which has no meaning here
      note: it is declared at modules/site/module.yaml:2:17
      help: pass one: `regions: {copy: …}`, with a name of stage.yaml
    main.yaml:8:34 unknown-input: module `site` expects no region `egde`
      help: did you mean `edge`?
    ");
}
