//! `aws_cloudwatch_log_metric_filter`

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cloudwatchlogs::operation::put_metric_filter::builders::PutMetricFilterFluentBuilder;

use super::prelude::*;

updates! {
    pub enum MetricFilterUpdate {
        Filter => [PutMetricFilter],
    }
}

/// Filters of up to so many groups are read group by group, those of more from a listing of all.
const BY_GROUP: usize = 10;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = MetricFilterUpdate)]
#[sdk(from = sdk::MetricFilter, create = PutMetricFilterFluentBuilder)]
pub struct MetricFilter {
    /// The filter's name.
    #[field(computed, sdk = filter_name)]
    id: Option<String>,
    /// The name of the log group.
    #[field(immutable, required, length = 1..=512)]
    log_group_name: Option<String>,
    /// What the filter counts, and as which metric.
    #[field(update = Filter, required, by_hand)]
    metric_transformation: Option<Transformation>,
    /// The name, unique in the log group.
    #[field(immutable, required, length = 1..=512, pattern = "[^:*]+", sdk = filter_name)]
    name: Option<String>,
    /// Which entries match; an empty one matches all.
    #[field(update = Filter, required, length = 0..=1024, sdk = filter_pattern)]
    pattern: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MetricTransformation, into = sdk::MetricTransformation)]
pub struct Transformation {
    /// The value while entries come and none of them matches.
    #[field(forms = Number, conflicts = ["dimensions"])]
    default_value: Option<String>,
    /// Dimensions of the metric, each with the field of the entry that holds its value.
    #[field(conflicts = ["default_value"], filled)]
    dimensions: Option<BTreeMap<String, String>>,
    /// The metric's name.
    #[field(required, length = 1..=255, pattern = "[^:*$]+", sdk = metric_name)]
    name: Option<String>,
    /// The metric's namespace.
    #[field(required, length = 1..=255, pattern = "[^:*$]+", sdk = metric_namespace)]
    namespace: Option<String>,
    /// The metric's unit.
    #[field(default = "None")]
    unit: Option<String>,
    /// What a matching entry counts: a number, or a field of it that holds one.
    #[field(required, length = 1..=100, sdk = metric_value)]
    value: Option<String>,
}

/// `LOG_GROUP:NAME`; neither has a colon.
fn key(group: Option<&str>, name: Option<&str>) -> PhysicalId {
    format!("{}:{}", group.unwrap_or_default(), name.unwrap_or_default()).into()
}

fn split(id: &PhysicalId) -> (&str, &str) {
    id.as_str().rsplit_once(':').unwrap_or((id.as_str(), ""))
}

fn filter(mut live: sdk::MetricFilter) -> Result<MetricFilter, Unfit> {
    let first = live.metric_transformations.take().and_then(|all| all.into_iter().next());
    let transformation: Option<Transformation> = incoming(first, "metric_transformation")?;
    let metric_transformation = transformation.map(|found| Transformation {
        // Nothing and `None` are alike.
        unit: found.unit.or(Some("None".into())),
        ..found
    });
    let filter = MetricFilter::from_sdk(live)?;
    Ok(MetricFilter { metric_transformation, pattern: filter.pattern.or(Some(String::new())), ..filter })
}

/// The filters of a group, or of all.
async fn list(aws: &Aws, group: Option<&str>) -> Result<Vec<MetricFilter>, CloudError> {
    let request = aws.read().cloudwatchlogs().describe_metric_filters().set_log_group_name(group.map(String::from));
    let found = absent_is_none(aws.pages(request, |page| page.metric_filters).await)?.unwrap_or_default();
    Ok(found.into_iter().map(filter).collect::<Result<_, _>>()?)
}

type Found = HashMap<String, MetricFilter>;

async fn fetch(aws: Aws, groups: Vec<String>) -> Result<Found, CloudError> {
    let lists = match groups.len() <= BY_GROUP {
        true => join_all(groups.iter().map(|group| list(&aws, Some(group)))).await,
        false => vec![list(&aws, None).await],
    };
    let mut found = Found::new();
    for filters in lists {
        let keyed =
            |filter: MetricFilter| (key(filter.log_group_name.as_deref(), filter.name.as_deref()).to_string(), filter);
        found.extend(filters?.into_iter().map(keyed));
    }
    Ok(found)
}

async fn put(aws: &Aws, want: &MetricFilter) -> Result<(), CloudError> {
    let transformation = outgoing(&want.metric_transformation, "metric_transformation")?;
    let request = want.fill(aws.write().cloudwatchlogs().put_metric_filter())?;
    aws.done(request.set_metric_transformations(transformation.map(|one| vec![one]))).await
}

#[async_trait]
impl Resource for MetricFilter {
    const TYPE: &'static str = "aws_cloudwatch_log_metric_filter";
    const DOC: &'static str = "A metric that counts entries of a log group.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutMetricFilter];
    const DELETE_CALLS: Calls = calls![DeleteMetricFilter];
    const LAGS: &'static [LagReply] = lags::METRIC_FILTER;
    const IMPORT_ID: &'static str = "LOG_GROUP_NAME:NAME";
    const RELATIONS: Relations =
        Relations { identity: &["log_group_name", "name"], part_of: &["log_group_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
log_group_name: ${api.name}
name: errors
pattern: '{ $.level = \"error\" }'
metric_transformation: {name: Errors, namespace: Acme/Api, value: \"1\", default_value: \"0\"}
";

    type Update = MetricFilterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let groups = wanted.iter().map(|request| split(&request.id).0.to_string());
        let handle = aws.clone();
        let found = aws.batch("logs:metric_filters").load(groups, move |groups| fetch(handle, groups)).await;
        found_by_id(wanted, found)
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let found = list(aws, Some(split(&id).0)).await?;
        // The call sets a value under the names: what is there counts only if it is what was sent.
        let same = |live: &MetricFilter| {
            let parts = |of: &MetricFilter| (of.pattern.clone(), of.metric_transformation.clone());
            live.name == wanted.name && parts(live) == parts(wanted)
        };
        Ok(found.iter().any(same).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(key(want.log_group_name.as_deref(), want.name.as_deref()))
    }

    async fn update(aws: &Aws, call: MetricFilterUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            MetricFilterUpdate::Filter => put(aws, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (group, name) = split(id);
        aws.gone(aws.write().cloudwatchlogs().delete_metric_filter().log_group_name(group).filter_name(name)).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name| properties.get(name)?.as_str();
        Some(key(Some(text("log_group_name")?), Some(text("name")?)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    fn wanted() -> MetricFilter {
        MetricFilter {
            id: None,
            log_group_name: Some("/acme/api".into()),
            metric_transformation: Some(Transformation {
                default_value: Some("0".into()),
                name: Some("Errors".into()),
                namespace: Some("Acme/Api".into()),
                unit: Some("None".into()),
                value: Some("1".into()),
                ..Transformation::default()
            }),
            name: Some("errors".into()),
            pattern: Some("ERROR".into()),
        }
    }

    fn live(pattern: &str) -> Reply {
        let transformation =
            json!({"metricName": "Errors", "metricNamespace": "Acme/Api", "metricValue": "1", "defaultValue": 0.0});
        Reply::Json(json!({"metricFilters": [{
            "filterName": "errors", "logGroupName": "/acme/api", "filterPattern": pattern,
            "metricTransformations": [transformation],
        }]}))
    }

    #[tokio::test(start_paused = true)]
    async fn a_filter_is_read_with_those_of_its_group() {
        let script = Replay::default().on("/", live("ERROR"));
        let wanted = [request("/acme/api:errors", &[]), request("/acme/api:others", &[])];
        let found = MetricFilter::read(&script.aws(), &wanted).await;
        let first = found[0].as_ref().unwrap().as_ref().unwrap();
        assert_eq!(first.metric_transformation, super::tests::wanted().metric_transformation);
        assert_eq!(found[1].as_ref().unwrap(), &None);
        assert_eq!(script.finish()[0].member("/logGroupName"), "/acme/api");
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default().on("/", live("ERROR")).on("/", live("WARN"));
        let aws = script.aws();
        let recover = recover(json!({"log_group_name": "/acme/api", "name": "errors"}));
        let found = MetricFilter::find(&aws, &recover, &wanted()).await.unwrap();
        assert_eq!(found, Some("/acme/api:errors".into()));
        assert_eq!(MetricFilter::find(&aws, &recover, &wanted()).await.unwrap(), None);
        script.finish();
    }
}
