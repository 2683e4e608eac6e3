//! The file of a saved plan: framed and with a checksum as objects of state are, and encrypted where state is.
//!
//! Each stage has its account, its bucket and its key, so a plan of several stages has a part for each, and each part is as
//! secret as the state of its stage.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SavedPlan;
use crate::model::{CloudError, Code, Diagnostic};
use crate::state::frame::{self, Format};
use crate::state::{Context, SealError, Sealed, Sealer, StateError};

/// What encrypts the plans of stages, by the names of the stages; a stage without a key has none.
pub type Sealers<'a> = BTreeMap<&'a str, &'a dyn Sealer>;

/// A file that was read: a part for each stage, each of which may have to be decrypted first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanFile {
    targets: Vec<String>,
    parts: Vec<Part>,
}

/// The stacks of one stage, with the head of the whole plan: parts of two files do not fit together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Plan(Box<SavedPlan>),
    Sealed(Envelope),
}

/// An encrypted part, and what has to be known to decrypt it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Envelope {
    stage: String,
    account: String,
    /// Of the state of each stack, by its name.
    lineages: BTreeMap<String, String>,
    sealed: Sealed,
}

impl PlanFile {
    /// The bytes of a file with this plan. The part of a stage is encrypted if there is a sealer for it.
    ///
    /// # Errors
    /// It cannot be encrypted.
    pub async fn write(plan: &SavedPlan, sealers: &Sealers<'_>) -> Result<Vec<u8>, Diagnostic> {
        let mut parts = Vec::with_capacity(plan.stages.len());
        for stage in &plan.stages {
            let part = plan.part(&stage.name);
            parts.push(match sealers.get(stage.name.as_str()) {
                None => Part::Plan(Box::new(part)),
                Some(sealer) => {
                    let stacks = part.stacks.iter();
                    let lineages = stacks.map(|stack| (stack.name.clone(), stack.lineage.clone())).collect();
                    let context = context(&stage.name, &stage.account, &lineages);
                    let sealed =
                        sealer.seal(&json(&part)?, &context).await.map_err(|error| failed("encrypted", error))?;
                    Part::Sealed(Envelope {
                        stage: stage.name.clone(),
                        account: stage.account.clone(),
                        lineages,
                        sealed,
                    })
                }
            });
        }
        let mut bytes = json(&Self { targets: plan.targets.clone(), parts })?;
        bytes.push(b'\n');
        Ok(frame::wrap(Format::Plan, &bytes).0)
    }

    /// A file named `name`, as far as it reads without its keys.
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
        serde_json::from_slice(content).map_err(|error| broken(name, &format!("it does not read: {error}")))
    }

    /// What it is a plan of: stages, or stacks of them (`<stage>/<stack>`).
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// Whether a part of it is encrypted.
    pub fn is_sealed(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Sealed(_)))
    }

    /// The plan. `sealers` are those of the stages whose state is encrypted.
    ///
    /// # Errors
    /// A part does not decrypt, it is encrypted and its stage has no key, or the other way round; the parts are not those of one
    /// plan.
    pub async fn open(self, name: &str, sealers: &Sealers<'_>) -> Result<SavedPlan, Diagnostic> {
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in self.parts {
            parts.push(part.open(name, &self.targets, sealers).await?);
        }
        let whole = joined(parts).filter(|plan| plan.targets == self.targets);
        whole.ok_or_else(|| broken(name, "its parts do not belong together"))
    }
}

impl Part {
    async fn open(self, name: &str, targets: &[String], sealers: &Sealers<'_>) -> Result<SavedPlan, Diagnostic> {
        let help = format!("plan again: `wildfire plan {} -o FILE`", targets.join(" "));
        match self {
            Part::Plan(plan) => match plan.stacks.iter().find(|stack| sealers.contains_key(stack.stage.as_str())) {
                None => Ok(*plan),
                Some(stack) => {
                    let message = format!("{name} is not encrypted, and the state of {} is", stack.stage);
                    Err(Diagnostic::error(Code::StalePlan, message)
                        .note("`state.kms_key` was set since, or the file does not come from a plan of this stage")
                        .help(help))
                }
            },
            Part::Sealed(envelope) => {
                let Some(sealer) = sealers.get(envelope.stage.as_str()) else {
                    let message = format!("{name} is encrypted, and its stage has no key");
                    return Err(Diagnostic::error(Code::StalePlan, message)
                        .note(format!("the stage {} has no `state.kms_key` any more", envelope.stage))
                        .help(help));
                };
                let context = context(&envelope.stage, &envelope.account, &envelope.lineages);
                let plain = sealer.open(&envelope.sealed, &context).await.map_err(|error| match error {
                    SealError::Broken(reason) => broken(name, &reason),
                    error => failed("decrypted", error),
                })?;
                let read: Result<SavedPlan, _> = serde_json::from_slice(&plain);
                let plan = read.map_err(|error| broken(name, &format!("it does not read: {error}")))?;
                // Only what was encrypted for a stage may say something about it.
                match plan.stacks.iter().all(|stack| stack.stage == envelope.stage) {
                    true => Ok(plan),
                    false => Err(broken(name, "its parts do not belong together")),
                }
            }
        }
    }
}

impl SavedPlan {
    /// The plan with the stacks of one stage only.
    fn part(&self, stage: &str) -> Self {
        let stacks = self.stacks.iter().filter(|stack| stack.stage == stage).cloned().collect();
        Self { stacks, ..self.head() }
    }

    /// The plan without its stacks.
    fn head(&self) -> Self {
        Self { stacks: Vec::new(), ..self.clone() }
    }
}

/// The plan of which these are the parts, in the order of its stages; none when they are not all parts of one.
fn joined(parts: Vec<SavedPlan>) -> Option<SavedPlan> {
    let mut whole = parts.first()?.head();
    if parts.len() != whole.stages.len() {
        return None;
    }
    for (part, stage) in parts.into_iter().zip(&whole.stages.clone()) {
        if part.head() != whole.head() || part.stacks.iter().any(|stack| stack.stage != stage.name) {
            return None;
        }
        whole.stacks.extend(part.stacks);
    }
    whole.stacks.sort_by_key(|stack| stack.turn);
    let in_order = whole.stacks.iter().enumerate().all(|(turn, stack)| stack.turn == turn);
    in_order.then_some(whole)
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
