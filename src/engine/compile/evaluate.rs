use super::{DesiredGraph, Evaluated, Known, Output};
use crate::model::{Address, Diagnostics, Value};
use indexmap::IndexMap;
pub(super) fn resource(_: &DesiredGraph, _: &Address, _: &dyn Known) -> Result<Evaluated, Diagnostics> {
    todo!()
}
pub(super) fn data(_: &DesiredGraph, _: &Address, _: &dyn Known) -> Result<Value, Diagnostics> {
    todo!()
}
pub(super) fn outputs(_: &DesiredGraph, _: &dyn Known) -> Result<IndexMap<String, Output>, Diagnostics> {
    todo!()
}
pub(super) fn text(_: &DesiredGraph, _: &str, _: &dyn Known) -> Result<Value, Diagnostics> {
    todo!()
}
