//! `aws_autoscaling_notification`

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::named::without_group;
use super::prelude::*;

updates! {
    pub enum NotificationUpdate {
        Put => [PutNotificationConfiguration, DeleteNotificationConfiguration],
    }
}

/// How many groups a call asks about.
const GROUPS: usize = 50;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = NotificationUpdate)]
pub struct Notification {
    /// The names of the groups that are told of.
    #[field(update = Put, required, set)]
    group_names: Option<Vec<String>>,
    /// The ARN of the topic.
    #[field(computed)]
    id: Option<String>,
    /// What is told: `autoscaling:EC2_INSTANCE_LAUNCH`.
    #[field(update = Put, required, set)]
    notifications: Option<Vec<String>>,
    /// The ARN of the topic that the messages go to.
    #[field(immutable, required)]
    topic_arn: Option<String>,
}

/// What each topic is told: by topic, by group.
type Told = HashMap<String, BTreeMap<String, BTreeSet<String>>>;

fn told(live: Vec<sdk::NotificationConfiguration>) -> Told {
    let mut told = Told::new();
    for one in live {
        let (Some(topic), Some(group), Some(kind)) =
            (one.topic_arn, one.auto_scaling_group_name, one.notification_type)
        else {
            continue;
        };
        told.entry(topic).or_default().entry(group).or_default().insert(kind);
    }
    told
}

/// All of the region's: no call asks by the topic.
async fn fetch(aws: Aws) -> Result<Told, CloudError> {
    let request = aws.read().autoscaling().describe_notification_configurations().max_records(100);
    Ok(told(aws.pages(request, |page| page.notification_configurations).await?))
}

/// What a topic is told. Of groups that are told of different things, the types are those that some has.
fn notification(topic: &str, groups: &BTreeMap<String, BTreeSet<String>>) -> Notification {
    let kinds: BTreeSet<&String> = groups.values().flatten().collect();
    Notification {
        group_names: Some(groups.keys().cloned().collect()),
        id: Some(topic.to_string()),
        notifications: Some(kinds.into_iter().cloned().collect()),
        topic_arn: Some(topic.to_string()),
    }
}

fn sorted(list: &Option<Vec<String>>) -> BTreeSet<&String> {
    list.iter().flatten().collect()
}

/// Puts what is wanted on every group: it takes the place of what the group told the topic before.
async fn put(aws: &Aws, want: &Notification) -> Result<(), CloudError> {
    for group in want.group_names.iter().flatten() {
        let request = aws.write().autoscaling().put_notification_configuration().auto_scaling_group_name(group);
        let request = request.set_topic_arn(want.topic_arn.clone()).set_notification_types(want.notifications.clone());
        aws.done(request).await?;
    }
    Ok(())
}

async fn remove(aws: &Aws, topic: &str, groups: &[&String]) -> Result<(), CloudError> {
    for group in groups.iter().copied() {
        let request = aws.write().autoscaling().delete_notification_configuration();
        without_group(aws.send(request.auto_scaling_group_name(group).topic_arn(topic)).await)?;
    }
    Ok(())
}

#[async_trait]
impl Resource for Notification {
    const TYPE: &'static str = "aws_autoscaling_notification";
    const DOC: &'static str = "What a topic is told of groups of instances.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutNotificationConfiguration];
    const DELETE_CALLS: Calls = calls![DeleteNotificationConfiguration];
    const LAGS: &'static [LagReply] = lags::NOTIFICATION;
    const IMPORT_ID: &'static str = "TOPIC_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["topic_arn"], part_of: &["topic_arn", "group_names"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
group_names: [\"${front.name}\"]
notifications: [\"autoscaling:EC2_INSTANCE_LAUNCH\", \"autoscaling:EC2_INSTANCE_LAUNCH_ERROR\"]
topic_arn: ${alerts.arn}
";

    type Update = NotificationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        let found = aws.batch("autoscaling:notifications").load(ids, move |_| fetch(handle)).await;
        each(wanted, found, |found, request| {
            let topic = request.id.as_str();
            Ok(found.get(topic).map(|groups| notification(topic, groups)))
        })
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let topic = wanted.topic_arn.clone().unwrap_or_default();
        let names: Vec<String> = wanted.group_names.clone().unwrap_or_default();
        let mut live = Vec::new();
        for names in names.chunks(GROUPS) {
            let request = aws.read().autoscaling().describe_notification_configurations();
            let request = request.set_auto_scaling_group_names(Some(names.to_vec()));
            let found = without_group(aws.pages(request, |page| page.notification_configurations).await)?;
            live.extend(found.unwrap_or_default());
        }
        // Only what is whole is found; otherwise it is sent again.
        let told = told(live).remove(&topic).unwrap_or_default();
        let whole = |group: &String| {
            told.get(group).is_some_and(|kinds| kinds.iter().collect::<BTreeSet<_>>() == sorted(&wanted.notifications))
        };
        Ok((!names.is_empty() && names.iter().all(whole)).then(|| topic.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(want.topic_arn.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: NotificationUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            NotificationUpdate::Put => {
                put(aws, change.want).await?;
                let wanted = sorted(&change.want.group_names);
                let gone = change.prior.group_names.iter().flatten().filter(|group| !wanted.contains(group));
                remove(aws, change.id.as_str(), &gone.collect::<Vec<_>>()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        remove(aws, id.as_str(), &prior.group_names.iter().flatten().collect::<Vec<_>>()).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("topic_arn")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:alerts";

    fn described(rows: &[(&str, &str)]) -> Reply {
        let row = |(group, kind): &(&str, &str)| {
            format!(
                "<member><AutoScalingGroupName>{group}</AutoScalingGroupName><NotificationType>{kind}</NotificationType>\
                 <TopicARN>{TOPIC}</TopicARN></member>"
            )
        };
        let rows: String = rows.iter().map(row).collect();
        result(&format!("<NotificationConfigurations>{rows}</NotificationConfigurations>"))
    }

    fn want(groups: &[&str], kinds: &[&str]) -> Notification {
        let list = |all: &[&str]| Some(all.iter().map(ToString::to_string).collect());
        Notification {
            group_names: list(groups),
            notifications: list(kinds),
            topic_arn: Some(TOPIC.into()),
            ..Notification::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_topic_lives() {
        let script = Replay::default()
            .on("PutNotificationConfiguration", result(""))
            .on("PutNotificationConfiguration", result(""))
            .on("DescribeNotificationConfigurations", described(&[("back", "launch"), ("front", "launch")]))
            .on("PutNotificationConfiguration", result(""))
            .on("DeleteNotificationConfiguration", result(""))
            .on("DeleteNotificationConfiguration", result(""));
        let aws = script.aws();
        let first = want(&["front", "back"], &["launch"]);
        let id = Notification::create(&aws, &first, &operation()).await.unwrap();
        let read = Notification::read(&aws, &[request(TOPIC, &[]), request("arn:other", &[])]).await;
        let live = read[0].as_ref().unwrap().as_ref().unwrap();
        assert_eq!(live.notifications, first.notifications);
        assert_eq!(read[1], Ok(None));
        let second = want(&["front"], &["launch", "end"]);
        let change = Change { id: &id, want: &second, prior: live, operation: &operation() };
        Notification::update(&aws, NotificationUpdate::Put, &change).await.unwrap();
        Notification::delete(&aws, &id, &second).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[4].parameter("AutoScalingGroupName"), Some("back"));
        assert_eq!(sent[5].parameter("AutoScalingGroupName"), Some("front"));
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_is_whole_is_found() {
        let script = Replay::default()
            .on("DescribeNotificationConfigurations", described(&[("front", "launch")]))
            .on("DescribeNotificationConfigurations", described(&[("front", "launch"), ("back", "launch")]));
        let (aws, want) = (script.aws(), want(&["front", "back"], &["launch"]));
        assert_eq!(Notification::find(&aws, &recover(json!({})), &want).await, Ok(None));
        assert_eq!(Notification::find(&aws, &recover(json!({})), &want).await, Ok(Some(TOPIC.into())));
        script.finish();
    }
}
