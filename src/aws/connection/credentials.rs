//! Credentials and the SDK configuration of a stage.
//!
//! The SDK's own chain does most: environment, profile, SSO, web identity, container and instance roles.
//! Ours are a role to assume with an external id, and the MFA code, which the SDK does not ask for.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::connection::error::chain;
use crate::connection::private;
use crate::connection::retry_policy::store_timeouts;

/// Asks for an MFA code: given the device's serial number, returns the code or why there is none.
pub type AskMfa = Arc<dyn Fn(&str) -> Result<String, String> + Send + Sync>;

/// A role to assume.
#[derive(Clone, Debug)]
pub struct Role {
    pub arn: String,
    pub external_id: Option<String>,
    pub mfa_serial: Option<String>,
    pub session_name: Option<String>,
    /// Default: one hour.
    pub duration: Option<Duration>,
}

/// How to reach an account.
#[derive(Clone, Default)]
pub struct Access {
    pub region: String,
    pub profile: Option<String>,
    pub role: Option<Role>,
    pub ask_mfa: Option<AskMfa>,
    /// Where sessions that needed an MFA code are kept, a folder of mode 0700; `None`: nowhere.
    pub session_cache: Option<PathBuf>,
    /// Where the names of files count from that resources are made of: the folder of the project.
    pub folder: PathBuf,
}

impl Access {
    /// Reads the SDK's configuration and prepares credentials. Makes no call, but for a session that needs an MFA
    /// code: the question may take longer than a call may.
    ///
    /// # Errors
    /// A custom CA bundle (`AWS_CA_BUNDLE`) that cannot be read; a code that cannot be asked for, or that STS refuses.
    pub(crate) async fn config(self) -> Result<SdkConfig, String> {
        let access = self;
        let http = http_client()?;
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(access.region.clone()))
            .http_client(http)
            // For credentials. Calls to the services have their own: see `retry_policy`.
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(store_timeouts());
        if let Ok(name) = aws_types::app_name::AppName::new("wildfire") {
            loader = loader.app_name(name);
        }
        if let Some(profile) = &access.profile {
            loader = loader.profile_name(profile);
        }
        let base = loader.load().await;
        match &access.role {
            None => Ok(base),
            Some(role) => assume(base, role.clone(), &access).await,
        }
    }
}

/// Bytes that are read of a CA bundle; that of a whole system has some 200 KB.
const CA_BUNDLE_LIMIT: u64 = 16 << 20;

/// One HTTP client for all services, with rustls; `AWS_CA_BUNDLE` names a PEM file that replaces the system's roots.
fn http_client() -> Result<aws_smithy_runtime_api::client::http::SharedHttpClient, String> {
    let builder = Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring));
    let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) else {
        return Ok(builder.build_https());
    };
    let path = PathBuf::from(path);
    let mut pem = Vec::new();
    std::fs::File::open(&path)
        .and_then(|file| file.take(CA_BUNDLE_LIMIT).read_to_end(&mut pem))
        .map_err(|error| format!("AWS_CA_BUNDLE: {}: {error}", path.display()))?;
    let store = tls::TrustStore::empty().with_pem_certificate(pem.as_slice());
    let context = tls::TlsContext::builder().with_trust_store(store).build();
    let context = context.map_err(|error| format!("AWS_CA_BUNDLE: {}: {error}", path.display()))?;
    Ok(builder.tls_context(context).build_https())
}

async fn assume(base: SdkConfig, role: Role, access: &Access) -> Result<SdkConfig, String> {
    let session = role.session_name.clone().unwrap_or_else(|| "wildfire".to_string());
    let duration = role.duration.unwrap_or(Duration::from_secs(3600));
    let provider = match &role.mfa_serial {
        None => {
            let mut builder = aws_config::sts::AssumeRoleProvider::builder(&role.arn)
                .session_name(session)
                .session_length(duration)
                .configure(&base);
            if let Some(id) = &role.external_id {
                builder = builder.external_id(id);
            }
            SharedCredentialsProvider::new(builder.build().await)
        }
        Some(serial) => {
            let provider = MfaRole {
                sts: aws_sdk_sts::Client::new(&base),
                role: role.clone(),
                serial: serial.clone(),
                session,
                duration,
                ask: access.ask_mfa.clone(),
                cache: access.session_cache.as_ref().map(|folder| folder.join(cache_name(&role, access))),
                last: tokio::sync::Mutex::default(),
            };
            provider.session().await.map_err(|error| chain(&error))?;
            SharedCredentialsProvider::new(provider)
        }
    };
    let config = base
        .to_builder()
        .credentials_provider(provider)
        // The identity cache of the base would hand out the base's credentials.
        .identity_cache(aws_config::identity::IdentityCache::lazy().build())
        .build();
    Ok(config)
}

/// The session's file: named by a digest, as the parts are no file names.
fn cache_name(role: &Role, access: &Access) -> String {
    let mut digest = Sha256::new();
    let parts = [Some(&role.arn), role.external_id.as_ref(), role.mfa_serial.as_ref(), access.profile.as_ref()];
    for part in parts {
        digest.update(part.map_or("", String::as_str));
        digest.update([0]);
    }
    format!("{}.json", hex::encode(&digest.finalize()[..16]))
}

/// A role whose assumption needs an MFA code.
struct MfaRole {
    sts: aws_sdk_sts::Client,
    role: Role,
    serial: String,
    session: String,
    duration: Duration,
    ask: Option<AskMfa>,
    cache: Option<PathBuf>,
    /// The session that was given last. Locked while somebody is asked, so that it happens once.
    last: tokio::sync::Mutex<Option<Credentials>>,
}

impl std::fmt::Debug for MfaRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MfaRole").field("role", &self.role.arn).finish_non_exhaustive()
    }
}

/// A session as it is kept.
#[derive(Serialize, Deserialize)]
struct Session {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    /// Seconds since 1970.
    expires: u64,
}

impl Session {
    fn credentials(self) -> Credentials {
        let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(self.expires);
        wildfire_engine::model::redactor::learn(&self.session_token.as_str().into());
        let token = Some(self.session_token);
        Credentials::new(self.access_key_id, self.secret_access_key, token, Some(expires), "wildfire")
    }
}

impl ProvideCredentials for MfaRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.session())
    }
}

impl MfaRole {
    /// A session. The code is asked for once: in the middle of a run nobody may be there, and a question would stand among
    /// the progress of the run.
    async fn session(&self) -> Result<Credentials, CredentialsError> {
        let mut last = self.last.lock().await;
        let session = match (self.cached(), &*last) {
            (Some(kept), _) => kept.credentials(),
            (None, Some(given)) if given.expiry().is_none_or(|expiry| expiry > SystemTime::now()) => given.clone(),
            (None, Some(_)) => {
                let text =
                    format!("the session of the role {} has ended, and a new one needs an MFA code", self.role.arn);
                return Err(CredentialsError::not_loaded(text));
            }
            (None, None) => self.new_session().await?.credentials(),
        };
        *last = Some(session.clone());
        Ok(session)
    }

    async fn new_session(&self) -> Result<Session, CredentialsError> {
        let code = self.code().await?;
        let reply = self
            .sts
            .assume_role()
            .role_arn(&self.role.arn)
            .role_session_name(&self.session)
            .set_external_id(self.role.external_id.clone())
            .serial_number(&self.serial)
            .token_code(code.trim())
            .duration_seconds(i32::try_from(self.duration.as_secs()).unwrap_or(3600))
            .send()
            .await
            .map_err(|error| CredentialsError::provider_error(error.into_service_error()))?;
        let fresh = reply.credentials.ok_or_else(|| CredentialsError::unhandled("STS returned no credentials"))?;
        let session = Session {
            access_key_id: fresh.access_key_id,
            secret_access_key: fresh.secret_access_key,
            session_token: fresh.session_token,
            expires: u64::try_from(fresh.expiration.secs()).unwrap_or(0),
        };
        self.keep(&session);
        Ok(session)
    }

    async fn code(&self) -> Result<String, CredentialsError> {
        let (ask, serial) = (self.ask.clone(), self.serial.clone());
        let Some(ask) = ask else {
            let text = format!("the role {} needs an MFA code, and there is nobody to ask", self.role.arn);
            return Err(CredentialsError::not_loaded(text));
        };
        // The question blocks on the terminal.
        tokio::task::spawn_blocking(move || ask(&serial))
            .await
            .map_err(CredentialsError::unhandled)?
            .map_err(CredentialsError::not_loaded)
    }

    /// A kept session with at least five minutes to live.
    fn cached(&self) -> Option<Session> {
        let path = self.cache.as_ref()?;
        let text = private::read(path)
            .inspect_err(|error| tracing::warn!(%error, path = %path.display(), "the kept session is not used"))
            .ok()??;
        let session: Session = serde_json::from_slice(&text).ok()?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        (session.expires > now + 300).then_some(session)
    }

    /// Keeps the session for the next command; a session that cannot be kept only means another question.
    fn keep(&self, session: &Session) {
        let Some(path) = &self.cache else { return };
        let written = serde_json::to_vec(session).map_err(std::io::Error::other);
        if let Err(error) = written.and_then(|bytes| private::write(path, &bytes)) {
            tracing::warn!(%error, path = %path.display(), "the session is not kept");
        }
    }
}

#[cfg(test)]
mod tests;
