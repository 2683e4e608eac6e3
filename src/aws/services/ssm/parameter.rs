//! `aws_ssm_parameter`

use std::collections::HashMap;

use aws_sdk_ssm::operation::put_parameter::builders::PutParameterFluentBuilder;
use aws_sdk_ssm::types::{ParameterStringFilter, ResourceTypeForTagging};

use super::prelude::*;
use crate::kind::password::{self, Password};

updates! {
    pub enum ParameterUpdate {
        Put => [PutParameter],
        Generate => [PutParameter],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

/// Names that one call describes, and values that one call gets.
const DESCRIBED: usize = 50;
const GOT: usize = 10;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ParameterUpdate)]
#[sdk(from = sdk::ParameterMetadata, create = PutParameterFluentBuilder)]
pub struct Parameter {
    /// A regular expression that values match.
    #[field(update = Put, length = 0..=1024, filled)]
    allowed_pattern: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// What AWS looks at the value as: a text, the id of an image, or the settings of an integration.
    #[field(update = Put, aws_default, one_of = ["text", "aws:ec2:image", "aws:ssm:integration"])]
    data_type: Option<String>,
    /// What the parameter is for.
    #[field(update = Put, length = 0..=1024, filled)]
    description: Option<String>,
    /// A password that the run makes and stores, and that nobody sees; for a SecureString.
    #[field(update = Generate, ours, write_only, by_hand, conflicts = ["value"])]
    generate: Option<Password>,
    /// The parameter's name.
    #[field(computed, sdk = name)]
    id: Option<String>,
    /// The KMS key of a SecureString; without one, AWS's key for Systems Manager.
    #[field(update = Put, aws_default, forms = Arn, filled)]
    key_id: Option<String>,
    /// The name, with slashes between its levels.
    #[field(immutable, required, length = 1..=1011, pattern = "[A-Za-z0-9_.:/-]+")]
    name: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, by_hand)]
    tags: Tagged,
    /// The tier, which decides about size, policies and costs.
    #[field(update = Put, aws_default, one_of = ["Standard", "Advanced"])]
    tier: Option<String>,
    /// What the value is: a text, a list of texts, or a secret.
    #[field(update = Put, required, one_of = ["String", "StringList", "SecureString"])]
    r#type: Option<String>,
    /// The value.
    #[field(update = Put, aws_default, sensitive, read_by_hand, sent_by_hand)]
    value: Option<String>,
    /// How often the value was set.
    #[field(computed, changed_by = ["Put", "Generate"])]
    version: Option<i64>,
}

type Found = HashMap<String, Parameter>;

/// Parameters by name, without their values and tags.
async fn describe(aws: &Aws, names: Vec<String>) -> Result<Found, CloudError> {
    let mut found = Found::new();
    for chunk in names.chunks(DESCRIBED) {
        let filter = ParameterStringFilter::builder().key("Name").option("Equals").set_values(Some(chunk.to_vec()));
        let filter = filter.build().map_err(incomplete)?;
        let request = aws.read().ssm().describe_parameters().parameter_filters(filter).max_results(50);
        for live in aws.pages(request, |page| page.parameters).await? {
            let parameter = Parameter::from_sdk(live)?;
            found.extend(parameter.name.clone().map(|name| (name, parameter)));
        }
    }
    Ok(found)
}

/// Parameters by name with their values in the clear.
async fn values(aws: &Aws, names: Vec<String>) -> Result<HashMap<String, sdk::Parameter>, CloudError> {
    let mut found = HashMap::new();
    for chunk in names.chunks(GOT) {
        let request = aws.read().ssm().get_parameters().set_names(Some(chunk.to_vec())).with_decryption(true);
        let reply = aws.send(request).await?;
        let pair = |live: sdk::Parameter| Some((live.name.clone()?, live));
        found.extend(reply.parameters.unwrap_or_default().into_iter().filter_map(pair));
    }
    Ok(found)
}

async fn tags(aws: &Aws, name: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().ssm().list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter);
    match aws.send(request.resource_id(name)).await {
        Ok(reply) => Ok(Some(Tags::from_sdk(reply.tag_list.unwrap_or_default())?)),
        Err(error) if gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Calls about the tags of a parameter have a code of their own for one that does not exist.
fn gone(error: &CloudError) -> bool {
    error.kind == ErrorKind::NotFound || error.code.as_deref() == Some("InvalidResourceId")
}

/// The parameter with what calls of their own tell of it.
async fn complete(
    aws: &Aws,
    request: &ReadRequest,
    found: Option<&Parameter>,
    values: &HashMap<String, sdk::Parameter>,
) -> Read<Parameter> {
    let Some(mut parameter) = found.cloned() else { return Ok(None) };
    if let Some(live) = values.get(request.id.as_str()) {
        parameter.value = live.value.clone();
        parameter.arn = parameter.arn.or_else(|| live.arn.clone());
    }
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, request.id.as_str()).await? else { return Ok(None) };
        parameter.tags.all = Some(tags);
    }
    Ok(Some(parameter))
}

async fn read_all(aws: &Aws, wanted: &[ReadRequest]) -> Result<Vec<Read<Parameter>>, CloudError> {
    let names = wanted.iter().map(|request| request.id.to_string());
    let handle = aws.clone();
    let found =
        aws.batch("ssm:parameters").load(names, move |names| async move { describe(&handle, names).await }).await?;
    let asked = wanted.iter().filter(|request| asks_for(request, &["value"]));
    let there = asked.map(|request| request.id.to_string()).filter(|name| found.contains_key(name));
    let values = values(aws, there.collect()).await?;
    Ok(join_all(wanted.iter().map(|request| complete(aws, request, found.get(request.id.as_str()), &values))).await)
}

fn put(aws: &Aws, want: &Parameter, value: Option<String>) -> Result<PutParameterFluentBuilder, CloudError> {
    // A text has no key, and one that AWS chose for a secret of before is not asked for.
    let key = filled(want.key_id.clone()).filter(|_| want.r#type.as_deref() == Some("SecureString"));
    Ok(want.fill(aws.write().ssm().put_parameter())?.set_key_id(key).set_value(value))
}

/// A new value: the one that is written, or one that is made.
fn new_value(want: &Parameter) -> Result<Option<String>, CloudError> {
    match &want.generate {
        Some(how) => how.stored(how.draw()?).map(Some),
        None => Ok(want.value.clone()),
    }
}

/// The value that goes with other settings, which the call does not take without one: a value that was made stays.
async fn kept_value(aws: &Aws, want: &Parameter) -> Result<Option<String>, CloudError> {
    let Some(name) = want.name.clone().filter(|_| want.generate.is_some()) else { return Ok(want.value.clone()) };
    let mut found = values(aws, vec![name.clone()]).await?;
    Ok(found.remove(&name).and_then(|live| live.value))
}

#[async_trait]
impl Resource for Parameter {
    const TYPE: &'static str = "aws_ssm_parameter";
    const DOC: &'static str = "A parameter of Systems Manager.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![PutParameter];
    const DELETE_CALLS: Calls = calls![DeleteParameter];
    const LAGS: &'static [LagReply] = lags::PARAMETER;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["value", "generate"]];
    const EXAMPLE: &'static str = "\
name: /acme/test/database/host
type: String
value: ${database.endpoint}
";
    const UNSUPPORTED: Refused = &[
        ("has_value_wo", "value is stored as a digest alone; write that"),
        ("insecure_value", "a value is never shown; write value"),
        ("overwrite", "what exists already is taken over with `import`"),
        ("value_wo", "value is stored as a digest alone; write that"),
        ("value_wo_version", "value is stored as a digest alone; write that"),
    ];

    type Update = ParameterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_all(aws, wanted).await.unwrap_or_else(|error| all_failed(wanted, &error))
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.clone() else { return Ok(None) };
        let tags = tags(aws, &name).await?;
        Ok(made_by(tags.as_ref(), recover.operation.id.as_str()).then(|| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(put(aws, want, new_value(want)?)?.overwrite(false).set_tags(sent_tags(&want.tags)?)).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: ParameterUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let ssm = aws.write().ssm();
        match call {
            // What is no longer made is written, by the other call.
            ParameterUpdate::Generate if want.generate.is_none() => Ok(()),
            ParameterUpdate::Generate => aws.done(put(aws, want, new_value(want)?)?.overwrite(true)).await,
            ParameterUpdate::Put => {
                // What is absent would stay as it is.
                let or_nothing = |want: &Option<String>, prior: &Option<String>| {
                    want.clone().or_else(|| prior.as_ref().map(|_| String::new()))
                };
                let request = put(aws, want, kept_value(aws, want).await?)?
                    .overwrite(true)
                    .set_allowed_pattern(or_nothing(&want.allowed_pattern, &prior.allowed_pattern))
                    .set_description(or_nothing(&want.description, &prior.description));
                aws.done(request).await
            }
            ParameterUpdate::Tags => {
                let kind = ResourceTypeForTagging::Parameter;
                let (set_kind, remove_kind) = (kind.clone(), kind);
                let set = |tags: Tags| async move {
                    let request = ssm.add_tags_to_resource().resource_type(set_kind).resource_id(id.as_str());
                    aws.done(request.set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| {
                    let request = ssm.remove_tags_from_resource().resource_type(remove_kind).resource_id(id.as_str());
                    aws.done(request.set_tag_keys(Some(keys)))
                };
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ssm().delete_parameter().name(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let secret = properties.get("type").and_then(Value::as_str).map(|kind| kind == "SecureString");
        let key = properties.get("key_id").is_some_and(|key| !key.is_null());
        let generate = properties.get("generate").filter(|declared| !declared.is_null());
        let key = key && secret == Some(false);
        let open = generate.is_some() && secret == Some(false);
        let found = [
            key.then(|| problem("key_id", "only a SecureString has a key")),
            open.then(|| problem("generate", "a password is kept as a SecureString: write `type: SecureString`")),
            generate.and_then(|declared| password::validate("generate", declared)),
        ];
        found.into_iter().flatten().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    fn described(kind: &str) -> Reply {
        Reply::Json(json!({"Parameters": [{"Name": "/a", "Type": kind, "Version": 3, "Tier": "Standard"}]}))
    }

    fn got(value: &str) -> Reply {
        Reply::Json(json!({"Parameters": [{"Name": "/a", "Value": value}]}))
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_read_for_whoever_asks_for_it() {
        let script = Replay::default().on("/", described("SecureString")).on("/", got("x"));
        let found = Parameter::read(&script.aws(), &[request("/a", &["value"])]).await;
        assert_eq!(found[0].as_ref().unwrap().as_ref().unwrap().value.as_deref(), Some("x"));
        assert_eq!(script.finish()[1].member("/WithDecryption"), true);
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_that_nobody_asks_for_is_not_fetched() {
        let script = Replay::default().on("/", described("SecureString"));
        let found = Parameter::read(&script.aws(), &[request("/a", &["description"]), request("/b", &["value"])]).await;
        assert_eq!(found[0].as_ref().unwrap().as_ref().unwrap().version, Some(3));
        assert!(found[1].as_ref().unwrap().is_none());
        assert_eq!(script.finish().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn our_tag_proves_a_parameter() {
        let tags = |op: &str| Reply::Json(json!({"TagList": [{"Key": "wildfire:op", "Value": op}]}));
        let script = Replay::default()
            .on("/", tags("01OURS"))
            .on("/", tags("01OTHER"))
            .on("/", Reply::Error(400, "InvalidResourceId"));
        let (aws, want) = (script.aws(), Parameter { name: Some("/a".into()), ..Parameter::default() });
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(Parameter::find(&aws, &recover(json!({})), &want).await.unwrap());
        }
        assert_eq!(found, [Some("/a".into()), None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_password_is_made_for_the_call_that_stores_it() {
        let script =
            Replay::default().on("/", Reply::Json(json!({"Version": 1}))).on("/", Reply::Json(json!({"Version": 1})));
        let generate = Password { length: Some(24), exclude_punctuation: Some(true), ..Password::default() };
        let want = Parameter {
            name: Some("/a".into()),
            r#type: Some("SecureString".into()),
            generate: Some(generate),
            ..Parameter::default()
        };
        for _ in 0..2 {
            Parameter::create(&script.aws(), &want, &operation()).await.unwrap();
        }
        let sent = script.finish();
        let values = [0, 1].map(|index| sent[index].member("/Value").as_str().map(str::len));
        assert_eq!(values, [Some(24); 2]);
        assert_ne!(sent[0].member("/Value"), sent[1].member("/Value"));
        // Another description needs the value, and leaves it as it is.
        let script = Replay::default().on("/", got("made")).on("/", Reply::Json(json!({"Version": 1})));
        let (id, operation) = ("/a".into(), operation());
        let change = Change { id: &id, want: &want, prior: &want, operation: &operation };
        Parameter::update(&script.aws(), ParameterUpdate::Put, &change).await.unwrap();
        assert_eq!(script.finish()[1].member("/Value"), "made");
        let open = Value::from([("type", Value::from("String")), ("generate", Value::from([("length", 24.into())]))]);
        assert_eq!(Parameter::validate(&open).len(), 1);
    }

    #[test]
    fn only_secrets_have_keys() {
        let wrong = |kind: &str| {
            Parameter::validate(&Value::from([("type", Value::from(kind)), ("key_id", Value::from("x"))])).len()
        };
        assert_eq!((wrong("SecureString"), wrong("String")), (0, 1));
    }
}
