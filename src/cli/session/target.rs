//! What a command is about.

use std::fmt;
use std::str::FromStr;

/// `<stage>` or `<stage>/<stack>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub stage: String,
    pub stack: Option<String>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (stage, stack) = match text.split_once('/') {
            Some((stage, stack)) => (stage, Some(stack)),
            None => (text, None),
        };
        // `stages/test` is what shells complete.
        if stage == "stages" && stack.is_some_and(|rest| !rest.is_empty()) {
            return Self::from_str(stack.unwrap_or_default().trim_end_matches('/'));
        }
        if stage.is_empty() || stack.is_some_and(|stack| stack.is_empty() || stack.contains('/')) {
            return Err("expected <stage> or <stage>/<stack>".into());
        }
        Ok(Self { stage: stage.into(), stack: stack.map(String::from) })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.stack {
            Some(stack) => write!(f, "{}/{stack}", self.stage),
            None => f.write_str(&self.stage),
        }
    }
}
