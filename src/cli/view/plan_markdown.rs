//! Plans as Markdown: what a CI step writes into a pull request.
//!
//! What is lost stands first and is never folded away; drift, outputs and resources follow, folded, as diffs with the
//! colours that forges give to one. Comments have a limit: what does not fit is counted. Text of a stage stands in code
//! only, where a forge makes no link, no mention and no markup of it.

use std::fmt::Write;

use wildfire_engine::model::visible::Visible;
use wildfire_engine::plan::Plan;

use super::line::{Line, Page, escape};
use super::plan::{self, Detail, is_shown};
use super::{notes, unread};

/// Bytes of one document. GitHub takes 65,536 characters in a comment, and there is text around this one.
const LIMIT: usize = 60_000;

/// Bytes for what stands first: the headings, and what is lost.
const HEADS: usize = 30_000;

/// Bytes for the sentence on what is left out of a stack.
const REMAINDER: usize = 250;

/// The document of the plans of a command.
pub fn documents(plans: &[&Plan]) -> String {
    let share = HEADS / plans.len().max(1);
    let heads: Vec<String> = plans.iter().map(|plan| head(plan, share)).collect();
    let mut left = LIMIT.saturating_sub(heads.iter().map(|head| head.len() + REMAINDER).sum());
    let mut out = String::new();
    if plans.len() > 1 {
        let all = super::stage::total(plans);
        let total = all.lines().first().map(Line::words).unwrap_or_default();
        // What is lost stands below each stack.
        let _ = writeln!(out, "## All stacks: {total}");
    }
    for (plan, head) in plans.iter().zip(heads) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&head);
        let mut omitted: Vec<&str> = Vec::new();
        for (kind, section) in sections(plan) {
            match section.len() <= left {
                true => {
                    left -= section.len();
                    out.push_str(&section);
                }
                false => omitted.push(kind),
            }
        }
        out.push_str(&remainder(&omitted));
    }
    out
}

/// The heading of a stack, and what is destroyed or replaced, in at most so many bytes.
fn head(plan: &Plan, limit: usize) -> String {
    heading("###", &code(&plan.stack.to_string()), &total(plan), &plan::lost(&[plan]), limit)
}

/// A heading, and a list below it with a heading of its own.
fn heading(level: &str, name: &str, total: &str, lost: &Page, limit: usize) -> String {
    let mut out = format!("{level} {name}: {total}\n");
    // Its heading may name a stack, which is no text of ours.
    let Some((_, items)) = lost.lines().split_first() else { return out };
    let _ = writeln!(out, "\n**{} will be destroyed or replaced:**\n", items.len());
    for (index, line) in items.iter().enumerate() {
        let item = format!("- {}\n", code(line.plain().trim()));
        if out.len() + item.len() > limit {
            let _ = writeln!(out, "- and {} more", items.len() - index);
            break;
        }
        out.push_str(&item);
    }
    out
}

/// The total; the name of the stack in it stands before it already.
fn total(plan: &Plan) -> String {
    match plan.is_empty() {
        true if plan.unread.is_empty() => "No changes.".to_string(),
        true => "No changes to what could be read.".to_string(),
        false => plan::total(plan).words(),
    }
}

/// Everything that is folded, each with what it is.
fn sections(plan: &Plan) -> Vec<(&'static str, String)> {
    let detail = Detail::default();
    let mut out = Vec::new();
    let block = |out: &mut Vec<_>, kind, title: &str, body: Page| {
        if !body.lines().is_empty() {
            out.push((kind, section(title, body.lines())));
        }
    };
    block(&mut out, "list of values", "Set outside of the files", plan::values(plan));
    let recovered = plan::recovered(plan);
    block(
        &mut out,
        "list of calls that had no result",
        "An earlier run left calls without a result; what became of them",
        recovered,
    );
    block(
        &mut out,
        "list of what could not be read",
        "Could not be read, so nothing is planned for it",
        unread::page(plan),
    );
    let drift = plan::drift(plan, detail);
    block(
        &mut out,
        "list of what changed outside of wildfire",
        "Changed outside of wildfire since the last apply",
        drift,
    );
    for change in plan.resources.iter().filter(|change| is_shown(change)) {
        let mut page = Page::default();
        plan::resource(&mut page, plan, change, detail);
        if let Some((first, body)) = page.lines().split_first() {
            out.push(("resource", section(first.words().trim_start_matches("# "), body)));
        }
    }
    block(&mut out, "list of data sources", "Read during apply", plan::reads(plan));
    block(&mut out, "list of outputs", "Changes to outputs", plan::outputs(plan, detail));
    block(&mut out, "list of notes", "Notes", notes::page(plan));
    out
}

/// What does not fit, in numbers.
fn remainder(omitted: &[&str]) -> String {
    let mut kinds: Vec<&str> = omitted.to_vec();
    kinds.dedup();
    if kinds.is_empty() {
        return String::new();
    }
    let count = |kind: &str| omitted.iter().filter(|other| **other == kind).count();
    let parts: Vec<String> = kinds
        .iter()
        .map(|kind| match (*kind, count(kind)) {
            ("resource", 1) => "1 resource".to_string(),
            ("resource", count) => format!("{count} resources"),
            (kind, _) => format!("the {kind}"),
        })
        .collect();
    format!("\n**Not shown here, as the text would be too long:** {}.\n", parts.join(", "))
}

/// One part, folded: its title, and the rest as a diff.
fn section(title: &str, lines: &[Line]) -> String {
    let body: Vec<String> = lines.iter().map(|line| line.diff().trim_end().to_string()).collect();
    let body = body.join("\n");
    let body = body.trim_matches('\n');
    let fence = "`".repeat(longest_run(body, '`').max(2) + 1);
    let title = escape(&Visible(title).to_string());
    format!("\n<details><summary><code>{title}</code></summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n")
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
    let text = Visible(text).to_string();
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::Sign;
    use super::*;

    #[test]
    fn text_of_a_stage_cannot_end_its_fence() {
        let lines =
            [Line::at(2).sign(Sign::Add).text("aws_ssm a"), Line::at(6).text("value: \"```\n# not a heading\"")];
        let text = section("a will be created", &lines);
        assert!(text.contains("````diff\n+   aws_ssm a\n        value: \"```\\n# not a heading\"\n````\n"), "{text}");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`@team\n"), "`` `@team\\n ``");
    }

    #[test]
    fn text_of_a_stage_is_no_html() {
        let text = section("a[\"</code></summary><b>@team\"] will be created", &[]);
        assert!(text.contains("<code>a[&quot;&lt;/code&gt;&lt;/summary&gt;&lt;b&gt;@team&quot;] will"), "{text}");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        assert_eq!(remainder(&[]), "");
        let text = remainder(&["resource", "resource", "list of outputs"]);
        assert_eq!(text, "\n**Not shown here, as the text would be too long:** 2 resources, the list of outputs.\n");
    }
}
