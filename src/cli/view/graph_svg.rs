//! The dependency graph as a picture.
//!
//! `dagre` places the nodes. It knows nothing of titles of boxes, so every node is placed with room for those of the boxes
//! around it, and the boxes are drawn around what is in them.

use std::fmt::Write;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};

use super::graph::Picture;
use super::line::escape;

/// Height of a node.
const NODE: f64 = 40.0;
/// Above what is in a box: its title.
const TITLE: f64 = 22.0;
/// At the other sides of what is in a box.
const BORDER: f64 = 12.0;
/// Around the picture.
const MARGIN: f64 = 24.0;
/// Width of a character of the titles and labels.
const CHARACTER: f64 = 7.3;

/// Left, top, right and bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rectangle(f64, f64, f64, f64);

impl Rectangle {
    fn around(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1), self.2.max(other.2), self.3.max(other.3))
    }

    fn middle(self) -> (f64, f64) {
        ((self.0 + self.2) / 2.0, (self.1 + self.3) / 2.0)
    }

    /// Where a line from the middle to `point` leaves it.
    fn edge_towards(self, point: (f64, f64)) -> (f64, f64) {
        let (x, y) = self.middle();
        let (dx, dy) = (point.0 - x, point.1 - y);
        let reach = |half: f64, distance: f64| if distance == 0.0 { f64::INFINITY } else { half / distance.abs() };
        let part = reach((self.2 - self.0) / 2.0, dx).min(reach((self.3 - self.1) / 2.0, dy));
        match part.is_finite() {
            true => (x + dx * part, y + dy * part),
            false => (x, y),
        }
    }
}

/// Where everything is.
struct Places {
    nodes: Vec<Rectangle>,
    boxes: Vec<Rectangle>,
    edges: Vec<Vec<(f64, f64)>>,
}

impl Picture {
    pub fn svg(&self) -> String {
        let places = self.places();
        let all = places.boxes.iter().chain(&places.nodes).copied().reduce(Rectangle::around);
        let Rectangle(left, top, right, bottom) = all.unwrap_or(Rectangle(0.0, 0.0, 0.0, 0.0));
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='{x:.0} {y:.0} {w:.0} {h:.0}' width='{w:.0}' height='{h:.0}' \
             font-family='ui-monospace, Menlo, Consolas, monospace'>\n<title>{title}</title>\n<style>{STYLE}</style>\n\
             <defs><marker id='tip' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='7' markerHeight='7' orient='auto'>\
             <path d='M0 0L8 4L0 8z' fill='#7d8590'/></marker></defs>\n\
             <rect x='{x:.0}' y='{y:.0}' width='{w:.0}' height='{h:.0}' fill='#ffffff'/>\n{body}</svg>\n",
            x = left - MARGIN,
            y = top - MARGIN,
            w = right - left + 2.0 * MARGIN,
            h = bottom - top + 2.0 * MARGIN,
            title = escape(&self.title),
            body = self.body(&places),
        )
    }

    fn body(&self, places: &Places) -> String {
        let mut body = String::new();
        // Parents come before what is in them.
        for (group, place) in self.boxes.iter().zip(&places.boxes) {
            let class = if group.parent.is_none() { "stack" } else { "module" };
            let _ = writeln!(
                body,
                "<rect class='{class}' {} rx='8'/><text class='title' x='{:.1}' y='{:.1}'>{}</text>",
                size(*place),
                place.0 + 10.0,
                place.1 + 16.0,
                escape(&group.title)
            );
        }
        for points in &places.edges {
            let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let _ = writeln!(body, "<polyline class='edge' marker-end='url(#tip)' points='{}'/>", points.join(" "));
        }
        for (node, place) in self.nodes.iter().zip(&places.nodes) {
            let (middle, _) = place.middle();
            let class = if node.is_open() { "node open" } else { "node" };
            let _ = writeln!(
                body,
                "<rect class='{class}' {} rx='5'/><text class='name' x='{middle:.1}' y='{:.1}'>{}</text>\
                 <text class='type' x='{middle:.1}' y='{:.1}'>{}</text>",
                size(*place),
                place.1 + 17.0,
                escape(&node.label),
                place.1 + 31.0,
                node.type_name
            );
        }
        body
    }

    fn places(&self) -> Places {
        let mut layout = self.layout();
        dagre::layout(
            &mut layout,
            Some(LayoutOptions {
                rankdir: RankDir::RL,
                nodesep: 12.0,
                edgesep: 8.0,
                ranksep: 72.0,
                ..LayoutOptions::default()
            }),
        );
        let nodes: Vec<Rectangle> = (0..self.nodes.len())
            .map(|index| {
                let label = layout.node(&node_name(index));
                let (x, y) = label.and_then(|label| Some((label.x?, label.y?))).unwrap_or_default();
                let width = self.width(index);
                Rectangle(x - width / 2.0, y - NODE / 2.0, x + width / 2.0, y + NODE / 2.0)
            })
            .collect();
        let edges = self.edges.iter().map(|(from, to)| {
            let edge = layout.edge(&node_name(*from), &node_name(*to), None);
            let mut points: Vec<(f64, f64)> =
                edge.into_iter().flat_map(|edge| edge.points.iter().map(|point| (point.x, point.y))).collect();
            // The ends are at the room around the nodes.
            let (start, end) = (nodes[*from], nodes[*to]);
            let inner = points.len().saturating_sub(2);
            let (first, last) = match inner {
                0 => (end.middle(), start.middle()),
                _ => (points[1], points[inner]),
            };
            points = points.get(1..=inner).unwrap_or_default().to_vec();
            points.insert(0, start.edge_towards(first));
            points.push(end.edge_towards(last));
            points
        });
        let edges = edges.collect();
        Places { boxes: self.frames(&nodes), nodes, edges }
    }

    /// The boxes around what is in them; parents have lower indexes, so the innermost are made first.
    fn frames(&self, nodes: &[Rectangle]) -> Vec<Rectangle> {
        let mut inside: Vec<Option<Rectangle>> = vec![None; self.boxes.len()];
        let add = |inside: &mut Vec<Option<Rectangle>>, group: usize, place: Rectangle| {
            inside[group] = Some(inside[group].map_or(place, |all| all.around(place)));
        };
        for (node, place) in self.nodes.iter().zip(nodes) {
            if let Some(group) = node.boxes.last() {
                add(&mut inside, *group, *place);
            }
        }
        let mut out = vec![Rectangle(0.0, 0.0, 0.0, 0.0); self.boxes.len()];
        for (index, group) in self.boxes.iter().enumerate().rev() {
            let Some(Rectangle(left, top, right, bottom)) = inside[index] else { continue };
            out[index] = Rectangle(left - BORDER, top - TITLE, right + BORDER, bottom + BORDER);
            if let Some(parent) = group.parent {
                add(&mut inside, parent, out[index]);
            }
        }
        out
    }

    /// Wide enough for what stands in the node, and for the titles of the boxes that may hold nothing else.
    fn width(&self, index: usize) -> f64 {
        let node = &self.nodes[index];
        let titles = node.boxes.iter().map(|group| self.boxes[*group].title.chars().count());
        let characters = titles.chain([node.label.chars().count(), node.type_name.len()]).max().unwrap_or(0);
        CHARACTER * characters as f64 + 20.0
    }

    fn layout(&self) -> Graph<NodeLabel, EdgeLabel> {
        let mut graph = Graph::with_options(GraphOptions { directed: true, multigraph: false, compound: true });
        for index in 0..self.boxes.len() {
            graph.set_node(box_name(index), Some(NodeLabel::default()));
        }
        for (index, group) in self.boxes.iter().enumerate() {
            if let Some(parent) = group.parent {
                graph.set_parent(&box_name(index), Some(&box_name(parent)));
            }
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let depth = node.boxes.len() as f64;
            let label = NodeLabel {
                width: self.width(index),
                // The same above and below, so that the node is in the middle.
                height: NODE + 2.0 * TITLE * depth,
                ..NodeLabel::default()
            };
            graph.set_node(node_name(index), Some(label));
            if let Some(group) = node.boxes.last() {
                graph.set_parent(&node_name(index), Some(&box_name(*group)));
            }
        }
        for (from, to) in &self.edges {
            graph.set_edge(node_name(*from), node_name(*to), Some(EdgeLabel::default()), None);
        }
        graph
    }
}

const STYLE: &str = "\
.stack{fill:#fff;stroke:#8c959f}.module{fill:#f6f8fa;stroke:#d0d7de}.title{font-size:12px;font-weight:bold;fill:#57606a}\
.node{fill:#fff;stroke:#0969da}.open{stroke-dasharray:4 3}.name{font-size:12px;fill:#1f2328;text-anchor:middle}\
.type{font-size:9.5px;fill:#57606a;text-anchor:middle}.edge{fill:none;stroke:#7d8590;stroke-width:1}";

fn node_name(index: usize) -> String {
    format!("node {index}")
}

fn box_name(index: usize) -> String {
    format!("box {index}")
}

fn size(place: Rectangle) -> String {
    let Rectangle(left, top, right, bottom) = place;
    format!("x='{left:.1}' y='{top:.1}' width='{:.1}' height='{:.1}'", right - left, bottom - top)
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::picture;
    use super::*;

    fn apart(a: Rectangle, b: Rectangle) -> bool {
        a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1
    }

    #[test]
    fn nothing_lies_on_a_title_or_on_a_node() {
        let picture = picture();
        let places = picture.places();
        let titles = picture.boxes.iter().zip(&places.boxes).map(|(group, place)| {
            let width = CHARACTER * group.title.chars().count() as f64;
            Rectangle(place.0 + 10.0, place.1 + 4.0, place.0 + 10.0 + width, place.1 + 18.0)
        });
        let texts: Vec<Rectangle> = titles.chain(places.nodes.iter().copied()).collect();
        for (index, text) in texts.iter().enumerate() {
            assert!(texts[..index].iter().all(|other| apart(*text, *other)), "{texts:?}");
        }
        for (group, place) in picture.boxes.iter().zip(&places.boxes).filter(|(group, _)| group.parent.is_none()) {
            let others = picture.boxes.iter().zip(&places.boxes).filter(|(other, _)| other.parent.is_none());
            assert!(others.filter(|(other, _)| *other != group).all(|(_, other)| apart(*place, *other)));
        }
    }

    #[test]
    fn an_edge_ends_at_the_side_of_a_node() {
        let place = Rectangle(0.0, 0.0, 20.0, 10.0);
        assert_eq!(place.edge_towards((50.0, 5.0)), (20.0, 5.0));
        assert_eq!(place.edge_towards((10.0, -50.0)), (10.0, 0.0));
        assert_eq!(place.edge_towards((10.0, 5.0)), (10.0, 5.0));
    }
}
