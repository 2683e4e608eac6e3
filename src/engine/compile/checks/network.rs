//! Checks that look at addresses of networks, within a resource and across resources.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::compile::Evaluated;
use crate::compile::ids::InstanceId;
use crate::compile::instances::{Instance, Program};
use crate::compile::sink::Sink;
use crate::model::{Address, Code, Diagnostic, Field, Network, Origin, PropertyPath, SecretPaths, Span, Ty, Value};

/// A part of a network that was declared, and where.
struct Part {
    net: Ipv4Net,
    id: InstanceId,
    address: Address,
    origin: Option<Origin>,
    nouns: [&'static str; 2],
}

/// Collects the networks of a stack while its resources are evaluated.
#[derive(Default)]
pub(in crate::compile) struct Networks {
    /// By what the id of the network is or waits for.
    parts: BTreeMap<String, Vec<Part>>,
    blocks: BTreeMap<String, Vec<Ipv4Net>>,
    /// Networks of whose blocks not all are known.
    open: Vec<String>,
}

impl Networks {
    /// Checks the CIDR blocks of one resource, and keeps those that are compared with others. Returns the paths of
    /// those that are none.
    pub fn add(
        &mut self,
        program: &Program,
        id: InstanceId,
        evaluated: &Evaluated,
        sink: &Sink,
    ) -> BTreeSet<PropertyPath> {
        let instance = &program.resources[id];
        let mut wrong = BTreeSet::new();
        let Some(schema) = program.definition(instance.frame).resources[instance.item].schema else { return wrong };
        let secret = SecretPaths::new(&evaluated.sensitive);
        for field in &schema.fields {
            if let Some(value) = evaluated.properties.get(field.name) {
                check(field, value, &PropertyPath::from(field.name), &mut |text, path| {
                    let Some(fault) = misfit(text, path, instance, evaluated, secret.covers(path)) else { return };
                    wrong.insert(path.clone());
                    sink.push(fault);
                });
            }
        }
        if !wrong.is_empty() {
            return wrong;
        }
        let Some(role) = schema.relations.network else { return wrong };
        let block = |name: &str| block_of(evaluated, name);
        let whole = |of: &str| evaluated.properties.get(of).and_then(identity);
        match role {
            Network::Part { of, block: name, nouns } => {
                if let (Some(net), Some(network)) = (block(name), whole(of)) {
                    let origin = evaluated.origins.get(&name.into()).cloned();
                    let address = instance.address.clone();
                    self.parts.entry(network).or_default().push(Part { net, id, address, origin, nouns });
                }
            }
            Network::Whole { block: name } => self.widen(format!("{}.id", instance.address.path()), block(name)),
            Network::Wider { of, block: name } => {
                if let Some(network) = whole(of) {
                    self.widen(network, block(name));
                }
            }
        }
        wrong
    }

    fn widen(&mut self, network: String, block: Option<Ipv4Net>) {
        match block {
            Some(block) => self.blocks.entry(network).or_default().push(block),
            None => self.open.push(network),
        }
    }

    /// Tells of parts that overlap, or lie outside of their network.
    pub fn check(mut self, sink: &Sink) {
        let mut told: BTreeSet<[Vec<Span>; 2]> = BTreeSet::new();
        for (network, subnets) in &mut self.parts {
            subnets.sort_by_key(|subnet| (subnet.net, subnet.id));
            let mut widest: Option<usize> = None;
            for index in 0..subnets.len() {
                if let Some(earlier) = widest.map(|widest| &subnets[widest])
                    && earlier.net.contains(&subnets[index].net)
                {
                    // Instances of one declaration that overlap have one mistake in common.
                    if told.insert([places(earlier), places(&subnets[index])]) {
                        sink.push(overlap(earlier, &subnets[index]));
                    }
                    continue;
                }
                widest = Some(index);
            }
            let Some(blocks) = self.blocks.get(network).filter(|_| !self.open.contains(network)) else { continue };
            for subnet in subnets.iter().filter(|subnet| !blocks.iter().any(|block| block.contains(&subnet.net))) {
                let written: Vec<String> = blocks.iter().map(|block| format!("`{block}`")).collect();
                let address = &subnet.address;
                let [part, whole] = subnet.nouns;
                let message = format!(
                    "{part} `{}` ({}) lies outside of its {whole}'s {}",
                    address.path(),
                    subnet.net,
                    written.join(", ")
                );
                sink.push(placed(Diagnostic::error(Code::InvalidCidr, message).address(address.clone()), subnet));
            }
        }
    }
}

fn placed(diagnostic: Diagnostic, network: &Part) -> Diagnostic {
    match &network.origin {
        Some(origin) => diagnostic.at(origin.clone()),
        None => diagnostic,
    }
}

/// Where a network is written, and the module calls through which it came.
fn places(network: &Part) -> Vec<Span> {
    let origin = network.origin.as_ref();
    origin.into_iter().flat_map(|origin| std::iter::once(&origin.span).chain(origin.calls())).cloned().collect()
}

/// The parts of the networks of several stacks.
#[derive(Default)]
pub(in crate::compile) struct Stacks(BTreeMap<String, Vec<Part>>);

impl Stacks {
    /// Keeps the part of a network that a resource is. `whole` names the network in the same way for every stack.
    pub fn add(
        &mut self,
        program: &Program,
        id: InstanceId,
        evaluated: &Evaluated,
        whole: impl Fn(&str) -> Option<String>,
    ) {
        let instance = &program.resources[id];
        let schema = program.definition(instance.frame).resources[instance.item].schema;
        let Some(Network::Part { of, block, nouns }) = schema.and_then(|schema| schema.relations.network) else {
            return;
        };
        if let (Some(net), Some(network)) = (block_of(evaluated, block), whole(of)) {
            let origin = evaluated.origins.get(&block.into()).cloned();
            let address = instance.address.clone();
            self.0.entry(network).or_default().push(Part { net, id, address, origin, nouns });
        }
    }

    /// What overlaps of different stacks; each pair of declarations once. Those of one stack are told with the stack.
    pub fn overlaps(mut self) -> Vec<Diagnostic> {
        let mut told: BTreeSet<[Vec<Span>; 2]> = BTreeSet::new();
        let mut found = Vec::new();
        for parts in self.0.values_mut() {
            parts.sort_by(|a, b| (a.net, &a.address).cmp(&(b.net, &b.address)));
            for (index, earlier) in parts.iter().enumerate() {
                // Sorted by where they begin, so all that lie in one come at once after it.
                let inside = parts[index + 1..].iter().take_while(|later| earlier.net.contains(&later.net));
                for later in inside.filter(|later| later.address.stack != earlier.address.stack) {
                    if told.insert([places(earlier), places(later)]) {
                        found.push(overlap(earlier, later));
                    }
                }
            }
        }
        found
    }
}

/// The block that a property holds; none where it is sensitive, since what is compared is shown.
fn block_of(evaluated: &Evaluated, name: &str) -> Option<Ipv4Net> {
    let secret = SecretPaths::new(&evaluated.sensitive).covers(&name.into());
    evaluated.properties.get(name).filter(|_| !secret)?.as_str()?.parse().ok()
}

fn overlap(earlier: &Part, later: &Part) -> Diagnostic {
    // The one that stands later in the files is where the error is shown.
    let mut pair = [earlier, later];
    pair.sort_by_key(|network| (network.origin.as_ref().map(|origin| origin.span.clone()), network.id));
    let [first, second] = pair;
    let name = |part: &Part| match first.address.stack == second.address.stack {
        true => part.address.path().to_string(),
        false => part.address.to_string(),
    };
    let message = format!(
        "{}s `{}` ({}) and `{}` ({}) overlap",
        second.nouns[0],
        name(first),
        first.net,
        name(second),
        second.net
    );
    let diagnostic = Diagnostic::error(Code::OverlappingSubnets, message).address(second.address.clone());
    let mut diagnostic = placed(diagnostic, second);
    for network in [first, second] {
        if let Some(origin) = &network.origin {
            let calls: Vec<String> = origin.calls().map(|call| format!(", through {call}")).collect();
            diagnostic =
                diagnostic.note(format!("`{}` is {} at {}{}", name(network), network.net, origin.span, calls.concat()));
        }
    }
    diagnostic
}

/// An IPv6 block in the spelling of RFC 5952, which clouds return for every other: `::0/0` is `::/0`. Bits behind the
/// prefix stay, and are told.
pub(in crate::compile) fn in_short_form(field: &Field, value: Value) -> Value {
    let net = value.as_str().filter(|_| field.cidr).and_then(|text| text.parse::<Ipv6Net>().ok());
    match net {
        Some(net) => Value::from(net.to_string()),
        None => value,
    }
}

/// What tells one network from another: its id, or what the id waits for.
fn identity(value: &Value) -> Option<String> {
    match value {
        Value::String(id) => Some(id.to_string()),
        Value::Unknown(unknown) => match unknown.waits_for.as_ref() {
            [one] => Some(one.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Shows every CIDR block of a property to `see`.
fn check(field: &Field, value: &Value, path: &PropertyPath, see: &mut dyn FnMut(&str, &PropertyPath)) {
    if field.json {
        return;
    }
    match (&field.ty, value) {
        (Ty::String, Value::String(text)) if field.cidr => see(text, path),
        (Ty::List(_) | Ty::Set(_), Value::List(items)) if field.cidr => {
            for (index, item) in items.iter().enumerate() {
                if let Some(text) = item.as_str() {
                    see(text, &path.index(index));
                }
            }
        }
        (ty, Value::List(items)) if ty.blocks().is_some() => {
            items.iter().enumerate().for_each(|(index, item)| block(field, item, &path.index(index), see));
        }
        (Ty::Object(_), value) => block(field, value, path, see),
        _ => {}
    }
}

fn block(field: &Field, value: &Value, path: &PropertyPath, see: &mut dyn FnMut(&str, &PropertyPath)) {
    for inner in field.block().unwrap_or_default() {
        if let Some(value) = value.get(inner.name) {
            check(inner, value, &path.key(inner.name), see);
        }
    }
}

fn misfit(
    text: &str,
    path: &PropertyPath,
    instance: &Instance,
    evaluated: &Evaluated,
    secret: bool,
) -> Option<Diagnostic> {
    let (message, help) = wrong(text)?;
    let fault = |message: String| Diagnostic::error(Code::InvalidCidr, message).address(instance.address.clone());
    let diagnostic = match secret {
        true => fault(format!("`{path}` is not a CIDR block that AWS takes"))
            .note("why is not shown, as it came through something sensitive")
            .of_secret(),
        false => fault(format!("`{path}`: {message}")).help(help),
    };
    Some(match evaluated.origins.get(path) {
        Some(origin) => diagnostic.at(origin.clone()),
        None => diagnostic,
    })
}

/// What is wrong with a CIDR block, and what to do.
fn wrong(text: &str) -> Option<(String, String)> {
    match text.parse::<IpNet>() {
        Ok(net) if net.addr() == net.network() => None,
        Ok(net) => Some((format!("{text} has bits set behind its prefix"), format!("did you mean {}?", net.trunc()))),
        Err(_) => Some((
            format!("{text:?} is not a CIDR block"),
            match text.parse::<IpAddr>() {
                // An address that ends in zeros is a network without its length; any other is a single host.
                Ok(IpAddr::V4(address)) if address.octets()[3] == 0 => {
                    format!("the length of the prefix is missing, for example {address}/16")
                }
                Ok(address) => format!("a single address is written {}", IpNet::from(address)),
                Err(_) => "a block is written 10.0.0.0/16".to_string(),
            },
        )),
    }
}
