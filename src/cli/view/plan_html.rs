//! Plans as one HTML page that stands alone: the text view in its colours, with nothing to fetch and no script.

use std::fmt::Write;

use wildfire_engine::model::visible::Visible;
use wildfire_engine::plan::Plan;

use super::line::escape;
use super::plan::{Detail, page as lines, total};

const STYLE: &str = "\
body{margin:2rem auto;max-width:70rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif}\
pre{overflow-x:auto;padding:1rem;border:1px solid #8884;border-radius:6px;font:13px/1.5 ui-monospace,monospace}\
.b{font-weight:bold}.d{opacity:.65}.c31{color:#c62828}.c32{color:#2e7d32}.c33{color:#a66300}.c35{color:#8e24aa}.c36{color:#00838f}\
@media(prefers-color-scheme:dark){body{background:#16181c;color:#e6e6e6}.c31{color:#ff7b72}.c32{color:#7ee787}.c33{color:#f2cc60}\
.c35{color:#d2a8ff}.c36{color:#76e3ea}}";

/// The page of the plans of a stage, one section for each stack.
pub fn page(title: &str, plans: &[&Plan]) -> String {
    let text = |text: &dyn std::fmt::Display| escape(&Visible(text).to_string());
    let mut body = String::new();
    if plans.len() > 1 {
        let _ = writeln!(body, "<pre>{}</pre>", super::stage::total(plans).html().trim_end());
    }
    for plan in plans {
        let (stack, total) = (text(&plan.stack), text(&total(plan).words()));
        let shown = lines(plan, Detail::default()).html();
        let _ = writeln!(body, "<h2>{stack}</h2>\n<p>{total}</p>\n<pre>{}</pre>", shown.trim_end());
    }
    let title = text(&title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}
