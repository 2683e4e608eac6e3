//! `aws_cloudwatch_log_group`

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::types::{self as sdk, LogGroupClass};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations, Value,
};

use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::convert::{int, problem};
use crate::kind::resource::{Change, Read, Resource, all_failed, asks_for};
use crate::kind::tags::{Tags, made_by, tag_change};
use crate::services::logs::lags;
use crate::updates;

updates! {
    pub enum LogGroupUpdate {
        Retention => ["logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"],
        Key => ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"],
        Tags => ["logs:TagResource", "logs:UntagResource"],
    }
}

/// Groups that one call looks up.
const PAGE: usize = 50;
/// Where only one name can be looked up at a time, more than so many groups are taken from a listing.
const BY_NAME: usize = 10;

/// The days that the API takes; 0 is for ever.
const DAYS: [i64; 23] =
    [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = LogGroupUpdate)]
pub struct LogGroup {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The group's name.
    #[field(computed)]
    id: Option<String>,
    /// The ARN of the KMS key that encrypts new entries.
    #[field(update = Key)]
    kms_key_id: Option<String>,
    /// What can be done with the entries, and what they cost.
    #[field(immutable, aws_default, one_of = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"])]
    log_group_class: Option<String>,
    /// The group's name.
    #[field(immutable, required)]
    name: Option<String>,
    /// Days for which entries are kept; 0 is for ever.
    #[field(update = Retention, after_create, default = 0)]
    retention_in_days: Option<i64>,
    /// Whether the group stays at AWS when it is deleted here.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
}

impl From<sdk::LogGroup> for LogGroup {
    fn from(group: sdk::LogGroup) -> Self {
        let arn = group.log_group_arn.or(group.arn);
        let class = group.log_group_class.unwrap_or(LogGroupClass::Standard);
        Self {
            // The older of the two ARNs ends with `:*`, which stands for the streams.
            arn: arn.map(|arn| arn.strip_suffix(":*").unwrap_or(&arn).to_string()),
            id: group.log_group_name.clone(),
            kms_key_id: group.kms_key_id,
            log_group_class: Some(class.as_str().to_string()),
            name: group.log_group_name,
            retention_in_days: Some(group.retention_in_days.map_or(0, i64::from)),
            skip_destroy: None,
            tags: None,
            tags_all: None,
        }
    }
}

/// Groups whose name begins with `prefix`, until `enough` is among them.
async fn list(aws: &Aws, prefix: &str, enough: Option<&str>) -> Result<Vec<LogGroup>, CloudError> {
    let mut found: Vec<LogGroup> = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let request = aws
            .read()
            .cloudwatchlogs()
            .describe_log_groups()
            .limit(50)
            .set_log_group_name_prefix(Some(prefix.to_string()).filter(|prefix| !prefix.is_empty()))
            .set_next_token(token);
        let page = aws.call("logs:DescribeLogGroups", request.send()).await?;
        found.extend(page.log_groups.unwrap_or_default().into_iter().map(LogGroup::from));
        token = page.next_token.filter(|token| !token.is_empty());
        let has_enough = enough.is_some_and(|name| found.iter().any(|group| group.name.as_deref() == Some(name)));
        if token.is_none() || has_enough {
            return Ok(found);
        }
    }
}

/// What all names begin with.
fn common_prefix(names: &[String]) -> &str {
    let Some((first, rest)) = names.split_first() else { return "" };
    let mut end = first.len();
    for name in rest {
        let same = first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        end = end.min(same);
    }
    while !first.is_char_boundary(end) {
        end -= 1;
    }
    &first[..end]
}

/// Groups by name. What a look-up of many names leaves out or refuses is looked up by its beginning: only that tells
/// that there is no such group.
async fn groups(aws: Aws, names: Vec<String>) -> Result<HashMap<String, LogGroup>, CloudError> {
    let mut found = HashMap::new();
    for chunk in names.chunks(PAGE).filter(|chunk| chunk.len() > 1) {
        match identified(&aws, chunk).await {
            Ok(groups) => found.extend(groups.into_iter().filter_map(|group| Some((group.name.clone()?, group)))),
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Rejected) => {}
            Err(error) => return Err(error),
        }
    }
    let missing: Vec<String> = names.into_iter().filter(|name| !found.contains_key(name)).collect();
    if !missing.is_empty() {
        found.extend(by_beginning(&aws, missing).await?);
    }
    Ok(found)
}

async fn identified(aws: &Aws, names: &[String]) -> Result<Vec<LogGroup>, CloudError> {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let request = aws.read().cloudwatchlogs().describe_log_groups();
        let request = request.set_log_group_identifiers(Some(names.to_vec())).set_next_token(token);
        let page = aws.call("logs:DescribeLogGroups", request.send()).await?;
        found.extend(page.log_groups.unwrap_or_default().into_iter().map(LogGroup::from));
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}

async fn by_beginning(aws: &Aws, names: Vec<String>) -> Result<HashMap<String, LogGroup>, CloudError> {
    let pages = match names.len() <= BY_NAME {
        // A group comes before all others that its name is a prefix of: one page each.
        true => join_all(names.iter().map(|name| list(aws, name, Some(name)))).await,
        false => vec![list(aws, common_prefix(&names), None).await],
    };
    let mut found = HashMap::new();
    for page in pages {
        found.extend(page?.into_iter().filter_map(|group| Some((group.name.clone()?, group))));
    }
    Ok(found)
}

async fn tags(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().cloudwatchlogs().list_tags_for_resource().resource_arn(arn);
    let reply = absent_is_none(aws.call("logs:ListTagsForResource", request.send()).await)?;
    Ok(reply.map(|reply| reply.tags.unwrap_or_default().into_iter().collect()))
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<LogGroup>) -> Read<LogGroup> {
    let Some(mut group) = found else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, group.arn.as_deref().unwrap_or_default()).await? else { return Ok(None) };
        group.tags_all = Some(tags);
    }
    Ok(Some(group))
}

async fn retain(aws: &Aws, name: &str, want: &LogGroup, prior: &LogGroup) -> Result<(), CloudError> {
    let days = want.retention_in_days.unwrap_or(0);
    if days == prior.retention_in_days.unwrap_or(0) {
        return Ok(());
    }
    if days == 0 {
        let request = aws.write().cloudwatchlogs().delete_retention_policy().log_group_name(name);
        return aws.call("logs:DeleteRetentionPolicy", request.send()).await.map(|_| ());
    }
    let request = aws.write().cloudwatchlogs().put_retention_policy().log_group_name(name).retention_in_days(int(days));
    aws.call("logs:PutRetentionPolicy", request.send()).await.map(|_| ())
}

async fn encrypt(aws: &Aws, name: &str, want: &LogGroup) -> Result<(), CloudError> {
    match want.kms_key_id.as_deref().filter(|key| !key.is_empty()) {
        Some(key) => {
            let request = aws.write().cloudwatchlogs().associate_kms_key().log_group_name(name).kms_key_id(key);
            aws.call("logs:AssociateKmsKey", request.send()).await.map(|_| ())
        }
        None => {
            let request = aws.write().cloudwatchlogs().disassociate_kms_key().log_group_name(name);
            aws.call("logs:DisassociateKmsKey", request.send()).await.map(|_| ())
        }
    }
}

async fn update_tags(aws: &Aws, want: &LogGroup, prior: &LogGroup) -> Result<(), CloudError> {
    let arn = prior.arn.as_deref().unwrap_or_default();
    let change = tag_change(prior.tags_all.as_ref(), want.tags_all.as_ref());
    if !change.set.is_empty() {
        let tags = change.set.into_iter().collect();
        let request = aws.write().cloudwatchlogs().tag_resource().resource_arn(arn).set_tags(Some(tags));
        aws.call("logs:TagResource", request.send()).await?;
    }
    if !change.remove.is_empty() {
        let keys = Some(change.remove);
        let request = aws.write().cloudwatchlogs().untag_resource().resource_arn(arn).set_tag_keys(keys);
        aws.call("logs:UntagResource", request.send()).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for LogGroup {
    const TYPE: &'static str = "aws_cloudwatch_log_group";
    const DOC: &'static str = "A group of log streams.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["logs:CreateLogGroup"];
    const DELETE_CALLS: &'static [&'static str] = &["logs:DeleteLogGroup"];
    const LAGS: &'static [LagReply] = lags::LOG_GROUP;
    const IMPORT_ID: &'static str = "LOG_GROUP_NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: /acme/test/api
retention_in_days: 30
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("name_prefix", "names are never made up; write name")];

    type Update = LogGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let names = wanted.iter().map(|request| request.id.to_string());
        let found = {
            let aws = aws.clone();
            aws.clone().batch("logs:groups").load(names, move |names| groups(aws, names)).await
        };
        match found {
            Ok(found) => {
                let one = |request| complete(aws, request, found.get(request.id.as_str()).cloned());
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let name = wanted.name.clone().unwrap_or_default();
        let found = list(aws, &name, Some(&name)).await?;
        let Some(group) = found.into_iter().find(|group| group.name.as_ref() == Some(&name)) else { return Ok(None) };
        let tags = tags(aws, group.arn.as_deref().unwrap_or_default()).await?;
        Ok(made_by(tags.as_ref(), recover.operation.id.as_str()).then(|| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let name = want.name.clone().unwrap_or_default();
        let tags = want.tags_all.iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
        let request = aws
            .write()
            .cloudwatchlogs()
            .create_log_group()
            .log_group_name(&name)
            .set_kms_key_id(want.kms_key_id.clone().filter(|key| !key.is_empty()))
            .set_log_group_class(want.log_group_class.as_deref().map(LogGroupClass::from))
            .set_tags(Some(tags).filter(|tags: &HashMap<String, String>| !tags.is_empty()));
        aws.call("logs:CreateLogGroup", request.send()).await?;
        Ok(name.into())
    }

    async fn update(aws: &Aws, call: LogGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            LogGroupUpdate::Retention => retain(aws, id.as_str(), want, prior).await,
            LogGroupUpdate::Key => encrypt(aws, id.as_str(), want).await,
            LogGroupUpdate::Tags => update_tags(aws, want, prior).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.skip_destroy == Some(true) {
            return Ok(());
        }
        let request = aws.write().cloudwatchlogs().delete_log_group().log_group_name(id.as_str());
        gone_is_fine(aws.call("logs:DeleteLogGroup", request.send()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(days) = properties.get("retention_in_days").and_then(Value::as_int)
            && !DAYS.contains(&days)
        {
            let nearest = DAYS.iter().min_by_key(|allowed| (**allowed - days).unsigned_abs()).unwrap_or(&0);
            let mut wrong = problem("retention_in_days", format!("CloudWatch keeps entries for no {days} days"));
            wrong.help = Some(format!("the nearest that it allows is {nearest}"));
            problems.push(wrong);
        }
        if let Some(name) = properties.get("name").and_then(Value::as_str) {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./#".contains(c);
            if name.is_empty() || name.len() > 512 || !name.chars().all(allowed) {
                problems.push(problem("name", "a log group's name has 1 to 512 letters, digits and - _ . / #"));
            }
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(PhysicalId::from(properties.get("name")?.as_str()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_is_that_of_the_group() {
        let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/acme/api:*";
        let group = LogGroup::from(sdk::LogGroup::builder().arn(arn).log_group_name("/acme/api").build());
        assert_eq!(group.arn.as_deref(), arn.strip_suffix(":*"));
        assert_eq!(group.retention_in_days, Some(0));
        assert_eq!(group.log_group_class.as_deref(), Some("STANDARD"));
    }

    #[test]
    fn names_share_their_beginning() {
        let names = ["/acme/api", "/acme/app", "/acme"].map(String::from);
        assert_eq!(common_prefix(&names), "/acme");
        assert_eq!(common_prefix(&["ä", "ö"].map(String::from)), "");
        assert_eq!(common_prefix(&[]), "");
    }

    #[test]
    fn the_nearest_retention_is_named() {
        let problems = LogGroup::validate(&Value::from([("retention_in_days", Value::Int(31))]));
        assert_eq!(problems[0].help.as_deref(), Some("the nearest that it allows is 30"));
    }
}
