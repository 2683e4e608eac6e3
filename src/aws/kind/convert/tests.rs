use super::*;

#[test]
fn what_does_not_fit_is_an_error_with_its_path() {
    let sizes = Some(vec![1_i64, i64::MAX]);
    let unfit = outgoing::<Vec<i32>, _>(&sizes, "sizes").expect_err("the second one does not fit");
    let error = CloudError::from(unfit);
    assert_eq!(error.message, "`sizes[1]` cannot be sent: 9223372036854775807 does not fit in 32 bits");
    let unfit = outgoing_text::<bool>(&Some("yes".into()), "encrypted").expect_err("it is no flag");
    assert_eq!(CloudError::from(unfit).message, "`encrypted` cannot be sent: \"yes\" is neither true nor false");
}

#[test]
fn texts_stand_for_flags_numbers_and_moments() {
    assert_eq!(outgoing_text(&Some("1".into()), "a"), Ok(Some(true)));
    assert_eq!(outgoing_text(&Some("443".into()), "a"), Ok(Some(443_i32)));
    assert_eq!(outgoing_text::<bool>(&Some(String::new()), "a"), Ok(None));
    let moment = outgoing_text::<DateTime>(&Some("2026-01-02T03:04:05Z".into()), "a").expect("it is a moment");
    assert_eq!(incoming_text(moment, "a"), Ok(Some("2026-01-02T03:04:05Z".to_string())));
    assert_eq!(incoming_text(Some(false), "a"), Ok(Some("false".to_string())));
}

#[test]
fn a_short_float_keeps_its_text() {
    assert_eq!(f64::from_sdk(0.1_f32), Ok(0.1));
    assert_eq!(ToSdk::<f32>::to_sdk(&0.1_f64), Ok(0.1_f32));
    assert!(ToSdk::<f32>::to_sdk(&1e300_f64).is_err());
}

#[test]
fn a_member_is_there_or_may_be_absent() {
    assert_eq!(Member(Some(1)).take(), Some(1));
    assert_eq!(Member(1).take(), Some(1));
    assert_eq!(Member(None::<i32>).take(), None);
}
