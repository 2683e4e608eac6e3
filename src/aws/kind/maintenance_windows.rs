//! Windows of time, in UTC: when AWS may change something (`sun:03:00-sun:04:00`) or takes backups (`02:00-03:00`).

use wildfire_engine::model::{Problem, Value};

use crate::kind::convert::problem;

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
const WEEK: u32 = 7 * DAY;

/// A part of a day or of a week, in minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    start: u32,
    length: u32,
}

/// The two windows of a type, and what AWS wants of them.
pub(crate) struct Rules {
    /// The property with the window of every day.
    pub daily: &'static str,
    /// The property with the window of every week.
    pub weekly: &'static str,
    /// In minutes.
    pub shortest: u32,
    /// Whether the two may have time in common.
    pub may_overlap: bool,
}

impl Rules {
    /// What is wrong with the windows that are known.
    pub(crate) fn problems(&self, properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut window = |name: &str, parse: fn(&str) -> Option<Window>, example: &str| {
            let text = properties.get(name).and_then(Value::as_str)?;
            let Some(window) = parse(text) else {
                problems.push(problem(name, format!("{text:?} is no window in UTC such as {example}")));
                return None;
            };
            if window.length < self.shortest {
                let message = format!("the window {text} is shorter than {} minutes", self.shortest);
                problems.push(problem(name, message));
            }
            Some(window)
        };
        let daily = window(self.daily, daily, "02:00-03:00");
        let weekly = window(self.weekly, weekly, "sun:03:00-sun:04:00");
        if let (Some(daily), Some(weekly)) = (daily, weekly)
            && !self.may_overlap
            && overlap(daily, weekly)
        {
            let message = format!("this window and {} have time in common, which AWS refuses", self.weekly);
            problems.push(problem(self.daily, message));
        }
        problems
    }
}

fn daily(text: &str) -> Option<Window> {
    let (start, end) = text.split_once('-')?;
    let (start, end) = (minutes(start)?, minutes(end)?);
    Some(Window { start, length: (end + DAY - start) % DAY })
}

fn weekly(text: &str) -> Option<Window> {
    let point = |text: &str| {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let (day, time) = text.split_once(':')?;
        let day = DAYS.iter().position(|name| name.eq_ignore_ascii_case(day))?;
        Some(u32::try_from(day).ok()? * DAY + minutes(time)?)
    };
    let (start, end) = text.split_once('-')?;
    let (start, end) = (point(start)?, point(end)?);
    Some(Window { start, length: (end + WEEK - start) % WEEK })
}

/// `03:30`
fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, below: u32| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|number| digits && *number < below)
    };
    Some(number(hour, 24)? * HOUR + number(minute, 60)?)
}

fn overlap(daily: Window, weekly: Window) -> bool {
    // The one that starts later has to start after the other has ended.
    (0..7).any(|day| {
        let start = day * DAY + daily.start;
        (start + WEEK - weekly.start) % WEEK < weekly.length || (weekly.start + WEEK - start) % WEEK < daily.length
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { daily: "backup", weekly: "maintenance", shortest: 30, may_overlap: false };

    fn problems(backup: &str, maintenance: &str) -> Vec<String> {
        let properties = [("backup", Value::from(backup)), ("maintenance", Value::from(maintenance))].into();
        RULES.problems(&properties).into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn windows_have_one_form_and_a_shortest_length() {
        let none: [&str; 0] = [];
        assert_eq!(problems("02:00-03:00", "sun:03:00-sun:04:00"), none);
        assert_eq!(problems("23:45-00:15", "Sun:03:00-Sun:04:00"), none);
        for wrong in ["2:00-3:00", "02:00", "24:00-01:00", "02:00-03:60", "sun:02:00-sun:03:00", "", "+2:00-03:00"] {
            assert_eq!(problems(wrong, "sun:03:00-sun:04:00"), ["backup"], "{wrong}");
        }
        assert_eq!(problems("02:00-03:00", "sunday:03:00-sunday:04:00"), ["maintenance"]);
        assert_eq!(problems("02:00-02:20", "sun:03:00-sun:03:29"), ["backup", "maintenance"]);
    }

    #[test]
    fn windows_that_meet_are_fine_and_windows_that_overlap_are_not() {
        let overlaps = |backup, maintenance| !problems(backup, maintenance).is_empty();
        assert!(!overlaps("02:00-03:00", "sun:03:00-sun:04:00"));
        assert!(!overlaps("04:00-05:00", "sun:03:00-sun:04:00"));
        assert!(overlaps("02:30-03:30", "sun:03:00-sun:04:00"));
        assert!(overlaps("03:15-03:45", "sun:03:00-sun:04:00"));
        // Over midnight, and over the end of the week.
        assert!(overlaps("23:30-00:30", "mon:00:00-mon:00:30"));
        assert!(overlaps("00:00-00:30", "sun:23:45-mon:00:15"));
        assert!(overlaps("12:00-12:30", "sat:23:00-sun:23:00"));
    }
}
