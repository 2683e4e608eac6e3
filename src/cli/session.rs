//! What commands begin with: the project, the account, the state.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wildfire_aws::backend::{BucketStore, DynamoLock};
use wildfire_aws::credentials::{Access, Role};
use wildfire_aws::{Aws, AwsCatalog};
use wildfire_engine::compile::{self, DesiredGraph, StackFacts};
use wildfire_engine::config::{self, Project, Stage, StateConfig};
use wildfire_engine::journal::{self, Reading};
use wildfire_engine::model::{CloudError, Code, Diagnostic, Diagnostics, ErrorKind, Origin, Sources, StackId};
use wildfire_engine::pipeline::{self, Declaring, Holder, Writing};
use wildfire_engine::state::{LockRow, LockTimes, Owner, Place, StateError, StoreError, Ulids};

use super::{Exit, Global, Output, prompt, stage_files};

/// Why a command did not succeed.
#[derive(Debug)]
pub struct Failure {
    pub diagnostics: Diagnostics,
    pub exit: Exit,
    pub sources: Sources,
}

impl Failure {
    /// With the files, so that the places can be shown.
    #[must_use]
    pub fn with(mut self, sources: &Sources) -> Self {
        self.sources = sources.clone();
        self
    }
}

impl From<Diagnostics> for Failure {
    fn from(mut diagnostics: Diagnostics) -> Self {
        diagnostics.sort();
        let code = |wanted: Code| diagnostics.iter().any(|diagnostic| diagnostic.code == wanted);
        let exit = if code(Code::LockHeld) {
            Exit::LockTimeout
        } else if code(Code::StalePlan) {
            Exit::StalePlan
        } else if code(Code::PreventDestroy) {
            Exit::Denied
        } else if code(Code::Interrupted) {
            Exit::Interrupted
        } else {
            Exit::Error
        };
        Self { diagnostics, exit, sources: Sources::default() }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics::from(diagnostic).into()
    }
}

/// `<stage>` or `<stage>/<stack>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub stage: String,
    pub stack: Option<String>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (stage, stack) = match text.split_once('/') {
            Some((stage, stack)) => (stage, Some(stack)),
            None => (text, None),
        };
        // `stages/test` is what shells complete.
        if stage == "stages" && stack.is_some_and(|rest| !rest.is_empty()) {
            return Self::from_str(stack.unwrap_or_default().trim_end_matches('/'));
        }
        if stage.is_empty() || stack.is_some_and(|stack| stack.is_empty() || stack.contains('/')) {
            return Err("expected <stage> or <stage>/<stack>".into());
        }
        Ok(Self { stage: stage.into(), stack: stack.map(String::from) })
    }
}

/// A loaded project and the stage that a command is about.
pub struct Session {
    pub project: Project,
    pub catalog: AwsCatalog,
}

/// A stage whose account was checked.
pub struct Connection {
    pub aws: Aws,
    /// The same account in the region of the state.
    state: Aws,
    pub account: String,
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
        let found = session.check(target)?;
        if found.has_errors() {
            return Err(session.fail(found));
        }
        output.diagnostics(session.project.diagnostics.iter(), session.sources());
        Ok(session)
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
        for stack in self.bootstrap_of(target).into_iter().chain(stacks) {
            all.extend(compile::validate(&self.project, &stack, &self.catalog));
        }
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
        let start = match &global.directory {
            Some(folder) if !folder.is_dir() => {
                let what = if folder.exists() { "is no folder" } else { "does not exist" };
                let message = format!("the folder of -C, {}, {what}", folder.display());
                return Err(Diagnostic::error(Code::FileUnreadable, message).into());
            }
            Some(folder) => folder.clone(),
            None => std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        };
        let Some(root) = config::find_root(&start) else {
            let message = format!("there is no wildfire.yaml in {} or above it", start.display());
            let help = "`wildfire new <stage> --account <id>` writes one";
            return Err(Diagnostic::error(Code::FileUnreadable, message).help(help).into());
        };
        let project = stage_files::load(&root, &target.stage, global.stage_file.as_deref())?;
        Ok(Self { project, catalog: AwsCatalog })
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
        let connection = connect(&self.project.stage).await.map_err(|diagnostic| self.fail(diagnostic))?;
        Ok(connection)
    }

    pub fn stack_id(&self, stack: &str) -> StackId {
        StackId::new(Arc::clone(&self.project.stage.name), stack)
    }

    /// Where the state of a stack is.
    pub fn place(&self, connection: &Connection, stack: &str) -> Result<Place, Failure> {
        let state = self.state_config()?;
        Ok(place(&self.project.stage, state, connection, stack))
    }

    /// The state bucket itself, of which a [`Place`] shows one stack.
    pub fn bucket(&self, connection: &Connection) -> Result<BucketStore, Failure> {
        let state = self.state_config()?;
        Ok(BucketStore::new(connection.state.clone(), &state.bucket.value, state.kms_key.clone()))
    }

    pub fn table(&self, connection: &Connection) -> Result<Arc<DynamoLock>, Failure> {
        let state = self.state_config()?;
        Ok(Arc::new(DynamoLock::new(connection.state.clone(), &state.lock_table.value)))
    }

    pub fn state_config(&self) -> Result<&StateConfig, Failure> {
        self.project.stage.state.as_ref().ok_or_else(|| {
            let message = format!("the stage {} does not say where its state is", self.project.stage.name);
            let help = "add `state: {bucket: …, lock_table: …}` to its stage.yaml, then `wildfire bootstrap`";
            let span = self.project.stage.account_id.span.clone();
            self.fail(Diagnostic::error(Code::MissingKey, message).at(Origin::at(span)).help(help))
        })
    }

    /// The state of a stack as stored; takes no lock and writes nothing.
    pub async fn read_state(&self, connection: &Connection, stack: &str) -> Result<Reading, Failure> {
        let place = self.place(connection, stack)?;
        let table = self.table(connection)?;
        journal::read(&place, &*table).await.map_err(|error| self.state_failure(error))
    }

    /// A state error, with the command that helps when bucket or table are not there.
    pub fn state_failure(&self, error: StateError) -> Failure {
        let mut diagnostic = Diagnostic::from(error.clone());
        if let StateError::Store(cause) = &error
            && let StoreError::Missing(what) = &**cause
        {
            diagnostic = Diagnostic::error(Code::StateMissing, format!("{what} does not exist")).help(format!(
                "`wildfire bootstrap {}` makes the state bucket and the lock table",
                self.project.stage.name
            ));
        }
        self.fail(diagnostic)
    }

    /// A stack that is ready to be compiled: the outputs of the stacks that it refers to are read.
    pub async fn declaring<'a>(&'a self, connection: &Connection, stack: &'a str) -> Result<Declaring<'a>, Failure> {
        let mut outputs = BTreeMap::new();
        for other in compile::references_to_stacks(&self.project, stack) {
            let reading = if other.stage == self.project.stage.name {
                self.read_state(connection, &other.stack).await?
            } else {
                self.read_other_stage(&other).await?
            };
            if reading.exists {
                outputs.insert(other, facts(&reading));
            }
        }
        Ok(Declaring::new(&self.project, stack, &self.catalog, outputs))
    }

    /// Compiles, with data sources read, and shows the warnings.
    pub async fn compile(
        &self,
        connection: &Connection,
        declaring: &mut Declaring<'_>,
        output: &Output,
    ) -> Result<DesiredGraph, Failure> {
        let declared = declaring.compile(Some(&connection.aws)).await.map_err(|diagnostics| self.fail(diagnostics))?;
        output.diagnostics(declared.warnings.iter(), self.sources());
        Ok(declared.graph)
    }

    /// The state of a stack of another stage, with that stage's credentials.
    async fn read_other_stage(&self, other: &StackId) -> Result<Reading, Failure> {
        let Some(stage) = self.project.other_stages.get(&*other.stage) else {
            let message = format!("there is no stage {}", other.stage);
            return Err(self.fail(Diagnostic::error(Code::UnknownStage, message)));
        };
        let Some(state) = &stage.state else {
            let message = format!("the stage {} does not say where its state is", stage.name);
            return Err(self.fail(Diagnostic::error(Code::MissingKey, message)));
        };
        let connection = connect(stage).await.map_err(|diagnostic| self.fail(diagnostic))?;
        let table = DynamoLock::new(connection.state.clone(), &state.lock_table.value);
        let place = place(stage, state, &connection, &other.stack);
        journal::read(&place, &table).await.map_err(|error| self.state_failure(error))
    }

    /// Takes the lock and opens the state for writing.
    pub async fn open(
        &self,
        connection: &Connection,
        stack: &str,
        why: &str,
        wait: Option<Duration>,
        output: &Output,
    ) -> Result<Writing, Failure> {
        let holder = Holder {
            owner: Owner { who: whoami(), why: why.to_string(), account: connection.account.clone() },
            times: LockTimes { wait: wait.unwrap_or_else(default_wait), ..LockTimes::default() },
        };
        let mut on_wait = |row: &LockRow| {
            output
                .note(&format!("Waiting for the lock: {} has held it since {}, for: {}", row.who, row.since, row.why));
        };
        let place = self.place(connection, stack)?;
        let table = self.table(connection)?;
        Writing::open(place, table, &holder, Arc::new(Ulids), &mut on_wait).await.map_err(|error| match error {
            pipeline::OpenError::State(error) => self.state_failure(error),
            pipeline::OpenError::Lock(wildfire_engine::state::LockError::Store(error)) => {
                self.state_failure(StateError::Store(error))
            }
            other => self.fail(Diagnostic::from(other)),
        })
    }
}

/// A person waits for ten minutes; a CI job says how long it can wait.
fn default_wait() -> Duration {
    match prompt::can_ask() {
        true => Duration::from_secs(600),
        false => Duration::ZERO,
    }
}

fn whoami() -> String {
    let name =
        |variables: &[&str]| variables.iter().find_map(|name| std::env::var(name).ok()).filter(|text| !text.is_empty());
    let user = name(&["USER", "LOGNAME", "USERNAME"]).unwrap_or_else(|| "somebody".into());
    let host = name(&["HOSTNAME", "COMPUTERNAME"])
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok().map(|text| text.trim().to_string()))
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "unknown host".into());
    format!("{user}@{host}")
}

fn place(stage: &Stage, state: &StateConfig, connection: &Connection, stack: &str) -> Place {
    let store = BucketStore::new(connection.state.clone(), &state.bucket.value, state.kms_key.clone());
    Place {
        store: Arc::new(store),
        stack: StackId::new(Arc::clone(&stage.name), stack),
        account: connection.account.clone(),
        region: stage.region.value.clone(),
    }
}

/// A stack's outputs, for others to refer to.
fn facts(reading: &Reading) -> StackFacts {
    let mut facts = StackFacts::default();
    for (name, output) in &reading.state.outputs {
        match output.sensitive {
            // Its value is not kept: whoever refers to it has to read it where it comes from.
            true => drop(facts.sensitive.insert(name.clone())),
            false => drop(facts.outputs.insert(name.clone(), output.value.clone())),
        }
    }
    facts
}

async fn connect(stage: &Stage) -> Result<Connection, Diagnostic> {
    let role = stage.credentials.assume_role.as_ref().map(|role| Role {
        arn: role.role_arn.clone(),
        external_id: role.external_id.clone(),
        mfa_serial: role.mfa_serial.clone(),
        session_name: role.session_name.clone(),
        duration: role.duration,
    });
    let access = Access {
        region: stage.region.value.clone(),
        profile: stage.credentials.profile.clone(),
        role,
        ask_mfa: Some(Arc::new(prompt::mfa_code)),
        session_cache: session_cache(),
    };
    let elsewhere =
        stage.state.as_ref().and_then(|state| state.region.clone()).filter(|region| *region != access.region);
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
        Some(region) => connected(Access { region, ..access }).await?,
        None => aws.clone(),
    };
    Ok(Connection { aws, state, account: identity.account })
}

fn identity_failed(stage: &Stage, error: CloudError) -> Diagnostic {
    const CREDENTIALS: &str =
        "set AWS_PROFILE or AWS_ACCESS_KEY_ID, run `aws sso login`, or name `credentials` in stage.yaml";
    let endpoint = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]
        .iter()
        .find_map(|name| Some(format!("{name} is {}", std::env::var(name).ok().filter(|text| !text.is_empty())?)));
    let (code, message, help) = match error.kind {
        ErrorKind::NoCredentials => {
            let message = format!("there are no valid AWS credentials for the stage {}", stage.name);
            (Code::NoCredentials, message, CREDENTIALS)
        }
        ErrorKind::AccessDenied => {
            (Code::AccessDenied, "the credentials may not ask who they are".to_string(), "allow sts:GetCallerIdentity")
        }
        _ => {
            let message = format!("AWS cannot be reached for the stage {}", stage.name);
            (Code::AwsError, message, "check the network, the proxy settings and AWS_ENDPOINT_URL")
        }
    };
    let mut diagnostic =
        Diagnostic::error(code, message).at(Origin::at(stage.account_id.span.clone())).note(error.message);
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

/// Cancelled by the first SIGINT or SIGTERM; the second ends the process at once, which is as safe as a kill.
pub fn cancelled_by_signals(output: &Output) -> CancellationToken {
    let token = CancellationToken::new();
    let cancel = token.clone();
    let terminal = output.is_terminal();
    tokio::spawn(async move {
        signal().await;
        cancel.cancel();
        if terminal {
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                b"\nStopping: no new steps; what AWS works on goes on. Once more ends at once.\n",
            );
        }
        signal().await;
        std::process::exit(Exit::Interrupted as i32);
    });
    token
}

async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
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
