//! Reading live AWS: physical ids in, a [`LiveSet`] out, in as few calls as the API allows.
//!
//! Owns: grouping by type, what an error means for the rest. Leaves out: the calls (the cloud's) and
//! comparing (the plan's). An error is never an absence.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;

use crate::model::{Cloud, CloudError, ErrorKind, PhysicalId, Placement, ReadRequest, Value};

/// The answer for one resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    Found(Arc<Value>),
    /// AWS said that it does not exist.
    Absent,
    Failed(CloudError),
}

/// A type in a place: what one call can read.
pub type Sort = (Placement, Arc<str>);

/// Everything that was read, by place, type and physical id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveSet(pub BTreeMap<(Sort, PhysicalId), Live>);

impl LiveSet {
    pub fn get(&self, place: &Placement, type_name: &str, id: &PhysicalId) -> Option<&Live> {
        self.0.get(&((place.clone(), Arc::from(type_name)), id.clone()))
    }
}

/// Groups what is to be read by place and type: each resource once, with all properties that anybody asks about. Tags count as known
/// only where all that ask for the resource know the same.
pub fn wanted(items: impl IntoIterator<Item = (Sort, ReadRequest)>) -> BTreeMap<Sort, Vec<ReadRequest>> {
    let mut sorts: BTreeMap<Sort, BTreeMap<PhysicalId, ReadRequest>> = BTreeMap::new();
    for (sort, request) in items {
        let resources = sorts.entry(sort).or_default();
        match resources.get_mut(&request.id) {
            Some(joined) => {
                joined.properties.extend(request.properties);
                if joined.known_tags != request.known_tags {
                    joined.known_tags = None;
                }
            }
            None => drop(resources.insert(request.id.clone(), request)),
        }
    }
    let sorted = |mut request: ReadRequest| {
        request.properties.sort();
        request.properties.dedup();
        request
    };
    sorts.into_iter().map(|(sort, resources)| (sort, resources.into_values().map(sorted).collect())).collect()
}

/// Reads everything in `wanted`, all places and types at the same time, each with one [`Cloud::read`]. Never fails as a whole:
/// what could not be read is [`Live::Failed`].
pub async fn read(cloud: &dyn Cloud, wanted: BTreeMap<Sort, Vec<ReadRequest>>) -> LiveSet {
    let answers = join_all(wanted.into_iter().map(|(sort, requests)| async move {
        let answers = cloud.read(&sort.0, &sort.1, &requests).await;
        (sort, requests, answers)
    }))
    .await;
    let mut out = BTreeMap::new();
    for (sort, requests, answers) in answers {
        let answers = answers.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
        for (request, answer) in requests.into_iter().zip(answers) {
            let live = match answer {
                Some(Ok(Some(attributes))) => Live::Found(Arc::new(attributes)),
                Some(Ok(None)) => Live::Absent,
                Some(Err(error)) => Live::Failed(error),
                // A cloud that answers too little has told nothing about the rest.
                None => {
                    let message = format!("no answer about this {}", sort.1);
                    Live::Failed(CloudError::new(ErrorKind::Rejected, message))
                }
            };
            out.insert((sort.clone(), request.id), live);
        }
    }
    LiveSet(out)
}

#[cfg(test)]
mod tests;
