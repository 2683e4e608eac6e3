//! Where something is declared, and where it is named.

use super::symbol::{self, Symbol, namings};
use super::{Position, Workspace};
use crate::model::Span;

impl Workspace {
    /// The declarations of what stands at a place.
    pub fn definition(&self, file: &str, position: Position) -> Vec<Span> {
        self.named(file, position, |naming, symbol| match symbol {
            Symbol::Module { folder } => {
                (naming.symbol == *symbol).then(|| Span::new(format!("{folder}/module.yaml"), 1, 1, 1))
            }
            _ => (naming.declares && naming.symbol == *symbol).then(|| naming.span.clone()),
        })
    }

    /// Every place that names what stands at a place, its declaration included.
    pub fn references(&self, file: &str, position: Position) -> Vec<Span> {
        self.named(file, position, |naming, symbol| (naming.symbol == *symbol).then(|| naming.span.clone()))
    }

    fn named(
        &self,
        file: &str,
        position: Position,
        pick: impl Fn(&symbol::Naming, &Symbol) -> Option<Span>,
    ) -> Vec<Span> {
        let all: Vec<Vec<symbol::Naming>> = self.projects().iter().map(namings).collect();
        let Some(found) = all.iter().find_map(|namings| symbol::at(namings, file, position)) else { return Vec::new() };
        let mut spans: Vec<Span> = all.iter().flatten().filter_map(|naming| pick(naming, &found.symbol)).collect();
        // A module is in every stage that uses it.
        spans.sort();
        spans.dedup();
        spans
    }
}
