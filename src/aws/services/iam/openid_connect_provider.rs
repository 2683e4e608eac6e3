//! `aws_iam_openid_connect_provider`

use aws_sdk_iam::operation::create_open_id_connect_provider::builders::CreateOpenIDConnectProviderFluentBuilder;
use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;
use futures::future::join_all;

use super::prelude::*;

updates! {
    pub enum OpenIdConnectProviderUpdate {
        Clients => [AddClientIDToOpenIDConnectProvider, RemoveClientIDFromOpenIDConnectProvider],
        Thumbprints => [UpdateOpenIDConnectProviderThumbprint],
        Tags => [TagOpenIDConnectProvider, UntagOpenIDConnectProvider],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = OpenIdConnectProviderUpdate)]
#[sdk(from = GetOpenIdConnectProviderOutput, create = CreateOpenIDConnectProviderFluentBuilder)]
pub struct OpenIdConnectProvider {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The audiences that tokens are accepted for, such as `sts.amazonaws.com`.
    #[field(update = Clients, required, set)]
    client_id_list: Option<Vec<String>>,
    /// The provider's ARN.
    #[field(computed, by_hand)]
    id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// SHA-1 thumbprints of the provider's certificate authorities; AWS finds them if there are none.
    #[field(update = Thumbprints, aws_default, forms = Case)]
    thumbprint_list: Option<Vec<String>>,
    /// The issuer of the tokens, beginning with `https://`.
    #[field(immutable, required, forms = Url)]
    url: Option<String>,
}

/// AWS returns the URL without its scheme.
fn with_scheme(url: String) -> String {
    if url.contains("://") { url } else { format!("https://{url}") }
}

fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}

async fn read_one(aws: &Aws, arn: &str) -> Read<OpenIdConnectProvider> {
    let request = aws.read().iam().get_open_id_connect_provider().open_id_connect_provider_arn(arn);
    let reply = absent_is_none(aws.send(request).await)?;
    let Some(reply) = reply else { return Ok(None) };
    let live = OpenIdConnectProvider::from_sdk(reply)?;
    Ok(Some(OpenIdConnectProvider {
        arn: Some(arn.to_string()),
        client_id_list: Some(live.client_id_list.unwrap_or_default()),
        id: Some(arn.to_string()),
        url: live.url.map(with_scheme),
        ..live
    }))
}

async fn set_clients(aws: &Aws, arn: &str, prior: &[String], want: &[String]) -> Result<(), CloudError> {
    let iam = aws.write().iam();
    // Adding what is there and removing what is not are no errors.
    for client in want.iter().filter(|client| !prior.contains(client)) {
        let request =
            iam.add_client_id_to_open_id_connect_provider().open_id_connect_provider_arn(arn).client_id(client);
        aws.done(request).await?;
    }
    for client in prior.iter().filter(|client| !want.contains(client)) {
        let request =
            iam.remove_client_id_from_open_id_connect_provider().open_id_connect_provider_arn(arn).client_id(client);
        aws.done(request).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for OpenIdConnectProvider {
    const TYPE: &'static str = "aws_iam_openid_connect_provider";
    const DOC: &'static str = "An issuer of tokens, such as an EKS cluster, that roles may trust.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateOpenIDConnectProvider];
    const DELETE_CALLS: Calls = calls![DeleteOpenIDConnectProvider];
    const LAGS: &'static [LagReply] = lags::OPENID_CONNECT_PROVIDER;
    const IMPORT_ID: &'static str = "ARN";
    const RELATIONS: Relations = Relations { identity: &["url"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
url: ${cluster.identity[0].oidc[0].issuer}
client_id_list: [sts.amazonaws.com]
";

    type Update = OpenIdConnectProviderUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request.id.as_str()))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(url) = wanted.url.as_deref() else { return Ok(None) };
        let (partition, account) = (aws.partition(), aws.account().await?);
        let arn = format!("arn:{partition}:iam::{account}:oidc-provider/{}", without_scheme(url));
        let live = read_one(aws, &arn).await?;
        let ours = live.filter(|live| made_by(live.tags.all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| arn.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().iam().create_open_id_connect_provider())?;
        aws.made(request, |reply| reply.open_id_connect_provider_arn).await
    }

    async fn update(aws: &Aws, call: OpenIdConnectProviderUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (iam, arn) = (aws.write().iam(), id.as_str());
        match call {
            OpenIdConnectProviderUpdate::Clients => {
                let list = |provider: &Self| provider.client_id_list.clone().unwrap_or_default();
                set_clients(aws, arn, &list(prior), &list(want)).await?;
            }
            OpenIdConnectProviderUpdate::Thumbprints => {
                let request = iam
                    .update_open_id_connect_provider_thumbprint()
                    .open_id_connect_provider_arn(arn)
                    .set_thumbprint_list(want.thumbprint_list.clone());
                aws.done(request).await?;
            }
            OpenIdConnectProviderUpdate::Tags => {
                let set = |tags| iam.tag_open_id_connect_provider().open_id_connect_provider_arn(arn).set_tags(tags);
                let remove =
                    |keys| iam.untag_open_id_connect_provider().open_id_connect_provider_arn(arn).set_tag_keys(keys);
                tagging::retag(aws, &prior.tags, &want.tags, set, remove).await?;
            }
        }
        Ok(())
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().iam().delete_open_id_connect_provider().open_id_connect_provider_arn(id.as_str());
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let url = properties.get("url").and_then(Value::as_str);
        let problem = url.filter(|url| !url.starts_with("https://")).map(|_| Problem {
            path: "url".into(),
            message: "the URL begins with https://".into(),
            help: None,
        });
        problem.into_iter().collect()
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(
            properties
                .get("url")
                .and_then(Value::as_str)
                .map(|url| url.trim_start_matches("https://").trim_end_matches('/').to_lowercase())
                .map(|url| NaturalKey { kind: Self::TYPE, parts: vec![url], range: None })
                .into_iter()
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_read_as_it_is_written() {
        let written = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC";
        assert_eq!(with_scheme("oidc.eks.eu-west-1.amazonaws.com/id/ABC".into()), written);
        assert_eq!(with_scheme(written.into()), written);
        assert_eq!(without_scheme(written), "oidc.eks.eu-west-1.amazonaws.com/id/ABC");
    }
}
