//! `aws_lambda_permission`

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_lambda::operation::add_permission::builders::AddPermissionFluentBuilder;
use serde_json::Value as Json;

use super::prelude::*;

updates! {
    pub enum PermissionUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = PermissionUpdate)]
#[sdk(create = AddPermissionFluentBuilder)]
pub struct Permission {
    /// What may be done: `lambda:InvokeFunction`.
    #[field(immutable, required)]
    action: Option<String>,
    /// The token that a caller of Alexa has to send.
    #[field(immutable)]
    event_source_token: Option<String>,
    /// The function, by its name or ARN.
    #[field(immutable, required, forms = Arn)]
    function_name: Option<String>,
    /// How the callers of a function URL prove who they are.
    #[field(immutable, one_of = ["AWS_IAM", "NONE"])]
    function_url_auth_type: Option<String>,
    /// The name of the statement.
    #[field(computed)]
    id: Option<String>,
    /// Who may: a service, an account or an ARN.
    #[field(immutable, required, forms = Account)]
    principal: Option<String>,
    /// The organization that the principal has to belong to.
    #[field(immutable)]
    principal_org_id: Option<String>,
    /// A version or an alias, where it is not about the function as a whole.
    #[field(immutable)]
    qualifier: Option<String>,
    /// The account of the source, for sources whose ARN has none.
    #[field(immutable, length = 12..=12, pattern = "[0-9]+")]
    source_account: Option<String>,
    /// The ARN of what the service calls on behalf of.
    #[field(immutable)]
    source_arn: Option<String>,
    /// The name, unique in the policy of the function.
    #[field(immutable, required, length = 1..=100, pattern = "[A-Za-z0-9_-]+")]
    statement_id: Option<String>,
}

fn joined(function: &str, qualifier: Option<&str>, statement: &str) -> PhysicalId {
    let (name, of_name) = name::split(function);
    match qualifier.filter(|text| !text.is_empty()).or(of_name) {
        Some(qualifier) => format!("{name}:{qualifier}/{statement}").into(),
        None => format!("{name}/{statement}").into(),
    }
}

/// The function with its qualifier, and the statement.
fn split(id: &str) -> (&str, &str) {
    id.rsplit_once('/').unwrap_or((id, ""))
}

/// The policy of a function, of one of its versions or of an alias; nothing where there is none.
async fn policy(aws: Aws, function: String) -> Result<Vec<Json>, CloudError> {
    let (name, qualifier) = name::split(&function);
    let request = aws.read().lambda().get_policy().function_name(name).set_qualifier(qualifier.map(String::from));
    let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(Vec::new()) };
    let unreadable = |why: String| CloudError::new(ErrorKind::Unreadable, format!("the policy of {function} {why}"));
    let document: Json =
        serde_json::from_str(&reply.policy.unwrap_or_default()).map_err(|error| unreadable(error.to_string()))?;
    match document.get("Statement") {
        Some(Json::Array(statements)) => Ok(statements.clone()),
        Some(one @ Json::Object(_)) => Ok(vec![one.clone()]),
        _ => Err(unreadable("has no statements".into())),
    }
}

/// The policies of functions; Lambda has a call for each.
async fn fetch(aws: Aws, functions: Vec<String>) -> Result<HashMap<String, Vec<Json>>, CloudError> {
    let policies = join_all(functions.iter().map(|function| policy(aws.clone(), function.clone()))).await;
    functions.into_iter().zip(policies).map(|(function, policy)| Ok((function, policy?))).collect()
}

/// A permission as the statement of a policy says it.
fn permission(function: &str, statement: &Json) -> Permission {
    let text = |value: &Json| value.as_str().map(String::from);
    let principal = match statement.get("Principal") {
        Some(Json::Object(kinds)) => kinds.values().next().and_then(text),
        Some(other) => text(other),
        None => None,
    };
    let conditions = statement.get("Condition").and_then(Json::as_object);
    let tests = conditions.into_iter().flatten().filter_map(|(_, test)| test.as_object()).flatten();
    let tests: HashMap<String, String> =
        tests.filter_map(|(key, value)| Some((key.to_ascii_lowercase(), text(value)?))).collect();
    let condition = |key: &str| tests.get(key).cloned();
    let (name, qualifier) = name::split(function);
    let statement_id = statement.get("Sid").and_then(text);
    Permission {
        action: statement.get("Action").and_then(text),
        event_source_token: condition("lambda:eventsourcetoken"),
        function_name: Some(name.to_string()),
        function_url_auth_type: condition("lambda:functionurlauthtype"),
        id: statement_id.clone(),
        principal,
        principal_org_id: condition("aws:principalorgid"),
        qualifier: qualifier.map(String::from),
        source_account: condition("aws:sourceaccount"),
        source_arn: condition("aws:sourcearn"),
        statement_id,
    }
}

fn of_statement(function: &str, statement: &str, policy: &[Json]) -> Option<Permission> {
    let named = |one: &&Json| one.get("Sid").and_then(Json::as_str) == Some(statement);
    policy.iter().find(named).map(|found| permission(function, found))
}

/// `root` of an account is the account.
fn account(principal: &str) -> &str {
    let account = principal.split(':').nth(4).filter(|_| principal.ends_with(":root"));
    account.unwrap_or(principal)
}

impl Permission {
    fn physical_id(&self) -> PhysicalId {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        joined(&text(&self.function_name), self.qualifier.as_deref(), &text(&self.statement_id))
    }

    /// Whether the policy says what was asked for.
    fn is_what_was_sent(&self, wanted: &Self) -> bool {
        let plain = |of: &Self| Self {
            function_name: None,
            id: None,
            principal: of.principal.as_deref().map(|principal| account(principal).to_string()),
            qualifier: None,
            ..of.clone()
        };
        self.physical_id() == wanted.physical_id() && plain(self) == plain(wanted)
    }
}

#[async_trait]
impl Resource for Permission {
    const TYPE: &'static str = "aws_lambda_permission";
    const DOC: &'static str = "Who may call a function: a statement of its policy.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![AddPermission];
    const DELETE_CALLS: Calls = calls![RemovePermission];
    const LAGS: &'static [LagReply] = lags::PERMISSION_LAGS;
    const IMPORT_ID: &'static str = "FUNCTION_NAME[:QUALIFIER]/STATEMENT_ID";
    const RELATIONS: Relations = Relations {
        identity: &["function_name", "qualifier", "statement_id"],
        part_of: &["function_name"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
statement_id: uploads
function_name: ${resize.function_name}
action: lambda:InvokeFunction
principal: s3.amazonaws.com
source_arn: ${images.arn}
source_account: ${stage.account_id}
";
    const UNSUPPORTED: Refused =
        &[("statement_id_prefix", "a random name cannot be recognised after a crash: write `statement_id`")];

    type Update = PermissionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let functions = wanted.iter().map(|request| split(request.id.as_str()).0.to_string());
        let handle = aws.clone();
        let found: Result<Arc<HashMap<String, Vec<Json>>>, CloudError> =
            aws.batch("lambda:policies").load(functions, move |functions| fetch(handle, functions)).await;
        let one = |request: &ReadRequest| {
            let (function, statement) = split(request.id.as_str());
            found.as_ref().map_err(Clone::clone).map(|found| of_statement(function, statement, found.get(function)?))
        };
        wanted.iter().map(one).collect()
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let (function, statement) = split(id.as_str());
        let live = of_statement(function, statement, &policy(aws.clone(), function.to_string()).await?);
        Ok(live.filter(|live| live.is_what_was_sent(wanted)).map(|_| id.clone()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        name::taken(aws.done(want.fill(aws.write().lambda().add_permission())?).await)?;
        Ok(want.physical_id())
    }

    async fn update(_aws: &Aws, call: PermissionUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (function, statement) = split(id.as_str());
        let (name, qualifier) = name::split(function);
        let request = aws.write().lambda().remove_permission().function_name(name).statement_id(statement);
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
        let statement = properties.get("statement_id")?.as_str()?;
        Some(joined(properties.get("function_name")?.as_str()?, qualifier, statement))
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        // The function may be written by its ARN.
        let key = |id: PhysicalId| NaturalKey { kind: Self::TYPE, parts: vec![id.to_string()], range: None };
        Some(Self::natural_id(properties).map(key).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    const PATH: &str = "/2015-03-31/functions/resize/policy";
    const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:resize";

    fn answer() -> Reply {
        let conditions = json!({
            "StringEquals": {"AWS:SourceAccount": "123456789012", "lambda:EventSourceToken": "t"},
            "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::images"}
        });
        let statement = |sid: &str, principal: Json, condition: Json| {
            json!({"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction",
                "Resource": ARN, "Condition": condition})
        };
        let policy = json!({"Version": "2012-10-17", "Id": "default", "Statement": [
            statement("uploads", json!({"Service": "s3.amazonaws.com"}), conditions),
            statement("other", json!({"AWS": "arn:aws:iam::123456789012:root"}), json!({})),
        ]});
        Reply::Json(json!({"Policy": policy.to_string(), "RevisionId": "1"}))
    }

    fn wanted() -> Permission {
        Permission {
            action: Some("lambda:InvokeFunction".into()),
            event_source_token: Some("t".into()),
            function_name: Some(ARN.into()),
            principal: Some("s3.amazonaws.com".into()),
            source_account: Some("123456789012".into()),
            source_arn: Some("arn:aws:s3:::images".into()),
            statement_id: Some("uploads".into()),
            ..Permission::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_statements_of_a_function_are_read_together() {
        let script = Replay::default().on(PATH, answer());
        let wanted = ["resize/uploads", "resize/other", "resize/gone"].map(|id| request(id, &[]));
        let found = Permission::read(&script.aws(), &wanted).await;
        let principal = |index: usize| found[index].as_ref().unwrap().as_ref().and_then(|one| one.principal.clone());
        assert_eq!(principal(0).as_deref(), Some("s3.amazonaws.com"));
        assert_eq!(principal(1).as_deref(), Some("arn:aws:iam::123456789012:root"));
        assert_eq!(found[2], Ok(None));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_statement_that_says_the_same_is_found() {
        let script = Replay::default()
            .on(PATH, answer())
            .on(PATH, answer())
            .on(PATH, Reply::Error(404, "ResourceNotFoundException"));
        let aws = script.aws();
        let other = Permission { source_account: None, ..wanted() };
        let mut found = Vec::new();
        for want in [wanted(), other, wanted()] {
            found.push(Permission::find(&aws, &recover(json!({})), &want).await.unwrap());
        }
        assert_eq!(found, [Some("resize/uploads".into()), None, None]);
        script.finish();
    }

    #[test]
    fn an_id_has_the_qualifier_where_there_is_one() {
        assert_eq!(joined(ARN, Some("live"), "a").as_str(), "resize:live/a");
        assert_eq!(joined(&format!("{ARN}:live"), None, "a").as_str(), "resize:live/a");
        assert_eq!(split("resize:live/a"), ("resize:live", "a"));
    }
}
