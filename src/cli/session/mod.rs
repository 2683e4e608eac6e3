//! What commands begin with: the project, the account, the state.
//!
//! The files are here; `connection` is the account, `stored` the state of the stacks and their locks.

mod connection;
mod failure;
mod places;
mod signals;
mod stored;
mod target;

use std::sync::Arc;

use crate::cli::clouds::AllTypes;
use wildfire_engine::compile::{self, DesiredGraph};
use wildfire_engine::config::{self, LoadOptions, Project};
use wildfire_engine::model::{Code, Diagnostic, Diagnostics, Origin, Sources, StackId};
use wildfire_engine::pipeline::CompileSession;

pub use connection::Connection;
use connection::connect;
pub use failure::Failure;
pub use signals::{at_work, cancelled_by_signals, signal, watch};
pub use stored::whoami;
pub use target::{Target, stage_name};

use super::{Global, Output, stage_files};

/// A loaded project and the stage that a command is about.
pub struct Session {
    pub project: Project,
    pub catalog: AllTypes,
    /// The accounts that the command line allows; none: those that the files name.
    accounts: Vec<String>,
}

impl Session {
    /// Loads the files; shows their warnings.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn load(target: &Target, global: &Global, output: &Output) -> Result<Self, Failure> {
        let session = Self::load_with_errors(target, global)?;
        if session.project.diagnostics.has_errors() {
            return Err(session.fail(session.project.diagnostics.clone()));
        }
        output.diagnostics(session.project.diagnostics.iter(), session.sources());
        if let Some(required) = &session.project.required_version {
            check_version(&required.value, &required.span).map_err(|failure| failure.with(session.sources()))?;
        }
        Ok(session)
    }

    /// Loads the files and checks the stacks of `target` without AWS: every error at once, before anybody is connected to.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn load_checked(target: &Target, global: &Global, output: &Output) -> Result<Self, Failure> {
        let session = Self::load_with_errors(target, global)?;
        session.refuse_errors(target, output)?;
        Ok(session)
    }

    /// Shows the warnings of the files.
    ///
    /// # Errors
    /// Everything that is wrong with the files, and with the stacks of `target`.
    pub fn refuse_errors(&self, target: &Target, output: &Output) -> Result<(), Failure> {
        let found = self.check(target)?;
        if found.has_errors() {
            return Err(self.fail(found));
        }
        output.diagnostics(self.project.diagnostics.iter(), self.sources());
        Ok(())
    }

    /// What is wrong with the files and, as far as they alone can tell, with the stacks of `target`.
    ///
    /// # Errors
    /// There is no such stack, or the stacks refer to each other in a circle.
    pub fn check(&self, target: &Target) -> Result<Diagnostics, Failure> {
        let mut all = self.project.diagnostics.clone();
        if let Some(required) = &self.project.required_version
            && let Err(failure) = check_version(&required.value, &required.span)
        {
            all.extend(failure.diagnostics);
        }
        let stacks = match self.stacks(target) {
            Ok(stacks) => stacks,
            // A file that cannot be read may be why: that is told first.
            Err(_) if all.has_errors() => return Ok(all),
            Err(failure) => return Err(failure),
        };
        let stacks: Vec<Arc<str>> = self.bootstrap_of(target).into_iter().chain(stacks).collect();
        all.extend(compile::validate_stage(&self.project, &stacks, &self.catalog));
        Ok(all)
    }

    /// Without the name of a stack `bootstrap` is checked as well, unless the stage has nowhere to keep state.
    pub fn bootstrap_of(&self, target: &Target) -> Option<Arc<str>> {
        let (name, _) = self.project.stage.stacks.get_key_value(stage_files::BOOTSTRAP)?;
        (target.stack.is_none() && self.project.stage.state.is_some()).then(|| Arc::clone(name))
    }

    /// Loads the files as far as they can be read; what is wrong is in the project's diagnostics.
    ///
    /// # Errors
    /// There is no project, or no such stage.
    pub fn load_with_errors(target: &Target, global: &Global) -> Result<Self, Failure> {
        if let Some(folder) = global.directory.as_ref().filter(|folder| !folder.is_dir()) {
            let what = if folder.exists() { "is no folder" } else { "does not exist" };
            let message = format!("the folder of -C, {}, {what}", folder.display());
            return Err(Diagnostic::error(Code::FileUnreadable, message).into());
        }
        let start = global.start();
        let Some(root) = config::find_root(&start) else {
            let message = format!("there is no wildfire.yaml in {} or above it", start.display());
            let help = "`wildfire new <stage> --account <id>` writes one";
            return Err(Diagnostic::error(Code::FileUnreadable, message).help(help).into());
        };
        let stage_file = global.stage_file.clone();
        let options =
            LoadOptions { stage_file, limits: global.limits()?, outside: global.outside()?, ..LoadOptions::default() };
        let project = stage_files::load(&root, &target.stage, options)?;
        Ok(Self { project, catalog: AllTypes, accounts: global.accounts.clone() })
    }

    pub fn sources(&self) -> &Sources {
        &self.project.sources
    }

    pub fn fail(&self, diagnostics: impl Into<Diagnostics>) -> Failure {
        Failure::from(diagnostics.into()).with(self.sources())
    }

    /// The stacks that a command is about, each after those whose outputs it uses. Without a name that is all of them
    /// except `bootstrap`, which has a command of its own.
    pub fn stacks(&self, target: &Target) -> Result<Vec<Arc<str>>, Failure> {
        let order = compile::stack_order(&self.project).map_err(|diagnostics| self.fail(diagnostics))?;
        match &target.stack {
            None => Ok(order.into_iter().filter(|stack| &**stack != "bootstrap").collect()),
            Some(name) => match order.iter().find(|stack| &***stack == name.as_str()) {
                Some(stack) => Ok(vec![Arc::clone(stack)]),
                None => {
                    let message = format!("the stage {} has no stack {name}", self.project.stage.name);
                    let mut diagnostic = Diagnostic::error(Code::UnknownStack, message);
                    let names: Vec<&str> = order.iter().map(|stack| &**stack).collect();
                    diagnostic = diagnostic.help(match wildfire_engine::model::nearest(name, names.iter().copied()) {
                        Some(near) => format!("did you mean {near}?"),
                        None => format!("its stacks: {}", names.join(", ")),
                    });
                    Err(self.fail(diagnostic))
                }
            },
        }
    }

    /// Connects to the stage's account, and checks that it is the stage's.
    pub async fn connect(&self) -> Result<Connection, Failure> {
        // The first is that of the stage; others are for the stages that it refers to.
        let pinned = self.accounts.get(..1).unwrap_or_default();
        let Project { stage, root, .. } = &self.project;
        let connection = connect(stage, root, pinned).await.map_err(|diagnostic| self.fail(diagnostic))?;
        self.checked(connection).await
    }

    /// The same for a stage that is named after another one.
    pub async fn connect_beside(&self) -> Result<Connection, Failure> {
        let Project { stage, root, .. } = &self.project;
        let connection = connect(stage, root, &self.accounts).await.map_err(|diagnostic| self.fail(diagnostic))?;
        self.checked(connection).await
    }

    /// Asks in every other account and region of the stage whose the credentials are.
    async fn checked(&self, connection: Connection) -> Result<Connection, Failure> {
        let found = places::check(&self.project.stage, &connection, &self.accounts).await;
        if found.has_errors() { Err(self.fail(found)) } else { Ok(connection) }
    }

    pub fn stack_id(&self, stack: &str) -> StackId {
        StackId::new(Arc::clone(&self.project.stage.name), stack)
    }

    /// Compiles, with data sources read, and shows the warnings.
    pub async fn compile(
        &self,
        connection: &Connection,
        compiling: &mut CompileSession<'_>,
        output: &Output,
    ) -> Result<DesiredGraph, Failure> {
        let declared =
            compiling.compile(Some(&connection.clouds)).await.map_err(|diagnostics| self.fail(diagnostics))?;
        output.diagnostics(declared.warnings.iter(), self.sources());
        Ok(declared.graph)
    }
}

/// `>=0.1`, `0.1`, `^0.1.2`, `=0.1.0`: compared with this version.
fn check_version(required: &str, span: &wildfire_engine::model::Span) -> Result<(), Failure> {
    let wrong =
        |message: String| Failure::from(Diagnostic::error(Code::VersionMismatch, message).at(Origin::at(span.clone())));
    let requirement = semver::VersionReq::parse(required)
        .map_err(|error| wrong(format!("{required:?} is no version requirement: {error}")))?;
    let ours = env!("CARGO_PKG_VERSION");
    let version = semver::Version::parse(ours).map_err(|error| wrong(error.to_string()))?;
    match requirement.matches(&version) {
        true => Ok(()),
        false => Err(wrong(format!("the project requires wildfire {required}, and this is {ours}"))),
    }
}
