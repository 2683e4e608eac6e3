//! `format` and `formatlist`: the verbs of Terraform.

use super::super::operators::finite;
use super::arguments::{Arguments, number};
use super::{Failure, Function, fits};
use crate::model::Value;

/// Characters that one verb fills at most.
const MAX_WIDTH: usize = 1024;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "format(spec, values...)",
            "format",
            1,
            None,
            |a| {
                let values: Vec<&Value> = a.all().iter().skip(1).collect();
                format(&a.text(0)?, &values).map(Value::from)
            },
            "Text with verbs such as %s, %d, %05.2f and %q filled in.",
        ),
        Function::new(
            "formatlist(spec, lists...)",
            "formatlist",
            1,
            None,
            formatlist,
            "As format, once for every element of the lists.",
        ),
    ]
}

fn formatlist(arguments: &Arguments) -> Result<Value, Failure> {
    let spec = arguments.text(0)?;
    let values = arguments.all().get(1..).unwrap_or_default();
    let mut lengths = values.iter().filter_map(Value::as_list).map(<[Value]>::len);
    let count = lengths.next().unwrap_or(1);
    if lengths.any(|other| other != count) {
        return Err("the lists have different lengths".into());
    }
    fits(count, spec.len() + MAX_WIDTH)?;
    // A value that is no list is there in every row.
    let mut size = 0;
    let mut row = |index: usize| {
        let picked: Vec<&Value> =
            values.iter().map(|value| value.as_list().and_then(|items| items.get(index)).unwrap_or(value)).collect();
        let text = format(&spec, &picked)?;
        size += text.len();
        fits(1, size)?;
        Ok(Value::from(text))
    };
    (0..count).map(&mut row).collect::<Result<Vec<_>, _>>().map(Value::List)
}

/// What stands between `%` and the verb.
#[derive(Default)]
struct Flags {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
}

fn format(spec: &str, values: &[&Value]) -> Result<String, Failure> {
    let mut out = String::new();
    let mut chars = spec.chars().peekable();
    let mut next = 0;
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        if chars.peek() == Some(&'%') {
            chars.next();
            out.push('%');
            continue;
        }
        let mut flags = Flags::default();
        while let Some(flag) = chars.next_if(|c| "-0+ #".contains(*c)) {
            match flag {
                '-' => flags.left = true,
                '0' => flags.zero = true,
                '+' => flags.plus = true,
                ' ' => flags.space = true,
                _ => flags.sharp = true,
            }
        }
        flags.width = digits(&mut chars)?.unwrap_or(0);
        if chars.next_if_eq(&'.').is_some() {
            flags.precision = Some(digits(&mut chars)?.unwrap_or(0));
        }
        if chars.next_if_eq(&'[').is_some() {
            let position = digits(&mut chars)?.and_then(|position| position.checked_sub(1));
            next = position.ok_or("an index is written %[1]s")?;
            if chars.next_if_eq(&']').is_none() {
                return Err("an index is written %[1]s".into());
            }
        }
        let verb = chars.next().ok_or("the spec ends within a verb")?;
        let value = values
            .get(next)
            .ok_or_else(|| Failure::new(format!("the spec wants {} values, found {}", next + 1, values.len())))?;
        next += 1;
        pad(&mut out, one(verb, value, &flags)?, &flags, verb);
        fits(1, out.len())?;
    }
    if next < values.len() {
        return Err(Failure::new(format!("the spec wants {next} values, found {}", values.len())));
    }
    Ok(out)
}

fn digits(chars: &mut std::iter::Peekable<std::str::Chars>) -> Result<Option<usize>, Failure> {
    let mut number: Option<usize> = None;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        chars.next();
        let value = number.unwrap_or(0) * 10 + digit as usize;
        if value > MAX_WIDTH {
            return Err(Failure::new(format!("a width is at most {MAX_WIDTH}")));
        }
        number = Some(value);
    }
    Ok(number)
}

fn one(verb: char, value: &Value, flags: &Flags) -> Result<String, Failure> {
    let wrong = |wanted: &str| Failure::new(format!("%{verb} takes {wanted}, found {}", value.type_name()));
    let int = || number(value).and_then(|number| number.as_int()).ok_or_else(|| wrong("an int"));
    let float = || match number(value) {
        Some(Value::Int(int)) => Ok(int as f64),
        Some(Value::Float(float)) => Ok(float),
        _ => Err(wrong("a number")),
    };
    let signed = |text: String| match text.starts_with('-') {
        false if flags.plus => format!("+{text}"),
        false if flags.space => format!(" {text}"),
        _ => text,
    };
    let text = || value.scalar_text().ok_or_else(|| wrong("a string"));
    let cut = |text: &str| match flags.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_string(),
    };
    Ok(match verb {
        'v' if flags.sharp => value.to_json().to_string(),
        'v' => value.scalar_text().map_or_else(|| value.to_json().to_string(), |text| text.to_string()),
        's' => cut(&text()?),
        'q' => serde_json::Value::from(text()?.as_ref()).to_string(),
        't' => value.as_bool().ok_or_else(|| wrong("a bool"))?.to_string(),
        'd' => signed(int()?.to_string()),
        'b' => signed(radix(int()?, |n| format!("{n:b}"))),
        'o' => signed(radix(int()?, |n| format!("{n:o}"))),
        'x' | 'X' if matches!(value, Value::String(_)) && number(value).is_none() => {
            let text = text()?;
            if verb == 'X' { hex::encode_upper(text.as_bytes()) } else { hex::encode(text.as_bytes()) }
        }
        'x' => signed(radix(int()?, |n| format!("{n:x}"))),
        'X' => signed(radix(int()?, |n| format!("{n:X}"))),
        'f' | 'F' => signed(format!("{:.*}", flags.precision.unwrap_or(6), float()?)),
        'e' | 'E' => {
            let written = exponent(float()?, flags.precision.unwrap_or(6));
            signed(if verb == 'E' { written.to_uppercase() } else { written })
        }
        'g' | 'G' => {
            let Value::Float(number) = finite(float()?, || "the number".to_string())? else {
                return Err(wrong("a number"));
            };
            signed(number.to_string())
        }
        other => return Err(Failure::new(format!("there is no verb %{other}"))),
    })
}

fn radix(value: i64, digits: impl Fn(u64) -> String) -> String {
    let text = digits(value.unsigned_abs());
    if value < 0 { format!("-{text}") } else { text }
}

/// `1.500000e+03`, with at least two digits of exponent as in Go.
fn exponent(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
            format!("{mantissa}e{sign}{digits:0>2}")
        }
        None => text,
    }
}

fn pad(out: &mut String, text: String, flags: &Flags, verb: char) {
    let missing = flags.width.saturating_sub(text.chars().count());
    if flags.left {
        out.push_str(&text);
        out.push_str(&" ".repeat(missing));
    } else if flags.zero && !"svqt".contains(verb) {
        let (sign, digits) = match text.strip_prefix(['-', '+', ' ']) {
            Some(digits) => (&text[..1], digits),
            None => ("", text.as_str()),
        };
        out.push_str(sign);
        out.push_str(&"0".repeat(missing));
        out.push_str(digits);
    } else {
        out.push_str(&" ".repeat(missing));
        out.push_str(&text);
    }
}
