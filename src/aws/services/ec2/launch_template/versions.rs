//! Reading templates and their latest versions, and making new ones.

use std::collections::HashMap;

use aws_sdk_ec2::types::{self as sdk, LaunchTemplateVersion};
use futures::future::try_join_all;
use wildfire_engine::model::{CloudError, Operation, PhysicalId};

use super::LaunchTemplate;
use crate::Aws;
use crate::connection::call::{absent_is_none, missing};
use crate::connection::operation::Operation as _;
use crate::kind::convert::ToSdk;
use crate::services::ec2::describe::by_id;
use crate::services::ec2::operations::{CreateLaunchTemplateVersion, DescribeLaunchTemplates};

/// With this many templates or more, the latest versions of all templates of the account cost fewer calls.
const ALL_AT_ONCE: usize = 4;
const LATEST: &str = "$Latest";

pub(super) async fn described(
    aws: &Aws,
    ids: Option<Vec<String>>,
    filters: Option<Vec<sdk::Filter>>,
) -> Result<Vec<sdk::LaunchTemplate>, CloudError> {
    let request = aws.read().ec2().describe_launch_templates().set_launch_template_ids(ids.clone());
    let request = request.set_filters(filters);
    // Ids and a page size do not go together.
    let request = if ids.is_none() { request.max_results(200) } else { request };
    aws.pages(request, |page| page.launch_templates).await
}

/// The templates that exist.
pub(super) async fn templates(aws: &Aws, ids: &[String]) -> Result<Vec<sdk::LaunchTemplate>, CloudError> {
    by_id(ids, |ids| described(aws, Some(ids), None)).await
}

/// The latest version of each template.
pub(super) async fn latest(aws: &Aws, ids: &[String]) -> Result<HashMap<String, LaunchTemplateVersion>, CloudError> {
    let mut found = HashMap::new();
    let mut add = |versions: Vec<LaunchTemplateVersion>| {
        found.extend(versions.into_iter().filter_map(|version| Some((version.launch_template_id.clone()?, version))));
    };
    if ids.len() >= ALL_AT_ONCE {
        add(latest_of(aws, None).await?);
    }
    let rest: Vec<&String> = ids.iter().filter(|id| !found.contains_key(*id)).collect();
    let one = async |id: &String| absent_is_none(latest_of(aws, Some(id)).await);
    for versions in try_join_all(rest.into_iter().map(one)).await?.into_iter().flatten() {
        found.extend(versions.into_iter().filter_map(|version| Some((version.launch_template_id.clone()?, version))));
    }
    Ok(found)
}

/// The latest version of a template, or of all of them.
async fn latest_of(aws: &Aws, id: Option<&str>) -> Result<Vec<LaunchTemplateVersion>, CloudError> {
    let request = aws.read().ec2().describe_launch_template_versions().versions(LATEST);
    let request = request.set_launch_template_id(id.map(str::to_string)).max_results(200);
    aws.pages(request, |page| page.launch_template_versions).await
}

/// Makes a version with all of the data that is wanted. Our own token: a repetition returns the version that it made.
pub(super) async fn create(
    aws: &Aws,
    id: &PhysicalId,
    want: &LaunchTemplate,
    operation: &Operation,
) -> Result<(), CloudError> {
    let request = aws
        .write()
        .ec2()
        .create_launch_template_version()
        .client_token(operation.id.as_str())
        .launch_template_id(id.as_str())
        .set_version_description(want.description.clone())
        .launch_template_data(want.to_sdk()?);
    let reply = aws.send(request).await?;
    if want.update_default_version != Some(true) {
        return Ok(());
    }
    let number = reply.launch_template_version.and_then(|version| version.version_number);
    set_default(aws, id, number.ok_or_else(|| missing(CreateLaunchTemplateVersion::NAME, "VersionNumber"))?).await
}

/// Makes the latest version the default one, or the one that is wanted.
pub(super) async fn choose_default(aws: &Aws, id: &PhysicalId, want: &LaunchTemplate) -> Result<(), CloudError> {
    if want.update_default_version != Some(true) {
        return match want.default_version {
            Some(version) => set_default(aws, id, version).await,
            None => Ok(()),
        };
    }
    let found = described(aws, Some(vec![id.to_string()]), None).await?;
    let found = found.into_iter().find(|template| template.launch_template_id.as_deref() == Some(id.as_str()));
    match found.and_then(|template| template.latest_version_number) {
        Some(version) => set_default(aws, id, version).await,
        None => Err(missing(DescribeLaunchTemplates::NAME, "LatestVersionNumber")),
    }
}

async fn set_default(aws: &Aws, id: &PhysicalId, version: i64) -> Result<(), CloudError> {
    let request = aws.write().ec2().modify_launch_template().launch_template_id(id.as_str());
    let request = request.default_version(version.to_string());
    aws.done(request).await
}
