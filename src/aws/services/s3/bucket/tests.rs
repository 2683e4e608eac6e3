use wildfire_engine::model::{Address, OpId};

use super::read::region_of;
use super::*;
use crate::connection::fake;

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

#[test]
fn replacing_all_tags_keeps_the_reserved_ones() {
    let operation = operation();
    let prior = tags(&[("wildfire:op", "01OLD"), ("aws:cloudformation:stack-id", "x"), ("gone", "1")]);
    let want = tags(&[("team", "platform")]);
    let all = complete_tags(Some(&prior), Some(&want), &operation);
    let expected = tags(&[("wildfire:op", "01OLD"), ("aws:cloudformation:stack-id", "x"), ("team", "platform")]);
    assert_eq!(all, expected);
}

#[test]
fn a_bucket_without_our_tags_gets_them() {
    let all = complete_tags(None, Some(&tags(&[("team", "platform")])), &operation());
    assert_eq!(all.get("wildfire:op").map(String::as_str), Some("01NEW"));
}

fn operation() -> Operation {
    let address: Address = "test/main:images".parse().unwrap();
    Operation { id: OpId::new("01NEW"), address, attempt: 0, place: wildfire_engine::model::Placement::HOME }
}

/// An S3 with the bucket `images`: `tags` are its tags, nothing when it has none.
fn store(tags: Option<&'static str>) -> impl Fn(&fake::Asked<'_>) -> (u16, String) {
    move |asked| match asked.query() {
        "tagging" => match tags {
            None => (404, "<Error><Code>NoSuchTagSet</Code></Error>".into()),
            Some(op) => {
                let tag = format!("<Tag><Key>wildfire:op</Key><Value>{op}</Value></Tag>");
                (200, format!("<Tagging><TagSet>{tag}</TagSet></Tagging>"))
            }
        },
        "object-lock" => (404, "<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>".into()),
        "location" => (200, "<LocationConstraint>eu-west-1</LocationConstraint>".into()),
        _ => {
            let bucket = "<Bucket><Name>images</Name><BucketRegion>eu-west-1</BucketRegion></Bucket>";
            let list = format!("<Buckets>{bucket}</Buckets>");
            (200, format!("<ListAllMyBucketsResult>{list}</ListAllMyBucketsResult>"))
        }
    }
}

async fn found(aws: &Aws) -> Option<PhysicalId> {
    let wanted = Value::from([("bucket", Value::from("images"))]);
    let kind = crate::registry::kind(Bucket::TYPE).unwrap();
    let found = kind.find(aws, &Recover { operation: operation(), wanted }).await.unwrap();
    found.map(|found| found.id)
}

#[tokio::test]
async fn at_amazon_only_the_tag_of_the_operation_proves_a_bucket() {
    assert_eq!(found(&fake::amazon(store(None))).await, None);
    assert_eq!(found(&fake::amazon(store(Some("01OTHER")))).await, None);
    assert_eq!(found(&fake::amazon(store(Some("01NEW")))).await, Some("images".into()));
}

#[tokio::test]
async fn in_a_store_without_tags_a_bucket_that_was_there_before_stops_the_create() {
    let wanted = Value::from([("bucket", Value::from("images"))]);
    let kind = crate::registry::kind(Bucket::TYPE).unwrap();
    let store = fake::aws(store(None));
    let error = kind.check_no_lookalike(&store, &wanted, &operation()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::AlreadyExists);
    // So what is found after the announcement came after it.
    assert_eq!(found(&store).await, Some("images".into()));
}

#[tokio::test]
async fn a_bucket_that_is_only_in_the_listing_is_gone() {
    let aws = fake::aws(|asked| match asked.query() {
        "tagging" => (404, "<Error><Code>NoSuchBucket</Code></Error>".into()),
        _ => store(None)(asked),
    });
    assert_eq!(found(&aws).await, None);
}

#[test]
fn names_follow_the_rules_of_s3() {
    for good in ["acme-test-images", "a.b", "123"] {
        assert_eq!(name_problem(good), None, "{good}");
    }
    for bad in ["ab", "Acme", "-acme", "acme-", "a..b", "10.0.0.1", "acme_images", "xn--acme"] {
        assert!(name_problem(bad).is_some(), "{bad}");
    }
}

#[test]
fn old_location_constraints_are_regions() {
    assert_eq!(region_of(None), "us-east-1");
    assert_eq!(region_of(Some("EU")), "eu-west-1");
    assert_eq!(region_of(Some("eu-central-1")), "eu-central-1");
}
