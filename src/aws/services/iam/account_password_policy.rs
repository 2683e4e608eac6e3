//! `aws_iam_account_password_policy`

use aws_sdk_iam::operation::update_account_password_policy::builders::UpdateAccountPasswordPolicyFluentBuilder;

use super::prelude::*;

updates! {
    pub enum AccountPasswordPolicyUpdate {
        Policy => [UpdateAccountPasswordPolicy],
    }
}

/// The id that Terraform gives to the one policy of an account.
const ID: &str = "iam-account-password-policy";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = AccountPasswordPolicyUpdate)]
#[sdk(from = sdk::PasswordPolicy, create = UpdateAccountPasswordPolicyFluentBuilder)]
pub struct AccountPasswordPolicy {
    /// Whether users may change their passwords.
    #[field(update = Policy, default = true)]
    allow_users_to_change_password: Option<bool>,
    /// Whether passwords expire.
    #[field(computed, changed_by = ["Policy"])]
    expire_passwords: Option<bool>,
    /// Whether a user whose password has expired needs an administrator to set a new one.
    #[field(update = Policy, aws_default)]
    hard_expiry: Option<bool>,
    /// `iam-account-password-policy`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// For how many days a password is valid; absent, for ever.
    #[field(update = Policy, aws_default, range = 1..=1095)]
    max_password_age: Option<i64>,
    /// How many characters a password has at least.
    #[field(update = Policy, default = 6, range = 6..=128)]
    minimum_password_length: Option<i64>,
    /// How many of the last passwords a user may not take again.
    #[field(update = Policy, aws_default, range = 1..=24)]
    password_reuse_prevention: Option<i64>,
    /// Whether a password needs a lower-case letter.
    #[field(update = Policy, aws_default)]
    require_lowercase_characters: Option<bool>,
    /// Whether a password needs a digit.
    #[field(update = Policy, aws_default)]
    require_numbers: Option<bool>,
    /// Whether a password needs a character that is neither a letter nor a digit.
    #[field(update = Policy, aws_default)]
    require_symbols: Option<bool>,
    /// Whether a password needs an upper-case letter.
    #[field(update = Policy, aws_default)]
    require_uppercase_characters: Option<bool>,
}

impl AccountPasswordPolicy {
    /// What is declared, and what is there where nothing is. A call puts back to its default what it leaves out:
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html>.
    fn over(&self, there: &Self) -> Self {
        let (want, have) = (self.clone(), there.clone());
        Self {
            allow_users_to_change_password: want.allow_users_to_change_password.or(have.allow_users_to_change_password),
            expire_passwords: have.expire_passwords,
            hard_expiry: want.hard_expiry.or(have.hard_expiry),
            id: have.id,
            max_password_age: want.max_password_age.or(have.max_password_age),
            minimum_password_length: want.minimum_password_length.or(have.minimum_password_length),
            password_reuse_prevention: want.password_reuse_prevention.or(have.password_reuse_prevention),
            require_lowercase_characters: want.require_lowercase_characters.or(have.require_lowercase_characters),
            require_numbers: want.require_numbers.or(have.require_numbers),
            require_symbols: want.require_symbols.or(have.require_symbols),
            require_uppercase_characters: want.require_uppercase_characters.or(have.require_uppercase_characters),
        }
    }
}

async fn live(aws: &Aws) -> Read<AccountPasswordPolicy> {
    let reply = absent_is_none(aws.send(aws.read().iam().get_account_password_policy()).await)?;
    let Some(policy) = reply.and_then(|reply| reply.password_policy) else { return Ok(None) };
    Ok(Some(AccountPasswordPolicy { id: Some(ID.into()), ..AccountPasswordPolicy::from_sdk(policy)? }))
}

async fn put(aws: &Aws, policy: &AccountPasswordPolicy) -> Result<(), CloudError> {
    aws.done(policy.fill(aws.write().iam().update_account_password_policy())?).await
}

#[async_trait]
impl Resource for AccountPasswordPolicy {
    const TYPE: &'static str = "aws_iam_account_password_policy";
    const DOC: &'static str = "What the passwords of the account's users have to be like.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![UpdateAccountPasswordPolicy];
    const DELETE_CALLS: Calls = calls![DeleteAccountPasswordPolicy];
    const LAGS: &'static [LagReply] = lags::ACCOUNT_PASSWORD_POLICY;
    const IMPORT_ID: &'static str = ID;
    const EXAMPLE: &'static str = "\
minimum_password_length: 14
require_symbols: true
require_numbers: true
max_password_age: 90
password_reuse_prevention: 5
";

    type Update = AccountPasswordPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let live = live(aws).await;
        wanted.iter().map(|_| live.clone()).collect()
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // Whatever else is there is replaced by the call that is sent again.
        let live = live(aws).await?;
        Ok(live.filter(|live| wanted.over(live) == *live).map(|_| ID.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(ID.into())
    }

    async fn update(aws: &Aws, call: AccountPasswordPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            AccountPasswordPolicyUpdate::Policy => put(aws, &change.want.over(change.prior)).await,
        }
    }

    async fn delete(aws: &Aws, _id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().iam().delete_account_password_policy()).await
    }

    fn natural_id(_properties: &Value) -> Option<PhysicalId> {
        Some(ID.into())
    }

    fn natural_keys(_properties: &Value) -> Option<Vec<NaturalKey>> {
        // An account has one.
        Some(vec![NaturalKey { kind: Self::TYPE, parts: vec![ID.into()], range: None }])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    fn policy(age: &str) -> Reply {
        result(&format!(
            "<PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength><RequireSymbols>true</RequireSymbols>\
             <RequireNumbers>true</RequireNumbers><RequireUppercaseCharacters>false</RequireUppercaseCharacters>\
             <RequireLowercaseCharacters>false</RequireLowercaseCharacters>\
             <AllowUsersToChangePassword>true</AllowUsersToChangePassword><ExpirePasswords>true</ExpirePasswords>\
             <MaxPasswordAge>{age}</MaxPasswordAge></PasswordPolicy>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn an_update_keeps_what_is_not_declared() {
        let script = Replay::default()
            .on("GetAccountPasswordPolicy", policy("90"))
            .on("UpdateAccountPasswordPolicy", result(""))
            .on("GetAccountPasswordPolicy", Reply::Error(404, "NoSuchEntity"));
        let aws = script.aws();
        let ids = [request(ID, &[])];
        let prior = AccountPasswordPolicy::read(&aws, &ids).await.remove(0).unwrap().unwrap();
        let want = AccountPasswordPolicy { minimum_password_length: Some(20), ..AccountPasswordPolicy::default() };
        let (id, operation) = (ID.into(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        AccountPasswordPolicy::update(&aws, AccountPasswordPolicyUpdate::Policy, &change).await.unwrap();
        assert_eq!(AccountPasswordPolicy::read(&aws, &ids).await, [Ok(None)]);
        let sent = script.finish();
        let of = |name| sent[1].parameter(name);
        assert_eq!((of("MinimumPasswordLength"), of("MaxPasswordAge")), (Some("20"), Some("90")));
        assert_eq!((of("RequireSymbols"), of("ExpirePasswords")), (Some("true"), None));
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_policy_that_says_what_was_sent_is_found() {
        let script =
            Replay::default().on("GetAccountPasswordPolicy", policy("90")).on("GetAccountPasswordPolicy", policy("30"));
        let (aws, recover) = (script.aws(), recover(json!({})));
        let want = AccountPasswordPolicy { max_password_age: Some(90), ..AccountPasswordPolicy::default() };
        assert_eq!(AccountPasswordPolicy::find(&aws, &recover, &want).await, Ok(Some(ID.into())));
        assert_eq!(AccountPasswordPolicy::find(&aws, &recover, &want).await, Ok(None));
        script.finish();
    }
}
