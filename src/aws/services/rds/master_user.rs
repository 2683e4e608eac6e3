//! The master user of a cluster or an instance: who keeps the password, and what a change of that sends.

use super::prelude::*;
use crate::kind::diff::changed;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MasterUserSecret)]
pub struct MasterUserSecret {
    /// The key that encrypts the secret.
    #[field(computed)]
    pub kms_key_id: Option<String>,
    /// The ARN of the secret.
    #[field(computed)]
    pub secret_arn: Option<String>,
    /// Whether the secret is in use.
    #[field(computed)]
    pub secret_status: Option<String>,
}

/// Who keeps the password.
pub(super) struct Keeper<'a> {
    /// RDS does, in Secrets Manager.
    pub managed: bool,
    /// The key of that secret.
    pub key: &'a Option<String>,
    /// The password that is written.
    pub password: Option<&'a String>,
}

/// What a modification says of the master user.
pub(super) struct Said {
    pub managed: Option<bool>,
    pub key: Option<String>,
    pub password: Option<String>,
}

/// The change of the password or of who keeps it; `None` where there is nothing to send.
///
/// # Errors
/// RDS keeps the password, and none is written that could take its place.
pub(super) fn change(want: &Keeper<'_>, prior: &Keeper<'_>) -> Result<Option<Said>, CloudError> {
    if want.managed {
        let key = changed(want.key, prior.key);
        let nothing = prior.managed && key.is_none();
        return Ok((!nothing).then_some(Said { managed: Some(true), key, password: None }));
    }
    match want.password {
        Some(password) => {
            let managed = prior.managed.then_some(false);
            Ok(Some(Said { managed, key: None, password: Some(password.clone()) }))
        }
        None if prior.managed => {
            let message = "AWS keeps the master user's password now; to take that over, write a password";
            Err(CloudError::new(ErrorKind::Rejected, message))
        }
        None => Ok(None),
    }
}
