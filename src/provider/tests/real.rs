//! The AWS provider itself, where there is one: `WILDFIRE_TEST_PROVIDERS` names a mirror of Terraform's layout, and
//! `WILDFIRE_TEST_ENDPOINT` an emulator for the calls that reach AWS.

use std::path::{Path, PathBuf};

use serde_json::json;
use wildfire_engine::model::Value;
use wildfire_provider::process::{Launch, cleaned};
use wildfire_provider::{Kept, Provider};

fn binary() -> Option<PathBuf> {
    fn look(folder: &Path) -> Option<PathBuf> {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        let is_it = |path: &PathBuf| {
            path.is_file()
                && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("terraform-provider-aws"))
        };
        entries.iter().find(|path| is_it(path)).cloned().or_else(|| entries.iter().find_map(|path| look(path)))
    }
    let found = std::env::var_os("WILDFIRE_TEST_PROVIDERS").and_then(|root| look(Path::new(&root)));
    if found.is_none() {
        eprintln!("skipped: WILDFIRE_TEST_PROVIDERS names no mirror with the AWS provider");
    }
    found
}

async fn provider() -> Option<Provider> {
    let mut environment = cleaned(std::env::vars_os());
    if let Some(endpoint) = std::env::var_os("WILDFIRE_TEST_ENDPOINT") {
        environment.push(("AWS_ENDPOINT_URL".into(), endpoint));
    }
    let guard = Some(vec![env!("CARGO_BIN_EXE_wildfire-provider-guard").into()]);
    let provider = Provider::start(&Launch { binary: binary()?, environment, guard }, None).await.unwrap();
    let config = json!({
        "region": "eu-west-1", "access_key": "test", "secret_key": "test", "skip_credentials_validation": true,
        "skip_requesting_account_id": true, "skip_metadata_api_check": "true",
    });
    provider.configure(&Value::from_json(config)).await.unwrap();
    Some(provider)
}

fn nothing() -> Kept {
    Kept { value: Value::Null, private: Vec::new() }
}

const TYPE: &str = "aws_sqs_queue";

fn config(provider: &Provider, json: serde_json::Value) -> Value {
    provider.schemas().resource(TYPE).unwrap().block.complete(Value::from_json(json))
}

#[tokio::test]
async fn every_schema_of_the_provider_can_be_read() {
    let Some(provider) = provider().await else { return };
    let schemas = provider.schemas();
    let names: Vec<String> = schemas.resources().map(str::to_string).collect();
    assert!(names.len() > 1000);
    for name in &names {
        schemas.resource(name).unwrap();
    }
    provider.end().await;
}

#[tokio::test]
async fn a_plan_tells_what_is_known_what_is_not_and_what_is_wrong() {
    let Some(provider) = provider().await else { return };
    let schema = provider.schemas().resource(TYPE).unwrap();
    let wanted = config(&provider, json!({"name": "jobs", "tags": {"team": "a"}}));
    provider.validate(TYPE, &schema, &wanted).await.unwrap();
    let planned = provider.plan(TYPE, &schema, &nothing(), &wanted, "main:jobs").await.unwrap();
    assert_eq!(planned.value.get("name"), Some(&Value::from("jobs")));
    assert_eq!(planned.value.get("arn").unwrap().unknowns()[0].shown(), "main.jobs.arn");
    let wrong = config(&provider, json!({"name": "jobs", "visibility_timeout_seconds": -1}));
    let error = provider.validate(TYPE, &schema, &wrong).await.unwrap_err().to_string();
    assert!(error.contains("visibility_timeout_seconds"), "{error}");
    provider.end().await;
}

#[tokio::test]
async fn an_object_is_made_read_changed_imported_and_deleted() {
    if std::env::var_os("WILDFIRE_TEST_ENDPOINT").is_none() {
        return eprintln!("skipped: WILDFIRE_TEST_ENDPOINT names no emulator");
    }
    let Some(provider) = provider().await else { return };
    let schema = provider.schemas().resource(TYPE).unwrap();
    let wanted = config(&provider, json!({"name": "jobs", "delay_seconds": 5, "tags": {"team": "a"}}));
    let planned = provider.plan(TYPE, &schema, &nothing(), &wanted, "main:jobs").await.unwrap();
    let made = provider.apply(TYPE, &schema, &Value::Null, &planned, &wanted).await.unwrap();
    assert_eq!(made.error, None);

    let json = serde_json::to_vec(&wildfire_provider::value::to_json(&made.kept.value, &schema.ty)).unwrap();
    let upgraded = provider.upgrade(TYPE, &schema, schema.version, json).await.unwrap();
    let kept = Kept { value: upgraded, private: made.kept.private.clone() };
    let read = provider.read(TYPE, &schema, &kept).await.unwrap().expect("it is there");
    let again = provider.plan(TYPE, &schema, &read, &wanted, "main:jobs").await.unwrap();
    assert!(again.value == read.value, "nothing changes");

    let other = config(&provider, json!({"name": "other", "delay_seconds": 5, "tags": {"team": "a"}}));
    let replaced = provider.plan(TYPE, &schema, &read, &other, "main:jobs").await.unwrap();
    assert!(replaced.replaces.iter().any(|path| path.to_string() == "name"), "{:?}", replaced.replaces);

    let longer = config(&provider, json!({"name": "jobs", "delay_seconds": 9, "tags": {"team": "a"}}));
    let planned = provider.plan(TYPE, &schema, &read, &longer, "main:jobs").await.unwrap();
    let changed = provider.apply(TYPE, &schema, &read.value, &planned, &longer).await.unwrap();
    assert_eq!(changed.kept.value.get("delay_seconds"), Some(&Value::Int(9)));

    let id = changed.kept.value.get("id").and_then(Value::as_str).unwrap().to_string();
    let imported = provider.import(TYPE, &schema, &id).await.unwrap().expect("it is there");
    let imported = provider.read(TYPE, &schema, &imported).await.unwrap().expect("it is there");
    assert_eq!(imported.value.get("delay_seconds"), Some(&Value::Int(9)));

    let gone = provider.plan(TYPE, &schema, &changed.kept, &Value::Null, "main:jobs").await.unwrap();
    let deleted = provider.apply(TYPE, &schema, &changed.kept.value, &gone, &Value::Null).await.unwrap();
    assert!(deleted.error.is_none() && deleted.kept.value.is_null());
    assert!(provider.read(TYPE, &schema, &changed.kept).await.unwrap().is_none());
    provider.end().await;
}
