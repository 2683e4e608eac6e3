//! `try` and `can`: arguments that may fail.
//!
//! An argument that met an unknown on its way may fail later, when the value is there: until then nothing is concluded.

use indexmap::IndexSet;

use super::super::EvalError;
use super::super::functions::{Arguments, Function};
use super::super::program::Node;
use super::Evaluator;
use crate::model::{Unknown, Value};

impl Evaluator<'_> {
    pub(super) fn attempt(
        &mut self,
        node: &Node,
        function: &'static Function,
        arguments: &[Node],
    ) -> Result<Value, EvalError> {
        let mut last = None;
        for argument in arguments {
            let locals = self.locals.len();
            self.attempts.push(IndexSet::new());
            let result = self.node(argument);
            let met = self.attempts.pop().unwrap_or_default();
            self.locals.truncate(locals);
            // What was used up is no failure of the argument.
            self.budget.work(1).map_err(|failure| self.failed(node, failure))?;
            match result {
                Ok(_) if !met.is_empty() => return Ok(Value::Unknown(Unknown::all(&met))),
                Ok(value) => {
                    let mut arguments = Arguments::new(vec![value], self.scope, self.budget);
                    return arguments.run(function).map_err(|failure| self.failed(node, failure));
                }
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) if function.name == "try" => {
                let message = format!("no expression of `try` has a value; of the last one: {}", error.message);
                Err(EvalError { message, ..error })
            }
            _ => Ok(Value::Bool(false)),
        }
    }
}
