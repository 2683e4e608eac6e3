//! References to what no body declares: the stage, other stacks of it, and other stages.

use super::attributes::Fault;
use super::resolve::{Resolved, Resolver};
use super::target::Target;
use crate::expr::RefSegment;
use crate::model::{StackId, Value};

impl Resolver<'_> {
    pub(super) fn stage(&self, path: &[RefSegment]) -> Resolved {
        let mut value = self.world.stage;
        let mut written = "stage".to_string();
        for segment in &path[1..] {
            // What is not a map is looked at when it is evaluated.
            let (RefSegment::Field(name), Value::Map(map)) = (segment, value) else { return Ok(None) };
            value = map.get(name).ok_or_else(|| {
                Fault::new(format!("`{written}` has no `{name}`")).near(name, map.keys().map(String::as_str))
            })?;
            written = format!("{written}.{name}");
        }
        Ok(None)
    }

    pub(super) fn stack(&self, path: &[RefSegment]) -> Resolved {
        let name = match path.get(1) {
            Some(RefSegment::Field(name)) => name,
            _ => {
                return Err(Fault::new("`stack` alone has no value")
                    .help("write `stack.name` or `stack.<name>.outputs.<output>`"));
            }
        };
        if name == "name" {
            return Ok(None);
        }
        let stacks = &self.world.project.stage.stacks;
        let Some(stack) = stacks.get(name.as_str()) else {
            let names = stacks.keys().map(AsRef::as_ref);
            return Err(Fault::new(format!("stage `{}` has no stack `{name}`", self.world.project.stage.name))
                .near(name, names));
        };
        if stack.name == self.world.stack.stack {
            return Err(Fault::new(format!("`stack.{name}` is this stack itself"))
                .help("refer to its resources and modules by their names"));
        }
        let output = output_name(path, 2, &format!("stack.{name}"))?;
        if !stack.body.outputs.contains_key(output) && stack.body.may_have(output) {
            return Err(Fault::told());
        }
        if !stack.body.outputs.contains_key(output) {
            return Err(Fault::new(format!("stack `{name}` has no output `{output}`"))
                .near(output, stack.body.outputs.keys().map(AsRef::as_ref)));
        }
        if stack.body.outputs.get(output).is_some_and(|output| output.sensitive) {
            let (message, help) = not_stored(&format!("stack.{name}"), output);
            return Err(Fault::new(message).help(help));
        }
        let stack = StackId::new(self.world.stack.stage.clone(), name.as_str());
        Ok(Some(Target::Foreign { stack, output: output.into() }))
    }

    pub(super) fn stages(&self, path: &[RefSegment]) -> Resolved {
        let (Some(RefSegment::Field(stage)), Some(RefSegment::Field(stack))) = (path.get(1), path.get(2)) else {
            return Err(Fault::new("`stages` names a stage and a stack")
                .help("write `stages.<stage>.<stack>.outputs.<output>`"));
        };
        let names = &self.world.project.stage_names;
        if !names.contains(stage) {
            return Err(
                Fault::new(format!("there is no stage `{stage}`")).near(stage, names.iter().map(String::as_str))
            );
        }
        let output = output_name(path, 3, &format!("stages.{stage}.{stack}"))?;
        let stack = StackId::new(stage.as_str(), stack.as_str());
        if stack == self.world.stack {
            return Err(Fault::new(format!("`stages.{}.{}` is this stack itself", stack.stage, stack.stack))
                .help("refer to its resources and modules by their names"));
        }
        Ok(Some(Target::Foreign { stack, output: output.into() }))
    }
}

/// What is wrong with a reference to a sensitive output of another stack, and what to write in its place.
pub(in crate::compile) fn not_stored(written: &str, output: &str) -> (String, String) {
    (
        format!("the output `{output}` of `{written}` is sensitive, and its value is kept nowhere"),
        "let that stack put the secret into SSM or Secrets Manager and pass the name as an output; \
         a `data` source reads it here"
            .into(),
    )
}

fn output_name<'a>(path: &'a [RefSegment], at: usize, written: &str) -> Result<&'a str, Fault> {
    match (path.get(at), path.get(at + 1)) {
        (Some(RefSegment::Field(outputs)), Some(RefSegment::Field(name))) if outputs == "outputs" => Ok(name),
        (Some(RefSegment::Field(name)), _) if name != "outputs" => {
            Err(Fault::new(format!("`{written}` has no `{name}`")).help(format!("write `{written}.outputs.{name}`")))
        }
        _ => {
            Err(Fault::new(format!("`{written}` alone has no value"))
                .help(format!("write `{written}.outputs.<output>`")))
        }
    }
}
