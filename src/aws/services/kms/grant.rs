//! `aws_kms_grant`

use std::collections::BTreeMap;

use aws_sdk_kms::operation::create_grant::builders::CreateGrantFluentBuilder;

use super::prelude::*;
use crate::kind::diff::same_set;

updates! {
    pub enum GrantUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = GrantUpdate)]
#[sdk(from = sdk::GrantListEntry, create = CreateGrantFluentBuilder)]
pub struct Grant {
    /// The encryption context that calls have to have; one at most.
    #[field(immutable, set, by_hand)]
    constraints: Option<Vec<Constraint>>,
    /// Tokens of grants that are new, with which this one is made.
    #[field(immutable, write_only, sensitive, set, filled, sent_as = grant_tokens)]
    grant_creation_tokens: Option<Vec<String>>,
    /// AWS's id of the grant.
    #[field(computed)]
    grant_id: Option<String>,
    /// Who may use the key: the ARN of a role or a user.
    #[field(immutable, required)]
    grantee_principal: Option<String>,
    /// The key and the grant: `KEY_ID:GRANT_ID`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The key.
    #[field(immutable, required, forms = KmsKey, read_by_hand)]
    key_id: Option<String>,
    /// The name; without one, that of the operation which makes the grant.
    #[field(immutable, aws_default, length = 1..=256, pattern = "[A-Za-z0-9:/_-]+", sent_by_hand)]
    name: Option<String>,
    /// What the grantee may do: `Decrypt`, `GenerateDataKey`.
    #[field(immutable, required, set)]
    operations: Option<Vec<String>>,
    /// Whether the grant is given back and not revoked.
    #[field(local, default = false)]
    retire_on_delete: Option<bool>,
    /// Who may give the grant back.
    #[field(immutable, filled)]
    retiring_principal: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::GrantConstraints, into = sdk::GrantConstraints)]
pub struct Constraint {
    /// The context that is exactly that of the call.
    #[field(filled)]
    encryption_context_equals: Option<BTreeMap<String, String>>,
    /// The context that is among that of the call.
    #[field(filled)]
    encryption_context_subset: Option<BTreeMap<String, String>>,
}

/// Key and grant; the ARN of a key has colons.
fn split(id: &PhysicalId) -> Result<(&str, &str), CloudError> {
    let malformed =
        || CloudError::new(ErrorKind::Rejected, format!("{:?} is not of the form KEY_ID:GRANT_ID", id.as_str()));
    id.as_str().rsplit_once(':').ok_or_else(malformed)
}

fn joined(key: &str, grant: &str) -> PhysicalId {
    format!("{key}:{grant}").into()
}

fn grant(key: &str, mut live: sdk::GrantListEntry) -> Result<Grant, CloudError> {
    let constraint: Option<Constraint> = incoming(live.constraints.take(), "constraints")?;
    let constraint = constraint.filter(|constraint| *constraint != Constraint::default());
    let grant = Grant::from_sdk(live)?;
    let id = joined(key, grant.grant_id.as_deref().unwrap_or_default()).to_string();
    Ok(Grant { constraints: constraint.map(|one| vec![one]), id: Some(id), key_id: Some(key.to_string()), ..grant })
}

async fn grants(aws: &Aws, key: &str, id: Option<&str>) -> Result<Vec<Grant>, CloudError> {
    let request = aws.read().kms().list_grants().key_id(key).limit(100).set_grant_id(id.map(String::from));
    let found = absent_is_none(aws.pages(request, |page| page.grants).await)?.unwrap_or_default();
    found.into_iter().map(|live| grant(key, live)).collect()
}

/// What tells a request again: AWS returns the grant that a request of the same name and content has made.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html#KMS-CreateGrant-request-Name>
fn name(want: &Grant, operation: &Operation) -> String {
    want.name.clone().unwrap_or_else(|| operation.id.to_string())
}

#[async_trait]
impl Resource for Grant {
    const TYPE: &'static str = "aws_kms_grant";
    const DOC: &'static str = "What somebody may do with a key.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: Calls = calls![CreateGrant];
    const DELETE_CALLS: Calls = calls![RetireGrant, RevokeGrant];
    const LAGS: &'static [LagReply] = lags::GRANT;
    const IMPORT_ID: &'static str = "KEY_ID:GRANT_ID";
    const RELATIONS: Relations = Relations { part_of: &["key_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
key_id: ${records.key_id}
grantee_principal: ${worker.arn}
operations: [Decrypt, GenerateDataKey]
";
    const UNSUPPORTED: Refused =
        &[("grant_token", "only the call that makes a grant tells it, and it is of use for minutes")];
    // "Typically less than five minutes": https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    const CONSISTENCY_SECONDS: u32 = 60;

    type Update = GrantUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let one = |request: &ReadRequest| {
            let id = request.id.clone();
            async move {
                let (key, id) = split(&id)?;
                let found = grants(aws, key, Some(id)).await?;
                Ok(found.into_iter().find(|grant| grant.grant_id.as_deref() == Some(id)))
            }
        };
        join_all(wanted.iter().map(one)).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let key = wanted.key_id.as_deref().unwrap_or_default();
        let name = name(wanted, &recover.operation);
        let same = |live: &Grant| {
            live.name.as_deref() == Some(name.as_str())
                && live.grantee_principal == wanted.grantee_principal
                && live.retiring_principal == filled(wanted.retiring_principal.clone())
                && same_set(&live.operations, &wanted.operations)
                && live.constraints.clone().unwrap_or_default() == wanted.constraints.clone().unwrap_or_default()
        };
        Ok(grants(aws, key, None).await?.into_iter().find(same).and_then(|live| live.id).map(PhysicalId::from))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let constraint = want.constraints.as_ref().and_then(|constraints| constraints.first().cloned());
        let request = want.fill(aws.write().kms().create_grant())?.name(name(want, operation));
        let request = request.set_constraints(outgoing(&constraint, "constraints")?);
        let key = want.key_id.as_deref().unwrap_or_default();
        aws.made(request, |reply| Some(joined(key, &reply.grant_id?).to_string())).await
    }

    async fn update(_aws: &Aws, call: GrantUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let (key, grant) = split(id)?;
        match prior.retire_on_delete {
            Some(true) => aws.gone(aws.write().kms().retire_grant().key_id(key).grant_id(grant)).await,
            _ => aws.gone(aws.write().kms().revoke_grant().key_id(key).grant_id(grant)).await,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let several = properties.get("constraints").and_then(Value::as_list).is_some_and(|list| list.len() > 1);
        several.then(|| problem("constraints", "a grant has one constraint at most")).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    fn listed(name: &str) -> Reply {
        let grant = json!({
            "KeyId": "arn:aws:kms:eu-west-1:123456789012:key/k", "GrantId": "g", "Name": name,
            "GranteePrincipal": "arn:role", "Operations": ["GenerateDataKey", "Decrypt"],
            "Constraints": {},
        });
        Reply::Json(json!({"Grants": [grant], "Truncated": false}))
    }

    fn want() -> Grant {
        Grant {
            grantee_principal: Some("arn:role".into()),
            key_id: Some("k".into()),
            operations: Some(["Decrypt", "GenerateDataKey"].map(String::from).to_vec()),
            ..Grant::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_grant_without_a_name_has_that_of_its_operation() {
        let script = Replay::default()
            .on("/", Reply::Json(json!({"GrantId": "g", "GrantToken": "t"})))
            .on("/", listed("01OURS"))
            .on("/", listed("01OTHER"));
        let aws = script.aws();
        assert_eq!(Grant::create(&aws, &want(), &operation()).await, Ok("k:g".into()));
        assert_eq!(Grant::find(&aws, &recover(json!({})), &want()).await, Ok(Some("k:g".into())));
        assert_eq!(Grant::find(&aws, &recover(json!({})), &want()).await, Ok(None));
        assert_eq!(script.finish()[0].member("/Name"), json!("01OURS"));
    }

    #[tokio::test(start_paused = true)]
    async fn the_arn_of_a_key_stays_whole() {
        let script = Replay::default().on("/", listed("x"));
        let id = "arn:aws:kms:eu-west-1:123456789012:key/k:g";
        let live = Grant::read(&script.aws(), &[request(id, &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!(live.key_id.as_deref(), Some("arn:aws:kms:eu-west-1:123456789012:key/k"));
        assert_eq!((live.id.as_deref(), live.constraints), (Some(id), None));
        script.finish();
    }
}
