//! Each function, with the values that Terraform's documentation gives.

use super::*;

#[test]
fn network() {
    table(&[
        ("cidrsubnet('172.16.0.0/12', 4, 2)", "\"172.18.0.0/16\""),
        ("cidrsubnet('10.1.2.0/24', 4, 15)", "\"10.1.2.240/28\""),
        ("cidrsubnet('fd00:fd12:3456:7800::/56', 16, 162)", "\"fd00:fd12:3456:7800:a200::/72\""),
        ("cidrsubnet('0.0.0.0/0', 0, 0)", "\"0.0.0.0/0\""),
        ("cidrsubnet('::/0', 128, 1)", "\"::1/128\""),
        (
            "cidrsubnets('10.1.0.0/16', 4, 4, 8, 4)",
            "[\"10.1.0.0/20\", \"10.1.16.0/20\", \"10.1.32.0/24\", \"10.1.48.0/20\"]",
        ),
        ("cidrhost('10.12.112.0/20', 16)", "\"10.12.112.16\""),
        ("cidrhost('10.12.112.0/20', 268)", "\"10.12.113.12\""),
        ("cidrhost('10.12.112.0/20', -1)", "\"10.12.127.255\""),
        ("cidrhost('fd00:fd12:3456:7890::/72', 34)", "\"fd00:fd12:3456:7890::22\""),
        ("cidrnetmask('172.16.0.0/12')", "\"255.240.0.0\""),
        ("cidrnetmask('0.0.0.0/0')", "\"0.0.0.0\""),
        (
            "cidrsubnet('10.0.0.0/16', 4, 16)",
            "error: cidrsubnet: 10.0.0.0/16 has no subnet 16 of /20: they are numbered 0 to 15",
        ),
        ("cidrsubnet('10.0.0.0/30', 4, 1)", "error: cidrsubnet: 10.0.0.0/30 cannot be longer by 4 bits: it has 2"),
        ("cidrsubnet('10.0.0.0', 4, 1)", "error: cidrsubnet: \"10.0.0.0\" is not a prefix such as 10.0.0.0/16"),
        ("cidrhost('10.0.0.0/30', 4)", "error: cidrhost: 10.0.0.0/30 has no host 4: it has 2 bits for hosts"),
        (
            "cidrsubnets('10.0.0.0/30', 1, 1, 1)",
            "error: cidrsubnets: 10.0.0.0/30 has no room for a /31 behind 2 others",
        ),
    ]);
}

#[test]
fn encodings() {
    table(&[
        ("base64encode('Hello World')", "\"SGVsbG8gV29ybGQ=\""),
        ("base64decode('SGVsbG8gV29ybGQ=')", "\"Hello World\""),
        ("base64sha256('hello world')", "\"uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=\""),
        ("md5('hello world')", "\"5eb63bbbe01eeed093cb22bb8f5acdc3\""),
        ("sha1('hello world')", "\"2aae6c35c94fcfb415dbe95f408b9ce91ee846ed\""),
        ("sha256('hello world')", "\"b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9\""),
        (
            "jsonencode({'b': [1, 2.0, 1.5], 'a': '<&>', 'n': null})",
            r#""{\"a\":\"\\u003c\\u0026\\u003e\",\"b\":[1,2,1.5],\"n\":null}""#,
        ),
        ("jsondecode('{\"hello\": [1, 1.5]}')", "{\"hello\": [1, 1.5]}"),
        ("yamldecode('a: [1, no, true, ~]')", "{\"a\": [1, \"no\", true, null]}"),
        ("urlencode('Hello World!~ü')", "\"Hello+World%21~%C3%BC\""),
        ("uuidv5('dns', 'www.terraform.io')", "\"a5008fae-b28c-5ba5-96cd-82b4c53552d6\""),
    ]);
}

#[test]
fn text() {
    table(&[
        (
            "format('Hello, %s! %05.2f %+d %q %-4s| %x %%', 'x', 3.14159, 5, 'q', 'ab', 255)",
            "\"Hello, x! 03.14 +5 \\\"q\\\" ab  | ff %\"",
        ),
        ("format('%03d %v', '7', [1, 'a'])", "\"007 [1,\\\"a\\\"]\""),
        ("format('%s')", "error: format: the spec wants 1 values, found 0"),
        ("formatlist('%s-%s', ['a', 'b'], 'x')", "[\"a-x\", \"b-x\"]"),
        ("join(', ', ['foo', 'bar', 1])", "\"foo, bar, 1\""),
        ("['a', 'b'].join('-') + 'a,b'.split(',')[1]", "\"a-bb\""),
        ("split(',', '')", "[\"\"]"),
        ("lower('HELLO') + upper('hello') + title('hello world')", "\"helloHELLOHello World\""),
        ("replace('1 + 2 + 3', '+', '-')", "\"1 - 2 - 3\""),
        ("replace('hello world', '/w.*d/', 'everybody')", "\"hello everybody\""),
        ("regex('[a-z]+', '53453453.345345aaabbbccc23454')", "\"aaabbbccc\""),
        ("regex('(\\\\d\\\\d)-(\\\\d\\\\d)', '20-01')", "[\"20\", \"01\"]"),
        ("regex('(?P<a>x)(?P<b>y)?', 'x')", "{\"a\": \"x\", \"b\": null}"),
        ("regexall('[a-z]', '1a2b')", "[\"a\", \"b\"]"),
        ("substr('hello world', 1, 4) + substr('hello', -2, -1) + substr('héllo', 1, 1)", "\"elloloé\""),
        (
            "trim('?!hello?!', '!?') + trimprefix('helloworld', 'hello') + trimsuffix('helloworld', 'world')",
            "\"helloworldhello\"",
        ),
        ("trimspace('  x\\n') + chomp('y\\n\\n')", "\"xy\""),
        ("startswith('ab', 'a') && endswith('ab', 'b') && 'ab'.startsWith('a') && strcontains('abc', 'b')", "true"),
        ("indent(2, 'a\\nb')", "\"a\\n  b\""),
        ("length('Hëllo')", "5"),
        ("basename('foo/bar/baz.txt') + ' ' + dirname('foo/bar/baz.txt')", "\"baz.txt foo/bar\""),
    ]);
}

#[test]
fn numbers() {
    table(&[
        ("max(12, 54, 3) + min([12, 54, 3])", "57"),
        ("max(1, 2.5)", "2.5"),
        ("abs(-12) + signum(-3)", "11"),
        ("[ceil(5.1), floor(4.9), ceil(5)]", "[6, 4, 5]"),
        ("pow(3, 2)", "9"),
        ("parseint('FF', 16) + parseint('-10', 2)", "253"),
        ("sum([10, 13, 6, 4.5])", "33.5"),
        (
            "[tonumber('1'), tonumber('1.5'), tostring(true), tobool('true'), int('5'), int(5.9), double(1)]",
            "[1, 1.5, \"true\", true, 5, 5, 1.0]",
        ),
        ("tonumber('nan')", "error: tonumber: \"nan\" is not a number"),
        ("abs('x')", "error: abs: takes a number, found string"),
    ]);
}

#[test]
fn collections() {
    table(&[
        ("merge({'a': 'b', 'c': 'd'}, {'e': 'f', 'c': 'z'})", "{\"a\": \"b\", \"c\": \"z\", \"e\": \"f\"}"),
        ("merge([{'a': 1}, {'b': 2}])", "{\"a\": 1, \"b\": 2}"),
        ("lookup({'a': 1}, 'b', 2) + lookup({'a': 1}, 'a')", "3"),
        ("concat(['a'], ['b', 'c'])", "[\"a\", \"b\", \"c\"]"),
        ("contains(['a', 'b'], 'a') && !contains([1], 2)", "true"),
        ("distinct(['a', 'b', 'a', 1, 1.0])", "[\"a\", \"b\", 1]"),
        ("element(['a', 'b', 'c'], 3) + element(['a', 'b', 'c'], -1)", "\"ac\""),
        ("flatten([['a', 'b'], [], [['c']]])", "[\"a\", \"b\", \"c\"]"),
        ("index(['a', 'b'], 'b')", "1"),
        ("range(3) + range(1, 4) + range(4, 1) + range(1, 8, 3)", "[0, 1, 2, 1, 2, 3, 4, 3, 2, 1, 4, 7]"),
        ("reverse([1, 2])", "[2, 1]"),
        ("slice(['a', 'b', 'c'], 1, 3)", "[\"b\", \"c\"]"),
        ("sort(['e', 'd', 'a'])", "[\"a\", \"d\", \"e\"]"),
        ("toset(['c', 'b', 'b'])", "[\"b\", \"c\"]"),
        ("zipmap(['a', 'b'], [1, 2])", "{\"a\": 1, \"b\": 2}"),
        ("coalesce(null, '', 'b') + coalescelist([], ['c'])[0]", "\"bc\""),
        ("compact(['a', '', null, 'b'])", "[\"a\", \"b\"]"),
        ("chunklist([1, 2, 3], 2)", "[[1, 2], [3]]"),
        ("setproduct(['a', 'b'], [1, 2])", "[[\"a\", 1], [\"a\", 2], [\"b\", 1], [\"b\", 2]]"),
        (
            "setunion(['b'], ['a']) + setintersection(['a', 'b'], ['b']) + setsubtract(['a', 'b'], ['b'])",
            "[\"a\", \"b\", \"b\", \"a\"]",
        ),
        ("[one([]), one([1])]", "[null, 1]"),
        ("alltrue([]) && anytrue([false, true]) && !alltrue([false])", "true"),
    ]);
}

#[test]
fn files() {
    table(&[
        ("file('key')", "\"secret\\n\""),
        ("file('nope')", "error: file: no file \"nope\""),
        ("templatefile('hello.tpl', {'name': stage.name, 'port': 80})", "\"Hello test!\\n${HOME} 81\""),
        ("templatefile('hello.tpl', {'name': vpc.id, 'port': 80})", "(known after apply)"),
        (
            "templatefile('bad.tpl', {'name': 1})",
            "error: templatefile: bad.tpl:2:7: no variable `nam`; its variables are `name`",
        ),
        ("templatefile('self.tpl', {})", "error: templatefile: self.tpl: a template cannot call `templatefile`"),
        (
            "templatefile('loop.tpl', {})",
            "error: templatefile: loop.tpl: `%{ for …}` is not supported; compute the text in an expression: `${join(\"\\n\", list.map(x, …))}`",
        ),
    ]);
}
