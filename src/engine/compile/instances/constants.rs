//! Values that no evaluation can change: computed once, whatever becomes known.

use super::program::Program;
use crate::compile::graph::{CallSites, Need};
use crate::compile::ids::Item;
use crate::compile::values::{Memo, Slot};

/// By node: whether its value depends on no resource and no data source.
pub(in crate::compile) fn constants(sites: &CallSites, needs: &[Vec<Need>], order: &[usize]) -> Vec<bool> {
    let mut constant = vec![false; sites.len()];
    for node in order {
        constant[*node] = match sites.item(*node).1 {
            Some(Item::Resource(_) | Item::Data(_)) | None => false,
            Some(Item::Call(_) | Item::Input(_) | Item::Local(_) | Item::Output(_)) => {
                needs[*node].iter().all(|need| constant[need.node])
            }
        };
    }
    constant
}

/// Inputs and locals that no evaluation can change are not computed again.
pub(in crate::compile) fn keep_constants(program: &mut Program, memo: &Memo, constant: &[bool]) {
    for (slot, value) in memo.values.borrow().iter() {
        let (frame, item) = match slot {
            Slot::Input(frame, index) => (*frame, Item::Input(*index)),
            Slot::Local(frame, index) => (*frame, Item::Local(*index)),
            _ => continue,
        };
        let node = program.sites.node(program.frames[frame].site, item);
        if !constant[node] || !value.is_known() {
            continue;
        }
        let frame = &mut program.frames[frame];
        match slot {
            Slot::Local(_, index) => frame.local_constants[*index] = Some(value.clone()),
            Slot::Input(_, index) => frame.constants[*index] = Some(value.clone()),
            _ => {}
        }
    }
}
