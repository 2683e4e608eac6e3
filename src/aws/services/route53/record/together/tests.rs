use std::sync::{Arc, Mutex};

use wildfire_engine::model::{Address, OpId, Operation, ReadRequest};

use super::super::Alias;
use super::*;
use crate::connection::fake::{self, Asked};
use crate::kind::{Kind, Typed};

fn operation() -> Operation {
    let address: Address = "test/main:www".parse().unwrap();
    Operation { id: OpId::new("01OP"), address, attempt: 0, place: wildfire_engine::model::Placement::HOME }
}

fn record(name: &str, value: &str) -> Record {
    Record {
        zone_id: Some("Z1".into()),
        name: Some(name.into()),
        r#type: Some("A".into()),
        ttl: Some(60),
        records: Some(vec![value.into()]),
        ..Record::default()
    }
}

fn create(name: &str) -> Member<Record> {
    Member::Create { want: record(name, "192.0.2.1"), operation: operation() }
}

fn update(want: Record) -> Member<Record> {
    Member::Update { id: want.key().id(), want }
}

fn delete(name: &str) -> Member<Record> {
    let prior = record(name, "192.0.2.9");
    Member::Delete { id: prior.key().id(), prior }
}

fn set(name: &str, kind: &str, value: &str) -> String {
    format!(
        "<ResourceRecordSet><Name>{name}.</Name><Type>{kind}</Type><TTL>60</TTL><ResourceRecords><ResourceRecord>\
         <Value>{value}</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>"
    )
}

/// A zone with these records, that remembers what it was asked.
fn zone(sets: &[String], status: &'static str) -> (Aws, Arc<Mutex<Vec<String>>>) {
    let sets = format!("{}{}", set("example.com", "SOA", "ns. admin. 1 1 1 1 1"), sets.concat());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = asked.clone();
    let aws = fake::aws(move |request: &Asked<'_>| {
        notes.lock().unwrap().push(format!("{} {}", request.uri, request.body));
        let info = format!(
            "<ChangeInfo><Id>/change/C1</Id><Status>{status}</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo>"
        );
        let body = if request.uri.contains("/change/") {
            format!("<GetChangeResponse>{}</GetChangeResponse>", info.replace(status, "INSYNC"))
        } else if request.body.contains("ChangeBatch") {
            format!("<ChangeResourceRecordSetsResponse>{info}</ChangeResourceRecordSetsResponse>")
        } else if request.uri.contains("rrset") {
            format!(
                "<ListResourceRecordSetsResponse><ResourceRecordSets>{sets}</ResourceRecordSets><IsTruncated>false</IsTruncated>\
                 <MaxItems>300</MaxItems></ListResourceRecordSetsResponse>"
            )
        } else {
            "<GetHostedZoneResponse><HostedZone><Id>Z1</Id><Name>example.com.</Name><CallerReference>a</CallerReference>\
             </HostedZone></GetHostedZoneResponse>"
                .to_string()
        };
        (200, body)
    });
    (aws, asked)
}

fn requests(asked: &Arc<Mutex<Vec<String>>>) -> Vec<String> {
    asked.lock().unwrap().clone()
}

#[tokio::test]
async fn one_request_does_all_in_an_order_that_aws_takes() {
    let sets = [
        set("old.example.com", "A", "192.0.2.9"),
        set("same.example.com", "A", "192.0.2.1"),
        set("value.example.com", "A", "192.0.2.9"),
    ];
    let (aws, asked) = zone(&sets, "INSYNC");
    let calls = [
        create("new"),
        update(record("value", "192.0.2.1")),
        update(record("same", "192.0.2.1")),
        delete("gone"),
        delete("old"),
    ];
    let ids = send_all(&aws, &calls).await.unwrap();
    assert_eq!(ids.len(), 5);
    assert_eq!(ids[0].as_str(), "Z1_new_A");
    let requests = requests(&asked);
    let sent: Vec<&String> = requests.iter().filter(|request| request.contains("ChangeBatch")).collect();
    assert_eq!(sent.len(), 1, "{requests:?}");
    let place = |text: &str| sent[0].find(text).unwrap_or_else(|| panic!("{text} is not in {}", sent[0]));
    let order = [
        "<Action>DELETE</Action>",
        "old.example.com",
        "<Action>UPSERT</Action>",
        "value.example.com",
        "<Action>CREATE</Action>",
        "new.example.com",
    ];
    assert!(order.map(place).is_sorted(), "{}", sent[0]);
    assert!(!sent[0].contains("same.example.com"), "what is as it is wanted is not sent");
    assert!(!sent[0].contains("gone.example.com"), "what is gone is not deleted");
}

#[tokio::test]
async fn three_hundred_records_take_a_handful_of_calls() {
    let kind = Typed::<Record>::new();
    let (aws, asked) = zone(&[], "INSYNC");
    let wants: Vec<Value> = (0..300)
        .map(|number| Value::from_json(serde_json::to_value(record(&format!("r{number}"), "192.0.2.1")).unwrap()))
        .collect();
    let (operation, aws) = (&operation(), &aws);
    let checks = wants.iter().map(|want| kind.check_no_lookalike(aws, want, operation));
    assert!(futures::future::join_all(checks).await.into_iter().all(|answer| answer.is_ok()));
    let calls: Vec<Mutation> =
        wants.iter().map(|want| Mutation::Create { want: want.clone(), operation: operation.clone() }).collect();
    let batches: Vec<Batch> = calls.iter().map(|call| kind.batch(call).unwrap()).collect();
    assert_eq!(wildfire_engine::model::requests(&batches, |batch| *batch).len(), 1);
    let ids = kind.send_together(aws, &calls).await.unwrap();
    let reads: Vec<ReadRequest> = ids.into_iter().map(|id| ReadRequest::new(id.unwrap(), Vec::new())).collect();
    kind.read(aws, &reads).await;
    assert!(requests(&asked).len() <= 4, "{} calls", requests(&asked).len());
}

#[tokio::test(start_paused = true)]
async fn a_change_is_followed_once_for_all_of_its_records() {
    let kind = Typed::<Record>::new();
    let (aws, asked) =
        zone(&[set("a.example.com", "A", "192.0.2.1"), set("b.example.com", "A", "192.0.2.1")], "PENDING");
    let ids = send_all(&aws, &[create("a"), create("b")]).await.unwrap();
    let reads: Vec<ReadRequest> = ids.into_iter().map(|id| ReadRequest::new(id, Vec::new())).collect();
    let status = |answers: Vec<crate::kind::resource::Read<Value>>| -> Vec<wildfire_engine::model::Readiness> {
        answers.into_iter().map(|answer| kind.readiness(&answer.unwrap().unwrap())).collect()
    };
    let pending = wildfire_engine::model::Readiness::Pending("pending".into());
    let before = requests(&asked).len();
    assert_eq!(status(kind.read(&aws, &reads).await), [pending.clone(), pending.clone()]);
    assert_eq!(requests(&asked).len(), before, "it is too early to ask");
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    let ready = wildfire_engine::model::Readiness::Ready;
    assert_eq!(status(kind.read(&aws, &reads).await), [ready.clone(), ready.clone()]);
    let follows = requests(&asked).iter().filter(|request| request.contains("/change/")).count();
    assert_eq!(follows, 1);
    kind.read(&aws, &reads).await;
    assert_eq!(requests(&asked).iter().filter(|request| request.contains("/change/")).count(), 1, "it is settled");
}

#[test]
fn what_a_request_takes_counts_as_aws_counts() {
    let takes = |call: &Mutation| batch(call).unwrap().takes;
    let value = |record: &Record| Value::from_json(serde_json::to_value(record).unwrap());
    let mut two = record("www", "192.0.2.1");
    two.records = Some(vec!["192.0.2.1".into(), "192.0.2.2".into()]);
    let create = |want: &Record| Mutation::Create { want: value(want), operation: operation() };
    assert_eq!(takes(&create(&two)), Room { members: 2, measure: 22 });
    two.allow_overwrite = Some(true);
    assert_eq!(takes(&create(&two)), Room { members: 4, measure: 44 }, "an upsert counts twice");
    let alias = Record { records: None, alias: Some(Alias::default()), ..record("www", "") };
    assert_eq!(takes(&create(&alias)).members, 1);
    let zoneless = Record { zone_id: None, ..record("www", "") };
    assert!(batch(&create(&zoneless)).is_none());
}
