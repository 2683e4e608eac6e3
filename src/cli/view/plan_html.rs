//! Plans as one HTML page that stands alone: the text view in its colours, with nothing to fetch and no script.

use std::fmt::Write;

use wildfire_engine::plan::Plan;

use super::plan::{Detail, text};
use super::plan_markdown::escape;

const STYLE: &str = "\
body{margin:2rem auto;max-width:70rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif}\
pre{overflow-x:auto;padding:1rem;border:1px solid #8884;border-radius:6px;font:13px/1.5 ui-monospace,monospace}\
.b{font-weight:bold}.d{opacity:.65}.c31{color:#c62828}.c32{color:#2e7d32}.c33{color:#a66300}.c35{color:#8e24aa}.c36{color:#00838f}\
@media(prefers-color-scheme:dark){body{background:#16181c;color:#e6e6e6}.c31{color:#ff7b72}.c32{color:#7ee787}.c33{color:#f2cc60}\
.c35{color:#d2a8ff}.c36{color:#76e3ea}}";

/// The page of the plans of a stage, one section for each stack.
pub fn page(title: &str, plans: &[Plan]) -> String {
    let mut body = String::new();
    for plan in plans {
        let shown = spans(&text(plan, Detail::default()));
        let _ = writeln!(body, "<h2>{}</h2>\n<pre>{}</pre>", escape(&plan.stack.to_string()), shown.trim_end());
    }
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

/// Text with the terminal's colours as text with elements in their place. Values of a stage are escaped; an escape
/// sequence in one of them can at most change a colour.
fn spans(text: &str) -> String {
    let mut out = String::new();
    let mut open = 0;
    let mut parts = text.split("\u{1b}[");
    out.push_str(&escape(parts.next().unwrap_or_default()));
    for part in parts {
        let Some((codes, rest)) = part.split_once('m') else {
            out.push_str(&escape(part));
            continue;
        };
        let classes: Vec<String> = codes.split(';').filter_map(class).collect();
        match classes.is_empty() {
            true => {
                out.push_str(&"</span>".repeat(open));
                open = 0;
            }
            false => {
                let _ = write!(out, "<span class=\"{}\">", classes.join(" "));
                open += 1;
            }
        }
        out.push_str(&escape(rest));
    }
    out.push_str(&"</span>".repeat(open));
    out
}

fn class(code: &str) -> Option<String> {
    match code {
        "1" => Some("b".into()),
        "2" => Some("d".into()),
        "31" | "32" | "33" | "35" | "36" => Some(format!("c{code}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[test]
    fn colours_become_elements_that_are_closed() {
        assert_eq!(
            spans("\u{1b}[1m\u{1b}[31m-\u{1b}[0m a <b>"),
            "<span class=\"b\"><span class=\"c31\">-</span></span> a &lt;b&gt;"
        );
        assert_eq!(spans("\u{1b}[33m~"), "<span class=\"c33\">~</span>");
    }

    #[test]
    fn a_sequence_in_a_value_makes_no_markup() {
        assert_eq!(spans("a\u{1b}[<script>m"), "a");
        assert_eq!(spans("a\u{1b}[2J<x>"), "a2J&lt;x&gt;");
    }
}
