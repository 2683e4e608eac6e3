//! Templates with loops and conditions, with the results that Terraform has for them.

use super::*;

/// The text of a template with a few variables, or its error.
fn rendered(text: &str) -> String {
    let call = "${templatestring(stage.text, {'zones': ['a', 'b'], 'ports': {'http': 80, 'https': 443}, 'on': true, \
                'off': false, 'name': 'x', 'later': later, 'mixed': ['a', vpc.id], 'none': []})}";
    let mut scope = names();
    if let Some(Value::Map(stage)) = scope.0.as_map_mut().and_then(|names| names.get_mut("stage")) {
        stage.insert("text".into(), text.into());
    }
    match Template::parse(call).and_then(|template| template.evaluate(&scope)) {
        Ok(Value::String(text)) => text.to_string(),
        Ok(other) => other.to_string(),
        Err(error) => format!("{}{}", error.message, error.help.map(|help| format!("; {help}")).unwrap_or_default()),
    }
}

#[track_caller]
fn renders(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(rendered(text), *wanted, "{text}");
    }
}

#[test]
fn loops() {
    renders(&[
        ("%{ for z in zones }<${z}>%{ endfor }", "<a><b>"),
        ("%{for i, z in zones}${i}=${z};%{endfor}", "0=a;1=b;"),
        ("%{ for port in ports }${port} %{ endfor }", "80 443 "),
        ("%{ for name, port in ports }${name}:${port} %{ endfor }", "http:80 https:443 "),
        ("%{ for z in none }x%{ endfor }|", "|"),
        ("%{ for a in zones }%{ for b in zones }${a}${b} %{ endfor }%{ endfor }", "aa ab ba bb "),
        ("%{ for z in zones }%{ for z in [z + '1'] }${z}%{ endfor }${z}%{ endfor }", "a1ab1b"),
        ("%{ for z in zones.filter(x, x != 'a') }${upper(z)}%{ endfor }", "B"),
        ("%{ for one in [{'a': 1}, {'a': 2}] }${one.a}%{ endfor }", "12"),
    ]);
}

#[test]
fn conditions() {
    renders(&[
        ("%{ if on }yes%{ else }no%{ endif }", "yes"),
        ("%{ if off }yes%{ else }no%{ endif }", "no"),
        ("a%{ if off }yes%{ endif }b", "ab"),
        ("%{ if name == 'x' && on }${name}%{ endif }", "x"),
        ("%{ for z in zones }%{ if z == 'b' }${z}%{ else }-%{ endif }%{ endfor }", "-b"),
        ("%{ if 'true' }text%{ endif }", "text"),
        // Only the branch that is taken is computed.
        ("%{ if off }${nope}%{ endif }ok", "ok"),
    ]);
}

#[test]
fn markers_take_space_away() {
    renders(&[
        ("%{ for z in zones ~}\nserver ${z}\n%{ endfor ~}\nend", "server a\nserver b\nend"),
        ("a  \n %{~ if on }b%{ endif }", "ab"),
        ("a %{~ if on ~} \n b \n %{~ endif ~} c", "abc"),
        ("a ${~ name ~} b", "axb"),
        ("${name}  ${~ name }", "xx"),
    ]);
}

#[test]
fn literals() {
    renders(&[
        ("%%{ if on } $${HOME} 100% %% $$ %%%{x}", "%{ if on } ${HOME} 100% %% $$ %%{x}"),
        ("curl -w '%%{http_code}'", "curl -w '%{http_code}'"),
        ("${on}", "true"),
        ("", ""),
        ("é%{ if on }ü%{ endif }", "éü"),
    ]);
}

#[test]
fn what_is_not_known_makes_the_text_unknown() {
    renders(&[
        ("%{ for x in later }${x}%{ endfor }", "(known after apply)"),
        ("%{ for x in mixed }${x}%{ endfor }", "(known after apply)"),
        ("%{ for x in mixed }.%{ endfor }", ".."),
        ("%{ if later }a%{ else }b%{ endif }", "(known after apply)"),
        ("%{ if on }a%{ else }${later}%{ endif }", "a"),
        ("x ${later}", "(known after apply)"),
    ]);
}

#[test]
fn errors_have_places_in_the_template() {
    renders(&[
        (
            "a\n %{ for x in zones }",
            "templatestring: line 2, column 2 of the template: `for` has no `endfor`; `$${` writes a literal `${`, as a shell script needs",
        ),
        (
            "%{ if on }a%{ endfor }",
            "templatestring: line 1, column 12 of the template: found `endfor` where `endif` closes the `if` before it; `$${` writes a literal `${`, as a shell script needs",
        ),
        (
            "a%{ endif }",
            "templatestring: line 1, column 2 of the template: `endif` has no `if` before it; `$${` writes a literal `${`, as a shell script needs",
        ),
        (
            "%{ else }",
            "templatestring: line 1, column 1 of the template: `else` has no `if` before it; `$${` writes a literal `${`, as a shell script needs",
        ),
        (
            "%{ if off }%{ else if on }%{ endif }",
            "templatestring: line 1, column 20 of the template: nothing stands behind `else`; there is no `else if`: put an `if` inside",
        ),
        (
            "%{ fi on }",
            "templatestring: line 1, column 1 of the template: `%{` begins a directive, and this is none: they are `for`, `endfor`, `if`, `else` and `endif`; `%%{` writes a literal `%{`",
        ),
        (
            "%{ for in zones }%{ endfor }",
            "templatestring: line 1, column 1 of the template: a loop is written `%{ for x in list }` or `%{ for key, x in map }`; `$${` writes a literal `${`, as a shell script needs",
        ),
        (
            "%{ if on",
            "templatestring: line 1, column 1 of the template: `%{` has no closing `}`; `%%{` writes a literal `%{`",
        ),
        (
            "a\n%{ for x in zones }${y}%{ endfor }",
            "templatestring: line 2, column 22 of the template: no variable `y`; its variables are `zones`, `ports`, `on`, `off`, `name`, `later`, `mixed`, `none` and `x`",
        ),
        (
            "%{ for x in name }%{ endfor }",
            "templatestring: line 1, column 13 of the template: `name` is string, not a list or a map",
        ),
        (
            "%{ if name }%{ endif }",
            "templatestring: line 1, column 7 of the template: `name` must be a bool, found string",
        ),
        (
            "a ${zones}",
            "templatestring: line 1, column 5 of the template: `zones` is a list, which has no place inside a string; `jsonencode(…)` or `join(\",\", …)` makes a string of it",
        ),
        ("${zones}", "templatestring: the template: the result is a list, not text"),
        (
            "${templatestring('a', {})}",
            "templatestring: line 1, column 3 of the template: templatestring: a template cannot call `templatestring`",
        ),
    ]);
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = format!("{}{}", "%{ if on }".repeat(60), "%{ endif }".repeat(60));
    assert!(rendered(&deep).contains("more than 50 loops and conditions"), "{}", rendered(&deep));
    let large = format!("{}{}{}", "%{ for x in range(60000) }".repeat(3), "x".repeat(100), "%{ endfor }".repeat(3));
    assert!(rendered(&large).starts_with("templatestring: "), "it has an end");
}
