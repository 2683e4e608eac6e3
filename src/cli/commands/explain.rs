//! `wildfire explain`

use crate::cli::clouds::AllTypes;
use wildfire_engine::expr::{Function, function_names};
use wildfire_engine::model::{Catalog, Code, Diagnostic, nearest};

use crate::cli::view::reference;
use crate::cli::{Exit, Failure, Output, complete};

/// Show a type: its properties, which force replacement, its import id, an example; or a function
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  wildfire explain aws_subnet\n  wildfire explain            # every type\n  wildfire explain aws_vpc --json\n  wildfire explain cidrsubnet"
)]
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
    let resource = catalog.schema(name);
    let data = catalog.data_schema(name);
    if resource.is_none() && data.is_none() {
        let types = catalog.types();
        let data_types = catalog.data_types();
        let names = types.iter().map(|schema| schema.name).chain(data_types.iter().map(|schema| schema.name));
        let mut diagnostic = Diagnostic::error(Code::UnknownType, format!("there is no type {name}"));
        if catalog.is_not_yet(name) {
            diagnostic.message = format!("the type {name} is not supported yet");
        }
        diagnostic = diagnostic.help(match nearest(name, names) {
            Some(near) if !catalog.is_not_yet(name) => format!("did you mean {near}?"),
            _ => "`wildfire explain` lists the types that there are".into(),
        });
        return Err(Failure::from(diagnostic));
    }
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

fn explain_function(function: &Function, output: &Output) {
    let Function { name, signature, doc, .. } = function;
    match output.json() {
        true => output.print_json(&serde_json::json!({
            "function": { "name": name, "signature": signature, "doc": doc },
        })),
        false => output.print(&format!("{signature}\n  {doc}")),
    }
}
