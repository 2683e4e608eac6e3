//! `wildfire schema`

use std::io;
use std::path::{Path, PathBuf};

use wildfire_aws::AwsCatalog;
use wildfire_engine::config;
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::schema::{Document, schema};

use crate::cli::{Exit, Failure, Global, Output, file};

/// Write JSON Schemas of the files, for editors
#[derive(clap::Args)]
#[command(after_help = "\
Without KIND the schemas of all files are written to .wildfire/schema. A file names its schema in its first line:
  # yaml-language-server: $schema=../../../.wildfire/schema/stack.json

Examples:
  wildfire schema
  wildfire schema stack > stack.json")]
pub struct Args {
    /// Print the schema of one kind of file
    #[arg(value_name = "KIND", value_enum)]
    kind: Option<Kind>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// wildfire.yaml
    Project,
    /// stage.yaml
    Stage,
    /// The files of a stack
    Stack,
    /// module.yaml
    Module,
    /// The files of tests/ beside a module or a stack
    Tests,
}

impl From<Kind> for Document {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Project => Self::Project,
            Kind::Stage => Self::Stage,
            Kind::Stack => Self::Stack,
            Kind::Module => Self::Module,
            Kind::Tests => Self::Tests,
        }
    }
}

/// Where the schemas of a project are, from its root.
const FOLDER: &str = ".wildfire/schema";

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    if let Some(kind) = args.kind {
        output.print_document(&schema(kind.into(), &AwsCatalog));
        return Ok(Exit::Ok);
    }
    let start = global.start();
    let Some(root) = config::find_root(&start) else {
        let message = format!("there is no wildfire.yaml in {} or above it", start.display());
        let help = "`wildfire schema stack` prints a schema anywhere";
        return Err(Diagnostic::error(Code::FileUnreadable, message).help(help).into());
    };
    let written = write(&root)?;
    let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    match output.json() {
        true => output.print_json(&serde_json::json!({ "written": names })),
        false => output.print(&format!("Written:\n  {}", names.join("\n  "))),
    }
    Ok(Exit::Ok)
}

/// Writes the schemas of all files, in the place of older ones.
pub(super) fn write(root: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let wrong = |path: &Path, error: io::Error| {
        Diagnostic::error(Code::Usage, format!("{} cannot be written: {error}", path.display()))
    };
    let folder = root.join(FOLDER);
    file::make_folders(root, FOLDER).map_err(|error| wrong(&folder, error))?;
    let one = |document: Document| {
        let path = folder.join(format!("{}.json", document.name()));
        let text = format!("{}\n", schema(document, &AwsCatalog));
        file::replace(root, &path, text.as_bytes()).map_err(|error| wrong(&path, error))?;
        Ok(path)
    };
    Document::ALL.into_iter().map(one).collect()
}

/// The first line of a file, `depth` folders below the root, that tells editors its schema.
pub(super) fn line(document: Document, depth: usize) -> String {
    format!("# yaml-language-server: $schema={}{FOLDER}/{}.json\n", "../".repeat(depth), document.name())
}
