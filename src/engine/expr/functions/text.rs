//! Text.

use regex::Regex;

use super::arguments::Arguments;
use super::{Failure, Function, brief, fits};
use crate::model::{Map, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "chomp(text)",
            "chomp",
            1,
            Some(1),
            |a| Ok(a.text(0)?.trim_end_matches(['\n', '\r']).into()),
            "Text without the line ends at its end.",
        ),
        Function::new(
            "endswith(text, suffix)",
            "endswith",
            2,
            Some(2),
            |a| Ok(a.text(0)?.ends_with(a.text(1)?.as_ref()).into()),
            "Whether text ends with a suffix.",
        ),
        Function::new(
            "indent(spaces, text)",
            "indent",
            2,
            Some(2),
            indent,
            "Every line but the first behind some spaces.",
        ),
        Function::new("join(separator, list)", "join", 2, Some(2), join, "The elements of a list as one string."),
        Function::new(
            "lower(text)",
            "lower",
            1,
            Some(1),
            |a| Ok(a.text(0)?.to_lowercase().into()),
            "Text in small letters.",
        ),
        Function::new(
            "matches(text, pattern)",
            "matches",
            2,
            Some(2),
            |a| Ok(a.budget.pattern(&a.text(1)?)?.is_match(&a.text(0)?).into()),
            "Whether a regular expression matches somewhere in text.",
        ),
        Function::new(
            "regex(pattern, text)",
            "regex",
            2,
            Some(2),
            regex,
            "The first match; its groups as a list, or as a map when they have names.",
        ),
        Function::new("regexall(pattern, text)", "regexall", 2, Some(2), regexall, "Every match, each as of regex."),
        Function::new(
            "replace(text, part, replacement)",
            "replace",
            3,
            Some(3),
            replace,
            "Text with every part replaced; a part between slashes is a regular expression.",
        ),
        Function::new("split(separator, text)", "split", 2, Some(2), split, "The parts of text between separators."),
        Function::new(
            "startswith(text, prefix)",
            "startswith",
            2,
            Some(2),
            |a| Ok(a.text(0)?.starts_with(a.text(1)?.as_ref()).into()),
            "Whether text begins with a prefix.",
        ),
        Function::new("strcontains(text, part)", "strcontains", 2, Some(2), strcontains, "Whether a part is in text."),
        Function::new(
            "strrev(text)",
            "strrev",
            1,
            Some(1),
            |a| Ok(a.text(0)?.chars().rev().collect::<String>().into()),
            "Text backwards.",
        ),
        Function::new(
            "substr(text, offset, length)",
            "substr",
            3,
            Some(3),
            substr,
            "Part of text; a negative offset counts from the end, length -1 is the rest.",
        ),
        Function::new("title(text)", "title", 1, Some(1), title, "Every word with a capital letter."),
        Function::new(
            "trim(text, characters)",
            "trim",
            2,
            Some(2),
            |a| Ok(a.text(0)?.trim_matches(|c| a.text(1).is_ok_and(|set| set.contains(c))).into()),
            "Text without some characters at its ends.",
        ),
        Function::new("trimprefix(text, prefix)", "trimprefix", 2, Some(2), trimprefix, "Text without a prefix."),
        Function::new(
            "trimspace(text)",
            "trimspace",
            1,
            Some(1),
            |a| Ok(a.text(0)?.trim().into()),
            "Text without space at its ends.",
        ),
        Function::new("trimsuffix(text, suffix)", "trimsuffix", 2, Some(2), trimsuffix, "Text without a suffix."),
        Function::new(
            "upper(text)",
            "upper",
            1,
            Some(1),
            |a| Ok(a.text(0)?.to_uppercase().into()),
            "Text in capital letters.",
        ),
    ]
}

/// A match: its text without groups, else the groups.
fn captured(pattern: &Regex, captures: &regex::Captures) -> Value {
    let group = |index: usize| captures.get(index).map_or(Value::Null, |found| found.as_str().into());
    let names: Vec<(usize, &str)> =
        pattern.capture_names().enumerate().filter_map(|(index, name)| Some((index, name?))).collect();
    match captures.len() {
        1 => group(0),
        _ if !names.is_empty() => {
            Value::Map(names.into_iter().map(|(index, name)| (name.to_string(), group(index))).collect::<Map>())
        }
        count => Value::List((1..count).map(group).collect()),
    }
}

fn regex(arguments: &Arguments) -> Result<Value, Failure> {
    let pattern = arguments.budget.pattern(&arguments.text(0)?)?;
    let text = arguments.text(1)?;
    match pattern.captures(&text) {
        Some(captures) => Ok(captured(&pattern, &captures)),
        None => Err(Failure::new(format!("{} does not match {}", brief(pattern.as_str()), brief(&text)))
            .help("`regexall` gives an empty list when nothing matches")),
    }
}

fn regexall(arguments: &Arguments) -> Result<Value, Failure> {
    let pattern = arguments.budget.pattern(&arguments.text(0)?)?;
    let text = arguments.text(1)?;
    fits(arguments.budget.count_matches(&pattern, &text)?, size_of::<Value>() * pattern.captures_len())?;
    Ok(Value::List(pattern.captures_iter(&text).map(|captures| captured(&pattern, &captures)).collect()))
}

fn replace(arguments: &Arguments) -> Result<Value, Failure> {
    let (text, part, with) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    match part.strip_prefix('/').and_then(|part| part.strip_suffix('/')) {
        Some(part) => {
            let pattern = arguments.budget.pattern(part)?;
            // A group in the replacement stands for at most the whole text.
            let groups = with.matches('$').count();
            let matches = arguments.budget.count_matches(&pattern, &text)?;
            fits(matches, with.len().saturating_add(groups.saturating_mul(text.len())))?;
            Ok(pattern.replace_all(&text, with.as_ref()).into_owned().into())
        }
        None => {
            fits(text.matches(part.as_ref()).count(), with.len())?;
            Ok(text.replace(part.as_ref(), &with).into())
        }
    }
}

fn split(arguments: &Arguments) -> Result<Value, Failure> {
    let (separator, text) = (arguments.text(0)?, arguments.text(1)?);
    fits(text.matches(separator.as_ref()).count(), size_of::<Value>())?;
    if separator.is_empty() {
        return Ok(Value::List(text.chars().map(|c| c.to_string().into()).collect()));
    }
    Ok(Value::List(text.split(separator.as_ref()).map(Value::from).collect()))
}

fn strcontains(arguments: &Arguments) -> Result<Value, Failure> {
    if matches!(arguments.value(0), Value::List(_) | Value::Map(_)) {
        let failure = Failure::new(format!("takes a string, found {}", arguments.value(0).type_name()));
        return Err(failure.help("write `value in list`, or `contains(list, value)`"));
    }
    Ok(arguments.text(0)?.contains(arguments.text(1)?.as_ref()).into())
}

fn join(arguments: &Arguments) -> Result<Value, Failure> {
    let (separator, parts) = (arguments.text(0)?, arguments.texts(1)?);
    fits(parts.len(), separator.len())?;
    fits(1, parts.iter().map(String::len).sum())?;
    Ok(parts.join(&separator).into())
}

fn indent(arguments: &Arguments) -> Result<Value, Failure> {
    let spaces = arguments.size(0)?;
    if spaces > 256 {
        return Err("more than 256 spaces".into());
    }
    fits(arguments.text(1)?.matches('\n').count(), spaces)?;
    Ok(arguments.text(1)?.replace('\n', &format!("\n{}", " ".repeat(spaces))).into())
}

fn substr(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let (offset, length) = (arguments.int(1)?, arguments.int(2)?);
    let start = if offset < 0 { count.saturating_add(offset).max(0) } else { offset.min(count) };
    let length = if length < 0 { count - start } else { length };
    let (start, length) = (usize::try_from(start).unwrap_or_default(), usize::try_from(length).unwrap_or_default());
    Ok(text.chars().skip(start).take(length).collect::<String>().into())
}

fn title(arguments: &Arguments) -> Result<Value, Failure> {
    let mut out = String::new();
    let mut inside = false;
    for c in arguments.text(0)?.chars() {
        if inside {
            out.push(c)
        } else {
            out.extend(c.to_uppercase())
        }
        inside = c.is_alphanumeric() || c == '_' || c == '\'';
    }
    Ok(out.into())
}

fn trimprefix(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    let prefix = arguments.text(1)?;
    Ok(text.strip_prefix(prefix.as_ref()).unwrap_or(&text).into())
}

fn trimsuffix(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    let suffix = arguments.text(1)?;
    Ok(text.strip_suffix(suffix.as_ref()).unwrap_or(&text).into())
}
