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
        let (short, new) = (inline(&before), inline(&after));
        if short.chars().count() <= WIDTH && new.chars().count() <= WIDTH {
            return page.push(place.line().text(format!("{head} {short} -> {new}")).remark(&remarks));
        }
        page.push(place.line().text(head).remark(&remarks));
        let inside = Place { within: None, ..place.inside() };
        match (&before, &after) {
            (Value::String(a), Value::String(b)) if a.contains('\n') || b.contains('\n') => {
                self.lines(page, inside.indent, a, b);
            }
            (Value::String(a), Value::String(b)) => self.characters(page, inside.indent, a, b, quoted),
            (Value::Map(a), Value::Map(b)) => self.maps(page, inside, a, b, reading),
            (Value::List(a), Value::List(b)) if reading.set => self.sets(page, inside.indent, a, b, reading),
            (Value::List(a), Value::List(b)) => self.lists(page, inside, a, b, reading),
            _ => {
                entry(page, Place::signed(inside.indent, Sign::Remove), "", &before, Reading::default(), "");
                entry(page, Place::signed(inside.indent, Sign::Add), "", &after, Reading::default(), "");
            }
        }
    }

    fn maps(self, page: &mut Page, place: Place, before: &Map, after: &Map, reading: Reading) {
        let mut equal = 0;
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        for name in names {
            let head = format!("{}:", key(name));
            let reading = reading.of(Some(name));
            match (before.get(name), after.get(name)) {
                (Some(a), Some(b)) if a == b => match self.full {
                    true => entry(page, place, &head, a, reading, ""),
                    false => equal += 1,
                },
                (Some(a), Some(b)) => {
                    let place = Place::signed(place.indent, Sign::Change);
                    self.compare(page, place, &head, (a, b), reading, "");
                }
                (Some(a), None) => entry(page, Place::signed(place.indent, Sign::Remove), &head, a, reading, ""),
                (None, Some(b)) => entry(page, Place::signed(place.indent, Sign::Add), &head, b, reading, ""),
                (None, None) => {}
            }
        }
        elided(page, place.indent, equal, "entry", "entries");
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
                        true => entry(page, Place { indent, sign: None, within: None }, "-", value, reading, ""),
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
        elided(page, indent, equal, "item", "items");
    }

    fn lists(self, page: &mut Page, place: Place, before: &[Value], after: &[Value], reading: Reading) {
        let reading = reading.of(None);
        let indent = place.indent;
        for run in align(&keyed(before), &keyed(after)) {
            match run {
                Run::Equal { before: range, .. } if self.full => {
                    before[range].iter().for_each(|item| entry(page, place, "-", item, reading, ""));
                }
                Run::Equal { before: range, .. } => elided(page, indent, range.len(), "item", "items"),
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
        let same = |pairs: usize, equal: &dyn Fn(usize) -> bool| (0..pairs).take_while(|index| equal(*index)).count();
        let shorter = old.len().min(new.len());
        let head = same(shorter, &|index| old[index] == new[index]);
        let tail = same(shorter - head, &|index| old[old.len() - 1 - index] == new[new.len() - 1 - index]);
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
