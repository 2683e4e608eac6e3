//! The reads themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;

use super::{Live, LiveSet};
use crate::model::{Cloud, CloudError, ErrorKind, ReadRequest};

/// Reads everything in `wanted`, all types at the same time, each with one [`Cloud::read`]. Never fails as a whole:
/// what could not be read is [`Live::Failed`].
pub async fn read(cloud: &dyn Cloud, wanted: BTreeMap<Arc<str>, Vec<ReadRequest>>) -> LiveSet {
    let answers = join_all(wanted.into_iter().map(|(type_name, requests)| async move {
        let answers = cloud.read(&type_name, &requests).await;
        (type_name, requests, answers)
    }))
    .await;
    let mut out = BTreeMap::new();
    for (type_name, requests, answers) in answers {
        let answers = answers.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
        for (request, answer) in requests.into_iter().zip(answers) {
            let live = match answer {
                Some(Ok(Some(attributes))) => Live::Found(Arc::new(attributes)),
                Some(Ok(None)) => Live::Absent,
                Some(Err(error)) => Live::Failed(error),
                // A cloud that answers too little has told nothing about the rest.
                None => {
                    let message = format!("no answer about this {type_name}");
                    Live::Failed(CloudError::new(ErrorKind::Rejected, message))
                }
            };
            out.insert((type_name.clone(), request.id), live);
        }
    }
    LiveSet(out)
}

#[cfg(test)]
#[path = "fetch/tests.rs"]
mod tests;
