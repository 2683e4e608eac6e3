//! The names that an expression may go on with.
//!
//! Members of what has a value are asked of the value; what is declared and has none yet is looked up in files and types.

use std::collections::BTreeSet;

use wildfire_engine::config::{Body, Project};
use wildfire_engine::expr::function_names;
use wildfire_engine::model::{Catalog, Field, Value};

/// What is known where expressions are evaluated: the scope of a stack.
pub struct Names<'a> {
    pub project: &'a Project,
    pub stack: &'a str,
    pub catalog: &'a dyn Catalog,
    /// The value of an expression, if it has one.
    pub evaluate: &'a dyn Fn(&str) -> Option<Value>,
}

impl Names<'_> {
    /// Where the name at the end of `line` begins, and what it may become.
    pub fn at_end_of(&self, line: &str) -> (usize, Vec<String>) {
        let start = line.trim_end_matches(is_name).len();
        let (before, typed) = line.split_at(start);
        let path = before.strip_suffix('?').unwrap_or(before).strip_suffix('.');
        let names = match path {
            Some(path) => self.members(&path[path_start(path)..]),
            None => self.roots(),
        };
        let fits = |name: &String| name.starts_with(typed) && name.trim_end_matches('(').chars().all(is_name);
        (start, names.into_iter().filter(fits).collect())
    }

    fn body(&self) -> Option<&Body> {
        self.project.stage.stacks.get(self.stack).map(|stack| &stack.body)
    }

    fn roots(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = ["stage", "stack", "stages", "data", "locals"].map(String::from).into();
        names.extend(function_names().iter().map(|function| format!("{}(", function.name)));
        if let Some(body) = self.body() {
            names.extend(body.resources.keys().chain(body.modules.keys()).map(ToString::to_string));
        }
        names
    }

    fn members(&self, path: &str) -> BTreeSet<String> {
        let names: Vec<&str> = path.split('.').map(|segment| segment.trim_end_matches('?')).collect();
        let stage = &self.project.stage;
        let own = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        match names[..] {
            ["stack"] => {
                let others = stage.stacks.keys().filter(|stack| &***stack != self.stack);
                others.map(ToString::to_string).chain(["name".to_string()]).collect()
            }
            ["stack", _] | ["stages", _, _] => own(&["outputs"]),
            ["stack", stack, "outputs"] => {
                let outputs = stage.stacks.get(stack).map(|stack| stack.body.outputs.keys());
                outputs.into_iter().flatten().map(ToString::to_string).collect()
            }
            ["stages"] => self.project.stage_names.iter().cloned().collect(),
            ["locals"] => {
                self.body().map(|body| body.locals.keys().map(ToString::to_string).collect()).unwrap_or_default()
            }
            ["data"] => self.body().map(|body| body.data.keys().map(ToString::to_string).collect()).unwrap_or_default(),
            _ => {
                let mut members = self.declared(&names);
                if let Some(Value::Map(map)) = (self.evaluate)(path) {
                    members.extend(map.keys().cloned());
                }
                members
            }
        }
    }

    /// The attributes of a resource or data source, the outputs of a module; of one instance where there are several.
    fn declared(&self, path: &[&str]) -> BTreeSet<String> {
        let (Some(body), Some(last)) = (self.body(), path.last()) else { return BTreeSet::new() };
        let name = last.split('[').next().unwrap_or(last);
        // Of all instances together the members are the keys.
        let one = |several: bool| several == (name != *last);
        let fields = |fields: &[Field]| fields.iter().map(|field| field.name.to_string()).collect();
        match path {
            ["data", _] => {
                let decl = body.data.get(name).filter(|decl| one(decl.for_each.is_some()));
                decl.and_then(|decl| self.catalog.data_schema(&decl.type_name.value))
                    .map(|schema| fields(&schema.fields))
            }
            [_] if body.resources.contains_key(name) => {
                let decl = body.resources.get(name).filter(|decl| one(decl.for_each.is_some()));
                decl.and_then(|decl| self.catalog.schema(&decl.type_name.value)).map(|schema| fields(&schema.fields))
            }
            [_] => {
                let call = body.modules.get(name).filter(|call| one(call.for_each.is_some()));
                let module = call.and_then(|call| self.project.modules.get(call.module.as_ref()?));
                module.map(|module| module.body.outputs.keys().map(ToString::to_string).collect())
            }
            _ => None,
        }
        .unwrap_or_default()
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Where the path at the end of a text begins: names, dots, and keys in brackets.
fn path_start(text: &str) -> usize {
    let mut start = text.len();
    while let Some(last) = text[..start].chars().next_back() {
        start = match last {
            ']' => match text[..start].rfind('[') {
                Some(open) => open,
                None => break,
            },
            c if is_name(c) || matches!(c, '.' | '?') => start - 1,
            _ => break,
        };
    }
    start
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::cli::clouds::AllTypes;
    use wildfire_engine::compile;
    use wildfire_engine::config::{self, MemoryFiles};
    use wildfire_engine::model::Address;

    use super::*;

    const STAGE: &str = "account_id: \"123456789012\"\nregion: eu-west-1\nvalues: {vpc_cidr: 10.0.0.0/16, zones: [a, b], \
                         tiers: {small: {nodes: 1}}}\n";
    const MAIN: &str = "resources:
  network: {type: aws_vpc, properties: {cidr_block: \"${stage.values.vpc_cidr}\"}}
  private:
    type: aws_subnet
    for_each: \"${stage.values.zones}\"
    properties: {vpc_id: \"${network.id}\", cidr_block: \"10.0.${each.index}.0/24\"}
data:
  zones: {type: aws_availability_zones, properties: {state: available}}
modules:
  logs: {source: logs, inputs: {name: x}}
";
    const MODULE: &str = "inputs: {name: {type: string}}\nresources: {group: {type: aws_cloudwatch_log_group, properties: \
                          {name: \"${inputs.name}\"}}}\noutputs: {group_name: \"${group.name}\"}\n";

    struct Nothing;

    impl compile::Known for Nothing {
        fn attributes(&self, _: &Address) -> Option<std::sync::Arc<Value>> {
            None
        }
    }

    fn completed(line: &str) -> (usize, Vec<String>) {
        let files = MemoryFiles::new([
            ("wildfire.yaml", "name: shop\n"),
            ("stages/test/stage.yaml", STAGE),
            ("stages/test/main/main.yaml", MAIN),
            ("stages/test/other/other.yaml", "outputs: {key: \"1\"}\n"),
            ("modules/logs/module.yaml", MODULE),
        ]);
        let project = config::load_from(&files, PathBuf::from("/"), "test").expect("there is a project");
        assert!(project.diagnostics.iter().next().is_none(), "{:?}", project.diagnostics);
        let graph = compile::compile_offline(&project, "main", &AllTypes).graph;
        let evaluate = |path: &str| graph.evaluate_text(path, &Nothing).ok();
        Names { project: &project, stack: "main", catalog: &AllTypes, evaluate: &evaluate }.at_end_of(line)
    }

    #[test]
    fn names_are_completed_where_they_stand() {
        let names = |line: &str| completed(line).1;
        assert_eq!(completed("cidrsubnet(stage.va"), (17, vec!["values".to_string()]));
        assert_eq!(names("stage.values."), ["tiers", "vpc_cidr", "zones"]);
        assert_eq!(names("stage.values.tiers.sm"), ["small"]);
        assert_eq!(names("stage.values.tiers.small."), ["nodes"]);
        assert_eq!(names("cidrsub"), ["cidrsubnet(", "cidrsubnets("]);
        assert_eq!(names("net"), ["network"]);
        assert_eq!(names("[1].map(x, pri"), ["private"]);
        assert_eq!(names("network.cidr"), ["cidr_block"]);
        // What nobody has written and nothing has told is an attribute all the same.
        assert_eq!(names("network.main_r"), ["main_route_table_id"]);
        assert_eq!(names("network.?main_r"), ["main_route_table_id"]);
        assert_eq!(names("private."), ["a", "b"]);
        assert_eq!(names("private[\"a\"].vpc"), ["vpc_id"]);
        assert_eq!(names("data."), ["zones"]);
        assert!(names("data.zones.na").contains(&"names".to_string()));
        assert_eq!(names("logs."), ["group_name"]);
        assert_eq!(names("stack."), ["name", "other"]);
        assert_eq!(names("stack.other."), ["outputs"]);
        assert_eq!(names("stack.other.outputs."), ["key"]);
        assert_eq!(names("stages."), ["test"]);
        assert!(names("").iter().any(|name| name == "network"));
        for line in
            ["none.", "\"text\".", "].", "[.", "é.", "é", "1 + ", "stage.values.zones.", "private[.", "..", "?."]
        {
            let (start, names) = completed(line);
            assert!(
                line.is_char_boundary(start) && (names.is_empty() || line == "1 + " || line == "é"),
                "{line}: {names:?}"
            );
        }
    }
}
