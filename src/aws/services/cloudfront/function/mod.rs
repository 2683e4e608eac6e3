//! `aws_cloudfront_function`

use aws_sdk_cloudfront::primitives::Blob;

use super::names::quantity;
use super::prelude::*;

updates! {
    pub enum FunctionUpdate {
        Function => [UpdateFunction, PublishFunction],
        Publish => [PublishFunction],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = FunctionUpdate)]
pub struct Function {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The source code.
    #[field(update = Function, required, length = 1..=40960)]
    code: Option<String>,
    /// What it is for.
    #[field(update = Function, length = 0..=128)]
    comment: Option<String>,
    /// What the next change has to name.
    #[field(computed, changes_on_update)]
    etag: Option<String>,
    /// The function's name.
    #[field(computed)]
    id: Option<String>,
    /// The ARN of the store of keys and values that the code reads; one at most.
    #[field(update = Function, set)]
    key_value_store_associations: Option<Vec<String>>,
    /// The same of what was published.
    #[field(computed, changes_on_update)]
    live_stage_etag: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, required, length = 1..=64, pattern = "[A-Za-z0-9_-]+")]
    name: Option<String>,
    /// Whether distributions run what is written here. What was published once stays so.
    #[field(update = Publish, after_create, default = true)]
    publish: Option<bool>,
    /// What runs the code.
    #[field(update = Function, required, one_of = ["cloudfront-js-1.0", "cloudfront-js-2.0"])]
    runtime: Option<String>,
    /// AWS's word for the status.
    #[field(computed, changes_on_update)]
    status: Option<String>,
}

/// A stage of a function, without its code.
struct Stage {
    config: sdk::FunctionConfig,
    arn: Option<String>,
    status: Option<String>,
    etag: Option<String>,
}

/// What a function is told besides its code.
fn config(want: &Function) -> Result<sdk::FunctionConfig, Unfit> {
    let stores = want.key_value_store_associations.as_deref().unwrap_or_default();
    let store = |arn: &String| sdk::KeyValueStoreAssociation::builder().key_value_store_arn(arn).build().built();
    let items = stores.iter().map(store).collect::<Result<Vec<_>, _>>()?;
    let associations = sdk::KeyValueStoreAssociations::builder().quantity(quantity(&items)).set_items(Some(items));
    let runtime = sdk::FunctionRuntime::from(want.runtime.as_deref().unwrap_or_default());
    sdk::FunctionConfig::builder()
        .comment(want.comment.clone().unwrap_or_default())
        .runtime(runtime)
        .key_value_store_associations(associations.build().built()?)
        .build()
        .built()
}

fn code(want: &Function) -> Blob {
    Blob::new(want.code.clone().unwrap_or_default())
}

async fn stage(aws: &Aws, name: &str, stage: sdk::FunctionStage) -> Result<Option<Stage>, CloudError> {
    let request = aws.read().cloudfront().describe_function().name(name).stage(stage);
    let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
    let Some((summary, config)) = reply.function_summary.and_then(|live| Some((live.clone(), live.function_config?)))
    else {
        return Err(missing(<DescribeFunction as Named>::NAME, "config"));
    };
    let arn = summary.function_metadata.map(|metadata| metadata.function_arn);
    Ok(Some(Stage { config, arn, status: summary.status, etag: reply.e_tag }))
}

async fn code_of(aws: &Aws, name: &str, stage: sdk::FunctionStage) -> Result<Option<Vec<u8>>, CloudError> {
    let request = aws.read().cloudfront().get_function().name(name).stage(stage);
    let reply = absent_is_none(aws.send(request).await)?;
    Ok(reply.map(|reply| reply.function_code.unwrap_or_else(|| Blob::new(Vec::<u8>::new())).into_inner()))
}

/// Whether both say the same. CloudFront may write nothing in two ways.
fn same(a: &sdk::FunctionConfig, b: &sdk::FunctionConfig) -> bool {
    let stores = |config: &sdk::FunctionConfig| {
        let items = config.key_value_store_associations.as_ref().and_then(|stores| stores.items.clone());
        items.unwrap_or_default()
    };
    a.comment == b.comment && a.runtime == b.runtime && stores(a) == stores(b)
}

async fn describe(aws: &Aws, request: &ReadRequest) -> Read<Function> {
    use sdk::FunctionStage::{Development, Live};
    let name = request.id.as_str();
    let Some(written) = stage(aws, name, Development).await? else { return Ok(None) };
    let published = match asks_for(request, &["publish", "live_stage_etag"]) {
        true => stage(aws, name, Live).await?,
        false => None,
    };
    let (mut text, mut publish) = (None, None);
    if asks_for(request, &["code", "publish"]) {
        let Some(code) = code_of(aws, name, Development).await? else { return Ok(None) };
        if asks_for(request, &["publish"]) {
            let alike = published.as_ref().is_some_and(|live| same(&live.config, &written.config));
            publish = Some(alike && code_of(aws, name, Live).await?.as_ref() == Some(&code));
        }
        text = Some(String::from_utf8_lossy(&code).into_owned());
    }
    let Stage { config, arn, status, etag } = written;
    let stores = config.key_value_store_associations.and_then(|stores| stores.items).unwrap_or_default();
    Ok(Some(Function {
        arn,
        code: text,
        comment: filled(Some(config.comment)),
        etag,
        id: Some(name.into()),
        key_value_store_associations: filled(Some(stores.into_iter().map(|one| one.key_value_store_arn).collect())),
        live_stage_etag: published.and_then(|live| live.etag),
        name: Some(name.into()),
        publish,
        runtime: Some(config.runtime.as_str().into()),
        status,
    }))
}

/// Puts what is written into the place of what distributions run.
async fn publish(aws: &Aws, name: &str) -> Result<(), CloudError> {
    let written = stage(aws, name, sdk::FunctionStage::Development).await?;
    let request = aws.write().cloudfront().publish_function().name(name);
    aws.done(request.set_if_match(written.and_then(|stage| stage.etag))).await
}

#[async_trait]
impl Resource for Function {
    const TYPE: &'static str = "aws_cloudfront_function";
    const DOC: &'static str = "Code that CloudFront runs on requests or answers, close to those who ask.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateFunction];
    const DELETE_CALLS: Calls = calls![DeleteFunction];
    const LAGS: &'static [LagReply] = lags::FUNCTION;
    const APART: &'static [&'static str] = &["code"];
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: index
runtime: cloudfront-js-2.0
code: |
  function handler(event) {
    if (event.request.uri.endsWith('/')) { event.request.uri += 'index.html'; }
    return event.request;
  }
";

    type Update = FunctionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // No list has the code.
        join_all(wanted.iter().map(|request| describe(aws, request))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.as_deref() else { return Ok(None) };
        // The vocabulary has no tags of functions: one that says the same, where there was none before, is what the call
        // made.
        let Some(live) = stage(aws, name, sdk::FunctionStage::Development).await? else { return Ok(None) };
        if !same(&live.config, &config(wanted)?) {
            return Ok(None);
        }
        let there = code_of(aws, name, sdk::FunctionStage::Development).await?;
        Ok((there.as_deref() == Some(code(wanted).as_ref())).then(|| name.into()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().cloudfront().create_function().set_name(want.name.clone());
        aws.done(request.function_config(config(want)?).function_code(code(want))).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: FunctionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        let publishes = want.publish != Some(false);
        if call == FunctionUpdate::Function {
            let written = stage(aws, id.as_str(), sdk::FunctionStage::Development).await?;
            let request = aws.write().cloudfront().update_function().name(id.as_str());
            let request = request.set_if_match(written.and_then(|stage| stage.etag));
            aws.done(request.function_config(config(want)?).function_code(code(want))).await?;
        }
        if publishes { publish(aws, id.as_str()).await } else { Ok(()) }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let there = stage(aws, id.as_str(), sdk::FunctionStage::Development).await?;
        let Some(etag) = there.and_then(|stage| stage.etag) else { return Ok(()) };
        aws.gone(aws.write().cloudfront().delete_function().name(id.as_str()).if_match(etag)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let stores = properties.get("key_value_store_associations").and_then(Value::as_list).unwrap_or_default();
        let several = (stores.len() > 1).then(|| problem("key_value_store_associations", "a function reads one store"));
        several.into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }
}

#[cfg(test)]
mod tests;
