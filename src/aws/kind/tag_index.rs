//! The tags of many resources in one call: AWS's tagging API knows those of most services by ARN.
//!
//! It learns of a change some time after the service, so it is believed only where it says what state remembers anyway.
//! Whatever it says differently, does not say, or refuses to say is read from the service itself: its answer can hide
//! for a while that somebody else changed a tag, and can never show a change that is none. Leaves out: IAM and
//! Route 53, which the tagging API of a region does not know, and EC2, which tells the tags with everything else.

use std::collections::HashMap;

use futures::future::{join_all, try_join_all};
use wildfire_engine::model::{CloudError, KnownTags, ReadRequest, Value};

use super::vocabulary::reserved_tag;
use crate::Aws;
use crate::kind::resource::{Read, asks_for};
use crate::kind::tags::Tags;

/// ARNs in one call, as the API reference has it.
const ARNS: usize = 100;
/// The properties that hold tags.
pub(super) const TAGS: [&str; 2] = ["tags", "tags_all"];

/// Reads resources by `read`, which is not asked for the tags that the tagging API confirms. These are in the answers
/// all the same.
pub(crate) async fn read_with(
    aws: &Aws,
    wanted: &[ReadRequest],
    read: impl AsyncFnOnce(&[ReadRequest]) -> Vec<Read<Value>>,
) -> Vec<Read<Value>> {
    let confirmed = join_all(wanted.iter().map(|request| confirmed(aws, request))).await;
    let mut left = wanted.to_vec();
    for (request, _) in left.iter_mut().zip(&confirmed).filter(|(_, tags)| tags.is_some()) {
        request.properties.retain(|property| !TAGS.contains(&property.as_str()));
    }
    let mut answers = read(&left).await;
    for (answer, tags) in answers.iter_mut().zip(confirmed) {
        if let (Ok(Some(Value::Map(live))), Some(tags)) = (answer, tags) {
            let tags = tags.into_iter().map(|(key, value)| (key, value.into())).collect();
            live.insert("tags_all".into(), Value::Map(tags));
        }
    }
    answers
}

/// The tags of what `request` asks about, if it asks for tags, and the tagging API says of them what state remembers.
/// Requests that are made together share a call.
async fn confirmed(aws: &Aws, request: &ReadRequest) -> Option<Tags> {
    let known = request.known_tags.as_ref().filter(|_| asks_for(request, &TAGS))?;
    let handle = aws.clone();
    let fetch = move |arns| async move { fetch(&handle, arns).await };
    // Why there is no answer does not matter: the service is asked next, and tells what is wrong.
    let found = aws.batch::<Tags>("tag:resources").load([known.arn.clone()], fetch).await.ok()?;
    found.get(&known.arn).filter(|tags| agree(tags, known)).cloned()
}

fn agree(tags: &Tags, known: &KnownTags) -> bool {
    tags.iter().filter(|(key, _)| !reserved_tag(key)).eq(known.tags.iter().filter(|(key, _)| !reserved_tag(key)))
}

async fn fetch(aws: &Aws, arns: Vec<String>) -> Result<HashMap<String, Tags>, CloudError> {
    let chunks = arns.chunks(ARNS).map(|arns| chunk(aws, arns));
    Ok(try_join_all(chunks).await?.into_iter().flatten().collect())
}

async fn chunk(aws: &Aws, arns: &[String]) -> Result<Vec<(String, Tags)>, CloudError> {
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        // Once: it is quicker to ask the services than to ask again.
        let request = aws.single_attempt().resourcegroupstagging().get_resources();
        let request = request.set_resource_arn_list(Some(arns.to_vec())).set_pagination_token(token);
        let page = aws.call("tag:GetResources", request.send()).await?;
        found.extend(page.resource_tag_mapping_list.unwrap_or_default().into_iter().filter_map(|mapping| {
            let tags = mapping.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
            Some((mapping.resource_arn?, tags))
        }));
        token = page.pagination_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::fake;

    const ARN: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";

    fn request(tags: &[(&str, &str)]) -> ReadRequest {
        let tags = tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let known_tags = Some(KnownTags { arn: ARN.into(), tags });
        ReadRequest { known_tags, ..ReadRequest::new("orders".into(), vec!["tags_all".into()]) }
    }

    /// It has a queue with the tags `team=a` and one of ours.
    fn server(status: u16) -> Aws {
        fake::aws(move |_| {
            let tags = r#"[{"Key": "team", "Value": "a"}, {"Key": "wildfire:op", "Value": "01OURS"}]"#;
            let found = format!(r#"{{"ResourceARN": "{ARN}", "Tags": {tags}}}"#);
            (status, format!(r#"{{"ResourceTagMappingList": [{found}], "PaginationToken": ""}}"#))
        })
    }

    async fn asked(status: u16, request: &ReadRequest) -> Option<Tags> {
        confirmed(&server(status), request).await
    }

    #[tokio::test]
    async fn what_state_remembers_is_confirmed_with_our_own_tags() {
        let tags = asked(200, &request(&[("team", "a")])).await.unwrap();
        assert_eq!(tags.keys().collect::<Vec<_>>(), ["team", "wildfire:op"]);
    }

    #[tokio::test]
    async fn a_type_is_asked_for_tags_only_where_they_are_not_confirmed() {
        let read = async |aws: &Aws, known: &[(&str, &str)]| {
            let read = async |left: &[ReadRequest]| {
                let asked = left.iter().map(|request| Value::from(request.properties.len() as i64)).collect::<Vec<_>>();
                vec![Ok(Some(Value::from([("asked", Value::from(asked))])))]
            };
            read_with(aws, &[request(known)], read).await.pop().unwrap().unwrap().unwrap().to_json()
        };
        let aws = server(200);
        let tags = serde_json::json!({"team": "a", "wildfire:op": "01OURS"});
        assert_eq!(read(&aws, &[("team", "a")]).await, serde_json::json!({"asked": [0], "tags_all": tags}));
        assert_eq!(read(&aws, &[("team", "b")]).await, serde_json::json!({"asked": [1]}));
    }

    #[tokio::test]
    async fn whatever_is_different_is_left_to_the_service() {
        assert_eq!(asked(200, &request(&[("team", "b")])).await, None, "a late answer, or a change");
        assert_eq!(asked(200, &request(&[])).await, None);
        assert_eq!(asked(200, &request(&[("team", "a"), ("owner", "c")])).await, None);
        assert_eq!(asked(403, &request(&[("team", "a")])).await, None, "no permission");
        let unknown = ReadRequest::new("orders".into(), vec!["tags_all".into()]);
        assert_eq!(asked(200, &unknown).await, None, "nothing to hold it against");
    }
}
