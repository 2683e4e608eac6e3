//! The names of regions and accounts: which a body knows, and what is wrong with those that it uses.

use std::sync::Arc;

use indexmap::IndexMap;

use super::resolve::Resolver;
use super::uses::{Use, UsePart, collect};
use crate::compile::sink::Sink;
use crate::config::{ModuleCall, Node, NodeKind, PlaceDecl, Spanned};
use crate::model::{Code, Diagnostic, Origin, Span, is_account_id, nearest};

/// What a name may stand for.
#[derive(Clone, Copy)]
enum Kind {
    Region,
    Account,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Region => "region",
            Kind::Account => "account",
        }
    }

    /// What names one in `stage.yaml`.
    fn entry(self, name: &str) -> String {
        match self {
            Kind::Region => format!("`regions: {{{name}: us-east-1}}`"),
            Kind::Account => format!("`accounts: {{{name}: {{account_id: …}}}}`"),
        }
    }
}

impl Resolver<'_> {
    /// The names that the body knows: a stack those of the stage, a module those that it expects.
    fn names(&self, kind: Kind) -> Vec<&str> {
        let stage = &self.world.project.stage;
        match (self.module, kind) {
            (Some(module), Kind::Region) => module.expected.regions.keys().map(AsRef::as_ref).collect(),
            (Some(module), Kind::Account) => module.expected.accounts.keys().map(AsRef::as_ref).collect(),
            (None, Kind::Region) => stage.regions.keys().map(AsRef::as_ref).collect(),
            (None, Kind::Account) => stage.accounts.keys().map(AsRef::as_ref).collect(),
        }
    }

    /// What is wrong with a name.
    fn unknown(&self, kind: Kind, name: &str, place: &Span) -> Option<Diagnostic> {
        let known = self.names(kind);
        if known.contains(&name) {
            return None;
        }
        let word = kind.word();
        let message = match self.module {
            Some(_) => format!("this module expects no {word} `{name}`"),
            None => format!("the stage {} names no {word} `{name}`", self.world.project.stage.name),
        };
        let written = match kind {
            Kind::Region => name.contains('-') && name.ends_with(|c: char| c.is_ascii_digit()),
            Kind::Account => is_account_id(name),
        };
        let help = match (nearest(name, known), self.module) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, None) if written => {
                format!("give it a name in stage.yaml, such as {}, and write that name", kind.entry("other"))
            }
            (None, None) => format!("stage.yaml gives it a meaning: {}", kind.entry(name)),
            (None, Some(module)) => {
                format!("declare it in {}/module.yaml: `{word}s: [{name}]`; the call gives it a meaning", module.folder)
            }
        };
        let fault = Diagnostic::error(Code::UnknownReference, message).at(Origin::at(place.clone()));
        Some(fault.help(help))
    }
}

/// What `region` and `account` of a declaration refer to. A name that there is not is told.
pub(super) fn uses(resolver: &Resolver<'_>, decl: &PlaceDecl, each: bool, uses: &mut Vec<Use>, sink: &Sink) {
    let begin = uses.len();
    let mut one = |kind: Kind, node: &Node| match &node.kind {
        NodeKind::String(name) => {
            resolver.unknown(kind, name, &node.span).into_iter().for_each(|fault| sink.push_static(fault));
        }
        _ => collect(resolver, node, each, None, uses, sink),
    };
    decl.region.iter().for_each(|node| one(Kind::Region, node));
    decl.account.iter().for_each(|node| one(Kind::Account, node));
    uses[begin..].iter_mut().for_each(|one| one.part = UsePart::Place);
}

/// What is wrong with the names that a call passes on.
pub(super) fn call(resolver: &Resolver<'_>, decl: &ModuleCall, sink: &Sink) {
    let module = decl.module.as_ref().and_then(|folder| resolver.world.project.modules.get(folder));
    let Some(module) = module else { return };
    let (passed, expected) = (&decl.passed, &module.expected);
    let kinds =
        [(Kind::Region, &passed.regions, &expected.regions), (Kind::Account, &passed.accounts, &expected.accounts)];
    for (kind, passed, expected) in kinds {
        names(resolver, decl, kind, (passed, expected), sink);
    }
}

type Passed = IndexMap<Arc<str>, (Span, Spanned<Arc<str>>)>;

fn names(
    resolver: &Resolver<'_>,
    decl: &ModuleCall,
    kind: Kind,
    (passed, expected): (&Passed, &IndexMap<Arc<str>, Span>),
    sink: &Sink,
) {
    let (word, source) = (kind.word(), &decl.source.value);
    for (name, (span, outside)) in passed {
        if !expected.contains_key(name) {
            let message = format!("module `{source}` expects no {word} `{name}`");
            let mut fault = Diagnostic::error(Code::UnknownInput, message).at(Origin::at(span.clone()));
            fault.help =
                nearest(name, expected.keys().map(AsRef::as_ref)).map(|near| format!("did you mean `{near}`?"));
            sink.push_static(fault);
        }
        resolver.unknown(kind, &outside.value, &outside.span).into_iter().for_each(|fault| sink.push_static(fault));
    }
    let known = resolver.names(kind);
    for (name, declared) in expected {
        if passed.contains_key(name) || known.contains(&name.as_ref()) {
            continue;
        }
        let article = match kind {
            Kind::Region => "a",
            Kind::Account => "an",
        };
        let message = format!("module `{source}` expects {article} {word} `{name}`, which has no meaning here");
        let fault = Diagnostic::error(Code::MissingInput, message).at(Origin::at(decl.span.clone()));
        let help = format!("pass one: `{word}s: {{{name}: …}}`, with a name of stage.yaml");
        sink.push_static(fault.note(format!("it is declared at {declared}")).help(help));
    }
}
