//! `wildfire new`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use wildfire_aws::region_problem;
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::schema::Document;

use super::schema::line;
use crate::cli::session::stage_name;
use crate::cli::{Exit, Failure, Global, Output, file};

/// Write a stage to start from
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire new test --account 123456789012 --region eu-west-1
  AWS_REGION=eu-west-1 wildfire new test --account 123456789012")]
pub struct Args {
    /// Name of the stage
    #[arg(value_parser = stage_name)]
    stage: String,
    /// The region of its resources [default: AWS_REGION, else AWS_DEFAULT_REGION]
    #[arg(long)]
    region: Option<String>,
    /// Name of the project, for a new wildfire.yaml; default: the folder's name
    #[arg(long)]
    project: Option<String>,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let usage = |message: String| Failure::from(Diagnostic::error(Code::Usage, message));
    let [account] = global.accounts.as_slice() else {
        return Err(usage("a stage is in one account: `--account` says which".to_string()));
    };
    let plain = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !plain(&args.stage) {
        return Err(usage(format!("a stage's name has small letters, digits and dashes, {:?} has not", args.stage)));
    }
    let region = region(args.region.clone(), |name| std::env::var(name).ok())?;
    let folder = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let root = wildfire_engine::config::find_root(&folder).unwrap_or_else(|| folder.clone());
    let folder_name = root.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_str()?.to_lowercase()));
    let project = args.project.clone().or(folder_name).filter(|name| plain(name)).unwrap_or_else(|| "project".into());
    let stage = root.join("stages").join(&args.stage);
    if stage.exists() {
        return Err(usage(format!("{} exists already", stage.display())));
    }
    let mut files: Vec<(PathBuf, String)> = vec![
        (stage.join("stage.yaml"), line(Document::Stage, 2) + &stage_yaml(&args.stage, account, &region, &project)),
        (stage.join("bootstrap/state.yaml"), line(Document::Stack, 3) + BOOTSTRAP),
        (stage.join("main/network.yaml"), line(Document::Stack, 3) + MAIN),
    ];
    if !root.join("wildfire.yaml").exists() {
        files.push((
            root.join("wildfire.yaml"),
            line(Document::Project, 0) + &format!("name: {project}\nrequired_version: \">=0.1\"\n"),
        ));
    }
    let wrong = |path: &Path, error: io::Error| usage(format!("{}: {error}", path.display()));
    std::fs::create_dir_all(&root).map_err(|error| wrong(&root, error))?;
    for folder in ["bootstrap", "main"] {
        file::make_folders(&root, &format!("stages/{}/{folder}", args.stage)).map_err(|error| wrong(&stage, error))?;
    }
    for (path, text) in &files {
        write_new(path, text).map_err(|error| wrong(path, error))?;
    }
    let schemas = super::schema::write(&root)?;
    let written = files.iter().map(|(path, _)| path).chain(&schemas);
    let names: Vec<String> = written.map(|path| path.display().to_string()).collect();
    if output.json() {
        output.print_json(&serde_json::json!({ "written": names }));
        return Ok(Exit::Ok);
    }
    let stage = &args.stage;
    output.print(&format!(
        "Written:\n  {}\n\nGo on with:\n  wildfire validate {stage}\n  wildfire bootstrap {stage}\n  wildfire plan {stage}\n  \
         wildfire apply {stage}\n",
        names.join("\n  ")
    ));
    Ok(Exit::Ok)
}

/// What is there already, a link above all, is left as it is.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// The region that is named on the command line, or else in the environment.
///
/// # Errors
/// None is, or AWS has no such region.
fn region(given: Option<String>, variable: impl Fn(&str) -> Option<String>) -> Result<String, Diagnostic> {
    let named = |name: &'static str| Some((variable(name).filter(|region| !region.is_empty())?, name));
    let found = given.map(|region| (region, "--region"));
    let Some((region, place)) = found.or_else(|| named("AWS_REGION")).or_else(|| named("AWS_DEFAULT_REGION")) else {
        let message = "a stage is in one region: `--region` says which";
        return Err(Diagnostic::error(Code::Usage, message).help("or set AWS_REGION, as for other tools of AWS"));
    };
    match region_problem(&region) {
        None => Ok(region),
        Some((message, help)) => {
            let mut diagnostic = Diagnostic::error(Code::InvalidValue, format!("{place}: {message}"));
            diagnostic.help = help;
            Err(diagnostic)
        }
    }
}

fn stage_yaml(stage: &str, account: &str, region: &str, project: &str) -> String {
    format!(
        "account_id: \"{account}\"\nregion: {region}\nstate:\n  bucket: {project}-{stage}-state-{account}\n  \
         lock_table: {project}-{stage}-lock\ntags: {{project: {project}, stage: \"${{stage.name}}\"}}\nvalues:\n  \
         vpc_cidr: 10.10.0.0/16\n  zones: [a, b]\n"
    )
}

const BOOTSTRAP: &str = include_str!("../../../stacks/bootstrap/state.yaml");

const MAIN: &str = "\
resources:
  vpc:
    type: aws_vpc
    properties:
      cidr_block: ${stage.values.vpc_cidr}
      enable_dns_hostnames: true

  private:
    type: aws_subnet
    for_each: ${stage.values.zones}
    properties:
      vpc_id: ${vpc.id}
      cidr_block: ${cidrsubnet(stage.values.vpc_cidr, 4, each.index)}
      availability_zone: ${stage.region}${each.key}

outputs:
  vpc_id: {value: \"${vpc.id}\", description: The VPC}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_comes_before_the_environment() {
        let region = |given: Option<&str>, first: &str, second: &str| {
            let set = |name: &str| match name {
                "AWS_REGION" => Some(first.to_string()),
                "AWS_DEFAULT_REGION" => Some(second.to_string()),
                _ => None,
            };
            region(given.map(String::from), set).map_err(|diagnostic| diagnostic.message)
        };
        assert_eq!(region(Some("eu-west-1"), "us-east-1", "us-east-2").as_deref(), Ok("eu-west-1"));
        assert_eq!(region(None, "us-east-1", "us-east-2").as_deref(), Ok("us-east-1"));
        assert_eq!(region(None, "", "us-east-2").as_deref(), Ok("us-east-2"));
        assert_eq!(region(None, "", ""), Err("a stage is in one region: `--region` says which".into()));
        // What is named and wrong is not passed over.
        assert_eq!(region(None, "eu-wst-1", "us-east-2"), Err("AWS_REGION: AWS has no region \"eu-wst-1\"".into()));
        assert_eq!(region(Some(""), "us-east-1", ""), Err("--region: AWS has no region \"\"".into()));
    }
}
