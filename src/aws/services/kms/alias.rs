//! `aws_kms_alias`

use std::collections::HashMap;

use aws_sdk_kms::operation::create_alias::builders::CreateAliasFluentBuilder;
use aws_sdk_kms::operation::update_alias::builders::UpdateAliasFluentBuilder;

use super::prelude::*;

updates! {
    pub enum AliasUpdate {
        Target => [UpdateAlias],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = AliasUpdate)]
#[sdk(create = CreateAliasFluentBuilder, update(Target) = UpdateAliasFluentBuilder)]
pub struct Alias {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The alias's name.
    #[field(computed)]
    id: Option<String>,
    /// The name, which begins with `alias/`.
    #[field(immutable, generated, sdk = alias_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=230, otherwise = "alias/wildfire-", pattern = "alias/.*")]
    name_prefix: Option<String>,
    /// The ARN of the key.
    #[field(computed, changed_by = ["Target"])]
    target_key_arn: Option<String>,
    /// The id of the key that the alias stands for.
    #[field(update = Target, required, forms = Arn)]
    target_key_id: Option<String>,
}

#[derive(Clone)]
struct Entry {
    arn: String,
    /// Absent for the aliases that AWS reserves.
    target: Option<String>,
}

/// Every alias of the account and region; the API has no look-up by name.
async fn list(aws: Aws) -> Result<HashMap<String, Entry>, CloudError> {
    let aliases = aws.pages(aws.read().kms().list_aliases().limit(100), |page| page.aliases).await?;
    let entry = |alias: sdk::AliasListEntry| {
        Some((alias.alias_name?, Entry { arn: alias.alias_arn?, target: alias.target_key_id }))
    };
    Ok(aliases.into_iter().filter_map(entry).collect())
}

impl Alias {
    fn live(name: &str, entry: &Entry) -> Self {
        // `arn:aws:kms:eu-west-1:123456789012:alias/x`: the key is beside it.
        let stem = entry.arn.split_once(":alias/").map(|(stem, _)| stem);
        let target_key_arn = stem.zip(entry.target.as_deref()).map(|(stem, key)| format!("{stem}:key/{key}"));
        Self {
            arn: Some(entry.arn.clone()),
            id: Some(name.to_string()),
            name: Some(name.to_string()),
            name_prefix: None,
            target_key_arn,
            target_key_id: entry.target.clone(),
        }
    }
}

/// The id of a key, from its id or its ARN.
fn key_id(key: &str) -> &str {
    key.split_once(":key/").map_or(key, |(_, id)| id)
}

#[async_trait]
impl Resource for Alias {
    const TYPE: &'static str = "aws_kms_alias";
    const DOC: &'static str = "A name for a KMS key.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateAlias];
    const DELETE_CALLS: Calls = calls![DeleteAlias];
    const LAGS: &'static [LagReply] = lags::ALIAS;
    const IMPORT_ID: &'static str = "ALIAS_NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: alias/state
target_key_id: ${key.key_id}
";
    const CONSISTENCY_SECONDS: u32 = 30;

    type Update = AliasUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let listing = {
            let aws = aws.clone();
            aws.clone().batch("kms:aliases").load(ids, move |_| list(aws)).await
        };
        each(wanted, listing, |found, request| {
            let name = request.id.as_str();
            Ok(found.get(name).map(|entry| Self::live(name, entry)))
        })
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.clone() else { return Ok(None) };
        // Aliases have no tags: one of this name that points where the call said is what the call made.
        let target = wanted.target_key_id.as_deref().map(key_id);
        let found = list(aws.clone()).await?;
        let ours = found.get(&name).is_some_and(|entry| entry.target.as_deref() == target);
        Ok(ours.then(|| name.into()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().kms().create_alias())?).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: AliasUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            AliasUpdate::Target => {
                let request = aws.write().kms().update_alias().alias_name(id.as_str());
                aws.done(want.fill(request)?).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().kms().delete_alias().alias_name(id.as_str());
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let Some(name) = properties.get("name").and_then(Value::as_str) else { return Vec::new() };
        let message = match name.strip_prefix("alias/") {
            None => "an alias's name begins with alias/",
            Some(rest) if rest.starts_with("aws/") => "names that begin with alias/aws/ are reserved by AWS",
            Some("") => "nothing follows alias/",
            Some(_) => return Vec::new(),
        };
        vec![problem("name", message)]
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(PhysicalId::from(properties.get("name")?.as_str()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_has_the_alias_account_and_region() {
        let entry = Entry { arn: "arn:aws:kms:eu-west-1:123456789012:alias/state".into(), target: Some("abc".into()) };
        let alias = Alias::live("alias/state", &entry);
        assert_eq!(alias.target_key_arn.as_deref(), Some("arn:aws:kms:eu-west-1:123456789012:key/abc"));
    }

    #[test]
    fn a_key_may_be_named_by_its_arn() {
        assert_eq!(key_id("arn:aws:kms:eu-west-1:123456789012:key/abc"), "abc");
        assert_eq!(key_id("abc"), "abc");
    }
}
