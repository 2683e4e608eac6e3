//! A topic as the API has it: attributes by name, with text as values.

use std::collections::HashMap;

use super::Topic;

/// Attributes of the API with their values; those without a value are not declared.
pub(super) type Attributes = Vec<(&'static str, Option<String>)>;

impl Topic {
    /// What a create call takes.
    pub(super) fn attributes(&self) -> Attributes {
        let fifo = self.fifo_topic == Some(true);
        let flag = |value: Option<bool>| value.filter(|_| fifo).map(|flag| flag.to_string());
        vec![
            ("ArchivePolicy", self.archive_policy.clone().filter(|_| fifo)),
            ("ContentBasedDeduplication", flag(self.content_based_deduplication)),
            ("DeliveryPolicy", self.delivery_policy.clone()),
            ("DisplayName", self.display_name.clone()),
            ("FifoThroughputScope", self.fifo_throughput_scope.clone()),
            ("KmsMasterKeyId", self.kms_master_key_id.clone()),
            ("Policy", self.policy.clone()),
            ("SignatureVersion", self.signature_version.map(|version| version.to_string())),
            ("TracingConfig", self.tracing_config.clone()),
        ]
    }

    /// What is logged of deliveries; the create call takes none of it.
    pub(super) fn feedback(&self) -> Attributes {
        let rate = |rate: Option<i64>| rate.map(|rate| rate.to_string());
        vec![
            ("ApplicationFailureFeedbackRoleArn", self.application_failure_feedback_role_arn.clone()),
            ("ApplicationSuccessFeedbackRoleArn", self.application_success_feedback_role_arn.clone()),
            ("ApplicationSuccessFeedbackSampleRate", rate(self.application_success_feedback_sample_rate)),
            ("FirehoseFailureFeedbackRoleArn", self.firehose_failure_feedback_role_arn.clone()),
            ("FirehoseSuccessFeedbackRoleArn", self.firehose_success_feedback_role_arn.clone()),
            ("FirehoseSuccessFeedbackSampleRate", rate(self.firehose_success_feedback_sample_rate)),
            ("HTTPFailureFeedbackRoleArn", self.http_failure_feedback_role_arn.clone()),
            ("HTTPSuccessFeedbackRoleArn", self.http_success_feedback_role_arn.clone()),
            ("HTTPSuccessFeedbackSampleRate", rate(self.http_success_feedback_sample_rate)),
            ("LambdaFailureFeedbackRoleArn", self.lambda_failure_feedback_role_arn.clone()),
            ("LambdaSuccessFeedbackRoleArn", self.lambda_success_feedback_role_arn.clone()),
            ("LambdaSuccessFeedbackSampleRate", rate(self.lambda_success_feedback_sample_rate)),
            ("SQSFailureFeedbackRoleArn", self.sqs_failure_feedback_role_arn.clone()),
            ("SQSSuccessFeedbackRoleArn", self.sqs_success_feedback_role_arn.clone()),
            ("SQSSuccessFeedbackSampleRate", rate(self.sqs_success_feedback_sample_rate)),
        ]
    }

    /// A topic from what the API tells about it.
    pub(super) fn live(arn: &str, mut attributes: HashMap<String, String>) -> Self {
        let mut text = |name: &str| attributes.remove(name).filter(|value| !value.is_empty());
        let number = |value: Option<String>| value.and_then(|value| value.parse().ok());
        let flag = |value: Option<String>| Some(value.is_some_and(|value| value == "true"));
        Self {
            application_failure_feedback_role_arn: text("ApplicationFailureFeedbackRoleArn"),
            application_success_feedback_role_arn: text("ApplicationSuccessFeedbackRoleArn"),
            application_success_feedback_sample_rate: number(text("ApplicationSuccessFeedbackSampleRate")),
            archive_policy: text("ArchivePolicy").filter(|policy| policy != "{}"),
            arn: Some(arn.to_string()),
            beginning_archive_time: text("BeginningArchiveTime"),
            content_based_deduplication: flag(text("ContentBasedDeduplication")),
            delivery_policy: text("DeliveryPolicy"),
            display_name: text("DisplayName"),
            fifo_throughput_scope: text("FifoThroughputScope"),
            fifo_topic: flag(text("FifoTopic")),
            firehose_failure_feedback_role_arn: text("FirehoseFailureFeedbackRoleArn"),
            firehose_success_feedback_role_arn: text("FirehoseSuccessFeedbackRoleArn"),
            firehose_success_feedback_sample_rate: number(text("FirehoseSuccessFeedbackSampleRate")),
            http_failure_feedback_role_arn: text("HTTPFailureFeedbackRoleArn"),
            http_success_feedback_role_arn: text("HTTPSuccessFeedbackRoleArn"),
            http_success_feedback_sample_rate: number(text("HTTPSuccessFeedbackSampleRate")),
            id: Some(arn.to_string()),
            kms_master_key_id: text("KmsMasterKeyId"),
            lambda_failure_feedback_role_arn: text("LambdaFailureFeedbackRoleArn"),
            lambda_success_feedback_role_arn: text("LambdaSuccessFeedbackRoleArn"),
            lambda_success_feedback_sample_rate: number(text("LambdaSuccessFeedbackSampleRate")),
            name: arn.rsplit(':').next().map(String::from),
            owner: text("Owner"),
            policy: text("Policy"),
            signature_version: number(text("SignatureVersion")),
            sqs_failure_feedback_role_arn: text("SQSFailureFeedbackRoleArn"),
            sqs_success_feedback_role_arn: text("SQSSuccessFeedbackRoleArn"),
            sqs_success_feedback_sample_rate: number(text("SQSSuccessFeedbackSampleRate")),
            tags: None,
            tags_all: None,
            tracing_config: text("TracingConfig"),
        }
    }
}

/// What AWS has a default for is left alone when nothing is declared.
const LEFT_ALONE: [&str; 4] = ["FifoThroughputScope", "Policy", "SignatureVersion", "TracingConfig"];

/// The attributes to set, in the order of the list: what differs, and an empty value for what is no longer declared.
pub(super) fn changes(want: Attributes, prior: Attributes) -> Vec<(&'static str, String)> {
    want.into_iter()
        .zip(prior)
        .filter_map(|((name, want), (_, prior))| match want {
            Some(want) if Some(&want) == prior.as_ref() => None,
            Some(want) if want.is_empty() && prior.is_none() => None,
            Some(want) => Some((name, want)),
            None if prior.is_none() || LEFT_ALONE.contains(&name) => None,
            None if name == "ArchivePolicy" => Some((name, "{}".to_string())),
            None if name.ends_with("SampleRate") => Some((name, "0".to_string())),
            None => Some((name, String::new())),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_set() {
        let prior = Topic {
            display_name: Some("Acme".into()),
            kms_master_key_id: Some("alias/old".into()),
            policy: Some("{}".into()),
            tracing_config: Some("PassThrough".into()),
            ..Topic::default()
        };
        let want =
            Topic { display_name: Some("Acme".into()), tracing_config: Some("Active".into()), ..Topic::default() };
        let expected = [("KmsMasterKeyId", String::new()), ("TracingConfig", "Active".to_string())];
        assert_eq!(changes(want.attributes(), prior.attributes()), expected);
    }

    #[test]
    fn what_is_set_comes_back() {
        let want = Topic {
            http_success_feedback_sample_rate: Some(50),
            sqs_failure_feedback_role_arn: Some("arn:aws:iam::123456789012:role/feedback".into()),
            display_name: Some("Acme".into()),
            ..Topic::default()
        };
        let all = want.attributes().into_iter().chain(want.feedback());
        let all = all.filter_map(|(name, value)| Some((name.to_string(), value?))).collect();
        let live = Topic::live("arn:aws:sns:eu-west-1:123456789012:alarms", all);
        assert_eq!(live.feedback(), want.feedback());
        assert_eq!(live.display_name, want.display_name);
        assert_eq!(live.name.as_deref(), Some("alarms"));
    }
}
