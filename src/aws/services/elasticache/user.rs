//! `aws_elasticache_user`

use aws_sdk_elasticache::operation::create_user::builders::CreateUserFluentBuilder;

use super::described::{self, Described};
use super::prelude::*;
use crate::kind::convert::{filled, problem};

updates! {
    pub enum UserUpdate {
        Modify => [ModifyUser],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = UserUpdate)]
#[sdk(from = sdk::User, create = CreateUserFluentBuilder)]
pub struct User {
    /// What the user may do, in the engine's own words: `on ~app:* -@all +@read`.
    #[field(update = Modify, required)]
    access_string: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// How the user proves who it is.
    #[field(update = Modify, aws_default, by_hand, conflicts = ["passwords"])]
    authentication_mode: Option<AuthenticationMode>,
    /// The engine; from Redis to Valkey in place.
    #[field(update = Modify, required, forms = Case, pattern = "(?i:redis|valkey)")]
    engine: Option<String>,
    /// The user's id.
    #[field(computed, sdk = user_id)]
    id: Option<String>,
    /// Whether the user needs no password.
    #[field(update = Modify, write_only, default = false)]
    no_password_required: Option<bool>,
    /// The passwords, two at most.
    #[field(update = Modify, write_only, sensitive, set, filled)]
    passwords: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// The id, unique in the region.
    #[field(immutable, required, forms = Case, pattern = "[a-zA-Z][a-zA-Z0-9-]*")]
    user_id: Option<String>,
    /// The name that clients send.
    #[field(immutable, required)]
    user_name: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct AuthenticationMode {
    /// How many passwords the user has.
    #[field(computed)]
    password_count: Option<i64>,
    /// The passwords, two at most.
    #[field(write_only, sensitive, set)]
    passwords: Option<Vec<String>>,
    /// By password, by a token of IAM, or not at all.
    #[field(required, one_of = ["password", "no-password-required", "iam"])]
    r#type: Option<String>,
}

impl AuthenticationMode {
    fn to_sdk(&self) -> sdk::AuthenticationMode {
        let kind = self.r#type.as_deref().map(sdk::InputAuthenticationType::from);
        sdk::AuthenticationMode::builder().set_type(kind).set_passwords(filled(self.passwords.clone())).build()
    }
}

/// As AWS describes it, which has other words than requests.
fn authentication(live: sdk::Authentication) -> AuthenticationMode {
    let kind = live.r#type.map(|kind| match kind {
        sdk::AuthenticationType::NoPassword => "no-password-required".to_string(),
        kind => kind.as_str().to_string(),
    });
    AuthenticationMode { password_count: live.password_count.map(i64::from), passwords: None, r#type: kind }
}

fn user(mut live: sdk::User) -> Result<User, CloudError> {
    let authentication_mode = live.authentication.take().map(authentication);
    Ok(User { authentication_mode, ..User::from_sdk(live)? })
}

#[async_trait]
impl Described for User {
    fn name(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    fn arn(&self) -> Option<&str> {
        self.arn.as_deref()
    }

    fn tagged(&mut self) -> &mut Tagged {
        &mut self.tags
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let request = aws.read().elasticache().describe_users();
        let request = request.set_max_records(name.is_none().then_some(100)).set_user_id(name);
        aws.pages(request, |page| page.users).await?.into_iter().map(user).collect()
    }
}

#[async_trait]
impl Resource for User {
    const TYPE: &'static str = "aws_elasticache_user";
    const DOC: &'static str = "A user of caches, with what it may do.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateUser];
    const DELETE_CALLS: Calls = calls![DeleteUser];
    const LAGS: &'static [LagReply] = lags::USER;
    const IMPORT_ID: &'static str = "USER_ID";
    const RELATIONS: Relations =
        Relations { identity: &["user_id"], held_by: &[("aws_elasticache_user_group", "user_ids")], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
user_id: shop
user_name: shop
engine: valkey
access_string: on ~shop:* -@all +@read +@write
authentication_mode:
  type: password
  passwords: [\"${inputs.password}\"]
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 30;

    type Update = UserUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        described::read(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        described::find::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().elasticache().create_user())?;
        let mode = want.authentication_mode.as_ref().map(AuthenticationMode::to_sdk);
        aws.made(request.set_authentication_mode(mode), |reply| reply.user_id).await
    }

    async fn update(aws: &Aws, call: UserUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            UserUpdate::Modify => {
                let request = aws.write().elasticache().modify_user().user_id(id.as_str());
                let mode = want.authentication_mode.as_ref().filter(|mode| {
                    // A description has no passwords, so they are sent again with whatever else changes.
                    mode.passwords.is_some() || prior.authentication_mode.as_ref() != Some(*mode)
                });
                let request = request
                    .set_access_string(want.access_string.clone())
                    .set_authentication_mode(mode.map(AuthenticationMode::to_sdk))
                    .set_engine(want.engine.clone().filter(|engine| !same(Some(engine), prior.engine.as_deref())));
                // These two are another way to say how the user proves who it is, and do not go with the first.
                let request = match want.authentication_mode {
                    Some(_) => request,
                    None => request
                        .set_no_password_required(want.no_password_required)
                        .set_passwords(filled(want.passwords.clone())),
                };
                aws.done(request).await
            }
            UserUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().elasticache().delete_user().user_id(id.as_str())).await
    }

    /// The words are those of <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_User.html>.
    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            None | Some("active") => Readiness::Ready,
            Some("deleting") => Readiness::Deleting,
            Some(word) => Readiness::Pending(word.into()),
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let many = properties.get("passwords").and_then(Value::as_list).is_some_and(|passwords| passwords.len() > 2);
        many.then(|| problem("passwords", "a user has two passwords at most")).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "user_id")
    }
}

fn same(one: Option<&str>, other: Option<&str>) -> bool {
    one.map(str::to_ascii_lowercase) == other.map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result, tag_list};

    fn shop(status: &str) -> Reply {
        result(&format!(
            "<Users><member><UserId>shop</UserId><UserName>shop</UserName><Status>{status}</Status>\
             <Engine>valkey</Engine><AccessString>on ~* +@all</AccessString>\
             <Authentication><Type>no-password</Type><PasswordCount>0</PasswordCount></Authentication>\
             <ARN>arn:aws:elasticache:eu-west-1:123456789012:user:shop</ARN></member></Users>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_at_work_whose_tags_are_not_told_is_there_and_unproven() {
        let not_yet = Reply::Error(404, "UserNotFound");
        let script = Replay::default()
            .on("DescribeUsers", shop("modifying"))
            .on("ListTagsForResource", not_yet.clone())
            .on("DescribeUsers", shop("creating"))
            .on("ListTagsForResource", not_yet)
            .on("DescribeUsers", shop("active"))
            .on("ListTagsForResource", tag_list("01OURS"));
        let (aws, recover) = (script.aws(), recover(json!({"user_id": "Shop"})));
        let live = User::read(&aws, &[request("shop", &["tags_all"])]).await.remove(0).unwrap().unwrap();
        assert_eq!(live.readiness(), Readiness::Pending("modifying".into()));
        let mode = live.authentication_mode.unwrap();
        assert_eq!((mode.r#type.as_deref(), mode.password_count), (Some("no-password-required"), Some(0)));
        let find = async || User::find(&aws, &recover, &User::default()).await.map_err(|error| error.kind);
        assert_eq!(find().await, Err(ErrorKind::Busy));
        assert_eq!(find().await, Ok(Some("shop".into())));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn the_two_ways_to_name_passwords_are_not_mixed() {
        let script = Replay::default().on("ModifyUser", result("")).on("ModifyUser", result(""));
        let aws = script.aws();
        let passwords = Some(vec!["0123456789abcdef".to_string()]);
        let mode = AuthenticationMode {
            passwords: passwords.clone(),
            r#type: Some("password".into()),
            ..AuthenticationMode::default()
        };
        let plain =
            User { engine: Some("VALKEY".into()), no_password_required: Some(false), passwords, ..User::default() };
        let by_mode = User { authentication_mode: Some(mode), passwords: None, ..plain.clone() };
        let prior = User { engine: Some("valkey".into()), ..User::default() };
        let (id, operation) = ("shop".into(), operation());
        for want in [&plain, &by_mode] {
            let change = Change { id: &id, want, prior: &prior, operation: &operation };
            User::update(&aws, UserUpdate::Modify, &change).await.unwrap();
        }
        let sent = script.finish();
        let of = |index: usize, name| sent[index].parameter(name).is_some();
        assert!(of(0, "NoPasswordRequired") && of(0, "Passwords.member.1") && !of(0, "AuthenticationMode.Type"));
        assert!(!of(1, "NoPasswordRequired") && of(1, "AuthenticationMode.Passwords.member.1"));
        assert!(!of(0, "Engine"));
    }
}
