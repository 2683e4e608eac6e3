//! What exists already under the names that the bootstrap stack declares, and whether it may be taken over.
//!
//! `bootstrap` makes things before there is a place to write down that it does. Their names are known beforehand, so a
//! run that was cut off is repeated: whatever is there and not in state is adopted. Owns: finding it, and refusing what
//! is somebody else's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wildfire_engine::compile::{Desired, Import, Known};
use wildfire_engine::model::{
    Address, Catalog, Code, Diagnostic, Diagnostics, ErrorKind, Origin, PhysicalId, ReadRequest, Value,
};
use wildfire_engine::pipeline::CompileSession;
use wildfire_engine::read::{self, Live, Sort};
use wildfire_engine::state::{Keys, State};

use crate::cli::session::{Connection, Session};
use crate::cli::{Failure, Output};

/// What is known of resources: from state, and from AWS.
#[derive(Default)]
struct Seen(BTreeMap<Address, Arc<Value>>);

impl Known for Seen {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        self.0.get(address).cloned()
    }
}

/// An import for everything that exists under a declared name and is not in `state`, level by level, as the name of one
/// resource may come from another. What cannot be read for another reason than a denial is left to the create call,
/// which says why.
///
/// # Errors
/// The stack does not compile, or something of these names belongs to somebody else.
pub async fn existing(
    session: &Session,
    connection: &Connection,
    output: &Output,
    compiling: &mut CompileSession<'_>,
    state: &State,
) -> Result<Vec<Import>, Failure> {
    let graph = session.compile(connection, compiling, output).await?;
    let mut imports = Vec::new();
    let mut problems = Diagnostics::default();
    let mut seen = Seen::default();
    for (address, _) in &graph.resources {
        if let Some(resource) = state.resource(address) {
            seen.0.insert(address.clone(), Arc::new(resource.attributes.clone()));
        }
    }
    let declared_imports: BTreeSet<&Address> = graph.imports.iter().map(|import| &import.to).collect();
    let mut asked: BTreeSet<Address> = seen.0.keys().chain(declared_imports).cloned().collect();
    loop {
        let mut round: Vec<(&Desired, PhysicalId)> = Vec::new();
        let mut wanted: BTreeMap<Sort, Vec<ReadRequest>> = BTreeMap::new();
        for (address, desired) in &graph.resources {
            if asked.contains(address) {
                continue;
            }
            let Ok(evaluated) = graph.evaluate(address, &seen) else { continue };
            let kind = desired.schema.name;
            // Whatever the name of another resource may be made of.
            let properties = desired.schema.fields.iter().map(|field| field.name.to_string()).collect();
            let Some(id) = session.catalog.natural_id(kind, &Value::Map(evaluated.properties)) else { continue };
            asked.insert(address.clone());
            round.push((desired, id.clone()));
            wanted.entry((desired.place.clone(), Arc::from(kind))).or_default().push(ReadRequest::new(id, properties));
        }
        if round.is_empty() {
            break;
        }
        let live = read::read(&connection.clouds, wanted).await;
        for (desired, id) in round {
            match live.get(&desired.place, desired.schema.name, &id) {
                Some(Live::Found(attributes)) => {
                    problems.extend(foreign(session, connection, desired, &id, attributes).await?);
                    seen.0.insert(desired.address.clone(), Arc::clone(attributes));
                    let (to, origin) = (desired.address.clone(), desired.origin.clone());
                    imports.push(Import { to, id: Some(id), origin, written: false });
                }
                Some(Live::Failed(error)) if error.kind == ErrorKind::AccessDenied && is_bucket(desired) => {
                    let message = format!("the bucket {id} exists, and these credentials may not look at it");
                    let mut diagnostic = Diagnostic::error(Code::AccessDenied, message)
                        .at(desired.origin.clone())
                        .address(desired.address.clone())
                        .note(error.message.clone())
                        .note("Names of buckets are shared by all accounts: it may be another account's.")
                        .help("choose another name for `state.bucket` in stage.yaml, or allow `s3:ListBucket` on it");
                    diagnostic.call = error.call.clone().map(Box::new);
                    problems.push(diagnostic);
                }
                _ => {}
            }
        }
    }
    match problems.has_errors() {
        true => Err(session.fail(problems)),
        false => Ok(imports),
    }
}

fn is_bucket(desired: &Desired) -> bool {
    desired.schema.name == "aws_s3_bucket"
}

/// Why something that is there is not ours to adopt.
async fn foreign(
    session: &Session,
    connection: &Connection,
    desired: &Desired,
    id: &PhysicalId,
    attributes: &Value,
) -> Result<Option<Diagnostic>, Failure> {
    let Desired { address, schema, origin, .. } = desired;
    let refused = |message: String| {
        Diagnostic::error(Code::AlreadyExists, message).at(Origin::clone(origin)).address(address.clone())
    };
    let tag = |key: &str| attributes.get("tags_all").and_then(|tags| tags.get(key)).and_then(Value::as_str);
    let ours = (address.stack.to_string(), address.to_tag());
    if let (Some(stage), Some(path)) = (tag("wildfire:stage"), tag("wildfire:address"))
        && (stage, path) != (ours.0.as_str(), ours.1.as_str())
    {
        let message = format!("{} {id} exists already, and wildfire made it for another resource", schema.name);
        let fault = refused(message)
            .note(format!("its tags say `wildfire:stage` is {stage:?} and `wildfire:address` is {path:?}"));
        return Ok(Some(fault.help("choose another name for `state` in stage.yaml")));
    }
    if !is_bucket(desired) || id.as_str() != session.state_config()?.bucket.value {
        return Ok(None);
    }
    let keys = match session.bucket(connection)?.some_keys().await {
        Ok(keys) => keys,
        Err(error) => return Err(session.state_failure(error.into())),
    };
    let Some(other) = keys.iter().find(|key| !Keys::is_one(key)) else { return Ok(None) };
    let message = format!("the bucket {id} exists already, and holds what wildfire did not write");
    let fault = refused(message).note(format!("for example {other:?}")).note("Nothing was changed.");
    Ok(Some(fault.help(
        "choose another name for `state.bucket` in stage.yaml; to use this bucket all the same, declare \
         the stack `bootstrap` with an `import` of it",
    )))
}
