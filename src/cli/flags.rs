//! Flags that several commands take, and addresses as the command line writes them.

use std::time::Duration;

use wildfire_engine::model::{Address, AddressError, Code, Diagnostic, StackId};
use wildfire_engine::pipeline::stage::{Flags, Named};
use wildfire_engine::plan::{Action, Mode, Plan};

use super::duration::duration;
use super::{Failure, complete, prompt, view};

/// What every command takes that asks before it changes something.
#[derive(clap::Args, Clone, Debug)]
pub struct Asking {
    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// How long to wait for the lock [default: 10m at a terminal; else only for one whose run has died]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub lock_timeout: Option<Duration>,
}

impl Asking {
    /// Without a terminal nobody can answer: say so before anything is read.
    ///
    /// # Errors
    /// The command would have to ask, and cannot.
    pub fn check(&self) -> Result<(), Failure> {
        if self.yes || prompt::can_ask() {
            return Ok(());
        }
        let message = "this command asks before it changes anything, and standard input is no terminal";
        Err(Diagnostic::error(Code::Usage, message).help("add --yes").into())
    }
}

/// What commands that change AWS take.
#[derive(clap::Args, Clone, Debug)]
pub struct Consent {
    #[command(flatten)]
    pub asking: Asking,
    /// Refuse a plan that destroys or replaces more than N resources, all stacks together
    #[arg(long, value_name = "N")]
    pub max_destroy: Option<usize>,
}

impl Consent {
    /// Holds the plans of all stacks against the limit.
    ///
    /// # Errors
    /// They destroy more.
    pub fn check(&self, plans: &[&Plan]) -> Result<(), Diagnostic> {
        let goes = |action: Action| matches!(action, Action::Delete | Action::Replace(_));
        let count = plans.iter().flat_map(|plan| &plan.resources).filter(|change| goes(change.action)).count();
        let Some(limit) = self.max_destroy.filter(|limit| count > *limit) else { return Ok(()) };
        let resources = if count == 1 { "resource" } else { "resources" };
        let message = format!("the plan destroys or replaces {count} {resources}, and --max-destroy allows {limit}");
        Err(Diagnostic::error(Code::TooManyDestroyed, message)
            .note(format!("Nothing was changed in {}.", view::stage::names(plans)))
            .help("look at the plan; with a higher limit, or without one, it is carried out"))
    }
}

/// How plans are shown.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct Shown {
    /// Show long values in full, and not only what differs in them
    #[arg(long)]
    pub full: bool,
}

impl From<Shown> for view::plan::Detail {
    fn from(shown: Shown) -> Self {
        Self { full: shown.full, ..Self::default() }
    }
}

/// What plan and apply have in common.
#[derive(clap::Args, Clone, Debug, Default, PartialEq)]
pub struct PlanFlags {
    /// Only this resource or module, and what it depends on; may be repeated
    #[arg(long = "target", value_name = "ADDRESS", add = complete::addresses())]
    target_address: Vec<String>,
    /// All but this resource or module, and what depends on it; may be repeated
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    exclude: Vec<String>,
    /// Replace this resource even without a change; may be repeated
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    replace: Vec<String>,
    /// Plan to destroy everything
    #[arg(long, conflicts_with = "refresh_only")]
    destroy: bool,
    /// Only take what changed outside of wildfire into state
    #[arg(long)]
    refresh_only: bool,
}

impl PlanFlags {
    pub fn destroying() -> Self {
        Self { destroy: true, ..Self::default() }
    }

    #[must_use]
    pub fn with_targets(mut self, targets: Vec<String>, excludes: Vec<String>) -> Self {
        self.target_address = targets;
        self.exclude = excludes;
        self
    }

    /// The flags as the planner takes them.
    ///
    /// # Errors
    /// An address that is none.
    pub fn flags(&self) -> Result<Flags, Failure> {
        let named = |texts: &[String]| texts.iter().map(|text| named(text)).collect::<Result<Vec<_>, Failure>>();
        Ok(Flags {
            mode: match (self.destroy, self.refresh_only) {
                (true, _) => Mode::Destroy,
                (_, true) => Mode::RefreshOnly,
                _ => Mode::Normal,
            },
            targets: named(&self.target_address)?,
            excludes: named(&self.exclude)?,
            replace: named(&self.replace)?,
        })
    }
}

/// An address of the command line.
///
/// # Errors
/// It is none.
pub fn named(text: &str) -> Result<Named, Failure> {
    text.parse().map_err(|error: AddressError| {
        Diagnostic::error(Code::Usage, error.to_string())
            .help(
                "an address is a path within the stack, such as network.vpc or 'network.private[\"a\"]'; \
                 main:network.vpc names the stack, too",
            )
            .into()
    })
}

/// The address that a text names in `stack`: `network.vpc`, `main:network.vpc` or `test/main:network.vpc`.
///
/// # Errors
/// It is none, or one of another stack.
pub fn address_in(stack: &StackId, text: &str) -> Result<Address, Failure> {
    let target = named(text)?.at(stack);
    target
        .map(|target| target.0)
        .ok_or_else(|| Diagnostic::error(Code::Usage, format!("{text} is of another stack than {stack}")).into())
}
