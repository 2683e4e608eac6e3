//! `aws_key_pair`

use aws_sdk_ec2::operation::import_key_pair::builders::ImportKeyPairFluentBuilder;
use aws_smithy_types::Blob;

use super::prelude::*;
use super::tagging;

updates! {
    pub enum KeyPairUpdate {
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = KeyPairUpdate)]
#[sdk(from = sdk::KeyPairInfo, create = ImportKeyPairFluentBuilder)]
pub struct KeyPair {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// What tells the key from others.
    #[field(computed, sdk = key_fingerprint)]
    fingerprint: Option<String>,
    /// The key pair's name.
    #[field(computed, sdk = key_name)]
    id: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, generated, length = 1..=255)]
    key_name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "key_name", conflicts = ["key_name"], length = 1..=229)]
    key_name_prefix: Option<String>,
    /// The id that AWS gives it.
    #[field(computed)]
    key_pair_id: Option<String>,
    /// The kind of key: `rsa` or `ed25519`.
    #[field(computed)]
    key_type: Option<String>,
    /// The public key, as OpenSSH writes it.
    #[field(immutable, required, forms = SshKey, sent_by_hand)]
    public_key: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
}

#[async_trait]
impl Described for KeyPair {
    type Live = sdk::KeyPairInfo;
    const ID_FILTER: &'static str = "key-name";
    const TAG_KIND: ResourceType = ResourceType::KeyPair;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// This call has no pages.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::KeyPairInfo>, CloudError> {
        let request = aws.read().ec2().describe_key_pairs().include_public_key(true).set_filters(Some(filters));
        Ok(aws.send(request).await?.key_pairs.unwrap_or_default())
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn finish(mut self, _live: &sdk::KeyPairInfo) -> Self {
        self.public_key = self.public_key.map(|key| key.trim().to_string());
        self
    }
}

#[async_trait]
impl Resource for KeyPair {
    const TYPE: &'static str = "aws_key_pair";
    const DOC: &'static str = "A public key with which one logs in to instances.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![ImportKeyPair];
    const DELETE_CALLS: Calls = calls![DeleteKeyPair];
    const LAGS: &'static [LagReply] = lags::KEY_PAIR;
    const IMPORT_ID: &'static str = "KEY_NAME";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["key_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
key_name: deploy
public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfqGoNGlXgJZp0gGj0wB0n8yQx7K0mTzK2gkSxkq3p deploy@example.org
";

    type Update = KeyPairUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().import_key_pair())?;
        let key = Blob::new(want.public_key.clone().unwrap_or_default());
        let request = request.public_key_material(key).set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.key_name).await
    }

    async fn update(aws: &Aws, call: KeyPairUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            KeyPairUpdate::Tags => {
                // Tags are put on the id that AWS gives, not on the name.
                let id = one::<Self>(aws, change.id).await?.key_pair_id.unwrap_or_default();
                let (prior, want) = (change.prior.tags.all.as_ref(), change.want.tags.all.as_ref());
                tagging::update(aws, &id.into(), prior, want).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_key_pair().key_name(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("key_name")?.as_str()?.into())
    }
}
