//! `aws_lambda_alias`

use std::collections::{BTreeMap, HashMap};

use aws_sdk_lambda::operation::create_alias::builders::CreateAliasFluentBuilder;
use aws_sdk_lambda::operation::update_alias::builders::UpdateAliasFluentBuilder;

use super::prelude::*;

updates! {
    pub enum AliasUpdate {
        Alias => [UpdateAlias],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = AliasUpdate)]
#[sdk(from = sdk::AliasConfiguration, create = CreateAliasFluentBuilder, update(Alias) = UpdateAliasFluentBuilder)]
pub struct Alias {
    /// The ARN.
    #[field(computed, sdk = alias_arn)]
    arn: Option<String>,
    /// What the alias is for.
    #[field(update = Alias, length = 0..=256, filled)]
    description: Option<String>,
    /// The function, by its name or ARN.
    #[field(immutable, required, forms = Arn, read_by_hand)]
    function_name: Option<String>,
    /// The version that it stands for.
    #[field(update = Alias, required, length = 1..=1024, pattern = "[$]LATEST|[0-9]+")]
    function_version: Option<String>,
    /// The ARN.
    #[field(computed, sdk = alias_arn)]
    id: Option<String>,
    /// The ARN by which API Gateway calls it.
    #[field(computed, by_hand)]
    invoke_arn: Option<String>,
    /// The name, unique in the function.
    #[field(immutable, required, length = 1..=128, pattern = "[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*")]
    name: Option<String>,
    /// A second version that gets some of the calls.
    #[field(update = Alias, sent_by_hand)]
    routing_config: Option<Routing>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AliasRoutingConfiguration, into = sdk::AliasRoutingConfiguration)]
pub struct Routing {
    /// The version, and its share of the calls from 0 to 1.
    #[field(filled)]
    additional_version_weights: Option<BTreeMap<String, f64>>,
}

/// Aliases by function and name.
type Found = HashMap<String, Alias>;

fn joined(function: &str, alias: &str) -> PhysicalId {
    format!("{}/{alias}", name::split(function).0).into()
}

fn split(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or((id, ""))
}

async fn list(aws: &Aws, function: &str) -> Result<Vec<Alias>, CloudError> {
    let request = aws.read().lambda().list_aliases().function_name(function);
    let listed = absent_is_none(aws.pages(request, |page| page.aliases).await)?.unwrap_or_default();
    listed.into_iter().map(|live| alias(aws, function, live)).collect()
}

fn alias(aws: &Aws, function: &str, live: sdk::AliasConfiguration) -> Result<Alias, CloudError> {
    let mut alias = Alias::from_sdk(live)?;
    alias.function_name = Some(function.to_string());
    let (partition, region) = (aws.partition(), aws.region());
    alias.invoke_arn = alias
        .arn
        .as_deref()
        .map(|arn| format!("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"));
    alias.routing_config = alias.routing_config.filter(|routing| routing.additional_version_weights.is_some());
    Ok(alias)
}

/// The aliases of each function that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<Found, CloudError> {
    let mut functions: Vec<&str> = ids.iter().map(|id| split(id).0).collect();
    functions.sort_unstable();
    functions.dedup();
    let mut found = Found::new();
    for aliases in join_all(functions.into_iter().map(|function| list(&aws, function))).await {
        for alias in aliases? {
            let id =
                joined(alias.function_name.as_deref().unwrap_or_default(), alias.name.as_deref().unwrap_or_default());
            found.insert(id.to_string(), alias);
        }
    }
    Ok(found)
}

/// As Lambda takes it: an empty map is none, an absent one what was there before.
fn routing(want: &Alias) -> Result<sdk::AliasRoutingConfiguration, Unfit> {
    let weights = want.routing_config.as_ref().and_then(|routing| routing.additional_version_weights.clone());
    let weights = outgoing(&Some(weights.unwrap_or_default()), "routing_config.additional_version_weights")?;
    Ok(sdk::AliasRoutingConfiguration::builder().set_additional_version_weights(weights).build())
}

impl Alias {
    fn physical_id(&self) -> PhysicalId {
        joined(self.function_name.as_deref().unwrap_or_default(), self.name.as_deref().unwrap_or_default())
    }
}

#[async_trait]
impl Resource for Alias {
    const TYPE: &'static str = "aws_lambda_alias";
    const DOC: &'static str = "A name for a version of a function, or for two that share its calls.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateAlias];
    const DELETE_CALLS: Calls = calls![DeleteAlias];
    const LAGS: &'static [LagReply] = lags::ALIAS_LAGS;
    const IMPORT_ID: &'static str = "FUNCTION_NAME/ALIAS";
    const RELATIONS: Relations =
        Relations { identity: &["function_name", "name"], part_of: &["function_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: live
function_name: ${resize.function_name}
function_version: ${resize.version}
";

    type Update = AliasUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(wanted, aws.batch("lambda:aliases").load(ids, move |ids| fetch(handle, ids)).await)
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let live = fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str());
        // There are no tags. Another one of the name is not ours, and refused as one that exists.
        let same = |live: &Self| {
            live.description == filled(wanted.description.clone())
                && live.function_version == wanted.function_version
                && live.routing_config.clone().unwrap_or_default() == wanted.routing_config.clone().unwrap_or_default()
        };
        Ok(live.filter(same).map(|_| id))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().lambda().create_alias())?;
        let request = match want.routing_config {
            Some(_) => request.routing_config(routing(want)?),
            None => request,
        };
        name::taken(aws.done(request).await)?;
        Ok(want.physical_id())
    }

    async fn update(aws: &Aws, call: AliasUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            AliasUpdate::Alias => {
                let (function, alias) = split(id.as_str());
                let request = want.fill(aws.write().lambda().update_alias())?.function_name(function).name(alias);
                let request = request.set_description(Some(want.description.clone().unwrap_or_default()));
                aws.done(request.routing_config(routing(want)?)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (function, alias) = split(id.as_str());
        aws.gone(aws.write().lambda().delete_alias().function_name(function).name(alias)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems: Vec<Problem> = name::qualified(properties).into_iter().collect();
        let routing = properties.get("routing_config").and_then(|routing| routing.get("additional_version_weights"));
        if routing.and_then(Value::as_map).is_some_and(|weights| weights.len() > 1) {
            problems.push(problem("routing_config", "an alias stands for two versions at most: one more has a weight"));
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(joined(properties.get("function_name")?.as_str()?, properties.get("name")?.as_str()?))
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

    const PATH: &str = "/2015-03-31/functions/resize/aliases";

    fn listed(version: &str) -> Reply {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:resize:live";
        let live = json!({"AliasArn": arn, "Name": "live", "FunctionVersion": version, "Description": "",
            "RoutingConfig": {"AdditionalVersionWeights": {}}});
        Reply::Json(json!({"Aliases": [live]}))
    }

    #[tokio::test(start_paused = true)]
    async fn the_aliases_of_a_function_are_read_together() {
        let script = Replay::default().on(PATH, listed("3"));
        let found = Alias::read(&script.aws(), &[request("resize/live", &[]), request("resize/gone", &[])]).await;
        let live = found[0].as_ref().unwrap().as_ref().unwrap();
        assert_eq!((live.description.as_deref(), live.routing_config.as_ref()), (None, None));
        assert_eq!(found[1], Ok(None));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_an_alias_of_the_same_version_is_found() {
        let script = Replay::default().on(PATH, listed("3")).on(PATH, listed("4"));
        let (aws, want) = (
            script.aws(),
            Alias {
                function_name: Some("arn:aws:lambda:eu-west-1:123456789012:function:resize".into()),
                function_version: Some("3".into()),
                name: Some("live".into()),
                ..Alias::default()
            },
        );
        assert_eq!(Alias::find(&aws, &recover(json!({})), &want).await, Ok(Some("resize/live".into())));
        assert_eq!(Alias::find(&aws, &recover(json!({})), &want).await, Ok(None));
        script.finish();
    }

    #[test]
    fn no_weights_are_sent_as_an_empty_map() {
        let none = routing(&Alias::default()).expect("it can be sent");
        assert_eq!(none.additional_version_weights, Some(HashMap::new()));
    }
}
