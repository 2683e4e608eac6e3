//! The tags of many resources in one call: AWS's tagging API knows those of most services by ARN.
//!
//! It learns of a change some time after the service, so it is believed only where it says what state remembers anyway.
//! Whatever it says differently, does not say, or refuses to say is read from the service itself: its answer can hide
//! for a while that somebody else changed a tag, and can never show a change that is none. Leaves out: IAM and
//! Route 53, which the tagging API of a region does not know, and EC2, which tells the tags with everything else.

use std::collections::HashMap;

use futures::future::try_join_all;
use wildfire_engine::model::{CloudError, KnownTags, ReadRequest, reserved_tag};

use crate::Aws;
use crate::resource::asks_for;
use crate::tags::Tags;

/// ARNs in one call, as the API reference has it.
const ARNS: usize = 100;

/// The tags of what `request` asks about, if it asks for tags, and the tagging API says of them what state remembers.
/// Requests that are made together share a call.
pub(crate) async fn confirmed(aws: &Aws, request: &ReadRequest) -> Option<Tags> {
    let known = request.known_tags.as_ref().filter(|_| asks_for(request, &["tags", "tags_all"]))?;
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
        let request = aws.once().resourcegroupstagging().get_resources();
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
    use crate::fake;

    const ARN: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";

    fn request(tags: &[(&str, &str)]) -> ReadRequest {
        let tags = tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let known_tags = Some(KnownTags { arn: ARN.into(), tags });
        ReadRequest { known_tags, ..ReadRequest::new("orders".into(), vec!["tags_all".into()]) }
    }

    /// What is confirmed of a queue with the tags `team=a` and one of ours.
    async fn asked(status: u16, request: &ReadRequest) -> Option<Tags> {
        let aws = fake::aws(move |_| {
            let tags = r#"[{"Key": "team", "Value": "a"}, {"Key": "wildfire:op", "Value": "01OURS"}]"#;
            let found = format!(r#"{{"ResourceARN": "{ARN}", "Tags": {tags}}}"#);
            (status, format!(r#"{{"ResourceTagMappingList": [{found}], "PaginationToken": ""}}"#))
        });
        confirmed(&aws, request).await
    }

    #[tokio::test]
    async fn what_state_remembers_is_confirmed_with_our_own_tags() {
        let tags = asked(200, &request(&[("team", "a")])).await.unwrap();
        assert_eq!(tags.keys().collect::<Vec<_>>(), ["team", "wildfire:op"]);
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
