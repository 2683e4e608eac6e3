//! Plans that are saved to a file, and applied later or not at all.
//!
//! A saved plan is a promise about a plan, not a program: it holds what the plan was made from and what it does, in
//! the canonical form of `plan::rendering`. To apply it, the plan is made again under the lock, from the files, the state
//! and AWS as they are then. Only if it comes out the same, it is carried out. So there is one way to apply, and what is
//! applied is what was saved.
//!
//! Owns: what a plan is bound to ([`SavedStack`]), the file ([`PlanFile`]) and its encryption, and telling
//! what has moved since. Leaves out: making plans, and keys ([`Sealer`](crate::state::Sealer)).

mod file;
mod moved;
mod options;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

pub use file::{PlanFile, Sealers};

use super::Prepared;
use crate::compile::{DesiredGraph, IngredientKind};
use crate::journal::Reading;
use crate::model::secret::pinned;
use crate::model::{Catalog, Code, Diagnostic, DigestKey, StackId};
use crate::plan::{Options, rendering};
use crate::state::{Ids, State, UsedPlan};

/// The plan of a command: of stages, or of single stacks of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedPlan {
    /// Unique; what state remembers when the plan is applied. Also the salt of every digest in the file.
    pub id: String,
    /// The version of wildfire that made it.
    pub wildfire: String,
    /// As it was asked for: stages, or stacks of them, in the order in which they were named.
    pub targets: Vec<String>,
    /// The stages of the stacks, each once.
    pub stages: Vec<SavedStage>,
    /// `user@host`
    pub who: String,
    /// RFC 3339, of the clock of whoever made it; for people only.
    pub at: String,
    /// In the order in which they are applied.
    pub stacks: Vec<SavedStack>,
}

/// Where the stacks of a stage are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedStage {
    pub name: String,
    /// 12 digits.
    pub account: String,
    pub region: String,
}

/// What the plan of one stack is bound to, and what it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedStack {
    pub stage: String,
    pub name: String,
    /// Its place among all stacks of the plan, from 0.
    pub turn: usize,
    /// Empty for a stack that was never written.
    pub lineage: String,
    pub serial: u64,
    /// Of the lock row. It only grows: a lower one later means that the row was deleted or put back.
    pub epoch: u64,
    pub options: Options,
    /// Whose key the sensitive values are pinned with; none where there are no such values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_by: Option<Pin>,
    /// Digests of what the configuration consists of.
    pub ingredients: Ingredients,
    /// The canonical form of the plan.
    pub plan: Json,
}

/// A key that sensitive values are pinned with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The stack of the same stage whose lock row has the key.
    pub stack: String,
    /// Tells the key from another one, and says nothing about it.
    pub key: String,
}

/// Salted SHA-256, in hex, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingredients {
    pub files: BTreeMap<String, String>,
    /// What was set from outside, by name. Of what is sensitive an HMAC under a key of the lock table: whoever has the file
    /// cannot test guesses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Results of data sources, by address.
    pub data: BTreeMap<String, String>,
    /// Outputs of other stacks: `<stage>/<stack>:<output>`.
    pub outputs: BTreeMap<String, String>,
}

/// Who saves a plan, and for which stages.
#[derive(Clone, Debug)]
pub struct Author {
    /// The version of wildfire.
    pub wildfire: String,
    pub who: String,
    /// Each a stage, or `<stage>/<stack>`.
    pub targets: Vec<String>,
    pub stages: Vec<SavedStage>,
}

impl SavedPlan {
    /// A plan without stacks, under a new id.
    pub fn new(author: Author, ids: &dyn Ids) -> Self {
        let Author { wildfire, who, targets, stages } = author;
        Self { id: ids.ulid(), wildfire, targets, stages, who, at: ids.now(), stacks: Vec::new() }
    }

    /// Adds the plan of a stack that was made from `basis`; stacks come in the order in which they are applied.
    ///
    /// # Errors
    /// Something could not be read, so the plan is not whole; or it was made with a sensitive value, and there is no key yet to
    /// pin that with.
    pub fn add(
        &mut self,
        basis: &Basis,
        options: &Options,
        prepared: &Prepared,
        catalog: &dyn Catalog,
    ) -> Result<(), Box<Diagnostic>> {
        if let Some(unread) = prepared.plan.unread.first() {
            let message = format!("the plan of {} is not whole, so it cannot be saved", prepared.plan.stack);
            let mut diagnostic = Diagnostic::error(unread.problem.code, message)
                .note(unread.problem.message.clone())
                .help("plan again when it can be read, or leave it out with `--exclude`");
            diagnostic.address = Some(unread.address.clone());
            return Err(Box::new(diagnostic));
        }
        let pinned_by = match prepared.graph.secrets_from_outside().next() {
            None => None,
            Some(name) => Some(basis.pin.of().ok_or_else(|| unpinned(name, &prepared.plan.stack))?),
        };
        self.stacks.push(SavedStack {
            stage: prepared.plan.stack.stage.to_string(),
            name: prepared.plan.stack.stack.to_string(),
            turn: self.stacks.len(),
            lineage: basis.lineage.clone(),
            serial: basis.serial,
            epoch: basis.epoch,
            options: options.clone(),
            pinned_by,
            ingredients: Ingredients::of(&prepared.graph, &self.id, &basis.pin.key),
            plan: rendering(&prepared.plan, catalog),
        });
        Ok(())
    }

    /// What state remembers once this plan is applied by `who`.
    pub fn used(&self, who: &str, ids: &dyn Ids) -> UsedPlan {
        UsedPlan { id: self.id.clone(), who: who.to_string(), at: ids.now() }
    }
}

impl SavedStack {
    pub fn id(&self) -> StackId {
        StackId::new(self.stage.as_str(), self.name.as_str())
    }
}

/// The refusal to save a plan whose sensitive value nothing would hold to what it is now.
fn unpinned(name: &str, stack: &StackId) -> Box<Diagnostic> {
    let message = format!("the plan of {stack} cannot be saved: nothing can pin the sensitive value `{name}` yet");
    Box::new(
        Diagnostic::error(Code::InvalidPlan, message)
            .note("A saved plan keeps a keyed digest of it, and the lock table has no key before the first apply.")
            .help(format!(
                "`wildfire bootstrap {}` makes a key; `wildfire apply {stack}` plans, asks and applies without a file",
                stack.stage
            )),
    )
}

/// The state that a plan was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Empty for a stack that was never written.
    pub lineage: String,
    pub serial: u64,
    pub epoch: u64,
    pub pin: PinKey,
}

/// A key to pin sensitive values with, and whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinKey {
    /// The name of the stack whose lock row has it.
    pub stack: String,
    /// None while there is no lock row.
    pub key: DigestKey,
}

impl PinKey {
    /// The key of a state, which is that of its lock row.
    pub fn new(state: &State) -> Self {
        Self { stack: state.stack.stack.to_string(), key: state.digest_key.clone() }
    }

    /// As a file names it; none without a key.
    fn of(&self) -> Option<Pin> {
        let key = self.key.sign(b"which key a saved plan is pinned with")?;
        Some(Pin { stack: self.stack.clone(), key: hex::encode(&key[..8]) })
    }
}

impl Basis {
    /// Of a state as it was read.
    pub fn new(reading: &Reading) -> Self {
        Self {
            lineage: if reading.exists { reading.state.lineage.clone() } else { String::new() },
            serial: reading.state.serial,
            epoch: reading.lock.as_ref().map_or(0, |row| row.epoch),
            pin: PinKey::new(&reading.state),
        }
    }
}

impl Ingredients {
    fn of(graph: &DesiredGraph, salt: &str, key: &DigestKey) -> Self {
        let mut all = Self::default();
        for ingredient in graph.ingredients() {
            let kind = match ingredient.kind {
                IngredientKind::File => &mut all.files,
                IngredientKind::Value => &mut all.values,
                IngredientKind::Data => &mut all.data,
                IngredientKind::Output => &mut all.outputs,
            };
            let secret = match ingredient.kind {
                IngredientKind::Value => graph.secret_from_outside(&ingredient.name),
                _ => None,
            };
            let digest = match secret {
                Some(value) => pinned(value, &ingredient.name, salt, key).unwrap_or_else(|| "no key".into()),
                None => salted(salt, &ingredient.name, &ingredient.text),
            };
            kind.insert(ingredient.name, digest);
        }
        all
    }
}

fn salted(salt: &str, name: &str, text: &str) -> String {
    hex::encode(Sha256::digest(format!("{salt}\u{0}{name}\u{0}{text}")))
}
