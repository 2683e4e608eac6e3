//! `aws_db_option_group`

use std::collections::BTreeSet;

use aws_sdk_rds::operation::create_option_group::builders::CreateOptionGroupFluentBuilder;

use super::prelude::*;
use crate::kind::convert::{ToSdk, filled, incoming};

updates! {
    pub enum OptionGroupUpdate {
        Options => [ModifyOptionGroup],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = OptionGroupUpdate)]
#[sdk(from = sdk::OptionGroup, create = CreateOptionGroupFluentBuilder)]
pub struct OptionGroup {
    /// The ARN.
    #[field(computed, sdk = option_group_arn)]
    arn: Option<String>,
    /// The engine, such as `mysql` or `sqlserver-se`.
    #[field(immutable, required)]
    engine_name: Option<String>,
    /// The group's name.
    #[field(computed, sdk = option_group_name)]
    id: Option<String>,
    /// The major version of the engine, such as `8.0`.
    #[field(immutable, required)]
    major_engine_version: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, generated, forms = Case, sdk = option_group_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=229, forms = Case)]
    name_prefix: Option<String>,
    /// The options that are on.
    #[field(update = Options, after_create, set, by_hand)]
    option: Option<Vec<GroupOption>>,
    /// What the group is for.
    #[field(immutable, aws_default)]
    option_group_description: Option<String>,
    /// Whether a deletion leaves the group at AWS.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Option, into = sdk::OptionConfiguration)]
pub struct GroupOption {
    /// Security groups of databases outside of a VPC.
    #[field(set, filled, read_by_hand)]
    db_security_group_memberships: Option<Vec<String>>,
    /// The option's name.
    #[field(required)]
    option_name: Option<String>,
    /// Its settings, as far as they differ from their defaults.
    #[field(set, filled, read_by_hand)]
    option_settings: Option<Vec<OptionSetting>>,
    /// The port that the option listens at.
    #[field(aws_default, range = 1..=65535)]
    port: Option<i64>,
    /// The option's version.
    #[field(aws_default, sdk = option_version)]
    version: Option<String>,
    /// The security groups that let clients to the port.
    #[field(aws_default, set, filled, read_by_hand)]
    vpc_security_group_memberships: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OptionSetting, into = sdk::OptionSetting)]
pub struct OptionSetting {
    /// The name.
    #[field(required)]
    name: Option<String>,
    /// The value.
    #[field(required)]
    value: Option<String>,
}

/// AWS returns every setting that an option has; those with their defaults are nobody's.
fn is_set(setting: &sdk::OptionSetting) -> bool {
    setting.value != setting.default_value
}

fn option(mut live: sdk::Option) -> Result<GroupOption, CloudError> {
    let settings = live.option_settings.take().unwrap_or_default().into_iter().filter(is_set).collect();
    let of_databases = live.db_security_group_memberships.take().unwrap_or_default();
    let of_vpcs = live.vpc_security_group_memberships.take().unwrap_or_default();
    let of_databases = of_databases.into_iter().filter_map(|group| group.db_security_group_name).collect();
    let of_vpcs = of_vpcs.into_iter().filter_map(|group| group.vpc_security_group_id).collect();
    Ok(GroupOption {
        db_security_group_memberships: filled(Some(of_databases)),
        option_settings: incoming(filled(Some::<Vec<_>>(settings)), "option_settings")?,
        vpc_security_group_memberships: filled(Some(of_vpcs)),
        ..GroupOption::from_sdk(live)?
    })
}

fn group(mut live: sdk::OptionGroup) -> Result<OptionGroup, CloudError> {
    let options = live.options.take().unwrap_or_default();
    let options = options.into_iter().map(option).collect::<Result<Vec<_>, _>>()?;
    Ok(OptionGroup { option: filled(Some(options)), ..OptionGroup::from_sdk(live)? })
}

async fn described(aws: &Aws, name: Option<String>) -> Result<Vec<sdk::OptionGroup>, CloudError> {
    let request = aws.read().rds().describe_option_groups();
    let request = request.set_max_records(name.is_none().then_some(100)).set_option_group_name(name);
    aws.pages(request, |page| page.option_groups_list).await
}

/// What one call includes and removes.
#[derive(Debug, Default, PartialEq)]
struct OptionChange {
    include: Vec<sdk::OptionConfiguration>,
    remove: Vec<String>,
}

/// From the options that are there to those that are wanted. A setting that is no longer wanted is set to its default, as a
/// call leaves alone what it does not name.
fn change(live: Vec<sdk::Option>, want: &[GroupOption]) -> Result<OptionChange, CloudError> {
    let name = |option: &GroupOption| option.option_name.clone().unwrap_or_default();
    let mut remove: BTreeSet<String> = live.iter().filter_map(|option| option.option_name.clone()).collect();
    let mut include = Vec::new();
    for wanted in want {
        remove.remove(&name(wanted));
        let mut wanted = wanted.clone();
        if let Some(there) = live.iter().find(|there| there.option_name == wanted.option_name) {
            if covers(&option(there.clone())?, &wanted) {
                continue;
            }
            let settings = wanted.option_settings.get_or_insert_default();
            let stale = there.option_settings().iter().filter(|setting| is_set(setting));
            let stale: Vec<OptionSetting> = stale
                .filter(|setting| !settings.iter().any(|wanted| wanted.name == setting.name))
                .map(|setting| OptionSetting { name: setting.name.clone(), value: setting.default_value.clone() })
                .filter(|setting| setting.value.is_some())
                .collect();
            settings.extend(stale);
        }
        include.push(wanted.to_sdk()?);
    }
    Ok(OptionChange { include, remove: remove.into_iter().collect() })
}

/// Whether what is there is what is wanted; what AWS has put in counts as wanted.
fn covers(there: &GroupOption, want: &GroupOption) -> bool {
    let same = |there: &Option<Vec<String>>, want: &Option<Vec<String>>| sorted(there) == sorted(want);
    let settings = |of: &GroupOption| {
        let pairs = of.option_settings.iter().flatten().map(|setting| (setting.name.clone(), setting.value.clone()));
        pairs.collect::<BTreeSet<_>>()
    };
    let groups = &want.vpc_security_group_memberships;
    settings(there) == settings(want)
        && same(&there.db_security_group_memberships, &want.db_security_group_memberships)
        && (groups.is_none() || same(&there.vpc_security_group_memberships, groups))
        && (want.port.is_none() || there.port == want.port)
        && (want.version.is_none() || there.version == want.version)
}

fn sorted(texts: &Option<Vec<String>>) -> BTreeSet<&String> {
    texts.iter().flatten().collect()
}

#[async_trait]
impl Group for OptionGroup {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn tags_all(&self) -> Option<&Tags> {
        self.tags.all.as_ref()
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        described(&aws, name).await?.into_iter().map(group).collect()
    }

    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError> {
        if let Some(arn) = self.arn.as_deref() {
            self.tags.all = tagging::list(aws, arn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for OptionGroup {
    const TYPE: &'static str = "aws_db_option_group";
    const DOC: &'static str = "Features of the engine for database instances, such as auditing or native backups.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateOptionGroup];
    const DELETE_CALLS: Calls = calls![DeleteOptionGroup];
    const LAGS: &'static [LagReply] = lags::OPTION_GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations =
        Relations { identity: &["name"], held_by: &[("aws_db_instance", "option_group_name")], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: audited
engine_name: mysql
major_engine_version: \"8.0\"
option:
  - option_name: MARIADB_AUDIT_PLUGIN
    option_settings:
      - {name: SERVER_AUDIT_EVENTS, value: \"CONNECT,QUERY_DDL\"}
";

    type Update = OptionGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_groups(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_group::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().rds().create_option_group())?;
        // The API wants some text.
        let text = want.option_group_description.as_deref().unwrap_or("Managed by wildfire");
        aws.done(request.option_group_description(text)).await?;
        Ok(lower_case_name(want.name.as_deref()))
    }

    async fn update(aws: &Aws, call: OptionGroupUpdate, change_: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change_;
        match call {
            OptionGroupUpdate::Options => {
                let live = described(aws, Some(id.to_string())).await?;
                let options = live.into_iter().next().and_then(|group| group.options).unwrap_or_default();
                let OptionChange { include, remove } = change(options, want.option.as_deref().unwrap_or_default())?;
                // A call that changes nothing is refused.
                if include.is_empty() && remove.is_empty() {
                    return Ok(());
                }
                let request = aws.write().rds().modify_option_group().option_group_name(id.as_str());
                let request = request.set_options_to_include(filled(Some(include)));
                aws.done(request.set_options_to_remove(filled(Some(remove))).apply_immediately(true)).await
            }
            OptionGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.skip_destroy == Some(true) {
            return Ok(());
        }
        aws.gone(aws.write().rds().delete_option_group().option_group_name(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "name")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(name: &str, value: &str, default: &str) -> sdk::OptionSetting {
        sdk::OptionSetting::builder().name(name).value(value).default_value(default).build()
    }

    fn live(name: &str, settings: Vec<sdk::OptionSetting>) -> sdk::Option {
        sdk::Option::builder().option_name(name).port(11211).set_option_settings(Some(settings)).build()
    }

    fn want(name: &str, settings: &[(&str, &str)]) -> GroupOption {
        let pair =
            |(name, value): &(&str, &str)| OptionSetting { name: Some((*name).into()), value: Some((*value).into()) };
        GroupOption {
            option_name: Some(name.into()),
            option_settings: filled(Some(settings.iter().map(pair).collect::<Vec<_>>())),
            ..GroupOption::default()
        }
    }

    #[test]
    fn settings_with_their_defaults_are_not_read() {
        let read =
            option(live("MEMCACHED", vec![setting("BACKLOG", "1024", "1024"), setting("CAS", "1", "0")])).unwrap();
        assert_eq!(GroupOption { port: None, ..read }, want("MEMCACHED", &[("CAS", "1")]));
    }

    #[test]
    fn only_what_differs_is_included() {
        let there = || {
            vec![
                live("MEMCACHED", vec![setting("CAS", "1", "0"), setting("BACKLOG", "1024", "1024")]),
                live("AUDIT", vec![]),
            ]
        };
        let same = change(there(), &[want("AUDIT", &[]), want("MEMCACHED", &[("CAS", "1")])]).unwrap();
        assert_eq!(same, OptionChange::default());
        let other = change(there(), &[want("MEMCACHED", &[("BACKLOG", "2048")])]).unwrap();
        assert_eq!(other.remove, ["AUDIT"]);
        let settings: Vec<_> = other.include[0]
            .option_settings()
            .iter()
            .map(|setting| (setting.name().unwrap_or_default(), setting.value().unwrap_or_default()))
            .collect();
        assert_eq!(settings, [("BACKLOG", "2048"), ("CAS", "0")]);
    }
}
