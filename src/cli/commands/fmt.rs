//! `wildfire fmt`

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wildfire_engine::config::shapes::Document;
use wildfire_engine::config::{self, DiskFiles, EntryKind, Files};
use wildfire_engine::format::format;
use wildfire_engine::model::{Code, Diagnostic, Diagnostics, Origin, Sources, Span};

use crate::cli::{Exit, Failure, Global, Output, file};

/// Write the YAML files of the project in their canonical form
#[derive(clap::Args)]
#[command(after_help = "\
Indentation, the spaces inside of {…} and […], the quotes of expressions and the order of the keys of a resource change. \
Comments, texts, numbers and the order of everything else stay, and so does what the files say.

Examples:
  wildfire fmt
  wildfire fmt stages/test modules/vpc/module.yaml
  wildfire fmt --check                # exit code 2 when a file would change
  wildfire fmt - < stack.yaml         # from standard input to standard output")]
pub struct Args {
    /// Files and folders of the project; none: all of it; -: standard input, as a file of a stack
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing: list the files that would change, with exit code 2
    #[arg(long)]
    check: bool,
}

/// Levels of folders below the root.
const DEPTH: usize = 12;

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return standard_input(output);
    }
    let start = global.start();
    let Some(root) = config::find_root(&start) else {
        let message = format!("there is no wildfire.yaml in {} or above it", start.display());
        return Err(Diagnostic::error(Code::FileUnreadable, message).into());
    };
    let files = DiskFiles::new(&root);
    let mut names = Vec::new();
    let given = args.paths.iter().map(|path| file::within(&root, path, global));
    let mut given: Vec<String> = given.collect::<Result<_, _>>()?;
    let all = given.is_empty();
    if all {
        given.push(String::new());
    }
    for name in given {
        collect(&files, &name, !all, DEPTH, &mut names).map_err(|error| unreadable(&name, &error))?;
    }
    names.sort();
    names.dedup();
    let (mut changed, mut wrong, mut sources) = (Vec::new(), Diagnostics::default(), Sources::default());
    for name in names {
        let text = match files.read(&name) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(_) => {
                    wrong.push(unreadable(&name, &"it is not UTF-8"));
                    continue;
                }
            },
            Err(error) => {
                wrong.push(unreadable(&name, &error));
                continue;
            }
        };
        let file: Arc<str> = name.as_str().into();
        sources.insert(file.clone(), text.as_str().into());
        match format(&file, &text, Document::of(&name).map(Document::shape)) {
            Ok(formatted) if formatted == text => {}
            Ok(formatted) => {
                if !args.check {
                    file::rewrite(&root, &root.join(&name), formatted.as_bytes()).map_err(|error| {
                        Diagnostic::error(Code::Usage, format!("{name} cannot be written: {error}"))
                    })?;
                }
                changed.push(name);
            }
            Err(diagnostic) => wrong.push(*diagnostic),
        }
    }
    match output.json() {
        true if wrong.has_errors() => {}
        true => output.print_json(&serde_json::json!({ "changed": changed })),
        false => changed.iter().for_each(|name| output.print(name)),
    }
    if wrong.has_errors() {
        return Err(Failure::from(wrong).with(&sources));
    }
    Ok(if args.check && !changed.is_empty() { Exit::Changes } else { Exit::Ok })
}

fn standard_input(output: &Output) -> Result<Exit, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().take(config::MAX_BYTES as u64 + 1).read_to_string(&mut text);
    read.map_err(|error| unreadable("standard input", &error))?;
    let file: Arc<str> = "standard input".into();
    let formatted = format(&file, &text, Some(Document::Stack.shape())).map_err(|diagnostic| {
        let mut sources = Sources::default();
        sources.insert(file.clone(), text.as_str().into());
        Failure::from(*diagnostic).with(&sources)
    })?;
    // The line break at the end is the screen's.
    output.print_raw(formatted.strip_suffix('\n').unwrap_or(&formatted));
    Ok(Exit::Ok)
}

fn unreadable(name: &str, why: &dyn std::fmt::Display) -> Diagnostic {
    let origin = Origin::at(Span::new(name, 1, 1, 1));
    Diagnostic::error(Code::FileUnreadable, format!("{name} cannot be read: {why}")).at(origin)
}

/// The YAML files at or below a name. What only expressions read is formatted where it is named.
fn collect(files: &DiskFiles, name: &str, named: bool, depth: usize, out: &mut Vec<String>) -> std::io::Result<()> {
    let yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    let entries = match files.list(name) {
        Ok(entries) => entries,
        Err(_) if named && yaml => {
            out.push(name.to_string());
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    for (entry, kind) in entries.into_iter().filter(|(entry, _)| !entry.starts_with('.')) {
        let full = if name.is_empty() { entry } else { format!("{name}/{entry}") };
        match kind {
            EntryKind::Folder if depth > 0 => collect(files, &full, named, depth - 1, out)?,
            EntryKind::File if Document::of(&full).is_some() => out.push(full),
            _ => {}
        }
    }
    Ok(())
}
