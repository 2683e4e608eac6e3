//! Files beside the one that an expression stands in: their texts, digests and names.
//!
//! Owns: what is made of a file, and patterns over names. Leaves out: which files may be read at all, and how large they
//! are; that is the scope's.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use globset::{GlobBuilder, GlobMatcher};

use super::arguments::Arguments;
use super::digests;
use super::{Failure, Function, brief};
use crate::expr::Digest;
use crate::model::Value;

/// Characters of a pattern of `fileset`.
const MAX_PATTERN: usize = 256;
/// Bytes that a digest counts as.
const DIGEST_COST: usize = 1 << 20;
/// Levels of folders that `**` goes down.
const MAX_LEVELS: usize = 16;

pub(super) fn functions() -> Vec<Function> {
    let mut all = vec![
        Function::new("file(path)", "file", 1, Some(1), file, "The text of a file, relative to the file that asks."),
        Function::new("filebase64(path)", "filebase64", 1, Some(1), filebase64, "The content of a file in Base64."),
        Function::new("fileexists(path)", "fileexists", 1, Some(1), fileexists, "Whether there is a file."),
        Function::new(
            "fileset(path, pattern)",
            "fileset",
            2,
            Some(2),
            fileset,
            "The names of the files below a folder that a pattern such as `*.json` or `**/*.sh` matches, sorted.",
        ),
        Function::new("basename(path)", "basename", 1, Some(1), basename, "The last part of a path."),
        Function::new("dirname(path)", "dirname", 1, Some(1), dirname, "A path without its last part."),
    ];
    all.extend(digests::of_files());
    all
}

fn file(arguments: &Arguments) -> Result<Value, Failure> {
    arguments.scope.file(&arguments.text(0)?).map(Value::String).map_err(Failure::new)
}

/// The content of the file that the first argument names.
fn content(arguments: &Arguments) -> Result<Arc<[u8]>, Failure> {
    let path = arguments.text(0)?;
    let bytes = arguments.scope.bytes(&path).map_err(Failure::new)?;
    let bytes = bytes.ok_or_else(|| Failure::new(format!("there is no file {path}")))?;
    arguments.budget.read(bytes.len())?;
    Ok(bytes)
}

pub(super) fn digest(arguments: &Arguments, way: Digest) -> Result<Value, Failure> {
    let path = arguments.text(0)?;
    let digest = arguments.scope.digest(&path, way).map_err(Failure::new)?;
    // It may have been read, and is read once, however often it is asked for.
    arguments.budget.read(DIGEST_COST)?;
    digest.map(Value::String).ok_or_else(|| Failure::new(format!("there is no file {path}")))
}

fn filebase64(arguments: &Arguments) -> Result<Value, Failure> {
    Ok(STANDARD.encode(content(arguments)?).into())
}

fn fileexists(arguments: &Arguments) -> Result<Value, Failure> {
    let found = arguments.scope.bytes(&arguments.text(0)?).map_err(Failure::new)?;
    Ok(Value::Bool(found.is_some()))
}

fn fileset(arguments: &Arguments) -> Result<Value, Failure> {
    let (folder, pattern) = (arguments.text(0)?, arguments.text(1)?);
    let glob = glob(&pattern)?;
    let levels = match pattern.contains("**") {
        true => MAX_LEVELS,
        false => pattern.split('/').count().min(MAX_LEVELS),
    };
    // What stands before the first part with a wildcard is a folder like any other; nothing beside it is looked at.
    let fixed = fixed(&pattern);
    let below = match fixed.is_empty() {
        true => folder.to_string(),
        false => format!("{folder}/{fixed}"),
    };
    let names = arguments.scope.files(&below, levels).map_err(Failure::new)?;
    arguments.budget.work(names.len())?;
    arguments.budget.read(names.iter().map(String::len).sum())?;
    let full = names.iter().map(|name| if fixed.is_empty() { name.clone() } else { format!("{fixed}/{name}") });
    Ok(Value::List(full.filter(|name| glob.is_match(name)).map(Value::from).collect()))
}

fn glob(pattern: &str) -> Result<GlobMatcher, Failure> {
    if pattern.len() > MAX_PATTERN {
        return Err(Failure::new(format!("a pattern has at most {MAX_PATTERN} characters")));
    }
    if pattern.starts_with('/') || pattern.split('/').any(|part| part.starts_with('.')) {
        return Err(Failure::new(format!("{pattern:?}: a pattern begins in the folder, and no part of it with a dot")));
    }
    let built = GlobBuilder::new(pattern).literal_separator(true).empty_alternates(true).build();
    built
        .map(|glob| glob.compile_matcher())
        .map_err(|error| Failure::new(format!("{} is not a pattern: {}", brief(pattern), error.kind())))
}

/// The folders at the begin of a pattern that hold no wildcard.
fn fixed(pattern: &str) -> &str {
    let end = pattern.find(['*', '?', '[', '{', '\\']).unwrap_or(pattern.len());
    pattern[..end].rsplit_once('/').map_or("", |(folders, _)| folders)
}

fn basename(arguments: &Arguments) -> Result<Value, Failure> {
    let path = arguments.text(0)?;
    Ok(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().into())
}

fn dirname(arguments: &Arguments) -> Result<Value, Failure> {
    let path = arguments.text(0)?;
    Ok(match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }
    .into())
}
