//! How a step ends that is not done, and failed calls as diagnostics: what, where, which call, and what to do.

use crate::model::{Address, CloudError, Code, Diagnostic, Diagnostics, ErrorKind, Lag, LagReply, Origin, TypeSchema};

/// How a step ends that is not done.
#[derive(Debug)]
pub(super) enum Stop {
    Failed(Box<Diagnostic>),
    /// AWS is at work, or the outcome is not known.
    HandedOver(String),
    NotStarted,
    /// Nothing may be sent or written any more.
    Fenced,
}

/// What a step was about, for the sentence that says it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Create,
    Update,
    Delete,
    Read,
}

impl Doing {
    fn participle(self) -> &'static str {
        match self {
            Doing::Create => "created",
            Doing::Update => "updated",
            Doing::Delete => "deleted",
            Doing::Read => "read",
        }
    }
}

/// The diagnostic of a call that failed for good.
pub(super) fn from_call_error(
    doing: Doing,
    address: &Address,
    origin: Option<&Origin>,
    error: &CloudError,
) -> Diagnostic {
    let code = match error.kind {
        ErrorKind::AccessDenied => Code::AccessDenied,
        ErrorKind::NoCredentials => Code::NoCredentials,
        ErrorKind::NotFound => Code::NotFound,
        ErrorKind::AlreadyExists => Code::AlreadyExists,
        ErrorKind::Throttled => Code::Throttled,
        ErrorKind::Busy => Code::TimedOut,
        ErrorKind::Ambiguous | ErrorKind::Unreadable | ErrorKind::NotSent | ErrorKind::Rejected => Code::AwsError,
    };
    let mut diagnostic =
        new(code, format!("{address} could not be {}", doing.participle()), address, origin).note(match &error.code {
            Some(code) if !error.message.contains(code.as_str()) => format!("{code}: {}", error.message),
            _ => error.message.clone(),
        });
    diagnostic.call = error.call.clone().map(Box::new);
    if let (ErrorKind::Busy, Some(reply @ LagReply { lag: Lag::Unseen, .. })) = (error.kind, error.lag) {
        return unseen(diagnostic, reply);
    }
    match (error.kind, doing) {
        (ErrorKind::AccessDenied, _) => {
            let help = error.help_if_denied().unwrap_or_default();
            diagnostic.help(format!("{help}, then run apply again"))
        }
        (ErrorKind::NoCredentials, _) => diagnostic.help("renew the credentials, then run apply again"),
        (ErrorKind::Busy, Doing::Delete) => diagnostic
            .note("It stayed in use for as long as the step was willing to wait.")
            .help("delete what uses it, or raise `timeouts.delete`, then run apply again"),
        (ErrorKind::Busy | ErrorKind::Throttled, _) => {
            diagnostic.help("run apply again, or raise the resource's `timeouts`")
        }
        (ErrorKind::Ambiguous | ErrorKind::Unreadable, Doing::Create | Doing::Delete) => diagnostic.note(
            "Whether AWS did it is not known. The call is in the journal: the next run looks before it sends again.",
        ),
        (ErrorKind::NotSent, _) => diagnostic.note("The request did not reach AWS: nothing was changed."),
        _ => diagnostic,
    }
}

/// What to do about a reply that stayed longer than something new stays unseen.
fn unseen(diagnostic: Diagnostic, reply: &LagReply) -> Diagnostic {
    let what = reply.what;
    diagnostic
        .note(format!(
            "AWS answers so for a while after {what} was made, and stayed with it for as long as the step waits."
        ))
        .help(format!("check that {what} exists and is written as AWS writes it; if it is new, run apply again"))
}

/// What to do about a replacement whose old object stayed in use: nothing that uses it moves over before the new one is there.
pub(super) fn replaced_in_use(diagnostic: Diagnostic, schema: &TypeSchema) -> Diagnostic {
    let name = match schema.relations.identity {
        [] => "",
        _ => " and change its name, of which AWS keeps one,",
    };
    diagnostic.help(format!(
        "set `lifecycle: {{create_before_destroy: true}}` for it{name} so that what uses it moves over first; or delete what uses \
         it, or raise `timeouts.delete`; then run apply again"
    ))
}

/// What is said of what a create has met, as far as this stack knows.
pub(super) const MET: &str = "Something with this name exists at AWS and was not made by this resource.";

/// A create that met a resource which is not ours.
pub(super) fn exists(
    schema: &TypeSchema,
    address: &Address,
    origin: Option<&Origin>,
    error: &CloudError,
    id: Option<&str>,
) -> Diagnostic {
    let id = id.map_or_else(|| format!("<{}>", schema.import_id), str::to_string);
    let target = serde_json::Value::from(address.path());
    from_call_error(Doing::Create, address, origin, error).note(MET).help(format!(
        "choose another name, or take it under management: `wildfire import {} {} {id}`",
        address.stack,
        // Keys of `for_each` hold quotes, which a shell would take away.
        if address.path().contains('"') {
            format!("'{}'", address.path())
        } else {
            target.as_str().unwrap_or_default().to_string()
        },
    ))
}

/// A create that met what the stack itself holds under `path`.
pub(super) fn held(address: &Address, path: &str, origin: Option<&Origin>, error: &CloudError) -> Diagnostic {
    let diagnostic = from_call_error(Doing::Create, address, origin, error);
    match path == address.path() {
        true => diagnostic
            .note("The name is that of its predecessor, which a replacement has not deleted yet.")
            .help("run apply again: it deletes the predecessor first"),
        false => {
            diagnostic.note(format!("The name is that of `{path}`, which this stack holds already.")).help(format!(
                "declare it once; if `{path}` was renamed, write `moved: [{{from: {path}, to: {}}}]`",
                address.path()
            ))
        }
    }
}

/// A diagnostic about a resource.
pub(super) fn new(code: Code, message: String, address: &Address, origin: Option<&Origin>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(code, message).address(address.clone());
    diagnostic.origin = origin.cloned().map(Box::new);
    diagnostic
}

/// The first of the diagnostics as the end of a step.
pub(super) fn first(problems: Diagnostics, otherwise: impl FnOnce() -> Stop) -> Stop {
    let mut problems = problems.into_iter();
    match problems.next() {
        Some(mut diagnostic) => {
            diagnostic.notes.extend(problems.map(|other| other.message));
            Stop::Failed(diagnostic.into())
        }
        None => otherwise(),
    }
}
