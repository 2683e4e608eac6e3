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
        let wrong = || Err("expected <stage> or <stage>/<stack>".to_string());
        // `./stages/test/` is what shells complete.
        let path = text.strip_prefix("./").unwrap_or(text);
        let path = match path.strip_prefix("stages/") {
            Some("") => return wrong(),
            below => below.unwrap_or(path),
        };
        let path = path.strip_suffix('/').unwrap_or(path);
        let (stage, stack) = match path.split_once('/') {
            Some((stage, stack)) => (stage, Some(stack)),
            None => (path, None),
        };
        if matches!(stage, "" | "." | "..") || stack.is_some_and(|stack| stack.is_empty() || stack.contains('/')) {
            return wrong();
        }
        Ok(Self { stage: stage.into(), stack: stack.map(String::from) })
    }
}

/// The name of a stage, for a command that is not about one of its stacks.
///
/// # Errors
/// A text for people: it is no stage, or it names a stack.
pub fn stage_name(text: &str) -> Result<String, String> {
    match text.parse()? {
        Target { stage, stack: None } => Ok(stage),
        Target { .. } => Err("expected the name of a stage, without a stack".into()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_stage_or_stack_names_it() {
        for text in ["test", "test/", "stages/test", "stages/test/", "./stages/test", "./stages/test/", "./test/"] {
            assert_eq!(text.parse(), Ok(Target { stage: "test".into(), stack: None }), "{text}");
        }
        for text in ["test/main", "test/main/", "stages/test/main", "stages/test/main/", "./stages/test/main/"] {
            assert_eq!(text.parse(), Ok(Target { stage: "test".into(), stack: Some("main".into()) }), "{text}");
        }
        let wrong =
            ["", "/", ".", "./", "..", "../test", "/test", "stages/", "test//", "test//main", "test/main/x.yaml"];
        for text in wrong {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
        assert_eq!(stage_name("stages/test/"), Ok("test".into()));
        assert!(stage_name("test/main").is_err());
    }
}
