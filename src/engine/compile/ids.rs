//! How declarations, frames and instances of one compilation name each other: by their position.

/// Index of a definition.
pub(super) type DefinitionId = usize;
/// Index of a frame; the stack's own body is frame 0.
pub(super) type FrameId = usize;
/// Index of a resource or of a data source.
pub(super) type InstanceId = usize;

/// A declaration of a definition, by its position among its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Item {
    Resource(usize),
    Data(usize),
    Call(usize),
    Input(usize),
    Local(usize),
    Output(usize),
}
