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

pub use file::PlanFile;

use super::Prepared;
use crate::compile::{DesiredGraph, IngredientKind};
use crate::journal::Reading;
use crate::model::{Catalog, Diagnostic};
use crate::plan::{Options, rendering};
use crate::state::{Ids, UsedPlan};

/// The plan of a stage, or of one stack of it, as it is kept in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedPlan {
    /// Unique; what state remembers when the plan is applied. Also the salt of every digest in the file.
    pub id: String,
    /// The version of wildfire that made it.
    pub wildfire: String,
    pub stage: String,
    /// As it was asked for: the stage, or one stack of it.
    pub target: String,
    /// 12 digits.
    pub account: String,
    pub region: String,
    /// `user@host`
    pub who: String,
    /// RFC 3339, of the clock of whoever made it; for people only.
    pub at: String,
    /// In the order in which they are applied.
    pub stacks: Vec<SavedStack>,
}

/// What the plan of one stack is bound to, and what it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedStack {
    pub name: String,
    /// Empty for a stack that was never written.
    pub lineage: String,
    pub serial: u64,
    /// Of the lock row. It only grows: a lower one later means that the row was deleted or put back.
    pub epoch: u64,
    pub options: Options,
    /// Digests of what the configuration consists of.
    pub ingredients: Ingredients,
    /// The canonical form of the plan.
    pub plan: Json,
}

/// Salted SHA-256, in hex, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingredients {
    pub files: BTreeMap<String, String>,
    /// What was set from outside, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Results of data sources, by address.
    pub data: BTreeMap<String, String>,
    /// Outputs of other stacks: `<stage>/<stack>:<output>`.
    pub outputs: BTreeMap<String, String>,
}

/// Who saves a plan, and for which stage.
#[derive(Clone, Debug)]
pub struct Author {
    /// The version of wildfire.
    pub wildfire: String,
    pub who: String,
    pub stage: String,
    /// The stage, or `<stage>/<stack>`.
    pub target: String,
    pub account: String,
    pub region: String,
}

impl SavedPlan {
    /// A plan without stacks, under a new id.
    pub fn new(author: Author, ids: &dyn Ids) -> Self {
        let Author { wildfire, who, stage, target, account, region } = author;
        Self { id: ids.ulid(), wildfire, stage, target, account, region, who, at: ids.now(), stacks: Vec::new() }
    }

    /// Adds the plan of a stack that was made from `basis`; stacks come in the order in which they are applied.
    ///
    /// # Errors
    /// Something could not be read, so the plan is not whole.
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
        self.stacks.push(SavedStack {
            name: prepared.plan.stack.stack.to_string(),
            lineage: basis.lineage.clone(),
            serial: basis.serial,
            epoch: basis.epoch,
            options: options.clone(),
            ingredients: Ingredients::of(&prepared.graph, &self.id),
            plan: rendering(&prepared.plan, catalog),
        });
        Ok(())
    }

    /// What state remembers once this plan is applied by `who`.
    pub fn used(&self, who: &str, ids: &dyn Ids) -> UsedPlan {
        UsedPlan { id: self.id.clone(), who: who.to_string(), at: ids.now() }
    }
}

/// The state that a plan was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Empty for a stack that was never written.
    pub lineage: String,
    pub serial: u64,
    pub epoch: u64,
}

impl Basis {
    /// Of a state as it was read.
    pub fn new(reading: &Reading) -> Self {
        Self {
            lineage: if reading.exists { reading.state.lineage.clone() } else { String::new() },
            serial: reading.state.serial,
            epoch: reading.lock.as_ref().map_or(0, |row| row.epoch),
        }
    }
}

impl Ingredients {
    fn of(graph: &DesiredGraph, salt: &str) -> Self {
        let mut all = Self::default();
        for ingredient in graph.ingredients() {
            let kind = match ingredient.kind {
                IngredientKind::File => &mut all.files,
                IngredientKind::Value => &mut all.values,
                IngredientKind::Data => &mut all.data,
                IngredientKind::Output => &mut all.outputs,
            };
            let digest = salted(salt, &ingredient.name, &ingredient.text);
            kind.insert(ingredient.name, digest);
        }
        all
    }
}

fn salted(salt: &str, name: &str, text: &str) -> String {
    hex::encode(Sha256::digest(format!("{salt}\u{0}{name}\u{0}{text}")))
}
