//! Stages of any size, and an account in which such a stage is up.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use wildfire_engine::compile::{self, DesiredGraph, Facts, Known};
use wildfire_engine::config::{Limits, LoadOptions, MemoryFiles, Project, load_with};
use wildfire_engine::model::{Address, Answers, Diagnostics, Map, OpId, PhysicalId, Placement, StackId, Value};
use wildfire_engine::plan::{self, Options, Plan};
use wildfire_engine::read::{Live, LiveSet};
use wildfire_engine::state::{OutputState, ResourceState, State};

use crate::catalog::TYPES;

const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";

/// Resources that one call of the module makes.
const SERVICE: usize = 10;

/// How a stage is written down, and what refers to what in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Services with a call each, in files of a hundred: the text grows with the stage.
    Written,
    /// Services from one call with `for_each`: the text stays the same.
    Counted,
    /// Each resource refers to the one before it.
    Chain,
    /// Two resources with the same `for_each`; each instance refers to the other's with its key.
    Keyed,
    /// One resource and one output refer to all others.
    Joined,
    /// Each resource of a `for_each` was moved from a name of its own.
    Moved,
    /// Half is a chain, and each of the other half refers to the end of it.
    Comb,
    /// A module waits for another as a whole: the edges are a quarter of the square of the resources.
    Waiting,
}

impl Shape {
    pub const ALL: [Self; 8] =
        [Self::Written, Self::Counted, Self::Chain, Self::Keyed, Self::Joined, Self::Moved, Self::Comb, Self::Waiting];

    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

const MODULE: &str = r#"
inputs: {name: string, network: string, zones: list}
resources:
  group:
    type: aws_group
    properties:
      name: ${inputs.name}
      network: ${inputs.network}
      ingress: [{port: 443, cidr_blocks: [10.1.0.0/16, 10.2.0.0/16]}, {port: 80, cidr_blocks: [10.0.0.0/8]}]
  server:
    type: aws_instance_like
    for_each: ${inputs.zones}
    properties:
      name: "${inputs.name}-${each.key}"
      group: ${group.id}
      zone: ${stage.region}${each.key}
      policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: ["s3:GetObject"], Resource: "${group.arn}/*"}]}
      tags: {zone: "${each.key}"}
  front:
    type: aws_instance_like
    properties: {name: "${inputs.name}-front", group: "${group.id}", zone: "${server.a.endpoint}"}
  back:
    type: aws_instance_like
    for_each: [x, y, z, u, v]
    properties: {name: "${inputs.name}-${each.key}", group: "${group.id}", zone: "${front.endpoint}"}
outputs:
  endpoint: {value: "${front.endpoint}"}
"#;

const STAGE: &str = r#"
account_id: "123456789012"
region: eu-west-1
tags: {team: platform, stage: "${stage.name}"}
values: {zones: [a, b, c]}
"#;

/// The files of a stage with `resources` resources, and one more for the network.
pub fn files(shape: Shape, resources: usize) -> MemoryFiles {
    let services = resources / SERVICE;
    let network = "resources: {network: {type: aws_network, properties: {cidr_block: 10.0.0.0/8}}}\n";
    let files = MemoryFiles::new([
        ("wildfire.yaml", "name: bench\n"),
        ("stages/test/stage.yaml", STAGE),
        ("modules/service/module.yaml", MODULE),
        ("stages/test/main/network.yaml", network),
    ]);
    let inputs =
        |name: &str| format!("{{name: \"{name}\", network: \"${{network.id}}\", zones: \"${{stage.values.zones}}\"}}");
    match shape {
        Shape::Counted => {
            let text = format!(
                "modules:\n  service:\n    source: service\n    for_each: ${{range({services}).map(i, 's' + string(i))}}\n    \
                 inputs: {}\noutputs:\n  endpoints: {{value: \"${{values(service).map(s, s.endpoint)}}\"}}\n",
                inputs("${each.key}")
            );
            files.with("stages/test/main/services.yaml", text)
        }
        Shape::Written => in_files(files, services, "modules:\n", |service| {
            let inputs = inputs(&format!("s{service}"));
            format!("  s{service}:\n    source: service\n    inputs: {inputs}\n")
        }),
        Shape::Chain => in_files(files, resources, "resources:\n", |index| match index.checked_sub(1) {
            None => "  r0: {type: aws_instance_like, properties: {name: r0, group: \"${network.id}\"}}\n".into(),
            Some(before) => format!(
                "  r{index}: {{type: aws_instance_like, properties: {{name: r{index}, group: \"${{r{before}.id}}\"}}}}\n"
            ),
        }),
        Shape::Keyed => files.with(
            "stages/test/main/pairs.yaml",
            format!(
                "resources:\n  group:\n    type: aws_group\n    for_each: ${{range({half}).map(i, 's' + string(i))}}\n    \
                 properties: {{name: \"${{each.key}}\", network: \"${{network.id}}\"}}\n  server:\n    \
                 type: aws_instance_like\n    for_each: ${{range({half}).map(i, 's' + string(i))}}\n    \
                 properties: {{name: \"${{each.key}}\", group: \"${{group[each.key].id}}\"}}\n",
                half = resources / 2
            ),
        ),
        Shape::Joined => files.with(
            "stages/test/main/joined.yaml",
            format!(
                "resources:\n  server:\n    type: aws_instance_like\n    \
                 for_each: ${{range({others}).map(i, 's' + string(i))}}\n    \
                 properties: {{name: \"${{each.key}}\", group: \"${{network.id}}\"}}\n  all:\n    \
                 type: aws_instance_like\n    properties:\n      name: all\n      \
                 group: ${{join(\",\", values(server).map(s, s.endpoint))}}\n\
                 outputs:\n  all: {{value: \"${{values(server).map(s, s.id)}}\"}}\n",
                others = resources - 1
            ),
        ),
        Shape::Comb => in_files(files, resources, "resources:\n", |index| {
            let half = resources / 2;
            let (name, group) = match index {
                0 => ("r0".to_string(), "network".to_string()),
                _ if index < half => (format!("r{index}"), format!("r{}", index - 1)),
                _ => (format!("leaf{index}"), format!("r{}", half - 1)),
            };
            format!("  {name}: {{type: aws_instance_like, properties: {{name: {name}, group: \"${{{group}.id}}\"}}}}\n")
        }),
        Shape::Moved => in_files(files, resources, "moved:\n", |index| {
            format!("  - {{from: old{index}, to: 'server[\"s{index}\"]'}}\n")
        })
        .with(
            "stages/test/main/server.yaml",
            format!(
                "resources:\n  server:\n    type: aws_instance_like\n    \
                 for_each: ${{range({resources}).map(i, 's' + string(i))}}\n    \
                 properties: {{name: \"${{each.key}}\", group: \"${{network.id}}\"}}\n"
            ),
        ),
        Shape::Waiting => {
            let half = resources / 2;
            let module = "inputs: {count: int}\nresources:\n  server:\n    type: aws_instance_like\n    \
                          for_each: ${range(inputs.count).map(i, 's' + string(i))}\n    \
                          properties: {name: \"${each.key}\"}\n";
            files.with("modules/servers/module.yaml", module).with(
                "stages/test/main/waiting.yaml",
                format!(
                    "modules:\n  first: {{source: servers, inputs: {{count: {half}}}}}\n  \
                     second: {{source: servers, inputs: {{count: {half}}}, depends_on: [first]}}\n"
                ),
            )
        }
    }
}

/// Files of a hundred entries each.
fn in_files(files: MemoryFiles, count: usize, head: &str, entry: impl Fn(usize) -> String) -> MemoryFiles {
    (0..count.div_ceil(100)).fold(files, |files, file| {
        let entries = (file * 100..count.min((file + 1) * 100)).map(&entry);
        let text: String = std::iter::once(head.to_string()).chain(entries).collect();
        files.with(format!("stages/test/main/part{file:04}.yaml"), text)
    })
}

pub fn load(files: &MemoryFiles) -> Project {
    let options = LoadOptions { limits: Limits::NONE, ..LoadOptions::default() };
    let project =
        load_with(files, PathBuf::new(), "test", &options).unwrap_or_else(|errors| panic!("{}", told(&errors)));
    assert!(!project.diagnostics.has_errors(), "{}", told(&project.diagnostics));
    project
}

pub fn graph(project: &Project) -> DesiredGraph {
    let compiled = compile::compile(project, "main", &*TYPES, &Facts::default());
    assert!(!compiled.diagnostics.has_errors(), "{}", told(&compiled.diagnostics));
    compiled.graph
}

/// What state and AWS say of a stack.
pub struct Account {
    pub state: State,
    pub live: LiveSet,
}

impl Account {
    /// Nothing is there.
    pub fn empty() -> Self {
        let state = State::empty(StackId::new("test", "main"), ACCOUNT.into(), REGION.into(), "bench".into());
        Self { state, live: LiveSet::default() }
    }

    /// Everything is there, as declared.
    pub fn up(graph: &DesiredGraph) -> Self {
        let mut account = Self::empty();
        let mut known = Attributes::default();
        for address in graph.topological() {
            let desired = &graph.resources[&address];
            let evaluated = graph.evaluate(&address, &known).unwrap_or_else(|errors| panic!("{}", told(&errors)));
            let mut attributes: Map = plan::wanted(desired.schema, &evaluated.properties, &[], None);
            for field in desired.schema.fields.iter().filter(|field| !field.is_property() && field.name != "tags_all") {
                attributes.insert(field.name.into(), Value::from(format!("{}/{}", field.name, address.path())));
            }
            let id = PhysicalId::from(format!("id/{}", address.path()));
            let attributes = Arc::new(Value::Map(attributes));
            let sort = (Placement::HOME, desired.schema.name.into());
            account.live.0.insert((sort, id.clone()), Live::Found(Arc::clone(&attributes)));
            let path = match address.path().strip_prefix("server[\"s").and_then(|rest| rest.strip_suffix("\"]")) {
                Some(index) if !graph.moved.is_empty() => format!("old{index}"),
                _ => address.path().to_string(),
            };
            account.state.resources.insert(
                path,
                ResourceState {
                    type_name: desired.schema.name.into(),
                    id,
                    place: Placement::HOME,
                    attributes: (*attributes).clone(),
                    dependencies: graph.dependencies[&address].iter().map(|need| need.path().to_string()).collect(),
                    sensitive: Default::default(),
                    prevent_destroy: false,
                    create_before_destroy: false,
                    unfinished: Vec::new(),
                    unread: false,
                    created_by: Some(OpId::new("op")),
                    failed: None,
                },
            );
            known.0.insert(address, attributes);
        }
        let outputs = graph.outputs(&known).unwrap_or_else(|errors| panic!("{}", told(&errors)));
        let state = |output: compile::Output| OutputState { value: output.value, sensitive: output.sensitive };
        account.state.outputs = outputs.into_iter().map(|(name, output)| (name, state(output))).collect();
        account
    }

    /// Some resources, by their number in the order of their paths, are not as declared; state knows that.
    pub fn changed(mut self, which: impl Fn(usize) -> bool) -> Self {
        let resources = self.state.resources.values_mut().enumerate();
        for (_, resource) in resources.filter(|(number, _)| which(*number)) {
            if let Value::Map(attributes) = &mut resource.attributes {
                attributes.insert("tags_all".into(), Value::Map(Map::new()));
                attributes.insert("retention".into(), Value::Int(1));
                attributes.insert("enable_dns".into(), Value::Bool(false));
            }
            let live = Live::Found(Arc::new(resource.attributes.clone()));
            self.live.0.insert(((Placement::HOME, resource.type_name.clone()), resource.id.clone()), live);
        }
        self
    }

    /// What a command does from a compiled stack to a plan, without the answers of AWS.
    pub fn plan(&self, graph: &DesiredGraph) -> Plan {
        self.plan_with(graph, Options::default())
    }

    pub fn plan_with(&self, graph: &DesiredGraph, options: Options) -> Plan {
        let wanted = plan::reads_needed(graph, &*TYPES, &self.state, &options);
        assert!(options != Options::default() || wanted.values().map(Vec::len).sum::<usize>() == self.live.0.len());
        plan::plan(graph, &*TYPES, &self.state, &self.live, &Answers::default(), &options)
            .unwrap_or_else(|errors| panic!("{}", told(&errors)))
    }
}

#[derive(Default)]
struct Attributes(BTreeMap<Address, Arc<Value>>);

impl Known for Attributes {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        self.0.get(address).cloned()
    }
}

fn told(diagnostics: &Diagnostics) -> String {
    let lines =
        diagnostics.iter().take(5).map(|diagnostic| format!("{}: {}", diagnostic.code.name(), diagnostic.message));
    lines.collect::<Vec<_>>().join("\n")
}
