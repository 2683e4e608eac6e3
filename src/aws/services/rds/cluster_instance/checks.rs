//! Checks of an instance's properties, made before any call.

use wildfire_engine::model::{Problem, Value};

use crate::kind::convert::problem;
use crate::services::rds::cluster::WINDOWS;

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let mut problems = WINDOWS.problems(properties);
    let int = |name: &str| properties.get(name).and_then(Value::as_int);
    if let Some(interval) = int("monitoring_interval") {
        if ![0, 1, 5, 10, 15, 30, 60].contains(&interval) {
            let message = "the intervals are 0, 1, 5, 10, 15, 30 and 60 seconds";
            problems.push(problem("monitoring_interval", message));
        }
        let role = properties.get("monitoring_role_arn").is_some_and(|role| !role.is_null());
        if interval != 0 && !role {
            problems.push(problem("monitoring_role_arn", "enhanced monitoring needs a role"));
        }
    }
    if int("performance_insights_retention_period").is_some_and(|days| !is_retention(days)) {
        let message = "Performance Insights keeps data for 7 days, for 1 to 23 months of 31 days, or for 731 days";
        problems.push(problem("performance_insights_retention_period", message));
    }
    problems
}

fn is_retention(days: i64) -> bool {
    matches!(days, 7 | 731) || (days % 31 == 0 && (1..=23).contains(&(days / 31)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(properties: serde_json::Value) -> usize {
        problems(&Value::from_json(properties)).len()
    }

    #[test]
    fn monitoring_needs_a_role() {
        assert_eq!(count(json!({"monitoring_interval": 60})), 1);
        assert_eq!(count(json!({"monitoring_interval": 60, "monitoring_role_arn": "arn"})), 0);
        assert_eq!(count(json!({"monitoring_interval": 7, "monitoring_role_arn": "arn"})), 1);
    }

    #[test]
    fn insights_are_kept_for_a_week_or_for_months() {
        let days = |days: i64| count(json!({"performance_insights_retention_period": days}));
        assert_eq!((days(7), days(31), days(31 * 23), days(731)), (0, 0, 0, 0));
        assert_eq!((days(0), days(8), days(31 * 24), days(30)), (1, 1, 1, 1));
    }
}
