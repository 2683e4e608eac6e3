//! Results of tests in JUnit's form, as CI systems read it.

use std::fmt::Write as _;

use wildfire_engine::model::{Diagnostic, Diagnostics, Severity, visible};
use wildfire_engine::rehearsal::Verdict;

use crate::cli::commands::test::Played;

/// The document.
pub fn document(played: &[Played]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for one in played {
        suite(one, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(played: &Played, out: &mut String) {
    let Played { suite, verdicts } = played;
    let broken = suite.diagnostics.has_errors();
    let failures = verdicts.iter().filter(|verdict| !verdict.passed()).count();
    let time: f64 = verdicts.iter().map(|verdict| verdict.elapsed.as_secs_f64()).sum();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{}\" time=\"{time:.3}\">",
        escaped(&played.title()),
        verdicts.len() + usize::from(broken),
        usize::from(broken),
    );
    if broken {
        let _ = writeln!(out, "    <testcase classname=\"{}\" name=\"(file)\" time=\"0.000\">", escaped(&suite.file));
        problem("error", &suite.diagnostics, out);
        out.push_str("    </testcase>\n");
    }
    for verdict in verdicts {
        case(&played.title(), verdict, out);
    }
    out.push_str("  </testsuite>\n");
}

fn case(file: &str, verdict: &Verdict, out: &mut String) {
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(file),
        escaped(&verdict.name),
        verdict.elapsed.as_secs_f64(),
    );
    if verdict.passed() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    problem("failure", &verdict.problems, out);
    out.push_str("    </testcase>\n");
}

/// The first error is the message; the text has all of them.
fn problem(element: &str, problems: &Diagnostics, out: &mut String) {
    let errors: Vec<&Diagnostic> = problems.iter().filter(|one| one.severity == Severity::Error).collect();
    let Some(first) = errors.first() else { return };
    let text: Vec<String> = errors.iter().map(|one| told(one)).collect();
    let _ = writeln!(
        out,
        "      <{element} type=\"{}\" message=\"{}\">{}</{element}>",
        first.code.name(),
        escaped(&first.message),
        escaped(&text.join("\n")),
    );
}

fn told(one: &Diagnostic) -> String {
    let place = one.origin.as_ref().map_or(String::new(), |origin| format!("{}: ", origin.span));
    let mut out = format!("{place}{}: {}", one.code.name(), one.message);
    for note in &one.notes {
        out.push_str(&format!("\n  note: {note}"));
    }
    if let Some(help) = &one.help {
        out.push_str(&format!("\n  help: {help}"));
    }
    out
}

/// Text as XML has it; what XML cannot hold, and what hides, is written out.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        for c in visible::visible(line).chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                c => out.push(c),
            }
        }
        out.push_str(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("a<b>&\"c\"\nd"), "a&lt;b&gt;&amp;&quot;c&quot;\nd");
        assert!(!escaped("\u{0}\u{1b}[31m").contains('\u{1b}'));
    }
}
