//! Nothing of a type is lost between its declaration and its calls: every property is sent, every attribute is filled, every
//! call is listed and every listed call is made. What the derive takes care of follows from the marks; the rest is looked for
//! in the type's sources.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use regex::Regex;
use wildfire_aws::registry;
use wildfire_engine::model::TypeSchema;

use crate::replacements::compare;
use crate::support::root;

/// Properties that no request names, and why that is right.
const NOT_SENT: &[(&[&str], &str)] = &[
    (&["aws_instance.user_data_replace_on_change"], "it says what a change of the user data does"),
    (&["aws_route53_health_check.triggers"], "a change of it sends the alarm again; AWS knows nothing of it"),
    (&["aws_s3_object.source_hash"], "a change of it uploads the content again; AWS knows nothing of it"),
    (
        &["aws_db_instance.password_wo_version", "aws_rds_cluster.master_password_wo_version"],
        "a change of it sends the password again; AWS knows no version of it",
    ),
];

/// Attributes that nothing fills.
const NOT_FILLED: &[(&[&str], &str)] = &[];

/// Calls that a type's sources make and its lists do not name.
const NOT_LISTED: &[(&[&str], &str)] = &[];

/// Calls that are listed, and that no source of the service makes.
const NOT_MADE: &[(&[&str], &str)] = &[];

/// A type's struct, and the sources that are about it.
#[derive(Clone)]
struct Source {
    service: PathBuf,
    /// The marks before the struct, as text without line breaks.
    derived: String,
    fields: Vec<Field>,
    /// All but the struct's declaration, without comments and tests.
    code: String,
    /// Fields whose value the code takes, or which it names.
    taken: BTreeSet<String>,
    /// Fields that the code gives a value.
    filled: BTreeSet<String>,
}

#[derive(Clone)]
struct Field {
    name: String,
    marks: String,
}

/// Each pattern is compiled once: that takes longer than to search for it.
fn regex(text: &str) -> Regex {
    static COMPILED: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().expect("no other test panics in here");
    compiled.entry(text.to_string()).or_insert_with(|| Regex::new(text).expect("a pattern")).clone()
}

/// Whatever the first group of one of `patterns` finds in `code`.
fn names(code: &str, patterns: &[&str]) -> BTreeSet<String> {
    let found =
        |pattern: &&str| regex(pattern).captures_iter(code).map(|found| found[1].to_string()).collect::<Vec<_>>();
    patterns.iter().flat_map(found).collect()
}

fn is_test(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    name.ends_with("tests") || name == "recorded" || name == "replay"
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
            out.push(path);
        }
    }
}

/// A source without comments and without the tests in it.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source");
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    regex(r"(?m)^\s*//.*$").replace_all(text, "").into_owned()
}

/// The sources of the types, by the text of `TYPE`.
fn sources() -> BTreeMap<String, Source> {
    let services = root().join("src/aws/services");
    let mut all = Vec::new();
    rust_files(&services, &mut all);
    let mut found = BTreeMap::new();
    for path in &all {
        let text = code(path);
        let Some(at) = text.find("#[fields(update = ") else { continue };
        let start = text[..at].rfind("#[derive").expect("a derive");
        let open = start + text[start..].find(" {\n").expect("a struct");
        let close = open + text[open..].find("\n}\n").expect("its end");
        let mut files = vec![path.clone()];
        if path.file_name().is_some_and(|name| name == "mod.rs") {
            files.clear();
            rust_files(path.parent().expect("a folder"), &mut files);
        }
        let others: Vec<String> = files.iter().filter(|file| *file != path).map(|file| code(file)).collect();
        let relative = path.strip_prefix(&services).expect("within");
        let rest = format!("{}{}{}", &text[..start], &text[close..], others.concat());
        let service = services.join(relative.components().next().expect("a service"));
        let source = Source::new(service, text[start..open].replace('\n', " "), fields(&text[open..close]), rest);
        let types = text.split("const TYPE: &'static str").nth(1).and_then(|rest| rest.split(';').next());
        let types = names(types.expect("a name"), &[r#""(aws_\w+)""#]);
        assert!(!types.is_empty(), "{}", path.display());
        for name in types {
            found.insert(name, source.clone());
        }
    }
    found
}

fn fields(body: &str) -> Vec<Field> {
    let declared = regex(r"^(?:pub(?:\([a-z]+\))? )?(?:r#)?(\w+): .*,$");
    let (mut fields, mut marks) = (Vec::new(), String::new());
    for line in body.lines().map(str::trim) {
        match declared.captures(line) {
            Some(found) if !line.starts_with('#') => {
                let name =
                    regex(r#"rename = "(\w+)""#).captures(&marks).map_or(found[1].to_string(), |own| own[1].into());
                fields.push(Field { name, marks: std::mem::take(&mut marks) });
            }
            _ => marks.push_str(line),
        }
    }
    fields
}

impl Field {
    fn has(&self, mark: &str) -> bool {
        regex(&format!(r"\b{mark}\b")).is_match(&self.marks)
    }

    fn is_tags(&self) -> bool {
        self.marks.contains("tags =") || self.name == "tags" || self.name == "tags_all"
    }
}

impl Source {
    fn new(service: PathBuf, derived: String, fields: Vec<Field>, code: String) -> Self {
        let taken = names(&code, &[r"\.(?:r#)?(\w+)\b", r#""(\w+)""#, r"\b(\w+):"]);
        let filled = names(&code, &[r"\b(\w+)\s*(?::|,|=[^=]| \})", r#""(\w+)""#, r"&mut \w+\.(\w+)\b"]);
        Self { service, derived, fields, code, taken, filled }
    }

    fn is_derived(&self, direction: &str) -> bool {
        self.derived.contains(&format!("{direction} ="))
    }

    /// Whether the derived conversions send it.
    fn derives_sent(&self, field: &Field) -> bool {
        let nested = regex(r"sdk = \w+\.").is_match(&field.marks) && !field.has("sent_as");
        let local = field.has("local") && !field.has("sent_as");
        if field.has("by_hand") || field.has("sent_by_hand") || nested || local || field.name.starts_with('_') {
            return false;
        }
        let call = regex(r"update = (\w+)").captures(&field.marks).map(|found| found[1].to_string());
        let by_update = call.is_some_and(|call| {
            self.is_derived(&format!("update({call})")) || self.is_derived(&format!("changes({call})"))
        });
        let by_create = regex(r"\bcreate(\(\w+\))? =").is_match(&self.derived) && !field.has("after_create");
        let as_attribute = self.is_derived("attributes") && field.marks.contains("attribute =");
        by_update || by_create || as_attribute || self.is_derived("into")
    }

    /// Whether the derived conversions read it.
    fn derives_filled(&self, field: &Field) -> bool {
        let own = field.name.starts_with('_') && !field.has("sdk");
        let not = field.has("by_hand") || field.has("read_by_hand") || own;
        (self.is_derived("from") && !not) || (self.is_derived("attributes") && field.marks.contains("attribute ="))
    }

    /// Whether the sources take its value out of what is wanted, or name it.
    fn takes(&self, field: &Field) -> bool {
        self.taken.contains(&field.name)
    }

    fn fills(&self, field: &Field) -> bool {
        self.filled.contains(&field.name)
    }
}

fn schemas() -> BTreeMap<&'static str, &'static TypeSchema> {
    registry::kinds().map(|kind| (kind.schema().name, kind.schema())).collect()
}

#[test]
fn every_property_is_sent_and_every_attribute_is_filled() {
    let (schemas, sources) = (schemas(), sources());
    assert_eq!(schemas.keys().copied().collect::<Vec<_>>(), sources.keys().map(String::as_str).collect::<Vec<_>>());
    let (mut lost, mut empty) = (BTreeSet::new(), BTreeSet::new());
    for (name, source) in &sources {
        for field in source.fields.iter().filter(|field| !field.is_tags()) {
            let place = format!("{name}.{}", field.name);
            if field.has("computed") {
                if !source.derives_filled(field) && !source.fills(field) {
                    empty.insert(place);
                }
            } else if !field.has("begins") && !source.derives_sent(field) && !source.takes(field) {
                lost.insert(place);
            }
        }
    }
    compare("never sent", &lost, NOT_SENT);
    compare("never filled", &empty, NOT_FILLED);
}

/// `CreateDBCluster` as the SDK has it: `create_db_cluster`.
fn snake(operation: &str) -> String {
    let words = regex(r"([A-Z]+)([A-Z][a-z])").replace_all(operation, "${1}_$2");
    regex(r"([a-z0-9])([A-Z])").replace_all(&words, "${1}_$2").to_lowercase()
}

/// The operations that a text makes, of `all`.
fn made(text: &str, all: &BTreeMap<String, String>) -> BTreeSet<String> {
    let calls = regex(r"\.\s*([a-z0-9_]+)\(\)");
    // Some are made of an input that is put together first.
    let inputs = regex(r"\b([A-Z][A-Za-z0-9]+?)(?:Input|Fluent)(?:Builder)?\b");
    let names = calls.captures_iter(text).map(|found| found[1].to_string());
    let names = names.chain(inputs.captures_iter(text).map(|found| snake(&found[1])));
    names.filter_map(|name| all.get(&name).cloned()).collect()
}

#[test]
fn the_lists_of_calls_are_what_the_sources_make() {
    let (schemas, sources) = (schemas(), sources());
    let lists = |schema: &TypeSchema| -> BTreeSet<String> {
        let updates = schema.update_calls.iter().flat_map(|(_, calls)| calls);
        let all = schema.create_calls.iter().chain(&schema.delete_calls).chain(updates);
        all.map(|call| call.split_once(':').map_or(*call, |(_, name)| name).to_string()).collect()
    };
    // What changes something; reads are not listed.
    let all: BTreeMap<String, String> =
        schemas.values().flat_map(|schema| lists(schema)).map(|name| (snake(&name), name)).collect();
    assert!(all.len() > 100, "{}", all.len());
    let (mut unlisted, mut unmade) = (BTreeSet::new(), BTreeSet::new());
    let mut services: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for (name, source) in &sources {
        let listed = lists(schemas[name.as_str()]);
        let own = made(&source.code, &all);
        unlisted.extend(own.difference(&listed).map(|call| format!("{name}.{call}")));
        // Types of a service share functions, and some send through another type's.
        let service = services.entry(source.service.clone()).or_insert_with_key(|folder| {
            let mut files = Vec::new();
            rust_files(folder, &mut files);
            made(&files.iter().map(|file| code(file)).collect::<String>(), &all)
        });
        unmade.extend(listed.difference(service).map(|call| format!("{name}.{call}")));
    }
    compare("made and not listed", &unlisted, NOT_LISTED);
    compare("listed and not made", &unmade, NOT_MADE);
}

#[test]
fn a_field_that_nobody_sends_is_found() {
    let source = |marks: &str, derived: &str, code: &str| {
        let field = Field { name: "snapshot_name".into(), marks: marks.into() };
        Source::new(PathBuf::new(), derived.into(), vec![field], code.into())
    };
    let sent = |marks: &str, code: &str| {
        let source = source(marks, "#[sdk(create = Builder)]", code);
        source.derives_sent(&source.fields[0]) || source.takes(&source.fields[0])
    };
    assert!(sent("#[field(immutable)]", ""));
    assert!(!sent("#[field(local)]", ""), "`fill` leaves local settings out");
    assert!(sent("#[field(local, sent_as = snapshot_name)]", ""));
    assert!(sent("#[field(local)]", "request.set_snapshot_name(want.snapshot_name.clone())"));
    assert!(!sent("#[field(update = Modify, after_create)]", ""), "and no derived update of that name");
}
