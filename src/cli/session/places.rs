//! The other accounts and regions of a stage: the proof that they can be used, before anything else.

use std::sync::Arc;

use futures::future::join_all;
use wildfire_aws::PlaceError;
use wildfire_engine::config::{Account, Spanned, Stage};
use wildfire_engine::model::{Code, Diagnostic, Diagnostics, Origin, Placement};

use super::connection::{Connection, refused};

/// What is wrong with the accounts and regions that a stage names, each asked once: an account in the stage's region, a
/// region in the stage's account. An account must be one of `pinned`, unless that is empty.
pub(super) async fn check(stage: &Stage, connection: &Connection, pinned: &[String]) -> Diagnostics {
    let mut found = Diagnostics::default();
    let home = (stage.account_id.value.as_str(), stage.region.value.as_str());
    // One after the other: each may ask for a code.
    for (name, account) in &stage.accounts {
        let number = account.account_id.value.as_str();
        if !pinned.is_empty() && !pinned.iter().any(|one| one == number) {
            found.push(not_pinned(name, account, pinned));
            continue;
        }
        let place = Placement::new(Some(number), None, home);
        if let Err(error) = connection.aws.at(&place).await {
            found.push(of_account(name, account, error));
        }
    }
    let regions = stage.regions.iter().map(|(name, region)| async move {
        let place = Placement::new(None, Some(&region.value), home);
        connection.aws.at(&place).await.err().map(|error| of_region(name, region, error))
    });
    found.extend(join_all(regions).await.into_iter().flatten());
    found
}

fn not_pinned(name: &Arc<str>, account: &Account, pinned: &[String]) -> Diagnostic {
    let number = &account.account_id.value;
    let message =
        format!("the account `{name}` is {number}, and --account or WILDFIRE_ACCOUNT allows {}", pinned.join(", "));
    Diagnostic::error(Code::WrongAccount, message)
        .at(Origin::at(account.account_id.span.clone()))
        .note("Nothing was read or changed.")
        .help(format!("allow it as well: `--account {number}`, once more"))
}

fn of_account(name: &Arc<str>, account: &Account, error: PlaceError) -> Diagnostic {
    let Spanned { value: number, span } = &account.account_id;
    match error {
        PlaceError::OtherAccount { identity, .. } => {
            let message =
                format!("the credentials of the account `{name}` are for {}, and it is {number}", identity.account);
            let help = match account.named {
                Some(_) => format!("correct `credentials` of `{name}` in stage.yaml"),
                None => format!("say in stage.yaml how to reach it: `credentials` of `{name}`"),
            };
            Diagnostic::error(Code::WrongAccount, message)
                .at(Origin::at(span.clone()))
                .note(format!("STS says: {}", identity.arn))
                .note("Nothing was read or changed.")
                .help(help)
        }
        PlaceError::Refused { error } | PlaceError::RegionDisabled { error, .. } => {
            refused(&format!("the account `{name}`"), span, error)
        }
        PlaceError::Unusable { .. } | PlaceError::UnknownAccount { .. } => {
            Diagnostic::error(Code::NoCredentials, format!("the account `{name}`: {error}"))
                .at(Origin::at(span.clone()))
        }
    }
}

fn of_region(name: &Arc<str>, region: &Spanned<String>, error: PlaceError) -> Diagnostic {
    let at = |diagnostic: Diagnostic| diagnostic.at(Origin::at(region.span.clone()));
    match error {
        PlaceError::RegionDisabled { account, error, .. } => {
            let message = format!("the region `{name}`, {}, is not enabled in account {account}", region.value);
            let mut diagnostic = at(Diagnostic::error(Code::WrongRegion, message))
                .note(format!("STS of the region says: {}", error.message))
                .note("Nothing was read or changed.")
                .help("enable it in the settings of the account (`aws account enable-region`), or name another one");
            if let Some(call) = error.call {
                diagnostic = diagnostic.call(call);
            }
            diagnostic
        }
        PlaceError::Refused { error } => {
            refused(&format!("the region `{name}`, {}", region.value), &region.span, error)
        }
        other => at(Diagnostic::error(Code::NoCredentials, format!("the region `{name}`: {other}"))),
    }
}
