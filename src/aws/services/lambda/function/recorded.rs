//! Functions against replies in the shapes of Lambda's API model.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request};

const GET: &str = "/2015-03-31/functions/resize";
const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:resize";

fn described(state: &str, update: &str, op: &str) -> Reply {
    Reply::Json(json!({
        "Configuration": {
            "FunctionName": "resize", "FunctionArn": ARN, "PackageType": "Zip", "CodeSha256": "abc", "State": state,
            "LastUpdateStatus": update, "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
            "Layers": [{"Arn": "arn:aws:lambda:eu-west-1:123456789012:layer:tools:3", "CodeSize": 12}]
        },
        "Tags": {"wildfire:op": op},
        "Concurrency": {"ReservedConcurrentExecutions": 5}
    }))
}

#[tokio::test(start_paused = true)]
async fn what_is_off_is_absent() {
    let script = Replay::default().on(GET, described("Active", "Successful", "01OURS"));
    let live = describe(&script.aws(), "resize").await.unwrap().unwrap();
    assert_eq!((live.snap_start, live.vpc_config), (None, None));
    assert_eq!(live.layers.as_deref(), Some(&["arn:aws:lambda:eu-west-1:123456789012:layer:tools:3".to_string()][..]));
    assert_eq!(live.reserved_concurrent_executions, Some(5));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn lambda_is_waited_for_while_it_changes_a_function() {
    let mut found = Vec::new();
    for (state, update) in [("Pending", ""), ("Active", "InProgress"), ("Active", "Successful"), ("Failed", "")] {
        let script = Replay::default().on(GET, described(state, update, "01OURS"));
        found.push(describe(&script.aws(), "resize").await.unwrap().unwrap().readiness());
        script.finish();
    }
    let pending = |status: &str| Readiness::Pending(status.into());
    let wanted =
        [pending("Pending"), pending("Active InProgress"), Readiness::Ready, Readiness::Failed("Failed".into())];
    assert_eq!(found, wanted);
}

#[tokio::test(start_paused = true)]
async fn only_what_carries_our_tag_is_found() {
    let script = Replay::default()
        .on(GET, described("Pending", "", "01OURS"))
        .on(GET, described("Active", "", "01OTHER"))
        .on(GET, Reply::Error(404, "ResourceNotFoundException"));
    let (aws, want) = (script.aws(), Function { function_name: Some("resize".into()), ..Function::default() });
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(Function::find(&aws, &recover(json!({})), &want).await.unwrap());
    }
    assert_eq!(found, [Some("resize".into()), None, None]);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn settings_are_sent_once_and_published_when_they_are_in_force() {
    const CONFIG: &str = "/2015-03-31/functions/resize/configuration";
    const VERSIONS: &str = "/2015-03-31/functions/resize/versions";
    let script = Replay::default()
        .on(CONFIG, Reply::Json(json!({"FunctionName": "resize"})))
        .on(VERSIONS, Reply::Error(409, "ResourceConflictException"))
        .on(VERSIONS, Reply::Json(json!({"FunctionName": "resize", "Version": "4"})));
    let aws = script.aws();
    let prior = Function { source_code_hash: Some("abc".into()), ..Function::default() };
    let want = Function { publish: Some(true), timeout: Some(9), ..prior.clone() };
    let (id, operation) = ("resize".into(), operation());
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    let refused = Function::update(&aws, FunctionUpdate::Config, &change).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Busy);
    Function::update(&aws, FunctionUpdate::Config, &change).await.unwrap();
    let sent = script.finish();
    assert_eq!(sent[0].member("/Timeout"), 9);
    assert_eq!(sent[0].member("/KMSKeyArn"), "");
    assert_eq!(sent[0].member("/SnapStart/ApplyOn"), "None");
}

#[tokio::test(start_paused = true)]
async fn the_newest_version_is_the_highest_number() {
    let version = |number: &str| json!({"FunctionName": "resize", "Version": number});
    let listed = json!({"Versions": [version("$LATEST"), version("2"), version("10"), version("9")]});
    let script = Replay::default()
        .on(GET, described("Active", "", "01OURS"))
        .on("/2015-03-31/functions/resize/versions", Reply::Json(listed));
    let read = Function::read(&script.aws(), &[request("resize", &["version"])]).await;
    let live = read[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(live.qualified_arn, Some(format!("{ARN}:10")));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_file_is_sent_when_it_is_the_one_that_was_planned() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.zip"), "hello world").unwrap();
    let want = |name: &str, hash: &str| Function {
        filename: Some(name.into()),
        source_code_hash: Some(hash.into()),
        ..Function::default()
    };
    let code = code::code(folder.path(), &want("a.zip", "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=")).await.unwrap();
    assert_eq!(code.zip_file.map(|blob| blob.into_inner()), Some(b"hello world".to_vec()));
    std::fs::write(folder.path().join(".a.zip"), "hello world").unwrap();
    std::os::unix::fs::symlink(folder.path().join("a.zip"), folder.path().join("link.zip")).unwrap();
    for (name, hash) in [("a.zip", "other"), ("b.zip", "x")] {
        assert!(code::code(folder.path(), &want(name, hash)).await.is_err(), "{name}");
    }
    // The right content does not help: such files belong to nobody's project.
    for name in ["../a.zip", "/etc/passwd", ".a.zip", "link.zip", "/dev/null"] {
        let hash = "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";
        assert!(code::code(folder.path(), &want(name, hash)).await.is_err(), "{name}");
    }
}
