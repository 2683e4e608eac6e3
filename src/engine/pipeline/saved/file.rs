//! The file of a saved plan: framed and with a checksum as objects of state are, and encrypted where state is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SavedPlan;
use crate::model::{CloudError, Code, Diagnostic};
use crate::state::frame::{self, Format};
use crate::state::{Context, SealError, Sealed, Sealer, StateError};

/// A file that was read: a plan, or one that has to be decrypted first.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanFile(Content);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    Plan(Box<SavedPlan>),
    Sealed(Envelope),
}

/// An encrypted plan, and what has to be known to decrypt it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Envelope {
    stage: String,
    target: String,
    account: String,
    /// Of the state of each stack, by its name.
    lineages: BTreeMap<String, String>,
    sealed: Sealed,
}

impl PlanFile {
    /// The bytes of a file with this plan, encrypted if there is a `sealer`.
    ///
    /// # Errors
    /// It cannot be encrypted.
    pub async fn write(plan: &SavedPlan, sealer: Option<&dyn Sealer>) -> Result<Vec<u8>, Diagnostic> {
        let content = match sealer {
            None => Content::Plan(Box::new(plan.clone())),
            Some(sealer) => {
                let stacks = plan.stacks.iter();
                let lineages: BTreeMap<_, _> =
                    stacks.map(|stack| (stack.name.clone(), stack.lineage.clone())).collect();
                let context = context(&plan.stage, &plan.account, &lineages);
                let sealed = sealer.seal(&json(plan)?, &context).await.map_err(|error| failed("encrypted", error))?;
                let SavedPlan { stage, target, account, .. } = plan.clone();
                Content::Sealed(Envelope { stage, target, account, lineages, sealed })
            }
        };
        let mut bytes = json(&content)?;
        bytes.push(b'\n');
        Ok(frame::wrap(Format::Plan, &bytes).0)
    }

    /// A file named `name`, as far as it reads without its key.
    ///
    /// # Errors
    /// It is damaged, cut short, of a later version, or something else.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let read = frame::unwrap(Format::Plan, name, bytes).map(|frame| frame.content);
        let content = read.map_err(|error| match error {
            StateError::Corrupt { reason, .. } => broken(name, &reason),
            StateError::TooNew { version, ours, .. } => {
                let message =
                    format!("{name} is a saved plan of format {version}, and this wildfire reads up to {ours}");
                Diagnostic::error(Code::InvalidPlan, message).help("use the wildfire that made it, or plan again")
            }
            other => other.into(),
        })?;
        serde_json::from_slice(content).map(Self).map_err(|error| broken(name, &format!("it does not read: {error}")))
    }

    /// What it is a plan of: a stage, or `<stage>/<stack>`.
    pub fn target(&self) -> &str {
        match &self.0 {
            Content::Plan(plan) => &plan.target,
            Content::Sealed(envelope) => &envelope.target,
        }
    }

    pub fn is_sealed(&self) -> bool {
        matches!(self.0, Content::Sealed(_))
    }

    /// The plan. `sealer` is that of the stage, if its state is encrypted.
    ///
    /// # Errors
    /// It does not decrypt, it is encrypted and the stage has no key, or the other way round.
    pub async fn open(self, name: &str, sealer: Option<&dyn Sealer>) -> Result<SavedPlan, Diagnostic> {
        match (self.0, sealer) {
            (Content::Plan(plan), None) => Ok(*plan),
            (Content::Plan(plan), Some(_)) => Err(Diagnostic::error(
                Code::StalePlan,
                format!("{name} is not encrypted, and the state of its stage is"),
            )
            .note("`state.kms_key` was set since, or the file does not come from a plan of this stage")
            .help(format!("plan again: `wildfire plan {} -o FILE`", plan.target))),
            (Content::Sealed(envelope), None) => {
                Err(Diagnostic::error(Code::StalePlan, format!("{name} is encrypted, and its stage has no key"))
                    .note(format!("the stage {} has no `state.kms_key` any more", envelope.stage))
                    .help(format!("plan again: `wildfire plan {} -o FILE`", envelope.target)))
            }
            (Content::Sealed(envelope), Some(sealer)) => {
                let context = context(&envelope.stage, &envelope.account, &envelope.lineages);
                let plain = sealer.open(&envelope.sealed, &context).await.map_err(|error| match error {
                    SealError::Broken(reason) => broken(name, &reason),
                    error => failed("decrypted", error),
                })?;
                let read: Result<SavedPlan, _> = serde_json::from_slice(&plain);
                read.map_err(|error| broken(name, &format!("it does not read: {error}")))
            }
        }
    }
}

fn context(stage: &str, account: &str, lineages: &BTreeMap<String, String>) -> Context {
    let lineages: Vec<String> = lineages.iter().map(|(stack, lineage)| format!("{stack}={lineage}")).collect();
    Context::from([
        ("wildfire:stage".to_string(), stage.to_string()),
        ("wildfire:account".to_string(), account.to_string()),
        ("wildfire:lineage".to_string(), lineages.join(",")),
    ])
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Diagnostic> {
    serde_json::to_vec(value).map_err(|error| Diagnostic::error(Code::Internal, error.to_string()))
}

fn broken(name: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidPlan, format!("{name} is no saved plan that can be applied: {reason}"))
        .note("Nothing was changed.")
        .help("plan again: `wildfire plan <stage> -o FILE`")
}

fn failed(what: &str, error: SealError) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::AwsError, format!("the saved plan cannot be {what}: {error}"))
        .note("Saved plans are encrypted with `state.kms_key` of the stage.");
    match error {
        SealError::Cloud(CloudError { kind: crate::model::ErrorKind::AccessDenied, call, .. }) => {
            let mut diagnostic = diagnostic.help("allow kms:GenerateDataKey for planning and kms:Decrypt for applying");
            diagnostic.code = Code::AccessDenied;
            diagnostic.call = call.map(Box::new);
            diagnostic
        }
        SealError::Cloud(CloudError { call: Some(call), .. }) => diagnostic.call(call),
        _ => diagnostic,
    }
}
