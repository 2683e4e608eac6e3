//! `aws_cloudwatch_log_group`

use std::collections::HashMap;

use aws_sdk_cloudwatchlogs::operation::create_log_group::builders::CreateLogGroupFluentBuilder;

use super::prelude::*;

updates! {
    pub enum LogGroupUpdate {
        Retention => [PutRetentionPolicy, DeleteRetentionPolicy],
        Key => [AssociateKmsKey, DisassociateKmsKey],
        Tags => [TagResource, UntagResource],
    }
}

/// Groups that one call looks up.
const PAGE: usize = 50;
/// Where only one name can be looked up at a time, more than so many groups are taken from a listing.
const BY_NAME: usize = 10;

/// The days that the API takes; 0 is for ever.
const DAYS: [i64; 23] =
    [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LogGroupUpdate)]
#[sdk(from = sdk::LogGroup, create = CreateLogGroupFluentBuilder)]
pub struct LogGroup {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The group's name.
    #[field(computed, sdk = log_group_name)]
    id: Option<String>,
    /// The ARN of the KMS key that encrypts new entries.
    #[field(update = Key, filled)]
    kms_key_id: Option<String>,
    /// What can be done with the entries, and what they cost.
    #[field(immutable, aws_default, one_of = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"])]
    log_group_class: Option<String>,
    /// The group's name.
    #[field(immutable, generated, sdk = log_group_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=486)]
    name_prefix: Option<String>,
    /// Days for which entries are kept; 0 is for ever.
    #[field(update = Retention, after_create, default = 0)]
    retention_in_days: Option<i64>,
    /// Whether the group stays at AWS when it is deleted here.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

/// A group without its tags, which no description holds.
fn group(live: sdk::LogGroup) -> Result<LogGroup, Unfit> {
    // The older of the two ARNs ends with `:*`, which stands for the streams.
    let arn = live.log_group_arn.as_ref().or(live.arn.as_ref());
    let arn = arn.map(|arn| arn.strip_suffix(":*").unwrap_or(arn).to_string());
    let group = LogGroup::from_sdk(live)?;
    Ok(LogGroup {
        arn,
        log_group_class: group.log_group_class.or(Some("STANDARD".into())),
        retention_in_days: group.retention_in_days.or(Some(0)),
        ..group
    })
}

fn groups_of(page: Option<Vec<sdk::LogGroup>>) -> Result<Vec<LogGroup>, Unfit> {
    page.unwrap_or_default().into_iter().map(group).collect()
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
        let page = aws.send(request).await?;
        found.extend(groups_of(page.log_groups)?);
        token = filled(page.next_token);
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
    let request = aws.read().cloudwatchlogs().describe_log_groups().set_log_group_identifiers(Some(names.to_vec()));
    let found = aws.pages(request, |page| page.log_groups).await?;
    Ok(groups_of(Some(found))?)
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
    let reply = absent_is_none(aws.send(request).await)?;
    Ok(reply.map(|reply| reply.tags.unwrap_or_default().into_iter().collect()))
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<LogGroup>) -> Read<LogGroup> {
    let Some(mut group) = found else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, group.arn.as_deref().unwrap_or_default()).await? else { return Ok(None) };
        group.tags.all = Some(tags);
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
        return aws.done(request).await;
    }
    let request = aws.write().cloudwatchlogs().put_retention_policy().log_group_name(name).retention_in_days(int(days));
    aws.done(request).await
}

async fn encrypt(aws: &Aws, name: &str, want: &LogGroup) -> Result<(), CloudError> {
    match want.kms_key_id.as_deref().filter(|key| !key.is_empty()) {
        Some(key) => {
            let request = aws.write().cloudwatchlogs().associate_kms_key().log_group_name(name).kms_key_id(key);
            aws.done(request).await
        }
        None => {
            let request = aws.write().cloudwatchlogs().disassociate_kms_key().log_group_name(name);
            aws.done(request).await
        }
    }
}

async fn update_tags(aws: &Aws, want: &LogGroup, prior: &LogGroup) -> Result<(), CloudError> {
    let (logs, arn) = (aws.write().cloudwatchlogs(), prior.arn.as_deref().unwrap_or_default());
    let set = |tags: Tags| aws.done(logs.tag_resource().resource_arn(arn).set_tags(Some(tags.into_iter().collect())));
    let remove = |keys| aws.done(logs.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
    retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
}

#[async_trait]
impl Resource for LogGroup {
    const TYPE: &'static str = "aws_cloudwatch_log_group";
    const DOC: &'static str = "A group of log streams.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateLogGroup];
    const DELETE_CALLS: Calls = calls![DeleteLogGroup];
    const LAGS: &'static [LagReply] = lags::LOG_GROUP;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "LOG_GROUP_NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: /acme/test/api
retention_in_days: 30
";

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
        aws.done(want.fill(aws.write().cloudwatchlogs().create_log_group())?).await?;
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
        aws.gone(request).await
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
        let group = super::group(sdk::LogGroup::builder().arn(arn).log_group_name("/acme/api").build()).unwrap();
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
