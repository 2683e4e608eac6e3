//! `wildfire import`

use wildfire_engine::compile::Import;
use wildfire_engine::model::{Code, Diagnostic, PhysicalId, nearest};
use wildfire_engine::pipeline::stage::Flags;

use crate::cli::flags::{Consent, Shown, address_in, named};
use crate::cli::operations::apply::{Request, StackRun};
use crate::cli::session::{Session, cancelled_by_signals};
use crate::cli::stacks::Stacks;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Bring something that exists at AWS under management
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire import test/main network.vpc vpc-0a1b2c3d
  wildfire import test/main 'public_route' rtb-0a1b_0.0.0.0/0

`wildfire explain <type>` shows the form of the id. The resource has to be declared; where it differs from its \
declaration it is changed, as the plan shows before anything is done.")]
pub struct Args {
    /// <stage>/<stack>
    #[arg(value_name = "STACK", add = complete::stacks())]
    target: Target,
    /// Path of the resource within the stack
    #[arg(add = complete::addresses())]
    address: String,
    /// AWS's id of it
    id: String,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_checked(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    let [stack] = &stacks[..] else {
        let message = format!("{} has several stacks: name one", session.project.stage.name);
        return Err(session.fail(Diagnostic::error(Code::Usage, message)));
    };
    args.consent.asking.check()?;
    let address = address_in(&session.stack_id(stack), &args.address)?;
    let connection = session.connect().await?;
    let mut compiling = session.compile_session(&connection, stack).await?;
    let graph = session.compile(&connection, &mut compiling, output).await?;
    let Some(desired) = graph.resources.get(&address) else {
        let message = format!("{} is not declared in {}", address.path(), address.stack);
        let mut diagnostic = Diagnostic::error(Code::UnknownAddress, message);
        let paths: Vec<&str> = graph.resources.keys().map(|address| address.path()).collect();
        if let Some(near) = nearest(address.path(), paths) {
            diagnostic = diagnostic.help(format!("did you mean {near}?"));
        }
        return Err(session.fail(diagnostic));
    };
    let origin = desired.origin.clone();
    let id = Some(PhysicalId::from(args.id.as_str()));
    let imports = vec![Import { to: address.clone(), id, origin, written: false }];
    let cancel = cancelled_by_signals();
    let stacks = Stacks::one(&session, &connection, stack, imports);
    // Only this resource and what it depends on.
    let flags = Flags { targets: vec![named(&address.to_string())?], ..Flags::default() };
    let why = format!("import {} into", address.path());
    let request = Request { flags: &flags, consent: &args.consent, shown: args.shown, why: &why, saved: None };
    StackRun { stacks: &stacks, output, cancel: &cancel }.run(&request).await
}
