//! Reading things by name: one call each when few are wanted, and the whole list when many are.

use std::collections::HashMap;
use std::future::Future;

use futures::future::join_all;
use wildfire_engine::model::{CloudError, ReadRequest};

use crate::call::absent_is_none;
use crate::resource::{Read, all_failed};

/// Up to this many things are read one by one.
const FEW: usize = 2;

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
    if wanted.len() <= FEW {
        let one = async |request: &ReadRequest| {
            let found = absent_is_none(describe(Some(request.id.to_string())).await)?.unwrap_or_default();
            let meant = |item: &T| name(item).is_some_and(|name| name.eq_ignore_ascii_case(request.id.as_str()));
            Ok(found.into_iter().find(meant))
        };
        return join_all(wanted.iter().map(one)).await;
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use wildfire_engine::model::ErrorKind;

    use super::*;

    fn requests(names: &[&str]) -> Vec<ReadRequest> {
        names.iter().map(|name| ReadRequest { id: (*name).into(), properties: Vec::new() }).collect()
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
}
