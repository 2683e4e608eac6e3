//! `wildfire new`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use wildfire_engine::model::{Code, Diagnostic};

use crate::cli::session::stage_name;
use crate::cli::{Exit, Failure, Global, Output};

/// Write a stage to start from
#[derive(clap::Args)]
#[command(after_help = "Example:\n  wildfire new test --account 123456789012 --region eu-west-1")]
pub struct Args {
    /// Name of the stage
    #[arg(value_parser = stage_name)]
    stage: String,
    #[arg(long, default_value = "eu-west-1")]
    region: String,
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
    if !plain(&args.region) {
        return Err(usage(format!("{:?} is no name of a region", args.region)));
    }
    let folder = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let root = wildfire_engine::config::find_root(&folder).unwrap_or_else(|| folder.clone());
    let folder_name = root.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_str()?.to_lowercase()));
    let project = args.project.clone().or(folder_name).filter(|name| plain(name)).unwrap_or_else(|| "project".into());
    let stage = root.join("stages").join(&args.stage);
    if stage.exists() {
        return Err(usage(format!("{} exists already", stage.display())));
    }
    let mut files: Vec<(PathBuf, String)> = vec![
        (stage.join("stage.yaml"), stage_yaml(args, account, &project)),
        (stage.join("bootstrap/state.yaml"), BOOTSTRAP.to_string()),
        (stage.join("main/network.yaml"), MAIN.to_string()),
    ];
    if !root.join("wildfire.yaml").exists() {
        files.push((root.join("wildfire.yaml"), format!("name: {project}\nrequired_version: \">=0.1\"\n")));
    }
    for (path, text) in &files {
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| write_new(path, text));
        written.map_err(|error| usage(format!("{}: {error}", path.display())))?;
    }
    let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
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

fn stage_yaml(args: &Args, account: &str, project: &str) -> String {
    let Args { stage, region, .. } = args;
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
