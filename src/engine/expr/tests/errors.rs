//! What a wrong expression says, and where.

use super::*;

#[track_caller]
fn fails(expression: &str, code: Code, at: &str, message: &str) {
    let error = match Expr::parse(expression, 0).and_then(|expr| expr.evaluate(&names())) {
        Err(error) => error,
        Ok(value) => panic!("{expression} is {value}"),
    };
    let place: String = expression.chars().skip(error.at.start).take(error.at.len()).collect();
    let whole = format!("{}{}", error.message, error.help.map(|help| format!("; {help}")).unwrap_or_default());
    assert_eq!((error.code, place.as_str(), whole.as_str()), (code, at, message), "{expression}");
}

#[test]
fn syntax() {
    let invalid = |expression, at, message| fails(expression, Code::InvalidExpression, at, message);
    invalid("1 +", "+", "expected a value, found the end of the expression");
    invalid("a ? b", "b", "expected `:` of the condition, found the end of the expression");
    invalid("f(1,", ",", "expected a value, found the end of the expression");
    invalid("a b", "b", "expected the end of the expression, found `b`");
    invalid("a = b", "=", "`=` has no meaning here; equality is written `==`");
    invalid("'x", "'", "the string has no closing `'`");
    invalid(
        "[for x in y: x]",
        "for",
        "`for` is reserved in CEL; `[for x in list : f(x)]` is written `list.map(x, f(x))`",
    );
    invalid("9223372036854775808", "9223372036854775808", "the integer is beyond 64 bits");
    invalid("upper()", "upper()", "`upper` takes 1 argument, found 0; it is written `upper(text)`");
    invalid("has(1)", "has(1)", "`has` takes a selection, such as `has(a.b)`");
    invalid("[1].map(1, 2)", "1", "the variable of `map` must be a plain name");
    let splat = "`*` has no meaning here; of every element it is `s.map(one, one.id)`; of a resource with `for_each`, \
                 `values(s).map(one, one.id)`";
    invalid("s[*].id", "*", splat);
    invalid("s.*.id", "*", splat);
    invalid("[1].map(x)", "map", "`map` is written `.map(item, expression)`");
}

#[test]
fn functions_are_checked_where_they_are_not_reached() {
    let unknown = |expression, at, message| fails(expression, Code::UnknownFunction, at, message);
    unknown("true ? 1 : cidrsubnt('x', 1, 2)", "cidrsubnt", "no function `cidrsubnt`; did you mean `cidrsubnet`?");
    unknown("[].map(x, uper(x))", "uper", "no function `uper`; did you mean `upper`?");
    unknown(
        "abspath('a')",
        "abspath",
        "no function `abspath`; an expression has the same value on every machine; paths are relative to the file that they stand in",
    );
    unknown("'a'.cidrhost(1)", "cidrhost", "no method `cidrhost`; it is a function: `cidrhost(prefix, hostnum)`");
    unknown("[1].fliter(x, x)", "fliter", "no method `fliter`; did you mean `.filter(…)`?");
}

#[test]
fn names_and_values() {
    let failed = |expression, at, message| fails(expression, Code::EvaluationFailed, at, message);
    failed("private.b.idd", "idd", "`private.b` has no `idd`; did you mean `id`?");
    failed("values(private)[1].idd", "values(private)[1].idd", "`values(private)[1]` has no `idd`; did you mean `id`?");
    failed("stage.values.zones[7]", "7", "`stage.values.zones` has no element 7: it has 3 elements");
    failed("values(private).map(s, s.nope)", "s.nope", "`s` has no `nope`; it has `id` and `cidr`");
    failed(
        "nothing.x",
        "x",
        "`nothing` is null: it has no `x`; `.?x` accepts that, and `.?x.orValue(…)` gives another value",
    );
    failed(
        "1 + 2.5",
        "1 + 2.5",
        "`+` does not take int and number; convert the int with `double(…)`, or the number with `int(…)`",
    );
    failed(
        "'a' + 1",
        "'a' + 1",
        "`+` does not take string and int; convert with `string(…)`, or write it inside of the string: \"text-${…}\"",
    );
    failed("9223372036854775807 + 1", "9223372036854775807 + 1", "9223372036854775807 + 1 is beyond 64 bits");
    failed("1 / 0", "1 / 0", "1 / 0 is a division by zero");
    failed("1 ? 2 : 3", "1", "`1` must be a bool, found int");
    failed("{'a': 1, 'a': 2}", "'a'", "the key \"a\" is there twice");
    failed(
        "{[1]: 1}",
        "[1]",
        "the key of a map must be a string, found list; a name without quotes is a reference: write `{\"name\": …}`",
    );
    failed(
        "1 + cidrhost('10.0.1.0/20', 1)",
        "cidrhost('10.0.1.0/20', 1)",
        "cidrhost: \"10.0.1.0/20\" has bits set behind its /20; did you mean 10.0.0.0/20?",
    );
}

#[test]
fn places_count_from_the_template() {
    let template = Template::parse("é ${1} ${private.b.idd}").expect("it parses");
    assert_eq!(template.evaluate(&names()).expect_err("no such key").at, 19..22);
    let (reference, at) = template.references().next().expect("there is one");
    assert_eq!((reference.path.len(), at), (3, 9..22));
    assert_eq!(Template::parse("é ${1} ${a b}").expect_err("two names").at, 11..12);
}

#[test]
fn a_variable_of_a_shell_is_left_to_the_shell() {
    for (text, help) in [
        ("echo ${1:-x}", "if it is for a shell, write `$${1:-x}`"),
        ("${HOME%/}/bin", "if it is for a shell, write `$${HOME%/}`"),
        ("${#list[@]}", "if it is for a shell, write `$${#list[@]}`"),
    ] {
        let error = Template::parse(text).expect_err(text);
        assert_eq!(error.help.as_deref(), Some(help), "{text}");
    }
}

#[test]
fn a_pattern_that_is_none_is_quoted_in_short() {
    let message = |text: &str| {
        let value = Expr::parse(text, 0).and_then(|expr| expr.evaluate(&names()));
        value.map_err(|error| error.message).expect_err(text)
    };
    assert_eq!(message("regex('(a', 'b')"), "regex: \"(a\" is not a pattern: unclosed group");
    assert_eq!(message("replace('a', '/[/', 'b')"), "replace: \"[\" is not a pattern: unclosed character class");
    for call in ["regex('(' + many, 'b')", "regex(many, 'b')", "tonumber(many)", "cidrhost(many, 1)", "provider(many)"]
    {
        let text = call.replace("many", "join('', range(500).map(x, 'a\n'))");
        let Err(error) = Expr::parse(&text, 0).and_then(|expr| expr.evaluate(&names())) else { continue };
        assert!(error.message.len() < 400 && !error.message.contains('\n'), "{call}: {}", error.message);
    }
}
