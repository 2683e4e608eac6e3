//! The dependency graph of a stack: DOT, Mermaid and SVG.
//!
//! Instances of one resource are one node, modules are boxes; an edge points from what depends to what it
//! depends on. What follows from other edges is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};
use wildfire_engine::compile::DesiredGraph;

/// A node: all instances of a resource.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    /// `network.private`
    path: String,
    /// `private`, with the number of instances if there is a `for_each`.
    label: String,
    type_name: &'static str,
    /// `network`; empty at the top.
    module: String,
}

/// What is drawn.
pub struct Picture {
    title: String,
    nodes: Vec<Node>,
    /// Indexes into `nodes`: from what depends to what it depends on.
    edges: BTreeSet<(usize, usize)>,
}

impl Picture {
    pub fn of(graph: &DesiredGraph) -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for address in graph.resources.keys() {
            *counts.entry(address.without_key().path().to_string()).or_default() += 1;
        }
        let mut nodes: Vec<Node> = Vec::new();
        let mut index: BTreeMap<String, usize> = BTreeMap::new();
        for (address, desired) in &graph.resources {
            let path = address.without_key().path().to_string();
            if index.contains_key(&path) {
                continue;
            }
            let segments = address.segments();
            let has_key = segments.last().is_some_and(|segment| segment.key.is_some());
            let name = segments.last().map(|segment| segment.name.clone()).unwrap_or_default();
            let label = if has_key { format!("{name} \u{d7} {}", counts[&path]) } else { name };
            let module = path.rsplit_once('.').map(|(module, _)| module.to_string()).unwrap_or_default();
            index.insert(path.clone(), nodes.len());
            nodes.push(Node { path, label, type_name: desired.schema.name, module });
        }
        let node_of = |address: &wildfire_engine::model::Address| index.get(address.without_key().path()).copied();
        let mut edges = BTreeSet::new();
        for (address, dependencies) in &graph.dependencies {
            for dependency in dependencies {
                if let (Some(from), Some(to)) = (node_of(address), node_of(dependency))
                    && from != to
                {
                    edges.insert((from, to));
                }
            }
        }
        let edges = reduced(nodes.len(), &edges);
        Self { title: graph.stack.to_string(), nodes, edges }
    }

    pub fn dot(&self) -> String {
        let mut out =
            format!("digraph {:?} {{\n  rankdir = \"LR\"\n  node [shape = box, style = rounded]\n", self.title);
        for (number, (module, nodes)) in self.modules().into_iter().enumerate() {
            let indent = if module.is_empty() { "  " } else { "    " };
            if !module.is_empty() {
                let _ = writeln!(out, "  subgraph cluster_{number} {{\n    label = {module:?}");
            }
            for node in nodes {
                let node = &self.nodes[node];
                let _ = writeln!(out, "{indent}{:?} [label = \"{}\\n{}\"]", node.path, node.label, node.type_name);
            }
            if !module.is_empty() {
                out.push_str("  }\n");
            }
        }
        for (from, to) in &self.edges {
            let _ = writeln!(out, "  {:?} -> {:?}", self.nodes[*from].path, self.nodes[*to].path);
        }
        out.push_str("}\n");
        out
    }

    pub fn mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        for (module, nodes) in self.modules() {
            if !module.is_empty() {
                let _ = writeln!(out, "  subgraph {module}");
            }
            for node in nodes {
                let _ =
                    writeln!(out, "  n{node}[\"{}<br><i>{}</i>\"]", self.nodes[node].label, self.nodes[node].type_name);
            }
            if !module.is_empty() {
                out.push_str("  end\n");
            }
        }
        for (from, to) in &self.edges {
            let _ = writeln!(out, "  n{from} --> n{to}");
        }
        out
    }

    pub fn json(&self) -> serde_json::Value {
        let nodes: Vec<_> = self
            .nodes
            .iter()
            .map(|node| serde_json::json!({"path": node.path, "type": node.type_name, "module": node.module}))
            .collect();
        let edges: Vec<_> = self
            .edges
            .iter()
            .map(|(from, to)| serde_json::json!({"from": self.nodes[*from].path, "to": self.nodes[*to].path}))
            .collect();
        serde_json::json!({"stack": self.title, "nodes": nodes, "edges": edges})
    }

    fn modules(&self) -> BTreeMap<&str, Vec<usize>> {
        let mut modules: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            modules.entry(&node.module).or_default().push(index);
        }
        modules
    }

    pub fn svg(&self) -> String {
        let mut layout = self.layout();
        dagre::layout(
            &mut layout,
            Some(LayoutOptions {
                rankdir: RankDir::RL,
                nodesep: 14.0,
                edgesep: 8.0,
                ranksep: 56.0,
                marginx: 24.0,
                marginy: 24.0,
                ..LayoutOptions::default()
            }),
        );
        self.draw(&layout)
    }

    fn layout(&self) -> Graph<NodeLabel, EdgeLabel> {
        let mut graph = Graph::with_options(GraphOptions { directed: true, multigraph: false, compound: true });
        for module in self.modules().into_keys().filter(|module| !module.is_empty()) {
            graph.set_node(format!("module {module}"), Some(NodeLabel::default()));
        }
        for node in &self.nodes {
            let characters = node.label.chars().count().max(node.type_name.len());
            let label = NodeLabel { width: 7.0 * characters as f64 + 20.0, height: 40.0, ..NodeLabel::default() };
            graph.set_node(node.path.clone(), Some(label));
            if !node.module.is_empty() {
                graph.set_parent(&node.path, Some(&format!("module {}", node.module)));
            }
        }
        for (from, to) in &self.edges {
            let (from, to) = (self.nodes[*from].path.clone(), self.nodes[*to].path.clone());
            graph.set_edge(from, to, Some(EdgeLabel::default()), None);
        }
        graph
    }

    fn draw(&self, layout: &Graph<NodeLabel, EdgeLabel>) -> String {
        let mut body = String::new();
        let (mut width, mut height) = (0.0_f64, 0.0_f64);
        for module in self.modules().into_keys().filter(|module| !module.is_empty()) {
            let Some((left, top, w, h)) = layout.node(&format!("module {module}")).and_then(rectangle) else {
                continue;
            };
            let _ = writeln!(
                body,
                "<rect class='module' x='{left:.1}' y='{top:.1}' width='{w:.1}' height='{h:.1}' rx='8'/>\
                 <text class='module-name' x='{:.1}' y='{:.1}'>{}</text>",
                left + 10.0,
                top - 4.0,
                escape(module)
            );
            (width, height) = (width.max(left + w), height.max(top + h));
        }
        for (from, to) in &self.edges {
            let Some(edge) = layout.edge(&self.nodes[*from].path, &self.nodes[*to].path, None) else { continue };
            let points: Vec<String> =
                edge.points.iter().map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect();
            let _ = writeln!(body, "<polyline class='edge' marker-end='url(#tip)' points='{}'/>", points.join(" "));
        }
        for node in &self.nodes {
            let Some((left, top, w, h)) = layout.node(&node.path).and_then(rectangle) else { continue };
            let middle = left + w / 2.0;
            let _ = writeln!(
                body,
                "<rect class='node' x='{left:.1}' y='{top:.1}' width='{w:.1}' height='{h:.1}' rx='5'/>\
                 <text class='name' x='{middle:.1}' y='{:.1}'>{}</text>\
                 <text class='type' x='{middle:.1}' y='{:.1}'>{}</text>",
                top + 17.0,
                escape(&node.label),
                top + 31.0,
                node.type_name
            );
            (width, height) = (width.max(left + w), height.max(top + h));
        }
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {w:.0} {h:.0}' width='{w:.0}' height='{h:.0}' \
             font-family='ui-monospace, Menlo, Consolas, monospace'>\n<title>{title}</title>\n<style>{STYLE}</style>\n\
             <defs><marker id='tip' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='7' markerHeight='7' orient='auto'>\
             <path d='M0 0L8 4L0 8z' fill='#7d8590'/></marker></defs>\n\
             <rect width='100%' height='100%' fill='#ffffff'/>\n{body}</svg>\n",
            w = width + 24.0,
            h = height + 24.0,
            title = escape(&self.title),
        )
    }
}

const STYLE: &str = "\
.module{fill:#f6f8fa;stroke:#d0d7de}.module-name{font-size:12px;font-weight:bold;fill:#57606a}\
.node{fill:#fff;stroke:#0969da}.name{font-size:12px;fill:#1f2328;text-anchor:middle}\
.type{font-size:9.5px;fill:#57606a;text-anchor:middle}.edge{fill:none;stroke:#7d8590;stroke-width:1}";

/// Left, top, width and height; the layout gives centres.
fn rectangle(label: &NodeLabel) -> Option<(f64, f64, f64, f64)> {
    let (x, y) = (label.x?, label.y?);
    Some((x - label.width / 2.0, y - label.height / 2.0, label.width, label.height))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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
    use super::*;

    #[test]
    fn an_edge_that_follows_from_others_is_left_out() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (0, 2)]);
        assert_eq!(reduced(3, &edges), BTreeSet::from([(0, 1), (1, 2)]));
    }
}
