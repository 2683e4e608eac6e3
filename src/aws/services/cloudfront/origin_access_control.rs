//! `aws_cloudfront_origin_access_control`

use super::prelude::*;

updates! {
    pub enum OriginAccessControlUpdate {
        Control => [UpdateOriginAccessControl],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = OriginAccessControlUpdate)]
#[sdk(from = sdk::OriginAccessControlConfig, into = sdk::OriginAccessControlConfig)]
pub struct OriginAccessControl {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// What it is for.
    #[field(update = Control, default = "Managed by wildfire", length = 0..=256)]
    description: Option<String>,
    /// What the next change has to name.
    #[field(computed, changes_on_update, by_hand)]
    etag: Option<String>,
    /// AWS's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(update = Control, required, length = 1..=64)]
    name: Option<String>,
    /// What the origin is.
    #[field(update = Control, required, one_of = ["lambda", "mediapackagev2", "mediastore", "s3"])]
    origin_access_control_origin_type: Option<String>,
    /// Which requests are signed.
    #[field(update = Control, required, one_of = ["always", "never", "no-override"])]
    signing_behavior: Option<String>,
    /// How they are signed.
    #[field(update = Control, required, one_of = ["sigv4"])]
    signing_protocol: Option<String>,
}

#[async_trait]
impl Kept for OriginAccessControl {
    async fn describe(aws: &Aws, id: &str) -> Read<Self> {
        let request = aws.read().cloudfront().get_origin_access_control().id(id);
        let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
        let Some(config) = reply.origin_access_control.and_then(|live| live.origin_access_control_config) else {
            return Err(missing(<GetOriginAccessControl as Named>::NAME, "config"));
        };
        let arn = format!("arn:{}:cloudfront::{}:origin-access-control/{id}", aws.partition(), aws.account().await?);
        let live = Self::from_sdk(config)?;
        Ok(Some(Self { arn: Some(arn), etag: reply.e_tag, id: Some(id.to_string()), ..live }))
    }

    fn etag(self) -> Option<String> {
        self.etag
    }
}

#[async_trait]
impl Resource for OriginAccessControl {
    const TYPE: &'static str = "aws_cloudfront_origin_access_control";
    const DOC: &'static str = "How CloudFront signs its requests to an origin.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateOriginAccessControl];
    const DELETE_CALLS: Calls = calls![DeleteOriginAccessControl];
    const LAGS: &'static [LagReply] = lags::ORIGIN_ACCESS_CONTROL;
    const IMPORT_ID: &'static str = "ID";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: site
origin_access_control_origin_type: s3
signing_behavior: always
signing_protocol: sigv4
";

    type Update = OriginAccessControlUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_each(aws, wanted).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let request = aws.read().cloudfront().list_origin_access_controls();
        let listed = aws.pages(request, |page| page.origin_access_control_list.and_then(|list| list.items)).await?;
        let same = |live: &sdk::OriginAccessControlSummary| {
            Some(&live.name) == wanted.name.as_ref()
                && Some(live.origin_access_control_origin_type.as_str())
                    == wanted.origin_access_control_origin_type.as_deref()
                && Some(live.signing_behavior.as_str()) == wanted.signing_behavior.as_deref()
                && live.description == wanted.description.clone().unwrap_or_default()
        };
        Ok(listed.into_iter().find(same).map(|live| live.id.into()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().cloudfront().create_origin_access_control();
        let request = request.origin_access_control_config(want.to_sdk()?);
        aws.made(request, |reply| reply.origin_access_control.map(|live| live.id)).await
    }

    async fn update(aws: &Aws, call: OriginAccessControlUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            OriginAccessControlUpdate::Control => {
                let request = aws.write().cloudfront().update_origin_access_control().id(id.as_str());
                let request = request.set_if_match(etag::<Self>(aws, id).await?);
                aws.done(request.origin_access_control_config(want.to_sdk()?)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(etag) = etag::<Self>(aws, id).await? else { return Ok(()) };
        aws.gone(aws.write().cloudfront().delete_origin_access_control().id(id.as_str()).if_match(etag)).await
    }
}
