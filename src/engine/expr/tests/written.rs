//! Numbers remember how they were written, through everything that passes them on.

use proptest::prelude::*;

use super::*;
use crate::expr::plain_scalar;

#[test]
fn only_what_would_be_written_otherwise_keeps_its_text() {
    for text in ["5", "-3", "1.5", "true", "0"] {
        assert!(!matches!(plain_scalar(text), Value::Written(_)), "{text}");
    }
    for text in ["1.30", "16.10", "8.0", "01234", "1e3", "0x1F", "0o17", "+5", ".5", "5.", "True", "-0"] {
        assert!(matches!(plain_scalar(text), Value::Written(_)), "{text}");
    }
}

#[test]
fn a_document_has_numbers_that_json_can_write() {
    let document = |text: &str| plain_scalar(text).in_document().to_json().to_string();
    assert_eq!(document("1.30"), "1.3");
    assert_eq!(document("01234"), "\"01234\"");
    assert_eq!(document("0x1F"), "\"0x1F\"");
    assert_eq!(document("+5"), "\"+5\"");
    assert_eq!(document("True"), "true");
    assert_eq!(document("256"), "256");
}

#[test]
fn what_others_read_as_another_number_is_told() {
    let help = |text: &str| match plain_scalar(text) {
        Value::Written(written) => written.ambiguous(),
        _ => None,
    };
    assert_eq!(help("0060").as_deref(), Some("write 60, or 48 if an octal number is meant"));
    assert_eq!(help("0080").as_deref(), Some("write 80, without zeros before it"));
    assert_eq!(help("-010").as_deref(), Some("write -10, or -8 if an octal number is meant"));
    assert_eq!(help("0x1F").as_deref(), Some("write 31"));
    assert_eq!(help("0o17").as_deref(), Some("write 15"));
    for text in ["60", "1.30", "1e3", "0.50", "+5", "-0", "07"] {
        assert_eq!(help(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn the_text_of_a_number_is_the_text_of_the_file(text in "[-+]?(0x|0o)?[0-9]{1,24}(\\.[0-9]{0,4})?(e[-+]?[0-9]{1,2})?") {
        let value = plain_scalar(&text);
        let kept = value.scalar_text();
        prop_assert_eq!(kept.as_deref(), Some(text.as_str()));
        prop_assert_eq!(value.bare(), &value);
        // No text comes out of either form.
        prop_assert!(!matches!(value.clone().in_document(), Value::Written(_)));
        prop_assert!(!matches!(value.in_texts(), Value::Written(_)));
    }
}

#[test]
fn expressions_pass_the_text_on() {
    let scope = Names::new(serde_json::json!({}));
    let text = |source: &str| {
        let value = Template::parse(source).and_then(|template| template.evaluate(&scope)).expect(source);
        value.scalar_text().unwrap_or_else(|| panic!("{source} is {value}")).to_string()
    };
    for (source, wanted) in [
        ("${1.30}", "1.30"),
        ("${true ? 16.10 : 15.9}", "16.10"),
        ("${012345678901}", "012345678901"),
        ("${-1.50}", "-1.50"),
        ("v${1.30}", "v1.30"),
        ("${yamldecode('v: 1.30').v}", "1.30"),
        ("${yamldecode('v: [01234]').v[0]}", "01234"),
        ("${[1.30, 2][0]}", "1.30"),
        ("${merge({'a': 1.30}, {'b': 1}).a}", "1.30"),
        ("${coalesce(null, 1.30)}", "1.30"),
        ("${join('-', [1.30, 01])}", "1.30-01"),
        ("${format('%s', 1.30)}", "1.30"),
        ("${[1.30].map(x, x)[0]}", "1.30"),
        // What is computed is a number, and CEL says what `string` makes of a literal.
        ("${1.30 + 0.0}", "1.3"),
        ("${string(1.30)}", "1.3"),
        ("${string(yamldecode('1.30'))}", "1.30"),
        ("${jsonencode({'a': 1.30, 'b': 01})}", "{\"a\":1.3,\"b\":\"01\"}"),
    ] {
        assert_eq!(text(source), wanted, "{source}");
    }
}

#[test]
fn a_number_is_a_number_for_operators() {
    let scope = Names::new(serde_json::json!({}));
    let value = |source: &str| Expr::parse(source, 0).and_then(|expr| expr.evaluate(&scope)).expect(source);
    for source in [
        "1.30 == 1.3",
        "1.30 < 1.31",
        "1.30 in [1.3]",
        "[1, 2][01] == 2",
        "!yamldecode('False')",
        "yamldecode('True') && true",
        "max(1.30, 1.2) == 1.3",
        "int(1.90) == 1",
        "-(1.30) == -1.3",
        "distinct([1.30, 1.3]).size() == 1",
        "alltrue([yamldecode('True')])",
    ] {
        assert_eq!(value(source), Value::Bool(true), "{source}");
    }
}
