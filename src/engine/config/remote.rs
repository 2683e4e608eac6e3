//! Modules from elsewhere: what a call says of them, what `wildfire.lock` pins, and where their files are.
//!
//! Owns: the forms of both, and the digest of a module's files. Leaves out: fetching, which is the command line's.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::beneath::EntryKind;
use super::table::{Table, error};
use super::{Files, Node, NodeKind, Spanned, document, repair, shapes};
use crate::model::{Code, Diagnostic, Diagnostics, Origin, Sources, Span};

/// The file that pins modules from elsewhere.
pub const LOCK_FILE: &str = "wildfire.lock";
/// Below it each pinned module has a folder of its own.
pub const CACHE: &str = ".wildfire/modules";
/// Files of one module, and bytes of all of them.
pub const MAX_MODULE_FILES: usize = 10_000;
pub const MAX_MODULE_BYTES: usize = 64 << 20;
/// Folders within folders.
const DEPTH: usize = 32;

/// Where a module comes from: a Git repository, and the branch, tag or commit in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Upstream {
    pub url: String,
    pub reference: String,
}

/// `source` of a module call that names a module elsewhere.
#[derive(Clone, Debug)]
pub struct Remote {
    pub upstream: Upstream,
    /// The folder of `module.yaml` in it; empty: its root.
    pub path: Arc<str>,
}

/// An entry of `wildfire.lock`.
#[derive(Clone, Debug)]
pub struct Pin {
    pub upstream: Upstream,
    /// 40 or 64 hex digits.
    pub commit: String,
    /// Of the files: see [`digest`].
    pub digest: String,
    pub span: Span,
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.url, self.reference)
    }
}

impl Pin {
    /// The folder of its files, from the root of the project: one for each commit.
    pub fn folder(&self) -> String {
        folder(&self.upstream.url, &self.commit)
    }
}

/// The folder of a commit's files, from the root of the project.
fn folder(url: &str, commit: &str) -> String {
    format!("{CACHE}/{}", hex::encode(&Sha256::digest(format!("{url}\0{commit}"))[..16]))
}

/// `.wildfire/modules/<folder>` of a file of a module from elsewhere.
pub(crate) fn tree_of(file: &str) -> Option<&str> {
    let rest = file.strip_prefix(CACHE)?.strip_prefix('/')?;
    let name = rest.find('/').unwrap_or(rest.len());
    Some(&file[..CACHE.len() + 1 + name])
}

/// The digest of a module's files: SHA-256 in hex over names and contents, in the order of the names.
pub fn digest(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (name, content) in files {
        for part in [name.as_bytes(), content.as_slice()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hex::encode(hash.finalize())
}

/// The digest of the files in a folder of the project.
///
/// # Errors
/// What cannot be read; a link, or more than a module may have.
pub(super) fn digest_of(files: &dyn Files, folder: &str) -> io::Result<String> {
    let mut found = BTreeMap::new();
    let mut bytes = 0;
    let mut folders = vec![(folder.to_string(), 0)];
    while let Some((inside, depth)) = folders.pop() {
        for (name, kind) in files.list(&inside)? {
            let path = format!("{inside}/{name}");
            match kind {
                EntryKind::Folder if depth < DEPTH => folders.push((path, depth + 1)),
                EntryKind::File => {
                    let content = files.read(&path)?;
                    bytes += content.len();
                    // Always below the folder.
                    found.insert(path[folder.len() + 1..].to_string(), content);
                }
                _ => return Err(io::Error::other(format!("{path} is no file of a module"))),
            }
            if found.len() > MAX_MODULE_FILES || bytes > MAX_MODULE_BYTES {
                return Err(io::Error::other(format!("{folder} holds more than a module may have")));
            }
        }
    }
    Ok(digest(&found))
}

/// `source: {git: …, ref: …, path: …}`
pub(super) fn source(node: Node, out: &mut Diagnostics) -> Option<(Spanned<Arc<str>>, Remote)> {
    let span = node.span.clone();
    let hint = |key: &str| match key {
        "branch" | "tag" | "commit" | "rev" | "version" => Some("write `ref: …`".to_string()),
        "url" | "https" => Some("write `git: …`".to_string()),
        _ => None,
    };
    let mut table = Table::read_with(node, &shapes::SOURCE, out, hint)?.at(&span);
    let (git, reference) = (table.require_text("git", out), table.require_text("ref", out));
    let path = table.text("path", out).map(|path| relative(&path, out));
    let url = git.and_then(|git| url(&git, out));
    let reference = reference.and_then(|reference| self::reference(&reference, out));
    let path = match path {
        Some(path) => path?,
        None => "".into(),
    };
    let upstream = Upstream { url: url?, reference: reference? };
    Some((Spanned { value: upstream.to_string().into(), span }, Remote { upstream, path }))
}

/// An address that is nothing but an address: it is given to a program as an argument.
fn url(text: &Spanned<Arc<str>>, out: &mut Diagnostics) -> Option<String> {
    let value = text.value.as_ref();
    // A server on this machine is for tests.
    let local = ["http://127.0.0.1:", "http://localhost:"].iter().find_map(|lead| value.strip_prefix(lead));
    let rest = value.strip_prefix("https://").or(local);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%:+=&?,".contains(c);
    let why = match rest {
        None => "write an address that begins with https://",
        Some(rest) if rest.contains('@') => "credentials have no place in a file: Git takes them from its helpers",
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '-', '.']) => "there is no host in it",
        Some(rest) if !rest.chars().all(plain) => "there is a character in it that no address has",
        Some(_) => return Some(value.to_string()),
    };
    // Not repeated: it may hold a password.
    out.push(error(Code::InvalidValue, &text.span, "this is not a source of modules").help(why));
    None
}

/// The name of a branch or tag, or a commit. Nothing that Git could take for an option.
fn reference(text: &Spanned<Arc<str>>, out: &mut Diagnostics) -> Option<String> {
    let value = text.value.as_ref();
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "-._/+".contains(c));
    let wrong = value.is_empty()
        || value.starts_with(['-', '/', '.'])
        || value.ends_with(['/', '.'])
        || ["..", "//", "/.", ".lock"].iter().any(|part| value.contains(part));
    if plain && !wrong && value.len() <= 200 {
        return Some(value.to_string());
    }
    let fault = error(Code::InvalidValue, &text.span, format!("{value:?} is not a branch, a tag or a commit"));
    out.push(fault.help("write its name as Git shows it: `v1.2.0`, `main`"));
    None
}

/// A folder in a module from elsewhere.
fn relative(text: &Spanned<Arc<str>>, out: &mut Diagnostics) -> Option<Arc<str>> {
    let parts = || text.value.split('/').filter(|part| !part.is_empty() && *part != ".");
    let within = !text.value.starts_with('/')
        && !text.value.contains(['\\', '\0', ':'])
        && parts().all(|part| !part.starts_with('.'));
    if within {
        return Some(parts().collect::<Vec<_>>().join("/").into());
    }
    let fault = error(Code::InvalidValue, &text.span, format!("{:?} is not a folder in a module", text.value));
    out.push(fault.help("write a path such as `modules/vpc`"));
    None
}

/// What `wildfire.lock` pins. What is wrong with it is told, as somebody must have edited it.
pub(super) fn lock(node: Node, out: &mut Diagnostics) -> BTreeMap<Upstream, Pin> {
    let mut pins = BTreeMap::new();
    let Some(mut table) = Table::read(node, &shapes::LOCK, out) else { return pins };
    let Some(node) = table.node("modules") else { return pins };
    let items = match node {
        Node { kind: NodeKind::List(items), .. } => items,
        other => {
            out.push(super::table::wrong_type(&other, "a list of modules").help(EDITED));
            return pins;
        }
    };
    for item in items {
        let span = item.span.clone();
        if let Some(pin) = pin(item, out)
            && let Some(first) = pins.insert(pin.upstream.clone(), pin)
        {
            let message = format!("{} is pinned twice", first.upstream);
            let fault = error(Code::DuplicateKey, &span, message).note(format!("it is first at {}", first.span));
            out.push(fault.help(EDITED));
        }
    }
    pins
}

const EDITED: &str = "do not edit it: `wildfire modules update` writes it";

fn pin(node: Node, out: &mut Diagnostics) -> Option<Pin> {
    let span = node.span.clone();
    let mut table = Table::read(node, &shapes::PINNED, out)?.at(&span);
    let (git, reference) = (table.require_text("git", out)?, table.require_text("ref", out)?);
    let (commit, digest) = (table.require_text("commit", out)?, table.require_text("digest", out)?);
    let hex = |text: &str, lengths: &[usize]| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let Some(sum) = digest.value.strip_prefix("sha256:").filter(|sum| hex(sum, &[64])) else {
        let message = format!("{:?} is no digest: `sha256:` and 64 hex digits", digest.value);
        out.push(error(Code::InvalidValue, &digest.span, message).help(EDITED));
        return None;
    };
    if !hex(&commit.value, &[40, 64]) {
        let message = format!("{:?} is no commit: 40 hex digits", commit.value);
        out.push(error(Code::InvalidValue, &commit.span, message).help(EDITED));
        return None;
    }
    // Whoever edits it must not have more to say than whoever writes a module call.
    let upstream = Upstream { url: url(&git, out)?, reference: self::reference(&reference, out)? };
    Some(Pin { upstream, commit: commit.value.to_string(), digest: sum.to_string(), span })
}

/// The text of `wildfire.lock` for these pins.
pub fn lock_text<'p>(pins: impl Iterator<Item = &'p Pin>) -> String {
    let mut text = "# Written by `wildfire modules update`. Commit it, and do not edit it.\nmodules:\n".to_string();
    // Neither has characters that YAML would take for its own: see `url` and `reference`.
    for Pin { upstream: Upstream { url, reference }, commit, digest, .. } in pins {
        text.push_str(&format!(
            "  - git: \"{url}\"\n    ref: \"{reference}\"\n    commit: \"{commit}\"\n    digest: \"sha256:{digest}\"\n"
        ));
    }
    text
}

/// What `wildfire.lock` pins, and what is wrong with it.
///
/// # Errors
/// Everything that is wrong with it.
pub fn pins(files: &dyn Files) -> Result<BTreeMap<Upstream, Pin>, (Diagnostics, Sources)> {
    let file: Arc<str> = LOCK_FILE.into();
    let (mut out, mut sources) = (Diagnostics::default(), Sources::default());
    let node = match files.read(LOCK_FILE) {
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => None,
        Err(failure) => {
            let place = Origin::at(Span::new(file, 1, 1, 1));
            out.push(
                Diagnostic::error(Code::FileUnreadable, format!("{LOCK_FILE} cannot be read: {failure}")).at(place),
            );
            None
        }
        Ok(bytes) => match document::text(&file, bytes) {
            Ok(text) => {
                sources.insert(file.clone(), text.clone());
                repair::parse(&file, &text, &mut document::Templates::new(), &mut out)
            }
            Err(problem) => {
                out.push(*problem);
                None
            }
        },
    };
    let pins = node.map(|node| lock(node, &mut out)).unwrap_or_default();
    if out.has_errors() { Err((out, sources)) } else { Ok(pins) }
}
