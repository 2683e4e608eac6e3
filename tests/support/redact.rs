//! What differs from run to run, taken out of an output. Every rule is here.

use std::sync::LazyLock;

use regex::Regex;

/// In this order: what an earlier rule has replaced is not seen by a later one.
static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"http://127\.0\.0\.1:\d+", "<endpoint>"),
        // Named by what is varied already: the address of a server.
        (r"\.wildfire/modules/[0-9a-f]{32}", ".wildfire/modules/<module>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uuid>"),
        (r"\b[0-9a-f]{64}\b", "<sha256>"),
        // What RDS and Secrets Manager make up: resource ids, endpoints, hosted zones, ends of names.
        (r"\bcluster-[0-9A-Z]{26}\b", "cluster-<id>"),
        (r"\.cluster-(ro-)?[0-9a-z]{12}\.", ".cluster-$1<id>."),
        (r#"("hosted_zone_id":(?:\{"constant_value":)?")[0-9A-Z]{14}""#, r#"$1<id>""#),
        (r"<uuid>-[0-9A-Za-z]{6}\b", "<uuid>-<id>"),
        (r"(rds:[a-z0-9-]+)-\d{4}-\d\d-\d\d-\d\d-\d\d\b", "$1-<minute>"),
        (r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b", "<ulid>"),
        // Zones, roles, users: capitals and digits.
        (r"\b[0-9A-Z]{21,22}\b", "<id>"),
        // Physical ids: `vpc-0123456789abcdef0`, and request ids as the emulator makes them.
        (r"\b([a-z]+)-[0-9a-f]{17}\b", "$1-<id>"),
        (r"(request |request_id[^A-Za-z0-9]{2,4})[A-Za-z0-9]{20,}", "$1<request>"),
        // Git's words about a server that is down vary with its version.
        (r"(git: unable to access '[^']+': ).*", "$1<reason>"),
        (r"\b(after|in) (\d+m )?\d+(\.\d)?s\b", "$1 <duration>"),
        // Results ride with the intents that come next, so the number of writes varies.
        (r#"("serial":)[1-9]\d*"#, "$1<serial>"),
        (r"\b(at serial|serial|and is at) [1-9]\d*\b", "$1 <serial>"),
        (r"(/snapshots/)\d+-", "$1<serial>-"),
        (r#""seconds":\d+(\.\d+)?"#, r#""seconds":"<duration>""#),
        (r#""milliseconds":\d+"#, r#""milliseconds":"<duration>""#),
        // `AWS` answers with trailing spaces, which editors take away.
        (r"[ \t]+\n", "\n"),
    ]
    .into_iter()
    .map(|(pattern, with)| (Regex::new(pattern).expect("the rule is a regular expression"), with))
    .collect()
});

/// `text` without what varies. `paths` are folders, and what stands for each.
pub fn redact(text: &str, paths: &[(&str, &str)]) -> String {
    let mut text = text.to_string();
    for (path, with) in paths {
        text = text.replace(path, with);
    }
    for (rule, with) in RULES.iter() {
        text = rule.replace_all(&text, *with).into_owned();
    }
    in_one_order(&text)
}

/// Steps that need nothing of each other start and end in any order, and a step may begin while the result of the one before
/// is still being written. Their lines are put together by resource and call; what one call goes through stays in its order.
fn in_one_order(text: &str) -> String {
    static STEP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(aws_\w+ \S+)( \([^)]*\))?: (destroy|record)?")
            .expect("the line of a step is a regular expression")
    });
    let step = |line: &str| {
        let found = STEP.captures(line)?;
        let part = |index: usize| found.get(index).map_or(String::new(), |part| part.as_str().to_string());
        // What goes comes before what takes its place, and what is written down last.
        let rank = ["destroy", "", "record"].iter().position(|verb| part(3) == *verb);
        Some((part(1), rank, part(2)))
    };
    let mut lines: Vec<&str> = text.split('\n').collect();
    for run in lines.chunk_by_mut(|a, b| step(a).is_some() && step(b).is_some()) {
        run.sort_by_key(|line| step(line));
    }
    lines.join("\n")
}

#[test]
fn steps_are_put_together_by_resource() {
    let text = "aws_vpc b: creating\naws_sqs_queue c: creating\naws_vpc a: creating\naws_vpc b (Tags): created\n\naws_vpc a: created\n";
    assert_eq!(
        in_one_order(text),
        "aws_sqs_queue c: creating\naws_vpc a: creating\naws_vpc b: creating\naws_vpc b (Tags): created\n\naws_vpc a: created\n"
    );
}

#[test]
fn what_varies_is_taken_out_and_nothing_else() {
    let text = "vpc-0123456789abcdef0 in /tmp/x/stages at 2026-01-02T03:04:05.6Z after 0.4s \n01ARZ3NDEKTSV4RRFFQ69G5FAV main.yaml:12s3";
    assert_eq!(
        redact(text, &[("/tmp/x", "<project>")]),
        "vpc-<id> in <project>/stages at <time> after <duration>\n<ulid> main.yaml:12s3"
    );
}
