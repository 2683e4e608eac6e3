//! A plan as Markdown: what a CI step writes into a pull request.
//!
//! What is lost stands first and is never folded away; the resources follow, folded, as a diff with the colours that
//! forges give to one. Comments have a limit, so resources beyond it are named and counted, and not shown.

use std::fmt::Write;

use anstream::adapter::strip_str;
use wildfire_engine::plan::{Plan, ResourceChange};

use super::plan::{Detail, is_shown, resource, summary};
use super::unread;

/// Bytes of one document. GitHub takes 65,536 characters in a comment, and there is text around this one.
const LIMIT: usize = 60_000;

/// The document of one stack's plan.
pub fn markdown(plan: &Plan) -> String {
    let summary = strip_str(&summary(plan)).to_string();
    let (first, lost) = summary.split_once('\n').unwrap_or((summary.as_str(), ""));
    let mut out = format!("### `{}`: {}\n", plan.stack, first.trim());
    if !lost.trim().is_empty() {
        let mut lines = lost.trim_end().lines();
        let _ = writeln!(out, "\n**{}**\n", lines.next().unwrap_or_default());
        for line in lines {
            let (sign, rest) = line.trim().split_once(' ').unwrap_or(("", line.trim()));
            let _ = writeln!(out, "- {} {}", code(sign), code(rest));
        }
    }
    let text = unread::text(plan);
    if !text.is_empty() {
        out.push_str(&section(&strip_str(&text).to_string()));
    }
    let shown: Vec<&ResourceChange> = plan.resources.iter().filter(|change| is_shown(change)).collect();
    for (index, change) in shown.iter().enumerate() {
        let mut text = String::new();
        resource(&mut text, plan, change, Detail::default());
        let section = section(&strip_str(&text).to_string());
        if out.len() + section.len() > LIMIT {
            let _ = writeln!(out, "\n{} more resources change and are not shown here.", shown.len() - index);
            break;
        }
        out.push_str(&section);
    }
    out
}

/// One resource, folded: its heading, and the rest as a diff.
fn section(text: &str) -> String {
    let mut lines = text.trim_end().lines();
    let heading = lines.next().unwrap_or_default().trim().trim_start_matches('#').trim();
    let body: Vec<String> = lines.map(diff_line).collect();
    let body = body.join("\n");
    let fence = "`".repeat(longest_run(&body, '`').max(2) + 1);
    format!("\n<details><summary>{}</summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n", escape(heading))
}

/// A forge takes the first character of a line for what happens to it, and `!` for a change.
fn diff_line(line: &str) -> String {
    let trimmed = line.trim_start();
    let indent = " ".repeat(line.len() - trimmed.len());
    for (sign, mark) in [("-/+ ", '!'), ("+/- ", '!'), ("~ ", '!'), ("+ ", '+'), ("- ", '-')] {
        if let Some(rest) = trimmed.strip_prefix(sign) {
            return format!("{mark} {indent}{rest}");
        }
    }
    format!("  {line}")
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for found in text.chars() {
        run = if found == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Text as code on one line, whatever is in it.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// Text within HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{code, diff_line, section};

    #[test]
    fn what_happens_to_a_line_stands_in_its_first_column() {
        assert_eq!(diff_line("      ~ cidr_block: 1 -> 2"), "!       cidr_block: 1 -> 2");
        assert_eq!(diff_line("  -/+ aws_vpc vpc (vpc-1)"), "!   aws_vpc vpc (vpc-1)");
        assert_eq!(diff_line("  #   declared"), "    #   declared");
    }

    #[test]
    fn text_of_a_stage_cannot_end_its_fence() {
        let text = section("  # a will be created\n  + aws_ssm a\n      + value: \"```\n# not a heading\"\n");
        assert!(text.contains("````diff\n"), "{text}");
        assert_eq!(code("a`b"), "``a`b``");
    }

    #[test]
    fn text_of_a_stage_is_no_html() {
        let text = section("  # a[\"</summary><b>\"] will be created\n");
        assert!(text.contains("&lt;/summary&gt;&lt;b&gt;"), "{text}");
    }
}
