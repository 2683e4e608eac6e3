//! `aws_lambda_function_url`

use aws_sdk_lambda::operation::create_function_url_config::builders::CreateFunctionUrlConfigFluentBuilder;
use aws_sdk_lambda::operation::get_function_url_config::GetFunctionUrlConfigOutput;
use aws_sdk_lambda::operation::update_function_url_config::builders::UpdateFunctionUrlConfigFluentBuilder;

use super::prelude::*;

updates! {
    pub enum FunctionUrlUpdate {
        Settings => [UpdateFunctionUrlConfig],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = FunctionUrlUpdate)]
#[sdk(
    from = GetFunctionUrlConfigOutput,
    create = CreateFunctionUrlConfigFluentBuilder,
    update(Settings) = UpdateFunctionUrlConfigFluentBuilder
)]
pub struct FunctionUrl {
    /// Whether callers sign their requests. With `NONE` everybody may call who an `aws_lambda_permission` for
    /// `lambda:InvokeFunctionUrl` lets in.
    #[field(update = Settings, required, one_of = ["AWS_IAM", "NONE"], sdk = auth_type)]
    authorization_type: Option<String>,
    /// Which web pages may call it.
    #[field(update = Settings, sent_by_hand)]
    cors: Option<Cors>,
    /// The ARN of the function.
    #[field(computed)]
    function_arn: Option<String>,
    /// The function, by its name or ARN.
    #[field(immutable, required, forms = Arn, read_by_hand)]
    function_name: Option<String>,
    /// The address.
    #[field(computed)]
    function_url: Option<String>,
    /// The function's name, and the qualifier if there is one: `NAME/QUALIFIER`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// Whether an answer is sent as a whole or as it comes.
    #[field(update = Settings, default = "BUFFERED", one_of = ["BUFFERED", "RESPONSE_STREAM"])]
    invoke_mode: Option<String>,
    /// The alias that is called.
    #[field(immutable, read_by_hand)]
    qualifier: Option<String>,
    /// What the address begins with.
    #[field(computed, by_hand)]
    url_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Cors, into = sdk::Cors)]
pub struct Cors {
    /// Whether pages may send cookies.
    #[field(default = false)]
    allow_credentials: Option<bool>,
    /// The headers that pages may send.
    #[field(set, filled, forms = Case)]
    allow_headers: Option<Vec<String>>,
    /// The methods that pages may use.
    #[field(set, filled)]
    allow_methods: Option<Vec<String>>,
    /// The origins of the pages.
    #[field(set, filled)]
    allow_origins: Option<Vec<String>>,
    /// The headers of the answer that pages see.
    #[field(set, filled, forms = Case)]
    expose_headers: Option<Vec<String>>,
    /// For how many seconds browsers keep this.
    #[field(filled, range = 0..=86400)]
    max_age: Option<i64>,
}

fn joined(function: &str, qualifier: Option<&str>) -> PhysicalId {
    let name = name::split(function).0;
    match qualifier {
        Some(qualifier) => format!("{name}/{qualifier}").into(),
        None => name.into(),
    }
}

fn split(id: &str) -> (&str, Option<&str>) {
    match id.split_once('/') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (id, None),
    }
}

fn id_of(want: &FunctionUrl) -> PhysicalId {
    joined(want.function_name.as_deref().unwrap_or_default(), want.qualifier.as_deref())
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<FunctionUrl> {
    let (name, qualifier) = split(id.as_str());
    let ask = aws.read().lambda().get_function_url_config().function_name(name);
    let reply = absent_is_none(aws.send(ask.set_qualifier(qualifier.map(String::from))).await)?;
    let Some(live) = reply.map(FunctionUrl::from_sdk).transpose()? else { return Ok(None) };
    let host = live.function_url.as_deref().map(|url| url.trim_start_matches("https://"));
    Ok(Some(FunctionUrl {
        // What is off comes as an empty block.
        cors: live.cors.filter(|cors| *cors != Cors::default()),
        function_name: Some(name.to_string()),
        id: Some(id.to_string()),
        invoke_mode: live.invoke_mode.or(Some("BUFFERED".into())),
        qualifier: qualifier.map(String::from),
        url_id: host.and_then(|host| host.split('.').next()).map(String::from),
        ..live
    }))
}

#[async_trait]
impl Resource for FunctionUrl {
    const TYPE: &'static str = "aws_lambda_function_url";
    const DOC: &'static str = "The address at which a function answers requests of the web.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateFunctionUrlConfig];
    const DELETE_CALLS: Calls = calls![DeleteFunctionUrlConfig];
    const LAGS: &'static [LagReply] = lags::FUNCTION_URL;
    const IMPORT_ID: &'static str = "FUNCTION_NAME[/QUALIFIER]";
    const RELATIONS: Relations =
        Relations { identity: &["function_name", "qualifier"], part_of: &["function_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
function_name: ${hook.function_name}
authorization_type: AWS_IAM
";

    type Update = FunctionUrlUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = id_of(wanted);
        // There are no tags. One that was not there before the call, and says the same, is what the call made.
        let same = |live: &FunctionUrl| live.authorization_type == wanted.authorization_type;
        Ok(read_one(aws, &id).await?.filter(same).map(|_| id))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().lambda().create_function_url_config())?;
        name::taken(aws.done(request.set_cors(outgoing(&want.cors, "cors")?)).await)?;
        Ok(id_of(want))
    }

    async fn update(aws: &Aws, call: FunctionUrlUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let (name, qualifier) = split(change.id.as_str());
        match call {
            FunctionUrlUpdate::Settings => {
                let request = aws.write().lambda().update_function_url_config().function_name(name);
                let request = change.want.fill(request.set_qualifier(qualifier.map(String::from)))?;
                // An empty block takes away what an absent one would leave.
                let cors = outgoing(&Some(change.want.cors.clone().unwrap_or_default()), "cors")?;
                aws.done(request.set_cors(cors)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (name, qualifier) = split(id.as_str());
        let request = aws.write().lambda().delete_function_url_config().function_name(name);
        aws.gone(request.set_qualifier(qualifier.map(String::from))).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name::qualified(properties).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let qualifier = match properties.get("qualifier") {
            None | Some(Value::Null) => None,
            Some(qualifier) => Some(qualifier.as_str()?),
        };
        Some(joined(properties.get("function_name")?.as_str()?, qualifier))
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        let key = |id: PhysicalId| NaturalKey { kind: Self::TYPE, parts: vec![id.to_string()], range: None };
        Some(Self::natural_id(properties).map(key).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, request};

    #[tokio::test(start_paused = true)]
    async fn an_address_is_read_without_what_is_off() {
        let reply = Reply::Json(json!({
            "FunctionUrl": "https://abc123.lambda-url.eu-west-1.on.aws/",
            "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:hook:live",
            "AuthType": "NONE",
            "CreationTime": "2024-01-01T00:00:00Z",
            "LastModifiedTime": "2024-01-01T00:00:00Z",
            "Cors": {},
        }));
        let script = Replay::default().on("/2021-10-31/functions/hook/url?Qualifier=live", reply);
        let live = FunctionUrl::read(&script.aws(), &[request("hook/live", &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!((live.url_id.as_deref(), live.qualifier.as_deref()), (Some("abc123"), Some("live")));
        assert_eq!((live.cors, live.invoke_mode.as_deref()), (None, Some("BUFFERED")));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn what_pages_may_do_is_taken_away_by_an_empty_block() {
        let reply = Reply::Json(json!({
            "FunctionUrl": "https://abc123.lambda-url.eu-west-1.on.aws/", "FunctionArn": "arn", "AuthType": "NONE",
            "CreationTime": "2024-01-01T00:00:00Z", "LastModifiedTime": "2024-01-01T00:00:00Z",
        }));
        let script = Replay::default().on("/2021-10-31/functions/hook/url", reply);
        let want = FunctionUrl { authorization_type: Some("NONE".into()), ..FunctionUrl::default() };
        let (id, prior, operation) = ("hook".into(), FunctionUrl::default(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        FunctionUrl::update(&script.aws(), FunctionUrlUpdate::Settings, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!((sent[0].member("/Cors"), sent[0].member("/AuthType")), (json!({}), json!("NONE")));
    }

    #[test]
    fn a_function_may_be_named_by_its_arn() {
        assert_eq!(joined("arn:aws:lambda:eu-west-1:123456789012:function:hook", Some("live")).as_str(), "hook/live");
        assert_eq!(split("hook"), ("hook", None));
    }
}
