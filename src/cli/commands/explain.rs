//! `wildfire explain`

use std::collections::BTreeSet;

use crate::cli::clouds::AllTypes;
use wildfire_engine::expr::{Function, function_names};
use wildfire_engine::model::{Catalog, Code, Diagnostic, nearest};

use crate::cli::view::reference;
use crate::cli::{Exit, Failure, Output, complete};

/// Show a type: its properties, which force replacement, its import id, an example; or a function
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire explain aws_subnet
  wildfire explain subnet     # the same
  wildfire explain            # every type
  wildfire explain aws_vpc --json
  wildfire explain cidrsubnet")]
pub struct Args {
    /// A resource type, data source or function; none: list all types
    #[arg(value_name = "TYPE", add = complete::types())]
    type_name: Option<String>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Format {
    Text,
    /// The page of `docs/`
    Markdown,
}

pub fn run(args: &Args, output: &Output) -> Result<Exit, Failure> {
    let catalog = AllTypes;
    let Some(name) = &args.type_name else {
        match output.json() {
            true => output.print_json(&reference::list_json(&catalog)),
            false => output.print(&reference::list_text(&catalog)),
        }
        return Ok(Exit::Ok);
    };
    if let Some(function) = function_names().iter().find(|function| function.name == name) {
        explain_function(function, output);
        return Ok(Exit::Ok);
    }
    let name = type_name(&catalog, name)?;
    let resource = catalog.schema(name);
    let data = catalog.data_schema(name);
    if output.json() {
        output.print_json(&serde_json::json!({
            "resource": resource.map(reference::resource_json),
            "data": data.map(reference::data_json),
        }));
        return Ok(Exit::Ok);
    }
    let parts = match args.format {
        Format::Text => [resource.map(reference::resource_text), data.map(reference::data_text)],
        Format::Markdown => [resource.map(reference::resource_markdown), data.map(reference::data_markdown)],
    };
    output.print(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"));
    Ok(Exit::Ok)
}

/// The type that a name stands for, in full or in short.
fn type_name(catalog: &dyn Catalog, name: &str) -> Result<&'static str, Failure> {
    let (types, data_types) = (catalog.types(), catalog.data_types());
    let names = types.iter().map(|schema| schema.name).chain(data_types.iter().map(|schema| schema.name));
    let names: BTreeSet<&'static str> = names.collect();
    let full = |text: &str| names.get(text).copied();
    if let Some(found) = full(name).or_else(|| full(&format!("aws_{name}"))) {
        return Ok(found);
    }
    let unimplemented =
        [name.to_string(), format!("aws_{name}")].into_iter().find(|name| catalog.is_unimplemented(name));
    let list = "`wildfire explain` lists the types that there are";
    if let Some(other) = unimplemented {
        let message = format!("the type {other} is not supported yet");
        return Err(Diagnostic::error(Code::UnknownType, message).help(list).into());
    }
    match short(name, &names)[..] {
        [one] => Ok(one),
        [] => {
            let without_prefix = || nearest(name, names.iter().filter_map(|full| full.strip_prefix("aws_")));
            let near = nearest(name, names.iter().copied()).or_else(without_prefix);
            let help = near.map(|near| format!("did you mean {near}?"));
            let diagnostic = Diagnostic::error(Code::UnknownType, format!("there is no type {name}"));
            Err(diagnostic.help(help.unwrap_or_else(|| list.into())).into())
        }
        ref several => {
            let message = format!("{name} is short for several types");
            let help = format!("name one of {}", several.join(", "));
            Err(Diagnostic::error(Code::UnknownType, message).help(help).into())
        }
    }
}

/// The names that `short` may stand for: those that end with its words, else those that have them anywhere.
fn short(short: &str, names: &BTreeSet<&'static str>) -> Vec<&'static str> {
    if short.is_empty() {
        return Vec::new();
    }
    let ends = |name: &str| name.strip_suffix(short).is_some_and(|rest| rest.ends_with('_'));
    let has = |name: &str| format!("_{name}_").contains(&format!("_{short}_"));
    let those = |fits: &dyn Fn(&str) -> bool| names.iter().copied().filter(|name| fits(name)).collect::<Vec<_>>();
    let found = those(&ends);
    if found.is_empty() { those(&has) } else { found }
}

fn explain_function(function: &Function, output: &Output) {
    let Function { name, signature, doc, .. } = function;
    match output.json() {
        true => output.print_json(&serde_json::json!({
            "function": { "name": name, "signature": signature, "doc": doc },
        })),
        false => output.print(&format!("{signature}\n  {doc}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_found_by_whole_words() {
        let names = BTreeSet::from([
            "aws_eks_cluster",
            "aws_iam_policy",
            "aws_iam_role_policy",
            "aws_rds_cluster",
            "aws_rds_cluster_instance",
            "aws_s3_bucket",
            "aws_s3_bucket_policy",
            "aws_subnet",
            "aws_subnets",
        ]);
        assert_eq!(short("subnet", &names), ["aws_subnet"]);
        assert_eq!(short("bucket", &names), ["aws_s3_bucket"]);
        assert_eq!(short("bucket_policy", &names), ["aws_s3_bucket_policy"]);
        assert_eq!(short("cluster", &names), ["aws_eks_cluster", "aws_rds_cluster"]);
        assert_eq!(short("rds", &names), ["aws_rds_cluster", "aws_rds_cluster_instance"]);
        assert_eq!(short("role", &names), ["aws_iam_role_policy"]);
        assert!(short("net", &names).is_empty() && short("", &names).is_empty() && short("_", &names).is_empty());
    }

    #[test]
    fn every_type_is_found_without_its_prefix() {
        for schema in AllTypes.types() {
            let short = schema.name.trim_start_matches("aws_");
            assert_eq!(type_name(&AllTypes, short).ok(), Some(schema.name), "{short}");
        }
    }
}
