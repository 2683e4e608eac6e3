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
        (
            "templatefile('self.tpl', {})",
            "error: templatefile: self.tpl:1:3: templatefile: a template cannot call `templatefile`",
        ),
        ("templatefile('loop.tpl', {'zones': stage.values.zones})", "\"- a\\n- b\\n- c\\nend\""),
        ("templatefile('loop.tpl', {'zones': later})", "(known after apply)"),
        (
            "templatefile('open.tpl', {'name': true})",
            "error: templatefile: open.tpl:2:1: `if` has no `endif`; `$${` writes a literal `${`, as a shell script needs",
        ),
        (
            "templatefile('typo.tpl', {'name': true})",
            "error: templatefile: typo.tpl:2:3: `%{` begins a directive, and this is none: they are `for`, `endfor`, `if`, `else` and `endif`; `%%{` writes a literal `%{`",
        ),
        ("filebase64('hello.txt')", "\"aGVsbG8gd29ybGQ=\""),
        ("filebase64('binary')", "\"/wA=\""),
        ("filemd5('hello.txt') == md5('hello world')", "true"),
        ("filesha1('hello.txt') == sha1('hello world')", "true"),
        ("filesha256('hello.txt') == sha256('hello world')", "true"),
        ("filesha512('hello.txt') == sha512('hello world')", "true"),
        ("filebase64sha256('hello.txt') == base64sha256('hello world')", "true"),
        ("filebase64sha512('hello.txt') == base64sha512('hello world')", "true"),
        ("filesha256('nope')", "error: filesha256: there is no file nope"),
        ("[fileexists('hello.txt'), fileexists('nope')]", "[true, false]"),
        ("fileset('policies', '*.json')", "[\"a.json\", \"b.json\"]"),
        ("fileset('policies', '**/*.json')", "[\"a.json\", \"b.json\", \"deep/c.json\"]"),
        ("fileset('policies', 'deep/*')", "[\"deep/c.json\"]"),
        ("fileset('policies', '{a,readme}.*')", "[\"a.json\", \"readme.md\"]"),
        ("fileset('policies', '?.jso[mn]')", "[\"a.json\", \"b.json\"]"),
        ("fileset('policies', '*.txt')", "[]"),
        (
            "fileset('policies', '../*')",
            "error: fileset: \"../*\": a pattern begins in the folder, and no part of it with a dot",
        ),
        ("fileset('policies', '[a')", "error: fileset: \"[a\" is not a pattern: unclosed character class; missing ']'"),
    ]);
}

#[test]
fn arns() {
    table(&[
        (
            "arn_parse('arn:aws:iam::123456789012:role/deploy')",
            "{\"partition\": \"aws\", \"service\": \"iam\", \"region\": \"\", \"account_id\": \"123456789012\", \"resource\": \"role/deploy\"}",
        ),
        ("arn_parse('arn:aws:logs:eu-west-1:1:log-group:/a:*').resource", "\"log-group:/a:*\""),
        ("arn_build('aws', 'iam', '', '123456789012', 'role/deploy')", "\"arn:aws:iam::123456789012:role/deploy\""),
        (
            "arn_parse('role/deploy')",
            "error: arn_parse: \"role/deploy\" is not an ARN; an ARN is `arn:partition:service:region:account:resource`",
        ),
        ("arn_build('aws', '', '', '1', 'x')", "error: arn_build: service is empty"),
        ("arn_build('aws', 'a:b', '', '1', 'x')", "error: arn_build: service has no `:`, found \"a:b\""),
        ("arn_parse(vpc.id)", "(known after apply)"),
    ]);
}

#[test]
fn moments() {
    table(&[
        ("formatdate('DD MMM YYYY hh:mm ZZZ', '2018-01-02T23:12:01Z')", "\"02 Jan 2018 23:12 UTC\""),
        ("formatdate('EEEE, DD-MMM-YY hh:mm:ss ZZZ', '2018-01-02T23:12:01Z')", "\"Tuesday, 02-Jan-18 23:12:01 UTC\""),
        (
            "formatdate('EEE, DD MMM YYYY hh:mm:ss ZZZ', '2018-01-02T23:12:01-08:00')",
            "\"Tue, 02 Jan 2018 23:12:01 -0800\"",
        ),
        ("formatdate('MMMM D, YYYY', '2018-01-02T23:12:01Z')", "\"January 2, 2018\""),
        ("formatdate('HH:mmaa H AA h m s M', '2018-01-02T03:04:05Z')", "\"03:04am 3 AM 3 4 5 1\""),
        ("formatdate(\"h'h'mm'm''s'\", '2018-01-02T03:04:05Z')", "\"3h04m's\""),
        ("formatdate('ZZZZZ Z', '2018-01-02T03:04:05+05:30')", "\"+05:30 +05:30\""),
        ("formatdate('HH', '2018-01-02T00:04:05Z')", "\"12\""),
        (
            "formatdate('YYYYY', '2018-01-02T03:04:05Z')",
            "error: formatdate: \"YYYYY\" means nothing in a spec; text is written between quotes: `formatdate(\"'on' DD.MM.\", …)`",
        ),
        ("formatdate(\"'x\", '2018-01-02T03:04:05Z')", "error: formatdate: a `'` of the spec has no closing `'`"),
        (
            "formatdate('YYYY', '2018-01-02')",
            "error: formatdate: \"2018-01-02\" is not a timestamp of RFC 3339; write `2030-01-31T13:00:00Z`",
        ),
        ("timeadd('2017-11-22T00:00:00Z', '10m')", "\"2017-11-22T00:10:00Z\""),
        ("timeadd('2017-11-22T00:00:00Z', '-24h')", "\"2017-11-21T00:00:00Z\""),
        ("timeadd('2017-11-22T00:00:00+02:00', '1.5h30s')", "\"2017-11-22T01:30:30+02:00\""),
        (
            "timeadd('2017-11-22T00:00:00Z', '7d')",
            "error: timeadd: \"7d\" is not a duration; write `10m`, `-24h` or `1h30m`; there are no days",
        ),
        (
            "timeadd('9999-12-31T00:00:00Z', '99999h')",
            "error: timeadd: the result is beyond the years that can be computed",
        ),
        ("timecmp('2017-11-22T01:00:00Z', '2017-11-22T01:00:00+01:00')", "1"),
        ("timecmp('2017-11-22T01:00:00Z', '2017-11-22T02:00:00+01:00')", "0"),
    ]);
}

#[test]
fn ipv6() {
    table(&[
        (
            "cidrsubnet('2001:db8::/32', 96, '79228162514264337593543950335')",
            "\"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128\"",
        ),
        ("cidrhost('2001:db8::/64', '18446744073709551615')", "\"2001:db8::ffff:ffff:ffff:ffff\""),
        ("cidrhost('2001:db8::/64', -1)", "\"2001:db8::ffff:ffff:ffff:ffff\""),
        ("cidrsubnets('2001:db8::/56', 8, 8)", "[\"2001:db8::/64\", \"2001:db8:0:1::/64\"]"),
        (
            "cidrsubnet('2001:db8::/32', 4, 16)",
            "error: cidrsubnet: 2001:db8::/32 has no subnet 16 of /36: they are numbered 0 to 15",
        ),
        ("cidrnetmask('2001:db8::/32')", "error: cidrnetmask: an IPv6 prefix has no netmask"),
        ("cidrcontains('10.0.0.0/16', '10.0.7.9') && cidrcontains('10.0.0.0/16', '10.0.8.0/24')", "true"),
        ("cidrcontains('10.0.0.0/16', '10.1.0.0') || cidrcontains('10.0.0.0/16', '10.0.0.0/15')", "false"),
        ("cidrcontains('2001:db8::/32', '2001:db8:1::/48') && cidrcontains('::/0', '::1')", "true"),
        ("cidrcontains('0.0.0.0/0', '::1')", "false"),
        ("cidrcontains('10.0.0.0/16', 'x')", "error: cidrcontains: \"x\" is not a prefix such as 10.0.0.0/16"),
    ]);
}

#[test]
fn maps() {
    table(&[
        (
            "deepmerge({'a': {'x': 1, 'y': [1]}, 'b': 1}, {'a': {'y': [2], 'z': 3}}, null)",
            "{\"a\": {\"x\": 1, \"y\": [2], \"z\": 3}, \"b\": 1}",
        ),
        ("deepmerge([{'a': {'x': 1}}, {'a': {'y': 2}}])", "{\"a\": {\"x\": 1, \"y\": 2}}"),
        ("deepmerge({'a': {'x': 1}}, {'a': 2})", "{\"a\": 2}"),
        ("deepmerge({'a': vpc.id, 'b': 1}, {'a': {'x': 1}}).b", "1"),
        ("deepmerge({'a': vpc.id, 'b': 1}, {'a': {'x': 1}}).a", "(known after apply)"),
        ("deepmerge({'a': vpc.id}, {'a': 2})", "{\"a\": 2}"),
        ("deepmerge({'a': {'x': 1}}, {'a': vpc.id}).a", "(known after apply)"),
        ("deepmerge({}, [1])", "error: deepmerge: takes maps, found list"),
        ("transpose({'a': ['1', '2'], 'b': ['2', '3']})", "{\"1\": [\"a\"], \"2\": [\"a\", \"b\"], \"3\": [\"b\"]}"),
        ("transpose({'a': 1})", "error: transpose: takes a map of lists, found int at \"a\""),
        ("matchkeys(['i-1', 'i-2', 'i-3'], ['w', 'e', 'w'], ['w'])", "[\"i-1\", \"i-3\"]"),
        ("matchkeys(['i-1'], [], ['w'])", "error: matchkeys: there are 1 values and 0 keys"),
    ]);
}

#[test]
fn documents() {
    table(&[
        (
            "yamlencode({'foo': [1, 2.0, {'b': true, 'a': null}], 'bar': 'baz', 'e': [], 'm': {'x': {}}})",
            r#""\"bar\": \"baz\"\n\"e\": []\n\"foo\":\n- 1\n- 2\n- \"a\": null\n  \"b\": true\n\"m\":\n  \"x\": {}\n""#,
        ),
        ("yamlencode({'a': 'x\\ny\\n', 'b': ['p\\nq']})", r#""\"a\": |\n  x\n  y\n\"b\":\n- |-\n  p\n  q\n""#),
        ("yamlencode([[1], 'no'])", r#""- - 1\n- \"no\"\n""#),
        ("yamlencode('a')", r#""\"a\"\n""#),
        ("csvdecode('a,b\\n1,\"x, y\"\\n2,\\n')", "[{\"a\": \"1\", \"b\": \"x, y\"}, {\"a\": \"2\", \"b\": \"\"}]"),
        ("csvdecode('a,b\\n1')", "error: csvdecode: line 2 has 1 fields, and the first line has 2"),
        ("csvdecode('a,a\\n1,2')", "error: csvdecode: the column \"a\" is there twice"),
        ("base64gzip('hello')", "\"H4sIAAAAAAAA/8tIzcnJBwCGphA2BQAAAA==\""),
        ("urldecode('Hello+World%21~%C3%BC')", "\"Hello World!~ü\""),
        ("urldecode('%ff')", "error: urldecode: what it decodes to is not UTF-8 text"),
        ("textencodebase64('Hello', 'UTF-16LE')", "\"SABlAGwAbABvAA==\""),
        ("textdecodebase64('SABlAGwAbABvAA==', 'UTF-16LE')", "\"Hello\""),
        ("textencodebase64('é', 'ISO-8859-1')", "\"6Q==\""),
        (
            "textencodebase64('a', 'EBCDIC')",
            "error: textencodebase64: the encoding \"EBCDIC\" is not known; the encodings are UTF-8, UTF-16LE, UTF-16BE and ISO-8859-1",
        ),
    ]);
}

/// What is written is read again as the same value.
#[test]
fn yaml_goes_there_and_back() {
    for text in [
        "a\nb", "a\n\nb\n", " a\nb", "a \nb", "\n", "a\n\n", "#x", "x: y", "", "\t", "\u{85}", "é\u{1}", "a\tb\nc",
        "---\n",
    ] {
        let wanted = Value::from([("k", Value::from(text)), ("l", vec![Value::from(text)].into())]);
        let scope = Names(Value::from([("v", wanted.clone())]));
        let back = Template::parse("${yamldecode(yamlencode(v)) == v}").unwrap().evaluate(&scope);
        assert_eq!(back.unwrap().as_bool(), Some(true), "{text:?}");
    }
}
