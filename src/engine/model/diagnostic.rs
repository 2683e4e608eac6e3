//! What is told to the user: typed here, rendered in the command line.

use std::collections::HashMap;

use super::{Address, Call, Origin, Span};

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

/// What kind of thing went wrong; the kebab-case of the name is the code that users see and search for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    // The text of a file.
    FileUnreadable,
    FileTooLarge,
    InvalidYaml,
    InputTooDeep,
    AliasRefused,
    DuplicateKey,
    // The language.
    UnknownKey,
    WrongType,
    MissingKey,
    InvalidValue,
    UnknownStage,
    UnknownStack,
    UnknownModule,
    ModuleCycle,
    ModuleChanged,
    UnknownType,
    UnknownProperty,
    UnsupportedProperty,
    ComputedProperty,
    MissingProperty,
    ConflictingProperties,
    UnknownInput,
    MissingInput,
    InvalidInput,
    DuplicateAddress,
    /// Two resources are one object at AWS.
    DuplicateObject,
    UnknownReference,
    UnknownFunction,
    InvalidExpression,
    EvaluationFailed,
    NotKnownBeforeApply,
    ReferenceCycle,
    InvalidCidr,
    OverlappingSubnets,
    VersionMismatch,
    // Credentials and accounts.
    NoCredentials,
    WrongAccount,
    WrongRegion,
    // State and lock.
    StateMissing,
    StateCorrupt,
    StateTooNew,
    StateForeign,
    StateConflict,
    Unsettled,
    LockHeld,
    LockLost,
    // AWS.
    AccessDenied,
    Throttled,
    AlreadyExists,
    NotFound,
    AwsError,
    TimedOut,
    // Plan and apply.
    /// A condition that the files state does not hold.
    CheckFailed,
    PreventDestroy,
    /// A deletion and a creation are about one object.
    Renamed,
    InUse,
    TooManyDestroyed,
    StalePlan,
    PlanExceeded,
    InvalidPlan,
    StepFailed,
    StepSkipped,
    NotTaken,
    Interrupted,
    UnknownAddress,
    Unmanaged,
    ImportDiffers,
    Drift,
    /// What a test expects is not so.
    TestFailed,
    Usage,
    Internal,
}

impl Code {
    /// `unknown-property`
    pub fn name(self) -> String {
        let mut out = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !out.is_empty() {
                out.push('-');
            }
            out.push(c.to_ascii_lowercase());
        }
        out
    }
}

/// An error or a warning: what, where, why, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub code: Code,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    pub origin: Option<Box<Origin>>,
    /// What stands at the place itself: text under the caret.
    pub label: Option<String>,
    pub address: Option<Address>,
    /// The AWS call that failed.
    pub call: Option<Box<Call>>,
    /// Why: each a sentence.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// That it is told at all depends on something sensitive: see [`Diagnostics::push`].
    pub of_secret: bool,
}

impl Diagnostic {
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            origin: None,
            label: None,
            address: None,
            call: None,
            notes: Vec::new(),
            help: None,
            of_secret: false,
        }
    }

    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(Box::new(origin));
        self
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub fn address(mut self, address: Address) -> Self {
        self.address = Some(address);
        self
    }

    #[must_use]
    pub fn call(mut self, call: Call) -> Self {
        self.call = Some(Box::new(call));
        self
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Told, or not, because of a value that must not be shown. Which instance it was would say more, so no address stays.
    #[must_use]
    pub fn of_secret(mut self) -> Self {
        self.of_secret = true;
        self.address = None;
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Every diagnostic of an input, so that all are shown at once.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// What has a place, by place: a file may have a hundred thousand faults.
    told: HashMap<Span, Vec<usize>>,
    /// The position of the one that depends on something sensitive.
    of_secret: Option<usize>,
}

impl PartialEq for Diagnostics {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Diagnostics {
    /// Adds one. Of what depends on something sensitive the first is kept, an error before a warning: a hundred conditions
    /// about a password, each told with its place, would spell it.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.of_secret {
            if let Some(there) = self.of_secret.and_then(|index| self.list.get_mut(index)) {
                if there.severity < diagnostic.severity {
                    *there = diagnostic;
                }
                return;
            }
            self.of_secret = Some(self.list.len());
        }
        if let Some(origin) = &diagnostic.origin {
            // The same fault reached along two paths (two instances of a for_each) is told once.
            let same = |other: &Diagnostic| {
                other.code == diagnostic.code
                    && other.message == diagnostic.message
                    && other.origin == diagnostic.origin
            };
            let here = self.told.entry(origin.span.clone()).or_default();
            if here.iter().filter_map(|index| self.list.get(*index)).any(same) {
                return;
            }
            here.push(self.list.len());
        }
        self.list.push(diagnostic);
    }

    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in other {
            self.push(diagnostic);
        }
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// In the order of files, lines and columns; what has no place comes last, as it was found.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|diagnostic| match &diagnostic.origin {
            Some(origin) => (0, Some(origin.span.clone())),
            None => (1, None),
        });
        self.told.clear();
        self.of_secret = self.list.iter().position(|diagnostic| diagnostic.of_secret);
        for (index, diagnostic) in self.list.iter().enumerate() {
            if let Some(origin) = &diagnostic.origin {
                self.told.entry(origin.span.clone()).or_default().push(index);
            }
        }
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        let mut out = Self::default();
        out.push(diagnostic);
        out
    }
}
