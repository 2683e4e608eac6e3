//! What `for_each` and `when` give: the keys of the instances, or whether there is one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::expand::Expansion;
use super::program::Each;
use crate::compile::ids::{FrameId, Item};
use crate::compile::sink::failed;
use crate::compile::spend::Request;
use crate::compile::values::{largest, provenance};
use crate::config::{ForEach, Node};
use crate::model::{Code, Diagnostic, Origin, Unknown, Value};

/// What `for_each` and `when` give.
pub(super) enum Expanded {
    Single(bool),
    Keyed(Vec<Arc<Each>>),
}

impl Expansion<'_> {
    /// What `for_each` and `when` give, within the limits of the run.
    pub(super) fn expanded(
        &self,
        frame: FrameId,
        item: Item,
        for_each: Option<&ForEach>,
        when: Option<&Node>,
    ) -> Result<Expanded, Unknown> {
        let found = self.unlimited(frame, item, for_each, when)?;
        let more = match &found {
            Expanded::Single(there) => u64::from(*there),
            Expanded::Keyed(all) => all.len() as u64,
        };
        let body = &self.program.definition(frame).body;
        let place = match (for_each, item) {
            (Some(ForEach(node)), _) => &node.span,
            (None, Item::Resource(index)) => &body.resources[index].span,
            (None, Item::Data(index)) => &body.data[index].span,
            (None, Item::Call(index)) => &body.modules[index].span,
            // None has instances.
            (None, Item::Input(_) | Item::Local(_) | Item::Output(_)) => return Ok(found),
        };
        let before = self.count.get();
        let via = self.program.frames[frame].via.as_ref();
        let most = || largest(&self.counts.borrow());
        let request = Request { stack: &self.program.stack, before, more, place, via, most: &most };
        if !self.program.allowance.instances(&request, &self.memo, self.sink) {
            return Err(failed());
        }
        self.count.set(before + more);
        *self.counts.borrow_mut().entry(place.clone()).or_default() += more;
        Ok(found)
    }

    fn unlimited(
        &self,
        frame: FrameId,
        item: Item,
        for_each: Option<&ForEach>,
        when: Option<&Node>,
    ) -> Result<Expanded, Unknown> {
        let Some(ForEach(node)) = for_each else {
            return match when {
                Some(when) => Ok(Expanded::Single(self.when(frame, item, when, None)?)),
                None => Ok(Expanded::Single(true)),
            };
        };
        let value = self.evaluator().view(frame).plain(node);
        let all = self.keys(frame, item, node, value)?;
        let Some(when) = when else { return Ok(Expanded::Keyed(all)) };
        let mut kept = Vec::with_capacity(all.len());
        for each in all {
            if self.when(frame, item, when, Some(&each))? {
                kept.push(each);
            }
        }
        Ok(Expanded::Keyed(kept))
    }

    fn when(&self, frame: FrameId, item: Item, node: &Node, each: Option<&Each>) -> Result<bool, Unknown> {
        let found_value = self.evaluator().view_of(frame, item, each).plain(node);
        match found_value.bare() {
            Value::Bool(value) => Ok(*value),
            Value::Unknown(unknown) => Err(self.not_known("when", frame, item, node, unknown.clone())),
            other => {
                let message = format!("`when` must be true or false, found {}", found(other));
                Err(self.fault(Code::WrongType, frame, node, message, None))
            }
        }
    }

    fn keys(&self, frame: FrameId, item: Item, node: &Node, value: Value) -> Result<Vec<Arc<Each>>, Unknown> {
        let each = |index: usize, key: Arc<str>, value: Value| {
            let value = Some(value).filter(Value::is_known);
            // More entries than fit an i64 do not fit memory.
            Arc::new(Each { key, index: index as i64, value, owner: (frame, item) })
        };
        match value {
            Value::Unknown(unknown) => Err(self.not_known("for_each", frame, item, node, unknown)),
            Value::Map(map) => {
                let entries = map.into_iter().enumerate();
                Ok(entries.map(|(index, (key, value))| each(index, key.into(), value)).collect())
            }
            Value::List(items) => {
                let mut seen = BTreeSet::new();
                let mut out = Vec::with_capacity(items.len());
                for (index, item_value) in items.into_iter().enumerate() {
                    let key: Arc<str> = match &item_value {
                        Value::String(text) => text.clone(),
                        Value::Unknown(unknown) => {
                            return Err(self.not_known("for_each", frame, item, node, unknown.clone()));
                        }
                        other => {
                            // A number is a key as it was written.
                            let number = Some(other).filter(|other| other.as_bool().is_none());
                            if let Some(text) = number.and_then(Value::scalar_text) {
                                text
                            } else {
                                let message = format!(
                                    "`for_each` takes a list of strings or a map, found a list with {}",
                                    found(other)
                                );
                                let help = "a map gives each instance a name of its own: \
                                        `${zipmap(list.map(one, one.name), list)}`, or write `name: {…}`";
                                return Err(self.fault(Code::WrongType, frame, node, message, Some(help.into())));
                            }
                        }
                    };
                    if !seen.insert(key.clone()) {
                        let message = format!("`for_each` has {} twice", Value::String(key));
                        let help = "each instance is named by its key; `distinct(…)` leaves repetitions out";
                        return Err(self.fault(Code::InvalidValue, frame, node, message, Some(help.into())));
                    }
                    out.push(each(index, key, item_value));
                }
                Ok(out)
            }
            other => {
                let message = format!("`for_each` takes a list of strings or a map, found {}", found(&other));
                Err(self.fault(Code::WrongType, frame, node, message, None))
            }
        }
    }

    pub(super) fn fault(
        &self,
        code: Code,
        frame: FrameId,
        node: &Node,
        message: String,
        help: Option<String>,
    ) -> Unknown {
        let origin = Origin::via(node.span.clone(), self.program.frames[frame].via.clone());
        let mut diagnostic = Diagnostic::error(code, message).at(origin);
        diagnostic.help = help;
        diagnostic.notes = provenance::of_node(&self.program, frame, node);
        self.sink.push(diagnostic);
        failed()
    }
}

fn found(value: &Value) -> String {
    match value.type_name() {
        "null" => "null".to_string(),
        "int" => "an int".to_string(),
        noun => format!("a {noun}"),
    }
}
