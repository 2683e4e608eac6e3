//! Proof that a resource is what an operation made.
//!
//! A search after a lost reply hands what it finds over to state, and a later run may delete it. So the proof is read off
//! the reply, never taken from the question: servers exist that ignore a filter which they do not know, and answer with
//! everything there is.

use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, Recover};

use crate::kind::tags::{Tags, made_by};

/// Something that exists, as a reply describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Candidate {
    id: Option<String>,
    tags: Option<Tags>,
    leaving: bool,
}

impl Candidate {
    pub(crate) fn new(id: Option<String>, tags: Option<Tags>) -> Self {
        Self { id, tags, leaving: false }
    }

    /// The id, if the operation made it.
    pub(crate) fn made_by(&self, recover: &Recover) -> Option<&str> {
        self.id.as_deref().filter(|_| made_by(self.tags.as_ref(), recover.operation.id.as_str()))
    }

    /// Marks what is deleted or on its way: AWS lists it for a while, and nobody can use it.
    pub(crate) fn leaving(self, leaving: bool) -> Self {
        Self { leaving, ..self }
    }
}

/// The one of `candidates` whose tags say that the operation made it, and that is there to stay.
///
/// # Errors
/// Two of them do: which one is meant is nothing to guess.
pub(crate) fn only_made_by(
    recover: &Recover,
    candidates: impl IntoIterator<Item = Candidate>,
) -> Result<Option<PhysicalId>, CloudError> {
    let staying = candidates.into_iter().filter(|candidate| !candidate.leaving);
    let mut ours: Vec<String> = staying.filter_map(|candidate| Some(candidate.made_by(recover)?.to_string())).collect();
    if ours.len() > 1 {
        let (count, operation, ids) = (ours.len(), &recover.operation.id, ours.join(", "));
        let message = format!("{count} resources carry the tag wildfire:op={operation}: {ids}");
        return Err(CloudError::new(ErrorKind::Rejected, message));
    }
    Ok(ours.pop().map(PhysicalId::from))
}

#[cfg(test)]
mod tests {
    use wildfire_engine::model::{Address, OpId, Operation, Placement, Value};

    use super::*;

    fn recover() -> Recover {
        let address: Address = "test/main:network.nat".parse().unwrap();
        let operation = Operation { id: OpId::new("01OURS"), address, attempt: 1, place: Placement::HOME };
        Recover { operation, wanted: Value::Null }
    }

    fn candidate(id: &str, tags: &[(&str, &str)]) -> Candidate {
        let tags = tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        Candidate::new(Some(id.into()), Some(tags))
    }

    #[test]
    fn what_a_server_returns_without_our_tag_is_not_ours() {
        let foreign = [
            candidate("nat-untagged", &[]),
            candidate("nat-other-op", &[("wildfire:op", "01OTHER")]),
            candidate("nat-other-key", &[("op", "01OURS")]),
            Candidate::new(Some("nat-no-tags-told".into()), None),
        ];
        assert_eq!(only_made_by(&recover(), foreign.clone()), Ok(None));
        let ours = candidate("nat-ours", &[("team", "a"), ("wildfire:op", "01OURS")]);
        let found = only_made_by(&recover(), foreign.into_iter().chain([ours]));
        assert_eq!(found, Ok(Some("nat-ours".into())));
    }

    #[test]
    fn what_is_being_deleted_is_not_adopted() {
        let tags = [("wildfire:op", "01OURS")];
        let leaving = candidate("nat-old", &tags).leaving(true);
        assert_eq!(only_made_by(&recover(), [leaving.clone()]), Ok(None));
        assert_eq!(only_made_by(&recover(), [leaving, candidate("nat", &tags)]), Ok(Some("nat".into())));
    }

    #[test]
    fn two_of_one_operation_are_an_error_that_names_them() {
        let tags = [("wildfire:op", "01OURS")];
        let error = only_made_by(&recover(), [candidate("nat-1", &tags), candidate("nat-2", &tags)]).unwrap_err();
        assert!(error.message.contains("nat-1, nat-2"), "{error}");
    }
}
