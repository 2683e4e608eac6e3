//! `aws_iam_account_alias`

use super::prelude::*;

updates! {
    pub enum AccountAliasUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = AccountAliasUpdate)]
pub struct AccountAlias {
    /// The alias, unique among all accounts of AWS. It takes the place of one that the account has.
    #[field(immutable, required, length = 3..=63, pattern = "[a-z0-9]([a-z0-9]|-[a-z0-9])*")]
    account_alias: Option<String>,
    /// The alias.
    #[field(computed)]
    id: Option<String>,
}

async fn aliases(aws: &Aws) -> Result<Vec<String>, CloudError> {
    aws.pages(aws.read().iam().list_account_aliases(), |page| Some(page.account_aliases)).await
}

#[async_trait]
impl Resource for AccountAlias {
    const TYPE: &'static str = "aws_iam_account_alias";
    const DOC: &'static str = "The name of the account in the address at which its users sign in.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateAccountAlias];
    const DELETE_CALLS: Calls = calls![DeleteAccountAlias];
    const LAGS: &'static [LagReply] = lags::ACCOUNT_ALIAS;
    const IMPORT_ID: &'static str = "ACCOUNT_ALIAS";
    const RELATIONS: Relations = Relations { identity: &["account_alias"], ..Relations::NONE };
    const EXAMPLE: &'static str = "account_alias: acme-test\n";

    type Update = AccountAliasUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        each(wanted, aliases(aws).await, |aliases, request| {
            let alias = Some(request.id.to_string()).filter(|alias| aliases.contains(alias));
            Ok(alias.map(|alias| AccountAlias { account_alias: Some(alias.clone()), id: Some(alias) }))
        })
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // An alias has no tags: one that was not there before the call is what the call made.
        let there = aliases(aws).await?;
        Ok(wanted.account_alias.clone().filter(|alias| there.contains(alias)).map(PhysicalId::from))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let alias = want.account_alias.as_deref().unwrap_or_default();
        aws.done(aws.write().iam().create_account_alias().account_alias(alias)).await?;
        Ok(alias.into())
    }

    async fn update(_aws: &Aws, call: AccountAliasUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().iam().delete_account_alias().account_alias(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("account_alias")?.as_str().map(PhysicalId::from)
    }

    fn natural_keys(_properties: &Value) -> Option<Vec<NaturalKey>> {
        // An account has one, and another takes its place:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html
        Some(vec![NaturalKey { kind: Self::TYPE, parts: vec!["alias".into()], range: None }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, request, result};

    fn list(aliases: &str) -> Reply {
        result(&format!("<AccountAliases>{aliases}</AccountAliases><IsTruncated>false</IsTruncated>"))
    }

    #[tokio::test(start_paused = true)]
    async fn another_alias_is_not_ours() {
        let script = Replay::default()
            .on("ListAccountAliases", list("<member>acme-test</member>"))
            .on("ListAccountAliases", list("<member>acme-live</member>"))
            .on("ListAccountAliases", list(""));
        let aws = script.aws();
        let mut found = Vec::new();
        for _ in 0..3 {
            let live = AccountAlias::read(&aws, &[request("acme-test", &[])]).await.remove(0).unwrap();
            found.push(live.and_then(|live| live.account_alias));
        }
        assert_eq!(found, [Some("acme-test".into()), None, None]);
        script.finish();
    }
}
