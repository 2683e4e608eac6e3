use crate::compile::DesiredGraph;
use crate::model::Address;
pub(super) fn topological(_graph: &DesiredGraph) -> Vec<Address> {
    todo!()
}
