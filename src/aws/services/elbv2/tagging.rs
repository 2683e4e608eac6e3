//! Tags in the shape of Elastic Load Balancing, for everything in it that has an ARN.

use std::collections::HashMap;

use aws_sdk_elasticloadbalancingv2::types::{Tag, TagDescription};
use futures::future::{join_all, try_join_all};
use wildfire_engine::model::{CloudError, ErrorKind, Recover};

use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::convert::{FromSdk, ToSdk, Unfit};
use crate::kind::ownership::Candidate;
use crate::kind::tags::{Tagged, Tags, made_by, made_by_another, pairs, retag};

/// One call tells the tags of so many.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html>
const RESOURCES: usize = 20;

impl FromSdk<Vec<Tag>> for Tags {
    fn from_sdk(live: Vec<Tag>) -> Result<Self, Unfit> {
        Ok(pairs(live, |tag| (tag.key, tag.value)))
    }
}

impl ToSdk<Vec<Tag>> for Tags {
    fn to_sdk(&self) -> Result<Vec<Tag>, Unfit> {
        Ok(self.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect())
    }
}

async fn describe(aws: &Aws, arns: &[String]) -> Result<Vec<TagDescription>, CloudError> {
    let request = aws.read().elasticloadbalancingv2().describe_tags().set_resource_arns(Some(arns.to_vec()));
    Ok(aws.send(request).await?.tag_descriptions.unwrap_or_default())
}

/// The call fails when one of several is unknown: then each is asked for alone.
async fn chunk(aws: &Aws, arns: &[String]) -> Result<Vec<TagDescription>, CloudError> {
    match describe(aws, arns).await {
        Err(error) if error.kind == ErrorKind::NotFound && arns.len() > 1 => {
            let each = join_all(arns.chunks(1).map(|one| describe(aws, one))).await;
            let there = each.into_iter().map(|one| Ok(absent_is_none(one)?.unwrap_or_default()));
            Ok(there.collect::<Result<Vec<_>, CloudError>>()?.into_iter().flatten().collect())
        }
        answer => Ok(absent_is_none(answer)?.unwrap_or_default()),
    }
}

async fn fetch(aws: Aws, arns: Vec<String>) -> Result<HashMap<String, Tags>, CloudError> {
    let found = try_join_all(arns.chunks(RESOURCES).map(|arns| chunk(&aws, arns))).await?;
    let mut tags = HashMap::new();
    for description in found.into_iter().flatten() {
        let Some(arn) = description.resource_arn else { continue };
        tags.insert(arn, Tags::from_sdk(description.tags.unwrap_or_default())?);
    }
    Ok(tags)
}

/// The tags of what has the ARN; nothing where it does not exist. Who asks at the same time shares a call.
pub(super) async fn of(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let handle = aws.clone();
    let found = aws.batch("elasticloadbalancing:tags").load([arn.to_string()], move |arns| fetch(handle, arns)).await?;
    Ok(found.get(arn).cloned())
}

/// The things of these ARNs, with what their tags say of who made them.
pub(super) async fn candidates(aws: &Aws, arns: Vec<String>) -> Result<Vec<Candidate>, CloudError> {
    let mut tags = fetch(aws.clone(), arns.clone()).await?;
    let candidate = |arn: String| {
        let tags = tags.remove(&arn);
        Candidate::new(Some(arn), tags)
    };
    Ok(arns.into_iter().map(candidate).collect())
}

/// True when the tags of what has the ARN say that the operation made it.
pub(super) async fn prove(aws: &Aws, arn: &str, recover: &Recover) -> Result<bool, CloudError> {
    Ok(made_by(of(aws, arn).await?.as_ref(), recover.operation.id.as_str()))
}

/// An error where the tags say that another operation made it: create calls answer with what is there already, if the
/// settings are the same. Tags that cannot be read yet, or by this role, say nothing.
pub(super) async fn refuse_foreign(aws: &Aws, arn: &str, operation: &str, what: &str) -> Result<(), CloudError> {
    let tags = of(aws, arn).await.ok().flatten();
    match tags.is_some_and(|tags| made_by_another(&tags, operation)) {
        true => Err(exists(what)),
        false => Ok(()),
    }
}

pub(super) fn exists(what: &str) -> CloudError {
    CloudError::new(ErrorKind::AlreadyExists, format!("{what} exists already"))
}

/// The error of a look before a create call, which was not sent.
pub(super) fn before_sending(mut error: CloudError) -> CloudError {
    if error.kind == ErrorKind::Ambiguous {
        error.kind = ErrorKind::NotSent;
    }
    error
}

/// Holds a look by name against a create call: the call answers with what exists, where its settings are the same.
///
/// # Errors
/// It exists already, or the look failed and nothing was sent.
pub(super) fn refuse_taken(found: Result<Option<String>, CloudError>, what: &str) -> Result<(), CloudError> {
    match found.map_err(before_sending)? {
        Some(_) => Err(exists(what)),
        None => Ok(()),
    }
}

/// Makes the calls that change the tags.
pub(super) async fn update(aws: &Aws, arn: &str, prior: &Tagged, want: &Tagged) -> Result<(), CloudError> {
    let balancing = aws.write().elasticloadbalancingv2();
    let set = |tags: Tags| async move {
        aws.done(balancing.add_tags().resource_arns(arn).set_tags(Some(tags.to_sdk()?))).await
    };
    let remove = |keys| aws.done(balancing.remove_tags().resource_arns(arn).set_tag_keys(Some(keys)));
    retag(prior.all.as_ref(), want.all.as_ref(), set, remove).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, result};

    fn described(arn: &str) -> Reply {
        result(&format!(
            "<TagDescriptions><member><ResourceArn>{arn}</ResourceArn><Tags><member><Key>team</Key><Value>a</Value>\
             </member></Tags></member></TagDescriptions>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_gone_hides_no_other() {
        let script = Replay::default()
            .on("DescribeTags", Reply::Error(400, "LoadBalancerNotFound"))
            .on("DescribeTags", described("there"))
            .on("DescribeTags", Reply::Error(400, "LoadBalancerNotFound"));
        let found = fetch(script.aws(), vec!["there".into(), "gone".into()]).await.unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["there"]);
        script.finish();
    }
}
