//! `aws_s3_bucket_acl`

use aws_sdk_s3::operation::get_bucket_acl::GetBucketAclOutput;
use aws_sdk_s3::types::BucketCannedAcl;
use futures::future::join_all;

use super::prelude::*;
use crate::connection::call::gone_is_fine;

updates! {
    pub enum BucketAclUpdate {
        Acl => [PutBucketAcl],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketAclUpdate)]
pub struct BucketAcl {
    /// Who owns the bucket, and who else may do what.
    #[field(update = Acl, aws_default, changed_by = ["Acl"])]
    access_control_policy: Option<Policy>,
    /// The name of an ACL that S3 knows.
    #[field(update = Acl, aws_default, one_of = [
        "private",
        "public-read",
        "public-read-write",
        "authenticated-read",
        "aws-exec-read",
        "log-delivery-write"
    ])]
    acl: Option<String>,
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// The account that must own the bucket.
    #[field(immutable)]
    expected_bucket_owner: Option<String>,
    /// The bucket's name, its owner if one is expected, and the name of the ACL if one is written.
    #[field(computed, changed_by = ["Acl"])]
    id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = GetBucketAclOutput, into = sdk::AccessControlPolicy)]
pub struct Policy {
    /// Who may do what.
    #[field(set, filled, sdk = grants)]
    grant: Option<Vec<Grant>>,
    /// Who owns the bucket.
    #[field(required)]
    owner: Option<Owner>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Grant, into = sdk::Grant)]
pub struct Grant {
    /// Who.
    grantee: Option<Grantee>,
    /// What.
    #[field(required, one_of = ["FULL_CONTROL", "READ", "READ_ACP", "WRITE", "WRITE_ACP"])]
    permission: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Grantee, into = sdk::Grantee)]
pub struct Grantee {
    /// The name that AWS shows.
    #[field(computed)]
    display_name: Option<String>,
    /// The canonical id of an account.
    #[field(filled)]
    id: Option<String>,
    /// What the grantee is known by.
    #[field(required, one_of = ["CanonicalUser", "Group"])]
    r#type: Option<String>,
    /// The URI of a group.
    #[field(filled)]
    uri: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Owner, into = sdk::Owner)]
pub struct Owner {
    /// The name that AWS shows.
    #[field(aws_default)]
    display_name: Option<String>,
    /// The canonical id of the account.
    #[field(required)]
    id: Option<String>,
}

/// The account by which EC2 reads bundles of images.
const EC2: &str = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";

/// What ACLs with a name grant besides everything to the owner.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
const NAMED: [(&str, &[(&str, &str)]); 6] = [
    ("private", &[]),
    ("public-read", &[("global/AllUsers", "READ")]),
    ("public-read-write", &[("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")]),
    ("authenticated-read", &[("global/AuthenticatedUsers", "READ")]),
    ("aws-exec-read", &[(EC2, "READ")]),
    ("log-delivery-write", &[("s3/LogDelivery", "READ_ACP"), ("s3/LogDelivery", "WRITE")]),
];

impl Policy {
    /// Who may do what, by ids and names of groups, in an order of its own.
    fn grants(&self) -> Vec<(&str, &str)> {
        let mut grants: Vec<(&str, &str)> = self.grant.iter().flatten().filter_map(Grant::pair).collect();
        grants.sort_unstable();
        grants
    }

    fn owner(&self) -> Option<&str> {
        self.owner.as_ref()?.id.as_deref()
    }

    /// The name under which S3 knows the ACL.
    fn name(&self) -> Option<&'static str> {
        let (grants, owner) = (self.grants(), self.owner()?);
        let named = |(_, more): &&(&str, &[(&str, &str)])| {
            let mut all: Vec<(&str, &str)> = more.iter().copied().chain([(owner, "FULL_CONTROL")]).collect();
            all.sort_unstable();
            all == grants
        };
        NAMED.iter().find(named).map(|(name, _)| *name)
    }
}

impl Grant {
    fn pair(&self) -> Option<(&str, &str)> {
        let grantee = self.grantee.as_ref()?;
        let group = grantee.uri.as_deref().map(|uri| uri.split_once("/groups/").map_or(uri, |(_, group)| group));
        Some((group.or(grantee.id.as_deref())?, self.permission.as_deref()?))
    }
}

/// The import id: `images`, `images,123456789012`, `images,private`, or all three.
struct AclKey {
    at: BucketKey,
    /// The name that was written when the id was made.
    acl: Option<String>,
}

impl AclKey {
    fn parse(id: &PhysicalId) -> Self {
        let mut parts = id.as_str().split(',');
        let bucket = parts.next();
        let (owners, names): (Vec<&str>, Vec<&str>) =
            parts.partition(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let at = BucketKey::new(bucket, owners.first().copied());
        Self { at, acl: names.first().map(|name| name.to_string()) }
    }

    fn id(&self) -> PhysicalId {
        match &self.acl {
            Some(acl) => format!("{},{acl}", self.at.id()).into(),
            None => self.at.id(),
        }
    }

    /// The id that the properties tell, once they are known.
    fn natural(properties: &Value) -> Option<PhysicalId> {
        let at = BucketKey::parse(&BucketKey::natural(properties)?);
        let acl = match properties.get("acl") {
            None | Some(Value::Null) => None,
            Some(acl) => Some(acl.as_str()?.to_string()),
        };
        Some(Self { at, acl }.id())
    }
}

async fn get(aws: &Aws, id: &PhysicalId) -> Read<BucketAcl> {
    let key = AclKey::parse(id);
    let request = aws.read().s3().get_bucket_acl().bucket(&key.at.bucket);
    let reply = absent_is_none(aws.send(request.set_expected_bucket_owner(key.at.owner.clone())).await)?;
    let Some(policy) = incoming::<_, Policy>(reply, "access_control_policy")? else { return Ok(None) };
    let acl = policy.name().map(String::from);
    // Terraform's id has the name where one is written.
    let name = key.acl.as_ref().and(acl.clone());
    Ok(Some(BucketAcl {
        access_control_policy: Some(policy),
        acl,
        bucket: Some(key.at.bucket.clone()),
        expected_bucket_owner: key.at.owner.clone(),
        id: Some(AclKey { at: key.at, acl: name }.id().to_string()),
    }))
}

async fn put(aws: &Aws, key: &BucketKey, want: &BucketAcl) -> Result<(), CloudError> {
    let request = aws.write().s3().put_bucket_acl().bucket(&key.bucket).set_expected_bucket_owner(key.owner.clone());
    let request = match &want.acl {
        Some(name) => request.acl(BucketCannedAcl::from(name.as_str())),
        None => request.set_access_control_policy(outgoing(&want.access_control_policy, "access_control_policy")?),
    };
    aws.done(request).await
}

/// Whether `live` is what a call that was sent for `want` leaves behind.
fn same(live: &BucketAcl, want: &BucketAcl) -> bool {
    let grants = |of: &BucketAcl| -> Option<(Vec<(String, String)>, String)> {
        let policy = of.access_control_policy.as_ref()?;
        let owned = |(who, what): (&str, &str)| (who.to_string(), what.to_string());
        Some((policy.grants().into_iter().map(owned).collect(), policy.owner()?.to_string()))
    };
    match &want.acl {
        Some(name) => live.acl.as_ref() == Some(name),
        None => grants(live) == grants(want),
    }
}

#[async_trait]
impl Resource for BucketAcl {
    const TYPE: &'static str = "aws_s3_bucket_acl";
    const DOC: &'static str =
        "Who may do what with a bucket that has ACLs. Without it the bucket is its owner's alone.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketAcl];
    const DELETE_CALLS: Calls = calls![PutBucketAcl];
    const LAGS: &'static [LagReply] = lags::ACL;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER][,ACL]";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["access_control_policy", "acl"]];
    const EXAMPLE: &'static str = "\
bucket: ${logs.id}
acl: log-delivery-write
";
    const UNSUPPORTED: Refused = &[(
        "access_control_policy.grant.grantee.email_address",
        "S3 keeps the canonical id of the account in its place: write the id",
    )];

    type Update = BucketAclUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| get(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = AclKey::natural(&recover.wanted) else { return Ok(None) };
        let live = get(aws, &id).await?;
        // What is there counts only if it is what was sent; otherwise it is sent again, which does no harm.
        Ok(live.filter(|live| same(live, wanted)).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let at = BucketKey::new(want.bucket.as_deref(), want.expected_bucket_owner.as_deref());
        put(aws, &at, want).await?;
        Ok(AclKey { at, acl: want.acl.clone() }.id())
    }

    async fn update(aws: &Aws, call: BucketAclUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketAclUpdate::Acl => put(aws, &AclKey::parse(change.id).at, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let private = Self { acl: Some("private".into()), ..Self::default() };
        match put(aws, &AclKey::parse(id).at, &private).await {
            // Without ACLs the bucket is its owner's alone.
            Err(error) if error.code.as_deref() == Some("AccessControlListNotSupported") => Ok(()),
            answer => gone_is_fine(answer),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        AclKey::natural(properties)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::fake;
    use crate::connection::replay::{operation, recover, request};

    fn grant(who: &str, what: &str) -> String {
        let kind = if who.starts_with("<URI>") { "Group" } else { "CanonicalUser" };
        let of = format!("xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"{kind}\"");
        format!("<Grant><Grantee {of}>{who}</Grantee><Permission>{what}</Permission></Grant>")
    }

    fn user(id: &str) -> String {
        format!("<ID>{id}</ID><DisplayName>somebody</DisplayName>")
    }

    fn group(name: &str) -> String {
        format!("<URI>http://acs.amazonaws.com/groups/{name}</URI>")
    }

    fn policy(more: &str) -> String {
        let grants = more.to_string() + &grant(&user("owner"), "FULL_CONTROL");
        let owner = user("owner");
        format!(
            "<AccessControlPolicy><Owner>{owner}</Owner><AccessControlList>{grants}</AccessControlList>\
             </AccessControlPolicy>"
        )
    }

    async fn read(id: &str, more: &str) -> Option<BucketAcl> {
        let reply = policy(more);
        let aws = fake::aws(move |_| (200, reply.clone()));
        BucketAcl::read(&aws, &[request(id, &[])]).await.pop().unwrap().unwrap()
    }

    #[tokio::test]
    async fn an_acl_that_s3_knows_has_its_name() {
        let logs = grant(&group("s3/LogDelivery"), "WRITE") + &grant(&group("s3/LogDelivery"), "READ_ACP");
        for (more, name) in [
            (String::new(), Some("private")),
            (grant(&group("global/AllUsers"), "READ"), Some("public-read")),
            (grant(&group("global/AuthenticatedUsers"), "READ"), Some("authenticated-read")),
            (grant(&user(EC2), "READ"), Some("aws-exec-read")),
            (logs, Some("log-delivery-write")),
            (grant(&user("another"), "READ"), None),
        ] {
            let live = read("images", &more).await.expect("it is there");
            assert_eq!(live.acl.as_deref(), name);
            assert_eq!(live.id.as_deref(), Some("images"));
        }
        let live = read("images,123456789012,private", &grant(&group("global/AllUsers"), "READ")).await;
        assert_eq!(live.unwrap().id.as_deref(), Some("images,123456789012,public-read"));
    }

    #[test]
    fn ids_are_terraforms() {
        for id in ["images", "images,123456789012", "images,private", "images,123456789012,private"] {
            assert_eq!(AclKey::parse(&id.into()).id().as_str(), id);
        }
        let id = |properties: serde_json::Value| BucketAcl::natural_id(&Value::from_json(properties));
        assert_eq!(id(json!({"bucket": "images", "acl": "private"})), Some("images,private".into()));
        assert_eq!(id(json!({"bucket": "images"})), Some("images".into()));
    }

    #[tokio::test]
    async fn what_is_there_counts_if_it_is_what_was_sent() {
        let found = async |properties: serde_json::Value| {
            let reply = policy(&grant(&user("another"), "READ"));
            let aws = fake::aws(move |_| (200, reply.clone()));
            let want: BucketAcl = serde_json::from_value(properties.clone()).unwrap();
            BucketAcl::find(&aws, &recover(properties), &want).await.unwrap()
        };
        let grant = |id: &str, what: &str| json!({"grantee": {"type": "CanonicalUser", "id": id}, "permission": what});
        let policy = |what: &str| {
            let grants = [grant("owner", "FULL_CONTROL"), grant("another", what)];
            json!({"bucket": "images", "access_control_policy": {"owner": {"id": "owner"}, "grant": grants}})
        };
        assert_eq!(found(policy("READ")).await, Some("images".into()));
        assert_eq!(found(policy("WRITE")).await, None);
        assert_eq!(found(json!({"bucket": "images", "acl": "private"})).await, None);
    }

    #[tokio::test]
    async fn it_is_sent_by_name_or_as_a_whole_and_leaves_a_private_bucket() {
        let aws = fake::aws(|asked| match (asked.header("x-amz-acl"), asked.uri) {
            (None, _) if asked.body.contains("<ID>another</ID>") => (200, String::new()),
            (Some("public-read"), _) => (200, String::new()),
            (Some("private"), uri) if uri.contains("gone") => (404, "<Error><Code>NoSuchBucket</Code></Error>".into()),
            (Some("private"), _) => (400, "<Error><Code>AccessControlListNotSupported</Code></Error>".into()),
            _ => (400, "<Error><Code>NotInTheScript</Code></Error>".into()),
        });
        let create = async |properties: serde_json::Value| {
            let want: BucketAcl = serde_json::from_value(properties).unwrap();
            BucketAcl::create(&aws, &want, &operation()).await.unwrap()
        };
        assert_eq!(create(json!({"bucket": "images", "acl": "public-read"})).await.as_str(), "images,public-read");
        let grant = json!({"grantee": {"type": "CanonicalUser", "id": "another"}, "permission": "READ"});
        let policy = json!({"owner": {"id": "owner"}, "grant": [grant]});
        assert_eq!(create(json!({"bucket": "images", "access_control_policy": policy})).await.as_str(), "images");
        for id in ["images,public-read", "gone"] {
            BucketAcl::delete(&aws, &id.into(), &BucketAcl::default()).await.unwrap();
        }
    }
}
