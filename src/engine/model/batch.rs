//! Mutating calls that can share a request.
//!
//! A type says which of its calls may be one request (the key) and how many (the room). The engine gathers them, and splits a
//! request that is refused as a whole.

use super::{Operation, PhysicalId, Placement, Value};

/// A mutating call about one resource, with everything that is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Mutation {
    Create { want: Value, operation: Operation },
    Update { id: PhysicalId, call: String, want: Value, prior: Value, operation: Operation },
    Delete { id: PhysicalId, prior: Value, place: Placement },
}

impl Mutation {
    /// What is sent; of a deletion, what was read last.
    pub fn properties(&self) -> &Value {
        match self {
            Self::Create { want, .. } | Self::Update { want, .. } => want,
            Self::Delete { prior, .. } => prior,
        }
    }

    /// What it is about; a create has no id yet.
    pub fn id(&self) -> Option<&PhysicalId> {
        match self {
            Self::Create { .. } => None,
            Self::Update { id, .. } | Self::Delete { id, .. } => Some(id),
        }
    }

    /// Where it goes.
    pub fn place(&self) -> &Placement {
        match self {
            Self::Create { operation, .. } | Self::Update { operation, .. } => &operation.place,
            Self::Delete { place, .. } => place,
        }
    }

    /// The operation; a deletion needs none.
    pub fn operation(&self) -> Option<&Operation> {
        match self {
            Self::Create { operation, .. } | Self::Update { operation, .. } => Some(operation),
            Self::Delete { .. } => None,
        }
    }
}

/// What a request holds, or has room for: members, and whatever else the service counts in it, such as characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub members: usize,
    pub measure: usize,
}

impl Room {
    /// Room for so many members, whatever is in them.
    pub const fn members(members: usize) -> Self {
        Self { members, measure: usize::MAX }
    }

    /// The room that is left when `taken` is taken; `None` when it does not fit.
    pub fn less(self, taken: Self) -> Option<Self> {
        let left = |room: usize, taken: usize| room.checked_sub(taken);
        Some(Self { members: left(self.members, taken.members)?, measure: left(self.measure, taken.measure)? })
    }
}

/// How a call may share a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Calls of one type and place with the same key may be one request, whatever they do. Where the key depends on what is not known
    /// yet, it names what it waits for.
    pub key: String,
    /// What this call takes, and what one request has room for.
    pub takes: Room,
    pub room: Room,
}

impl Batch {
    /// A request of up to `most` calls.
    pub fn of(key: impl Into<String>, most: usize) -> Self {
        Self { key: key.into(), takes: Room { members: 1, measure: 0 }, room: Room::members(most) }
    }
}

/// A value as a part of a key: what it is, or what it waits for.
pub fn key_part(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Unknown(unknown)) => format!("after {}", unknown.waits_for.join(", ")),
        Some(other) => other.to_string(),
    }
}

/// Cuts calls into requests, each as full as its room allows, in the order of the calls. One that is larger than a request
/// is alone.
pub fn requests<T>(calls: impl IntoIterator<Item = T>, batch: impl Fn(&T) -> &Batch) -> Vec<Vec<T>> {
    let mut out: Vec<Vec<T>> = Vec::new();
    let mut left: Option<Room> = None;
    for call in calls {
        let Batch { takes, room, .. } = *batch(&call);
        match (left.and_then(|left| left.less(takes)), out.last_mut()) {
            (Some(rest), Some(last)) => {
                last.push(call);
                left = Some(rest);
            }
            _ => {
                out.push(vec![call]);
                left = room.less(takes);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_as_full_as_its_room_allows() {
        let call = |measure: usize| Batch {
            key: "zone".into(),
            takes: Room { members: 1, measure },
            room: Room { members: 3, measure: 100 },
        };
        let sizes = |calls: &[usize]| -> Vec<usize> {
            requests(calls.iter().map(|size| call(*size)), |batch| batch).iter().map(Vec::len).collect()
        };
        assert_eq!(sizes(&[1; 7]), [3, 3, 1], "three calls in one request");
        assert_eq!(sizes(&[60, 60, 40, 1]), [1, 2, 1], "a hundred characters in one request");
        assert_eq!(sizes(&[1, 500, 1]), [1, 1, 1], "what is larger than a request is alone");
        assert_eq!(sizes(&[]), [0; 0]);
    }
}
