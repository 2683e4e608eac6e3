//! `wildfire state list`

use wildfire_engine::model::Placement;
use wildfire_engine::model::visible::Visible;

use crate::cli::session::Session;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Every resource with its physical id
#[derive(clap::Args)]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE", add = complete::targets())]
    target: Target,
}

struct Row {
    address: String,
    type_name: String,
    id: String,
    place: Placement,
}

impl Row {
    fn json(&self) -> serde_json::Value {
        let mut row = serde_json::json!({"address": self.address, "type": self.type_name, "id": self.id});
        for (key, value) in [("account", self.place.account()), ("region", self.place.region())] {
            if let (Some(row), Some(value)) = (row.as_object_mut(), value) {
                row.insert(key.into(), value.into());
            }
        }
        row
    }

    fn shown(&self) -> [String; 3] {
        let id = format!("{}{}", Visible(&self.id), Visible(&self.place.suffix()));
        [Visible(&self.address).to_string(), Visible(&self.type_name).to_string(), id]
    }
}

pub async fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load(&args.target, global, output)?;
    let connection = session.connect().await?;
    let mut rows = Vec::new();
    for stack in session.stacks(&args.target)? {
        let state = session.read_state(&connection, &stack).await?.state;
        rows.extend(state.resources.iter().map(|(path, resource)| Row {
            address: format!("{}:{path}", state.stack),
            type_name: resource.type_name.to_string(),
            id: resource.id.to_string(),
            place: resource.place.clone(),
        }));
    }
    if output.json() {
        output.print_json(&rows.iter().map(Row::json).collect());
        return Ok(Exit::Ok);
    }
    let shown: Vec<[String; 3]> = rows.iter().map(Row::shown).collect();
    let width = |column: usize| shown.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    for [address, type_name, id] in &shown {
        output.print(&format!("{address:<first$}  {type_name:<second$}  {id}"));
    }
    Ok(Exit::Ok)
}
