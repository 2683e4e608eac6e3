//! Planning the stacks of a command one after the other, and again when what they wait for is there.

use std::collections::{BTreeMap, BTreeSet};

use tokio_util::sync::CancellationToken;

use super::across::{self, Beside};
use super::bound::{beyond, excess};
use super::facts::{facts_of, foreseen, seen_from};
use super::flags::{Flags, Named};
use crate::apply::RecoveryMode;
use crate::compile::{Facts, Import, StackFacts, references_to_stacks};
use crate::config::Project;
use crate::model::{Address, Catalog, Cloud, Code, Diagnostic, Diagnostics, StackId, nearest};
use crate::pipeline::{CompileSession, PlanInputs, Prepared, prepare};
use crate::plan::{Mode, Plan};
use crate::state::State;

/// A stack of a command.
pub struct Member<'a> {
    pub id: StackId,
    /// The project as its stage sees it.
    pub project: &'a Project,
    /// The account of its stage.
    pub cloud: &'a dyn Cloud,
    /// Imports of the command line.
    pub imports: Vec<Import>,
}

/// What all stacks of a command are planned with.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    pub catalog: &'a dyn Catalog,
    pub flags: &'a Flags,
    pub mode: RecoveryMode,
    /// RFC 3339, of the clock of this machine.
    pub now: &'a str,
    pub halt: &'a CancellationToken,
    /// The other stacks of the stages, which may hold what a plan is about.
    pub beside: &'a dyn Beside,
}

/// The stacks of a command, in the order in which they are planned and applied.
pub struct Stage<'a> {
    members: Vec<Member<'a>>,
    /// What each uses of the others of the command.
    uses: BTreeMap<StackId, BTreeSet<StackId>>,
    /// The outputs of stacks that are used and not of the command.
    outside: BTreeMap<StackId, StackFacts>,
}

/// The plan of one stack of a command.
pub struct StackPlan {
    pub prepared: Prepared,
    /// The outputs that it was made with.
    given: BTreeMap<StackId, StackFacts>,
    /// What its own outputs will be.
    pub(super) foreseen: StackFacts,
}

/// The plans of a command, in the order in which they are applied.
pub struct StagePlan {
    pub stacks: Vec<StackPlan>,
    pub warnings: Diagnostics,
}

impl StackPlan {
    pub fn id(&self) -> &StackId {
        &self.prepared.plan.stack
    }
}

impl<'a> Stage<'a> {
    /// Puts stacks into the order of their references, where that leaves a choice in the order given; what others use
    /// goes last in a destroy.
    ///
    /// # Errors
    /// Stacks need each other.
    pub fn new(members: Vec<Member<'a>>, mode: Mode) -> Result<Self, Box<Diagnostic>> {
        let ids: BTreeSet<StackId> = members.iter().map(|member| member.id.clone()).collect();
        let used = |member: &Member<'_>| -> BTreeSet<StackId> {
            let all = references_to_stacks(member.project, &member.id.stack);
            all.into_iter().filter(|other| ids.contains(other) && *other != member.id).collect()
        };
        let uses: BTreeMap<StackId, BTreeSet<StackId>> =
            members.iter().map(|member| (member.id.clone(), used(member))).collect();
        let mut left = members;
        let mut members = Vec::with_capacity(left.len());
        let mut done: BTreeSet<StackId> = BTreeSet::new();
        while !left.is_empty() {
            let ready = |member: &Member<'_>| uses[&member.id].iter().all(|other| done.contains(other));
            let Some(next) = left.iter().position(ready) else {
                let names: Vec<String> = left.iter().map(|member| member.id.to_string()).collect();
                let message = format!("stacks need each other: {}", names.join(", "));
                return Err(Box::new(Diagnostic::error(Code::ReferenceCycle, message)));
            };
            let member = left.remove(next);
            done.insert(member.id.clone());
            members.push(member);
        }
        if mode == Mode::Destroy {
            members.reverse();
        }
        Ok(Self { members, uses, outside: BTreeMap::new() })
    }

    pub fn members(&self) -> &[Member<'a>] {
        &self.members
    }

    /// The stacks that are used and not planned here, by the stack that uses them first.
    pub fn outsiders(&self) -> BTreeMap<StackId, &Member<'a>> {
        let mut out = BTreeMap::new();
        for member in &self.members {
            for other in references_to_stacks(member.project, &member.id.stack) {
                if !self.uses.contains_key(&other) {
                    out.entry(other).or_insert(member);
                }
            }
        }
        out
    }

    /// The outputs of the stacks that are used and not planned here; one that is not among them was never applied.
    #[must_use]
    pub fn with_outside(mut self, outside: BTreeMap<StackId, StackFacts>) -> Self {
        self.outside = outside;
        self
    }

    /// What has to be applied before a stack: what it uses; in a destroy, what uses it.
    pub fn after<'s>(&'s self, id: &'s StackId, mode: Mode) -> Box<dyn Iterator<Item = &'s StackId> + 's> {
        match mode {
            Mode::Destroy => {
                Box::new(self.uses.iter().filter(move |(_, used)| used.contains(id)).map(|(other, _)| other))
            }
            _ => Box::new(self.uses.get(id).into_iter().flatten()),
        }
    }

    /// Plans all stacks. `states` has the state of each as it is stored. Changes nothing. Tells every fault of every
    /// stack, but for those of stacks that use one that cannot be planned.
    ///
    /// # Errors
    /// As for [`prepare`], and flags that name nothing in any stack.
    pub async fn plan(
        &self,
        states: &BTreeMap<StackId, State>,
        terms: Terms<'_>,
        waiting: &mut dyn FnMut(&Address, &str),
    ) -> Result<StagePlan, Diagnostics> {
        let mut all = StagePlan { stacks: Vec::new(), warnings: Diagnostics::default() };
        let mut problems = Diagnostics::default();
        let mut failed: BTreeSet<&StackId> = BTreeSet::new();
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut declared: BTreeSet<String> = BTreeSet::new();
        for member in &self.members {
            if terms.flags.skips(&member.id) {
                continue;
            }
            if terms.flags.mode != Mode::Destroy && self.uses[&member.id].iter().any(|used| failed.contains(used)) {
                failed.insert(&member.id);
                continue;
            }
            let facts = self.facts(member, states, &all.stacks, terms.flags);
            let given = facts.outputs.clone();
            let Some(state) = states.get(&member.id) else { continue };
            let prepared = match one(member, facts, state.clone(), terms, waiting, &mut all.warnings).await {
                Ok(prepared) => prepared,
                Err(diagnostics) => {
                    failed.insert(&member.id);
                    problems.extend(diagnostics);
                    if terms.halt.is_cancelled() {
                        return Err(problems);
                    }
                    continue;
                }
            };
            declared.extend(prepared.graph.resources.keys().map(|address| address.path().to_string()));
            let names =
                |named: &&Named| named.at(&member.id).is_some_and(|target| !prepared.plan.unmatched.contains(&target));
            found.extend(terms.flags.all().filter(names).map(Named::text));
            if !terms.flags.targets.is_empty() && !terms.flags.targets.iter().any(|named| names(&named)) {
                continue;
            }
            problems.extend(without_source(&prepared.plan));
            let foreseen = foreseen(state, &prepared.plan);
            all.stacks.push(StackPlan { prepared, given, foreseen });
        }
        if !problems.has_errors() {
            let planned: Vec<&StackPlan> = all.stacks.iter().collect();
            problems.extend(across::check(self, &planned, states, terms).await);
        }
        if !problems.has_errors() {
            let missing = terms.flags.all().filter(|named| !found.contains(named.text()));
            problems.extend(missing.map(|named| self.nowhere(named, states, &declared)));
        }
        if problems.has_errors() {
            problems.sort();
            return Err(problems);
        }
        Ok(all)
    }

    /// Plans a stack once more when what it was planned with is known better now, and holds that against what was shown.
    /// `states` are those of now. `None`: nothing it uses has turned out otherwise, and its plan stands.
    ///
    /// # Errors
    /// As for [`prepare`]; with [`Code::PlanExceeded`] when the plan would do what was not shown.
    pub async fn again(
        &self,
        shown: &StackPlan,
        states: &BTreeMap<StackId, State>,
        terms: Terms<'_>,
        waiting: &mut dyn FnMut(&Address, &str),
    ) -> Result<Option<Prepared>, Diagnostics> {
        let member = self.members.iter().find(|member| member.id == *shown.id());
        let (Some(member), Some(state)) = (member, states.get(shown.id())) else { return Ok(None) };
        let facts = self.facts(member, states, &[], terms.flags);
        if terms.flags.mode == Mode::Destroy || facts.outputs == shown.given {
            return Ok(None);
        }
        let mut warnings = Diagnostics::default();
        let given = facts.outputs.clone();
        let prepared = one(member, facts, state.clone(), terms, waiting, &mut warnings).await?;
        let more = excess(&shown.prepared.plan, &prepared.plan, terms.catalog);
        if !more.is_empty() {
            return Err(beyond(shown.id(), &more).into());
        }
        // A name that is known now may be one that another stack has.
        let now = StackPlan { prepared, given, foreseen: StackFacts::default() };
        let problems = across::check(self, &[&now], states, terms).await;
        if problems.has_errors() { Err(problems) } else { Ok(Some(now.prepared)) }
    }

    fn facts(
        &self,
        member: &Member<'_>,
        states: &BTreeMap<StackId, State>,
        planned: &[StackPlan],
        flags: &Flags,
    ) -> Facts {
        // A destroy needs no outputs, and what is used goes last.
        let planned = if flags.mode == Mode::Destroy { &[] } else { planned };
        let of = |id: &StackId| {
            let plan = planned.iter().find(|plan| plan.id() == id).map(|plan| plan.foreseen.clone());
            plan.or_else(|| states.get(id).and_then(facts_of)).or_else(|| self.outside.get(id).cloned())
        };
        let used = references_to_stacks(member.project, &member.id.stack);
        let outputs = used.into_iter().filter_map(|id| {
            let facts = seen_from(&of(&id)?, &member.id.stage);
            Some((id, facts))
        });
        // What is only looked at, deleted or left aside must not fail for an output that nobody has made.
        let complete = flags.mode == Mode::Normal && flags.targets.is_empty();
        Facts { outputs: outputs.collect(), complete, ..Facts::default() }
    }

    /// The error for an address that no stack has.
    fn nowhere(&self, named: &Named, states: &BTreeMap<StackId, State>, declared: &BTreeSet<String>) -> Diagnostic {
        let members: Vec<&StackId> = self.members.iter().map(|member| &member.id).collect();
        let message = match &members[..] {
            [only] if named.at(only).is_some() => {
                let target = named.at(only).map(|target| target.0.to_string()).unwrap_or_default();
                format!("there is no resource {target} in configuration or state")
            }
            _ => {
                let names: Vec<String> = members.iter().map(ToString::to_string).collect();
                format!("there is no resource {} in configuration or state of {}", named.text(), names.join(", "))
            }
        };
        let stored = states.values().flat_map(|state| state.resources.keys().map(String::as_str));
        let paths: BTreeSet<&str> = declared.iter().map(String::as_str).chain(stored).collect();
        let diagnostic = Diagnostic::error(Code::UnknownAddress, message);
        let path = members.iter().find_map(|id| named.at(id)).map(|target| target.0.path().to_string());
        match path.as_deref().and_then(|path| nearest(path, paths.iter().copied())) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        }
    }
}

/// The steps of a plan with targets that need an output which nobody has made and this command does not make.
fn without_source(plan: &Plan) -> Vec<Diagnostic> {
    let mut told = BTreeSet::new();
    for step in &plan.steps {
        for unknown in step.want.unknowns() {
            let foreign = |name: &&String| name.starts_with("stack.") || name.starts_with("stages.");
            told.extend(unknown.waits_for.iter().filter(foreign).map(|name| (&step.address, name.clone())));
        }
    }
    let tell = |(address, name): (&Address, String)| {
        let message = format!("{address} needs `{name}`, which nobody has made");
        let diagnostic = Diagnostic::error(Code::EvaluationFailed, message).address(address.clone());
        diagnostic.help("apply the stack that has the output first, or name what makes it as a target, too")
    };
    told.into_iter().map(tell).collect()
}

/// Compiles and plans one stack. Ends the moment that it is halted.
async fn one(
    member: &Member<'_>,
    facts: Facts,
    state: State,
    terms: Terms<'_>,
    waiting: &mut dyn FnMut(&Address, &str),
    warnings: &mut Diagnostics,
) -> Result<Prepared, Diagnostics> {
    let options = terms.flags.options(&member.id);
    let work = async {
        let mut compiling = CompileSession::new(member.project, &member.id.stack, terms.catalog, facts);
        compiling.imports.clone_from(&member.imports);
        let declared = compiling.compile(Some(member.cloud)).await?;
        warnings.extend(declared.warnings);
        let inputs = PlanInputs {
            state,
            catalog: terms.catalog,
            cloud: member.cloud,
            options: &options,
            mode: terms.mode,
            now: terms.now.to_string(),
            halt: terms.halt,
        };
        let prepared = prepare(&mut compiling, declared.graph, inputs, waiting).await?;
        warnings.extend(prepared.plan.checks.iter().cloned());
        Ok(prepared)
    };
    tokio::select! {
        biased;
        () = terms.halt.cancelled() => {
            Err(Diagnostic::error(Code::Interrupted, "interrupted before there was a plan; nothing was changed").into())
        }
        prepared = work => prepared,
    }
}
