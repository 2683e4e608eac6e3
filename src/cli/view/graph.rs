//! The dependency graph of the stacks of a stage: DOT, Mermaid and JSON.
//!
//! Instances of one resource are one node; stacks and modules are boxes. An edge points from what depends to what it
//! depends on, also from one stack to another. What follows from other edges is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use wildfire_engine::compile::{Drawing, Needs};
use wildfire_engine::model::StackId;
use wildfire_engine::model::visible::{Visible, quoted};

/// A node: all instances of a resource.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    /// `network.private`
    path: String,
    type_name: &'static str,
    /// The boxes around it, outermost first; indexes into [`Picture::boxes`].
    boxes: Vec<usize>,
    /// `private`, with the number of instances if there is a `for_each`.
    label: String,
    /// None: it is not known yet.
    instances: Option<usize>,
}

impl Node {
    /// Whether nobody knows yet how many there are.
    fn is_open(&self) -> bool {
        self.instances.is_none()
    }
}

/// A stack, or a module at one call path.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    title: String,
    /// The box around it.
    parent: Option<usize>,
    stack: StackId,
    module: String,
}

/// What is drawn.
pub struct Picture {
    title: String,
    boxes: Vec<Group>,
    nodes: Vec<Node>,
    /// Indexes into `nodes`: from what depends to what it depends on.
    edges: BTreeSet<(usize, usize)>,
}

impl Picture {
    /// The picture of these stacks together.
    pub fn of(title: &str, stacks: &[(StackId, Drawing)]) -> Self {
        let mut picture =
            Self { title: Visible(title).to_string(), boxes: Vec::new(), nodes: Vec::new(), edges: BTreeSet::new() };
        let mut places: BTreeMap<(&StackId, &str), usize> = BTreeMap::new();
        for (stack, drawing) in stacks {
            // What has no instance is not there.
            for drawn in drawing.resources.iter().filter(|drawn| drawn.instances != Some(0)) {
                let (module, name) = drawn.path.rsplit_once('.').unwrap_or(("", &drawn.path));
                let count = drawn.instances.map_or("?".to_string(), |count| count.to_string());
                let many = drawn.keyed || drawn.instances.is_none();
                places.insert((stack, drawn.path.as_str()), picture.nodes.len());
                let boxes = picture.groups(stack, module);
                picture.nodes.push(Node {
                    path: drawn.path.clone(),
                    type_name: drawn.type_name,
                    boxes,
                    label: if many { format!("{name} \u{d7} {count}") } else { name.to_string() },
                    instances: drawn.instances,
                });
            }
        }
        let outputs: BTreeMap<&StackId, &BTreeMap<String, Needs>> =
            stacks.iter().map(|(stack, drawing)| (stack, &drawing.outputs)).collect();
        for (stack, drawing) in stacks {
            for drawn in &drawing.resources {
                let Some(from) = places.get(&(stack, drawn.path.as_str())) else { continue };
                let reached = through(stack, &drawn.needs, &outputs);
                let ends = reached.iter().filter_map(|(stack, path)| places.get(&(*stack, *path)));
                picture.edges.extend(ends.filter(|to| *to != from).map(|to| (*from, *to)));
            }
        }
        picture.edges = reduced(picture.nodes.len(), &picture.edges);
        picture
    }

    /// The box of a stack, and those of the modules inside of it that `module` leads through.
    fn groups(&mut self, stack: &StackId, module: &str) -> Vec<usize> {
        let mut out = vec![self.group(stack, "", None)];
        let ends = module.match_indices('.').map(|(end, _)| end).chain([module.len()]);
        for end in ends.filter(|end| *end > 0) {
            let parent = out.last().copied();
            out.push(self.group(stack, &module[..end], parent));
        }
        out
    }

    fn group(&mut self, stack: &StackId, module: &str, parent: Option<usize>) -> usize {
        let found = self.boxes.iter().position(|group| group.stack == *stack && group.module == module);
        found.unwrap_or_else(|| {
            let name = module.rsplit('.').next().filter(|name| !name.is_empty());
            let title = name.map_or_else(|| stack.to_string(), str::to_string);
            let title = Visible(title).to_string();
            self.boxes.push(Group { title, parent, stack: stack.clone(), module: module.to_string() });
            self.boxes.len() - 1
        })
    }

    /// `test/main:network.private`
    fn address(&self, node: &Node) -> String {
        let stack = node.boxes.first().map(|group| self.boxes[*group].stack.to_string()).unwrap_or_default();
        format!("{stack}:{}", node.path)
    }

    pub fn dot(&self) -> String {
        let mut out =
            format!("digraph {} {{\n  rankdir = \"LR\"\n  node [shape = box, style = rounded]\n", quoted(&self.title));
        self.nested(None, 1, &mut |event, depth| {
            let pad = "  ".repeat(depth);
            let _ = match event {
                Nested::Open(index, group) => {
                    writeln!(out, "{pad}subgraph cluster_{index} {{\n{pad}  label = {}", quoted(&group.title))
                }
                Nested::Node(_, node) => {
                    let label = quoted(&format!("{}\n{}", node.label, node.type_name));
                    let style = if node.is_open() { ", style = \"rounded,dashed\"" } else { "" };
                    writeln!(out, "{pad}{} [label = {label}{style}]", quoted(&self.address(node)))
                }
                Nested::Close => writeln!(out, "{pad}}}"),
            };
        });
        for (from, to) in &self.edges {
            let (from, to) = (self.address(&self.nodes[*from]), self.address(&self.nodes[*to]));
            let _ = writeln!(out, "  {} -> {}", quoted(&from), quoted(&to));
        }
        out.push_str("}\n");
        out
    }

    pub fn mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        self.nested(None, 1, &mut |event, depth| {
            let pad = "  ".repeat(depth);
            let _ = match event {
                Nested::Open(index, group) => {
                    writeln!(out, "{pad}subgraph g{index}[\"{}\"]", mermaid_text(&group.title))
                }
                Nested::Node(index, node) => {
                    let (label, open) = (mermaid_text(&node.label), if node.is_open() { ":::open" } else { "" });
                    writeln!(out, "{pad}n{index}[\"{label}<br><i>{}</i>\"]{open}", node.type_name)
                }
                Nested::Close => writeln!(out, "{pad}end"),
            };
        });
        for (from, to) in &self.edges {
            let _ = writeln!(out, "  n{from} --> n{to}");
        }
        if self.nodes.iter().any(Node::is_open) {
            out.push_str("  classDef open stroke-dasharray: 4 3\n");
        }
        out
    }

    pub fn json(&self) -> serde_json::Value {
        let nodes = self.nodes.iter().map(|node| {
            let group = node.boxes.last().map(|group| &self.boxes[*group]);
            serde_json::json!({
                "address": self.address(node),
                "stack": group.map(|group| group.stack.stack.to_string()),
                "path": node.path,
                "type": node.type_name,
                "module": group.map(|group| group.module.as_str()),
                "instances": node.instances,
            })
        });
        let edges = self.edges.iter().map(|(from, to)| {
            serde_json::json!({"from": self.address(&self.nodes[*from]), "to": self.address(&self.nodes[*to])})
        });
        serde_json::json!({
            "title": self.title, "nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>(),
        })
    }

    /// Boxes and nodes as they stand in each other.
    fn nested(&self, parent: Option<usize>, depth: usize, show: &mut dyn FnMut(Nested<'_>, usize)) {
        for (index, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.boxes.last().copied() == parent) {
            show(Nested::Node(index, node), depth);
        }
        for (index, group) in self.boxes.iter().enumerate().filter(|(_, group)| group.parent == parent) {
            show(Nested::Open(index, group), depth);
            self.nested(Some(index), depth + 1, show);
            show(Nested::Close, depth);
        }
    }
}

enum Nested<'a> {
    Open(usize, &'a Group),
    Node(usize, &'a Node),
    Close,
}

/// The resources that something needs, also those behind outputs of other stacks.
fn through<'a>(
    stack: &'a StackId,
    needs: &'a Needs,
    outputs: &BTreeMap<&'a StackId, &'a BTreeMap<String, Needs>>,
) -> BTreeSet<(&'a StackId, &'a str)> {
    let mut out = BTreeSet::new();
    let mut seen: BTreeSet<(&StackId, &str)> = BTreeSet::new();
    let mut left = vec![(stack, needs)];
    while let Some((stack, needs)) = left.pop() {
        out.extend(needs.resources.iter().map(|path| (stack, path.as_str())));
        for (other, output) in &needs.outputs {
            let output: &str = output;
            if seen.insert((other, output))
                && let Some(needs) = outputs.get(other).and_then(|all| all.get(output))
            {
                left.push((other, needs));
            }
        }
    }
    out
}

/// Text within the quotes of Mermaid, which knows entities and some HTML.
fn mermaid_text(text: &str) -> String {
    let entity = |c: char| match c {
        '"' | '<' | '>' | '#' | '&' | '`' | '\\' => format!("#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(entity).collect()
}

/// The edges that do not follow from others.
fn reduced(count: usize, edges: &BTreeSet<(usize, usize)>) -> BTreeSet<(usize, usize)> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges {
        next[*from].push(*to);
    }
    let reaches_otherwise = |from: usize, to: usize| {
        let mut seen = vec![false; count];
        let mut stack: Vec<usize> = next[from].iter().copied().filter(|step| *step != to).collect();
        while let Some(node) = stack.pop() {
            if node == to {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                stack.extend(next[node].iter().copied());
            }
        }
        false
    };
    edges.iter().copied().filter(|(from, to)| !reaches_otherwise(*from, *to)).collect()
}

#[cfg(test)]
mod tests {
    use wildfire_engine::compile::Drawn;

    use super::*;

    fn drawn(path: &str, instances: Option<usize>, resources: &[&str], outputs: &[(&str, &str)]) -> Drawn {
        Drawn {
            path: path.into(),
            type_name: "aws_vpc",
            keyed: instances != Some(1),
            instances,
            needs: needs(resources, outputs),
        }
    }

    fn needs(resources: &[&str], outputs: &[(&str, &str)]) -> Needs {
        let output = |(stack, name): &(&str, &str)| (StackId::new("t", *stack), (*name).into());
        Needs {
            resources: resources.iter().map(ToString::to_string).collect(),
            outputs: outputs.iter().map(output).collect(),
        }
    }

    /// Two stacks: one with modules in each other, and one that uses an output of it.
    fn picture() -> Picture {
        let network = Drawing {
            resources: vec![
                drawn("vpc", Some(1), &[], &[]),
                drawn("net.subnets.private", None, &["vpc"], &[]),
                drawn("net.routes", Some(3), &["vpc", "net.subnets.private"], &[]),
                drawn("none", Some(0), &["vpc"], &[]),
            ],
            outputs: BTreeMap::from([("ids".into(), needs(&["net.subnets.private"], &[]))]),
        };
        let app = Drawing {
            resources: vec![drawn("db", Some(1), &[], &[("network", "ids"), ("elsewhere", "x")])],
            outputs: BTreeMap::new(),
        };
        Picture::of("t", &[(StackId::new("t", "network"), network), (StackId::new("t", "app"), app)])
    }

    #[test]
    fn an_edge_that_follows_from_others_is_left_out() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (0, 2)]);
        assert_eq!(reduced(3, &edges), BTreeSet::from([(0, 1), (1, 2)]));
    }

    #[test]
    fn stacks_are_one_picture_with_the_edges_between_them() {
        let json = picture().json();
        let edges: Vec<String> = json["edges"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|edge| format!("{} {}", edge["from"].as_str().unwrap_or(""), edge["to"].as_str().unwrap_or("")))
            .collect();
        assert_eq!(
            edges,
            [
                "t/network:net.subnets.private t/network:vpc",
                "t/network:net.routes t/network:net.subnets.private",
                "t/app:db t/network:net.subnets.private",
            ]
        );
        assert_eq!(json["nodes"][1]["instances"], serde_json::Value::Null);
        assert_eq!(json["nodes"].as_array().map(Vec::len), Some(4));
    }

    #[test]
    fn what_is_not_known_yet_is_drawn_as_such() {
        let picture = picture();
        assert!(picture.dot().contains("[label = \"private \u{d7} ?\\naws_vpc\", style = \"rounded,dashed\"]"));
        assert!(picture.mermaid().contains("[\"private \u{d7} ?<br><i>aws_vpc</i>\"]:::open"));
        assert!(picture.mermaid().contains("[\"routes \u{d7} 3<br>"));
    }

    #[test]
    fn titles_are_text_in_every_form() {
        let stack = StackId::new("t", "a\"]\n  end<b>");
        let drawing = Drawing { resources: vec![drawn("vpc", Some(1), &[], &[])], outputs: BTreeMap::new() };
        let picture = Picture::of("x\"\u{1b}", &[(stack, drawing)]);
        assert!(picture.dot().contains("label = \"t/a\\\"]\\\\n  end<b>\""), "{}", picture.dot());
        assert!(picture.mermaid().contains("[\"t/a#34;]#92;n  end#60;b#62;\"]"), "{}", picture.mermaid());
    }
}
