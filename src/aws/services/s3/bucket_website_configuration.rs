//! `aws_s3_bucket_website_configuration`

use aws_sdk_s3::operation::get_bucket_website::GetBucketWebsiteOutput;

use super::prelude::*;
use super::website;

updates! {
    pub enum BucketWebsiteUpdate {
        Website => [PutBucketWebsite],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = BucketWebsiteUpdate)]
#[sdk(from = GetBucketWebsiteOutput, into = sdk::WebsiteConfiguration)]
pub struct BucketWebsiteConfiguration {
    /// The bucket.
    #[field(immutable, required, by_hand)]
    bucket: Option<String>,
    /// What is shown where there is nothing.
    #[field(update = Website, conflicts = ["redirect_all_requests_to"])]
    error_document: Option<ErrorDocument>,
    /// The account that must own the bucket.
    #[field(immutable, by_hand)]
    expected_bucket_owner: Option<String>,
    /// The bucket's name, and its owner if one is expected.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// What is shown for a folder.
    #[field(update = Website, conflicts = ["redirect_all_requests_to"])]
    index_document: Option<IndexDocument>,
    /// Where every request is sent on to.
    #[field(update = Website, conflicts = ["error_document", "index_document", "routing_rule"])]
    redirect_all_requests_to: Option<RedirectAll>,
    /// Which requests are sent on, and where to; the first that fits counts.
    #[field(update = Website, conflicts = ["redirect_all_requests_to"], filled, sdk = routing_rules)]
    routing_rule: Option<Vec<RoutingRule>>,
    /// The domain of the region's website endpoints.
    #[field(computed, by_hand)]
    website_domain: Option<String>,
    /// The endpoint of the website.
    #[field(computed, by_hand)]
    website_endpoint: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ErrorDocument, into = sdk::ErrorDocument)]
pub struct ErrorDocument {
    /// The key of the object.
    #[field(required)]
    key: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::IndexDocument, into = sdk::IndexDocument)]
pub struct IndexDocument {
    /// What is appended to the name of the folder: `index.html`.
    #[field(required, pattern = "[^/]+")]
    suffix: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RedirectAllRequestsTo, into = sdk::RedirectAllRequestsTo)]
pub struct RedirectAll {
    /// The host.
    #[field(required)]
    host_name: Option<String>,
    /// The protocol; without one, that of the request.
    #[field(one_of = ["http", "https"])]
    protocol: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RoutingRule, into = sdk::RoutingRule)]
pub struct RoutingRule {
    /// Which requests it is about; without a condition, all.
    #[field(optional)]
    condition: Option<Condition>,
    /// Where they are sent on to.
    #[field(required)]
    redirect: Option<Redirect>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Condition, into = sdk::Condition)]
pub struct Condition {
    /// The code of the error that would be answered.
    #[field(filled)]
    http_error_code_returned_equals: Option<String>,
    /// What the key begins with.
    #[field(filled)]
    key_prefix_equals: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Redirect, into = sdk::Redirect)]
pub struct Redirect {
    /// The host; without one, that of the request.
    #[field(filled)]
    host_name: Option<String>,
    /// The code of the answer; without one, 301.
    #[field(filled)]
    http_redirect_code: Option<String>,
    /// The protocol; without one, that of the request.
    #[field(one_of = ["http", "https"])]
    protocol: Option<String>,
    /// What takes the place of the prefix of the condition; an empty text takes it away.
    #[field(conflicts = ["replace_key_with"])]
    replace_key_prefix_with: Option<String>,
    /// The key that takes the place of the whole.
    #[field(conflicts = ["replace_key_prefix_with"], filled)]
    replace_key_with: Option<String>,
}

#[async_trait]
impl Setting for BucketWebsiteConfiguration {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), self.expected_bucket_owner.as_deref())
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_website().bucket(&key.bucket);
        let reply = absent_is_none(aws.send(request.set_expected_bucket_owner(key.owner.clone())).await)?;
        let Some(reply) = reply else { return Ok(None) };
        // Calls for a bucket in another region are refused, so it is in this one.
        let domain = website::domain(aws.region(), website::suffix(aws.partition()));
        Ok(Some(Self {
            bucket: Some(key.bucket.clone()),
            expected_bucket_owner: key.owner.clone(),
            id: Some(key.id().to_string()),
            website_endpoint: Some(format!("{}.{domain}", key.bucket)),
            website_domain: Some(domain),
            ..Self::from_sdk(reply)?
        }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let request = aws.write().s3().put_bucket_website().bucket(&key.bucket);
        let request = request.set_expected_bucket_owner(key.owner.clone());
        aws.done(request.website_configuration(want.to_sdk()?)).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        let sent = |of: &Self| ToSdk::<sdk::WebsiteConfiguration>::to_sdk(of);
        Ok(sent(live)? == sent(want)?)
    }
}

#[async_trait]
impl Resource for BucketWebsiteConfiguration {
    const TYPE: &'static str = "aws_s3_bucket_website_configuration";
    const DOC: &'static str = "The website that a bucket is.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketWebsite];
    const DELETE_CALLS: Calls = calls![DeleteBucketWebsite];
    const LAGS: &'static [LagReply] = lags::WEBSITE;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["index_document", "redirect_all_requests_to"]];
    const EXAMPLE: &'static str = "\
bucket: ${site.id}
index_document: {suffix: index.html}
error_document: {key: error.html}
routing_rule:
  - condition: {key_prefix_equals: docs/}
    redirect: {replace_key_prefix_with: documents/}
";
    const UNSUPPORTED: Refused = &[("routing_rules", "the rules as JSON text; write routing_rule")];

    type Update = BucketWebsiteUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketWebsiteUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketWebsiteUpdate::Website => Self::put(aws, &BucketKey::parse(change.id), change.want, None).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        aws.gone(aws.write().s3().delete_bucket_website().bucket(bucket).set_expected_bucket_owner(owner)).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_comes_back() {
        let rule = RoutingRule {
            condition: Some(Condition { key_prefix_equals: Some("docs/".into()), ..Condition::default() }),
            redirect: Some(Redirect { replace_key_prefix_with: Some(String::new()), ..Redirect::default() }),
        };
        let want = BucketWebsiteConfiguration {
            index_document: Some(IndexDocument { suffix: Some("index.html".into()) }),
            routing_rule: Some(vec![rule]),
            ..BucketWebsiteConfiguration::default()
        };
        let sent: sdk::WebsiteConfiguration = want.to_sdk().unwrap();
        let reply = GetBucketWebsiteOutput::builder()
            .set_index_document(sent.index_document)
            .set_routing_rules(sent.routing_rules)
            .build();
        let live = BucketWebsiteConfiguration::from_sdk(reply).unwrap();
        assert_eq!((live.index_document, live.routing_rule), (want.index_document, want.routing_rule));
    }
}
