//! What is known by a name that its user chooses: one call each when few are wanted, and the whole list when many are.

use std::collections::HashMap;
use std::future::Future;

use async_trait::async_trait;
use futures::future::join_all;
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, ReadRequest, Readiness, Recover, Value};

use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::{Read, Resource, all_failed, asks_for};
use crate::kind::tags::Tags;

/// Up to this many things are read one by one.
const LIST_ABOVE: usize = 2;

/// The id of what AWS knows by the text of `property`, and compares and keeps in lower case.
pub(crate) fn lower_case_id(properties: &Value, property: &str) -> Option<PhysicalId> {
    Some(properties.get(property)?.as_str()?.to_ascii_lowercase().into())
}

/// The id of what AWS knows by `name`, and compares and keeps in lower case.
pub(crate) fn lower_case_name(name: Option<&str>) -> PhysicalId {
    name.unwrap_or_default().to_ascii_lowercase().into()
}

/// The result of a create call under a name that `holder` may have. A name that is taken by what is being deleted is
/// free soon, so the call is worth repeating.
pub(crate) async fn or_wait_for_name<R: Resource, T>(
    created: Result<T, CloudError>,
    holder: impl Future<Output = Read<R>>,
) -> Result<T, CloudError> {
    let error = match created {
        Err(error) if error.kind == ErrorKind::AlreadyExists => error,
        other => return other,
    };
    // If the holder cannot be read, it may belong to somebody else.
    match holder.await {
        Ok(Some(holder)) if holder.readiness() == Readiness::Deleting => {
            let message = format!("the name is taken by one that is being deleted: {}", error.message);
            Err(CloudError { kind: ErrorKind::Busy, message, ..error })
        }
        _ => Err(error),
    }
}

/// A group of settings or subnets, described by name or in a list of all without what calls of its own tell. So are
/// the parameter groups and subnet groups of RDS and ElastiCache.
#[async_trait]
pub(crate) trait Group: Resource + Clone {
    fn name(&self) -> Option<&str>;
    fn tags_all(&self) -> Option<&Tags>;

    /// The group of a name, or every group. `NotFound` where there is none of the name.
    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError>;

    /// Reads its parameters into the group, for a call per page.
    async fn add_parameters(&mut self, _aws: &Aws) -> Result<(), CloudError> {
        Ok(())
    }

    /// Reads its tags into the group, for a call.
    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError>;
}

/// [`Resource::read`] of groups.
pub(crate) async fn read_groups<G: Group>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<G>> {
    let found = read_named(wanted, G::name, |name| G::describe(aws.clone(), name)).await;
    let complete = found.into_iter().zip(wanted).map(|(group, request)| async move {
        let Some(mut group) = group? else { return Ok(None) };
        // What is gone since it was described is gone.
        if asks_for(request, &["parameter"]) && absent_is_none(group.add_parameters(aws).await)?.is_none() {
            return Ok(None);
        }
        if asks_for(request, &["tags", "tags_all"]) && absent_is_none(group.add_tags(aws).await)?.is_none() {
            return Ok(None);
        }
        Ok(Some(group))
    });
    join_all(complete).await
}

/// [`Resource::find`] of groups: the one of the wanted name, if its tags say that the operation made it.
pub(crate) async fn find_group<G: Group>(aws: &Aws, recover: &Recover) -> Result<Option<PhysicalId>, CloudError> {
    let Some(id) = G::natural_id(&recover.wanted) else { return Ok(None) };
    let found = absent_is_none(G::describe(aws.clone(), Some(id.to_string())).await)?.unwrap_or_default();
    let Some(mut group) = find_by_name(found, G::name, id.as_str()) else { return Ok(None) };
    if absent_is_none(group.add_tags(aws).await)?.is_none() {
        return Ok(None);
    }
    only_made_by(recover, [Candidate::new(Some(id.to_string()), group.tags_all().cloned())])
}

/// The answers in the order of the requests. `describe` gets a name, or nothing for everything there is; names
/// compare without regard to case.
pub(crate) async fn read_named<T, F, Fut>(
    wanted: &[ReadRequest],
    name: fn(&T) -> Option<&str>,
    describe: F,
) -> Vec<Read<T>>
where
    T: Clone,
    F: Fn(Option<String>) -> Fut,
    Fut: Future<Output = Result<Vec<T>, CloudError>>,
{
    if wanted.len() <= LIST_ABOVE {
        let answers = join_all(wanted.iter().map(|request| describe(Some(request.id.to_string())))).await;
        let one = |(answer, request): (Result<Vec<T>, CloudError>, &ReadRequest)| {
            Ok(absent_is_none(answer)?.and_then(|found| find_by_name(found, name, request.id.as_str())))
        };
        return answers.into_iter().zip(wanted).map(one).collect();
    }
    match describe(None).await {
        Ok(found) => {
            let lower = |item: T| Some((name(&item)?.to_ascii_lowercase(), item));
            let by_name: HashMap<String, T> = found.into_iter().filter_map(lower).collect();
            wanted.iter().map(|request| Ok(by_name.get(&request.id.as_str().to_ascii_lowercase()).cloned())).collect()
        }
        Err(error) => all_failed(wanted, &error),
    }
}

/// The item of a name. The reply is judged by itself: not every implementation of an API heeds the name that it was
/// asked for.
pub(crate) fn find_by_name<T>(items: Vec<T>, name: impl Fn(&T) -> Option<&str>, wanted: &str) -> Option<T> {
    items.into_iter().find(|item| name(item).is_some_and(|name| name.eq_ignore_ascii_case(wanted)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn requests(names: &[&str]) -> Vec<ReadRequest> {
        names.iter().map(|name| ReadRequest::new((*name).into(), Vec::new())).collect()
    }

    type Answer = fn(Option<String>) -> Result<Vec<String>, CloudError>;

    async fn read(names: &[&str], answer: Answer) -> (usize, Vec<Read<String>>) {
        let calls = Cell::new(0);
        let describe = |name| {
            calls.set(calls.get() + 1);
            std::future::ready(answer(name))
        };
        let answers = read_named(&requests(names), |name| Some(name.as_str()), describe).await;
        (calls.get(), answers)
    }

    #[tokio::test]
    async fn many_are_read_by_one_list() {
        let list = |_| Ok(vec!["b".to_string(), "a".to_string()]);
        let (calls, answers) = read(&["A", "missing", "b"], list).await;
        assert_eq!(calls, 1);
        assert_eq!(answers, [Ok(Some("a".into())), Ok(None), Ok(Some("b".into()))]);
    }

    #[tokio::test]
    async fn another_name_in_the_reply_is_not_the_one_that_was_asked_for() {
        let ignores_the_name = |_| Ok(vec!["somebody-elses".to_string(), "Ours".to_string()]);
        let (_, answers) = read(&["ours", "missing"], ignores_the_name).await;
        assert_eq!(answers, [Ok(Some("Ours".into())), Ok(None)]);
    }

    #[tokio::test]
    async fn few_are_read_one_by_one_and_an_error_is_no_absence() {
        let by_name = |name: Option<String>| match name.as_deref() {
            Some("gone") => Err(CloudError::new(ErrorKind::NotFound, "gone")),
            _ => Err(CloudError::new(ErrorKind::AccessDenied, "no")),
        };
        let (calls, answers) = read(&["gone", "denied"], by_name).await;
        assert_eq!(calls, 2);
        assert_eq!(answers[0], Ok(None));
        assert_eq!(answers[1].as_ref().map_err(|error| error.kind), Err(ErrorKind::AccessDenied));
        let (_, answers) = read(&["a", "b", "c"], by_name).await;
        assert!(answers.iter().all(Result::is_err));
    }

    #[tokio::test]
    async fn a_reply_about_something_else_is_no_answer() {
        let (_, answers) = read(&["a"], |_| Ok(vec!["b".to_string(), "A".to_string()])).await;
        assert_eq!(answers, [Ok(Some("A".into()))]);
        let (_, answers) = read(&["a"], |_| Ok(vec!["b".to_string()])).await;
        assert_eq!(answers, [Ok(None)]);
    }
}
