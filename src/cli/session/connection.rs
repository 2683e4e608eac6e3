//! The account of a stage: credentials, and the proof that they are for that account.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wildfire_aws::credentials::{Access, Role};
use wildfire_aws::{Aws, Places};
use wildfire_engine::clouds::Clouds;
use wildfire_engine::config::{Credentials, Stage};
use wildfire_engine::model::{CloudError, Code, Diagnostic, ErrorKind, Origin, Span};

use crate::cli::clouds::clouds;
use crate::cli::prompt;

/// A stage whose account was checked.
pub struct Connection {
    pub aws: Places,
    /// AWS and the other clouds, for whatever goes by the name of a type.
    pub clouds: Clouds,
    /// The stage's own account in the region of the state.
    pub(super) state: Aws,
    pub account: String,
}

/// Connects to the account of `stage`, and asks STS whether it is that one. It must be one of `pinned`, unless that is
/// empty: the files may have been written by somebody whom nobody has reviewed, and the command line was not. `folder` is
/// that of the project, from which names of files count.
pub(super) async fn connect(stage: &Stage, folder: &Path, pinned: &[String]) -> Result<Connection, Diagnostic> {
    if !pinned.is_empty() && !pinned.contains(&stage.account_id.value) {
        return Err(not_pinned(stage, pinned));
    }
    refuse_empty_endpoint()?;
    let access = access(&stage.credentials, &stage.region.value, folder);
    let elsewhere = stage.state.as_ref().and_then(|state| state.region.as_ref()).map(|region| region.value.clone());
    let elsewhere = elsewhere.filter(|region| *region != access.region);
    let connected = |access: Access| async {
        Aws::connect(access).await.map_err(|message| Diagnostic::error(Code::NoCredentials, message))
    };
    let aws = connected(access.clone()).await?;
    let identity = aws.identity().await.map_err(|error| identity_failed(stage, error))?;
    if identity.account != stage.account_id.value {
        let message = format!(
            "the credentials are for account {}, and the stage {} is account {}",
            identity.account, stage.name, stage.account_id.value
        );
        return Err(Diagnostic::error(Code::WrongAccount, message)
            .at(Origin::at(stage.account_id.span.clone()))
            .label("the account of the stage")
            .note(format!("STS says: {}", identity.arn))
            .note("Nothing was read or changed.")
            .help("choose the stage's credentials: `credentials.profile` in stage.yaml, or AWS_PROFILE"));
    }
    let state = match elsewhere {
        Some(region) => connected(Access { region, ..access.clone() }).await?,
        None => aws.clone(),
    };
    let others = stage.accounts.values().filter(|account| account.account_id.value != identity.account);
    let others = others.map(|account| {
        (account.account_id.value.clone(), self::access(&account.credentials, &stage.region.value, folder))
    });
    let aws = Places::new(aws, identity.account.clone(), access, others.collect());
    Ok(Connection { clouds: clouds(aws.clone()), aws, state, account: identity.account })
}

/// An address that is set and empty, as a CI job writes it whose own variable is not set. The SDK would stop the program.
fn refuse_empty_endpoint() -> Result<(), Diagnostic> {
    let empty = std::env::vars_os().find_map(|(name, value)| {
        let name = name.into_string().ok()?;
        (value.is_empty() && name.starts_with("AWS_ENDPOINT_URL")).then_some(name)
    });
    match empty {
        None => Ok(()),
        Some(name) => Err(Diagnostic::error(Code::Usage, format!("{name} is set, and empty"))
            .note("Nothing was read or changed.")
            .help(format!("unset {name} to reach AWS itself, or set it to an address"))),
    }
}

fn access(credentials: &Credentials, region: &str, folder: &Path) -> Access {
    let role = credentials.assume_role.as_ref().map(|role| Role {
        arn: role.role_arn.clone(),
        external_id: role.external_id.clone(),
        mfa_serial: role.mfa_serial.clone(),
        session_name: role.session_name.clone(),
        duration: role.duration,
    });
    Access {
        region: region.to_string(),
        profile: credentials.profile.clone(),
        role,
        ask_mfa: Some(Arc::new(prompt::mfa_code)),
        session_cache: session_cache(),
        folder: folder.to_path_buf(),
    }
}

pub(super) fn not_pinned(stage: &Stage, pinned: &[String]) -> Diagnostic {
    let message = format!(
        "the stage {} is account {}, and --account or WILDFIRE_ACCOUNT allows {}",
        stage.name,
        stage.account_id.value,
        pinned.join(", ")
    );
    Diagnostic::error(Code::WrongAccount, message)
        .at(Origin::at(stage.account_id.span.clone()))
        .label("the account of the stage")
        .note("Nothing was read or changed.")
}

fn identity_failed(stage: &Stage, error: CloudError) -> Diagnostic {
    refused(&format!("the stage {}", stage.name), &stage.account_id.span, error)
}

/// STS did not say whose the credentials for `whom` are.
pub(super) fn refused(whom: &str, span: &Span, error: CloudError) -> Diagnostic {
    const CREDENTIALS: &str =
        "set AWS_PROFILE or AWS_ACCESS_KEY_ID, run `aws sso login`, or name `credentials` in stage.yaml";
    let endpoint = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]
        .iter()
        .find_map(|name| Some(format!("{name} is {}", std::env::var(name).ok().filter(|text| !text.is_empty())?)));
    let (code, message, help) = match error.kind {
        ErrorKind::NoCredentials => {
            let message = format!("there are no valid AWS credentials for {whom}");
            (Code::NoCredentials, message, CREDENTIALS)
        }
        ErrorKind::AccessDenied => {
            (Code::AccessDenied, "the credentials may not ask who they are".to_string(), "allow sts:GetCallerIdentity")
        }
        _ => {
            let message = format!("AWS cannot be reached for {whom}");
            (Code::AwsError, message, "check the network, the proxy settings and AWS_ENDPOINT_URL")
        }
    };
    let mut diagnostic = Diagnostic::error(code, message).at(Origin::at(span.clone()));
    // The chain of the SDK tells what it tried line by line.
    diagnostic.notes.extend(error.message.lines().map(|line| line.trim().to_string()));
    if let (Some(endpoint), ErrorKind::NotSent | ErrorKind::Ambiguous) = (endpoint, error.kind) {
        diagnostic = diagnostic.note(endpoint);
    }
    if let Some(call) = error.call {
        diagnostic = diagnostic.call(call);
    }
    diagnostic.help(help)
}

/// Where sessions are kept: the user's cache folder.
fn session_cache() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let folder = folder.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    folder.map(|folder| folder.join("wildfire/sessions"))
}
