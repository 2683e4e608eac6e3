//! `aws_ami`

use async_trait::async_trait;
use aws_sdk_ec2::types::Image;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, ErrorKind};

use super::exactly_one;
use super::filter::{Filter, filters, tags};
use crate::Aws;
use crate::kind::resource::DataSource;
use crate::kind::tags::Tags;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct Ami {
    /// The processor's architecture.
    #[field(computed)]
    architecture: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether the image boots by BIOS or UEFI.
    #[field(computed)]
    boot_mode: Option<String>,
    /// When the image was made.
    #[field(computed)]
    creation_date: Option<String>,
    /// When the image is deprecated.
    #[field(computed)]
    deprecation_time: Option<String>,
    /// What the image is.
    #[field(computed)]
    description: Option<String>,
    /// Whether enhanced networking works.
    #[field(computed)]
    ena_support: Option<bool>,
    /// Accounts that may launch it; `self` is the caller's.
    #[field(immutable)]
    executable_users: Option<Vec<String>>,
    /// What the image has to match.
    #[field(immutable, set)]
    filter: Option<Vec<Filter>>,
    /// The hypervisor.
    #[field(computed)]
    hypervisor: Option<String>,
    /// The image's id.
    #[field(computed)]
    id: Option<String>,
    /// The image's id.
    #[field(computed)]
    image_id: Option<String>,
    /// Where the image is stored.
    #[field(computed)]
    image_location: Option<String>,
    /// Whether the image is known by an alias of its owner.
    #[field(computed)]
    image_owner_alias: Option<String>,
    /// Machine, kernel or ramdisk.
    #[field(computed)]
    image_type: Option<String>,
    /// Whether instances need IMDSv2.
    #[field(computed)]
    imds_support: Option<String>,
    /// Whether images past their deprecation count.
    #[field(immutable, default = false)]
    include_deprecated: Option<bool>,
    /// Whether the newest is taken when several match.
    #[field(immutable, default = false)]
    most_recent: Option<bool>,
    /// The image's name.
    #[field(computed)]
    name: Option<String>,
    /// The account that owns the image.
    #[field(computed)]
    owner_id: Option<String>,
    /// Accounts that own images: ids, `self`, `amazon`, `aws-marketplace`.
    #[field(immutable, required)]
    owners: Option<Vec<String>>,
    /// Windows, or nothing.
    #[field(computed)]
    platform: Option<String>,
    /// What is billed.
    #[field(computed)]
    platform_details: Option<String>,
    /// Whether everybody may launch it.
    #[field(computed)]
    public: Option<bool>,
    /// The device of the root volume.
    #[field(computed)]
    root_device_name: Option<String>,
    /// What the root device is.
    #[field(computed)]
    root_device_type: Option<String>,
    /// The snapshot of the root volume.
    #[field(computed)]
    root_snapshot_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    state: Option<String>,
    /// The image's tags.
    #[field(computed)]
    tags: Option<Tags>,
    /// Whether the image has a TPM.
    #[field(computed)]
    tpm_support: Option<String>,
    /// The operation that is billed.
    #[field(computed)]
    usage_operation: Option<String>,
    /// Paravirtual or hardware virtualisation.
    #[field(computed)]
    virtualization_type: Option<String>,
}

async fn images(aws: &Aws, arguments: &Ami) -> Result<Vec<Image>, CloudError> {
    let filters = filters(arguments.filter.as_ref(), None, &[]);
    let request = aws
        .read()
        .ec2()
        .describe_images()
        .set_owners(arguments.owners.clone())
        .set_executable_users(arguments.executable_users.clone())
        .set_include_deprecated(arguments.include_deprecated.filter(|all| *all))
        .set_filters(Some(filters).filter(|filters| !filters.is_empty()))
        .max_results(1000);
    aws.pages(request, |page| page.images).await
}

/// The newest; of two of one moment the one with the greater id, so that every read answers alike.
fn newest(mut images: Vec<Image>) -> Vec<Image> {
    images.sort_by(|a, b| (&a.creation_date, &a.image_id).cmp(&(&b.creation_date, &b.image_id)));
    images.pop().into_iter().collect()
}

#[async_trait]
impl DataSource for Ami {
    const TYPE: &'static str = "aws_ami";
    const DOC: &'static str = "A machine image.";
    const READ_CALLS: &'static [&'static str] = &["ec2:DescribeImages"];
    const EXAMPLE: &'static str = "\
owners: [amazon]
most_recent: true
filter:
  - {name: name, values: [\"al2023-ami-2023*-arm64\"]}
";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        let mut found = images(aws, arguments).await?;
        if arguments.most_recent == Some(true) {
            found = newest(found);
        } else if found.len() > 1 {
            let message = format!("{} images match; narrow it down, or write most_recent: true", found.len());
            return Err(CloudError::new(ErrorKind::Rejected, message));
        }
        let image = exactly_one(found, "image")?;
        let id = image.image_id.unwrap_or_default();
        let text = |value: Option<&str>| value.map(String::from);
        let root = image.root_device_name.clone();
        let mut devices = image.block_device_mappings.iter().flatten();
        let snapshot = devices.find(|device| device.device_name == root).and_then(|device| device.ebs.as_ref());
        Ok(Self {
            architecture: text(image.architecture.as_ref().map(|value| value.as_str())),
            arn: Some(format!("arn:{}:ec2:{}::image/{id}", aws.partition(), aws.region())),
            boot_mode: text(image.boot_mode.as_ref().map(|value| value.as_str())),
            creation_date: image.creation_date,
            deprecation_time: image.deprecation_time,
            description: image.description,
            ena_support: image.ena_support,
            hypervisor: text(image.hypervisor.as_ref().map(|value| value.as_str())),
            image_id: Some(id.clone()),
            id: Some(id),
            image_location: image.image_location,
            image_owner_alias: image.image_owner_alias,
            image_type: text(image.image_type.as_ref().map(|value| value.as_str())),
            imds_support: text(image.imds_support.as_ref().map(|value| value.as_str())),
            name: image.name,
            owner_id: image.owner_id,
            platform: text(image.platform.as_ref().map(|value| value.as_str())),
            platform_details: image.platform_details,
            public: image.public,
            root_device_type: text(image.root_device_type.as_ref().map(|value| value.as_str())),
            root_snapshot_id: snapshot.and_then(|snapshot| snapshot.snapshot_id.clone()),
            root_device_name: root,
            state: text(image.state.as_ref().map(|value| value.as_str())),
            tags: Some(tags(image.tags)),
            tpm_support: text(image.tpm_support.as_ref().map(|value| value.as_str())),
            usage_operation: image.usage_operation,
            virtualization_type: text(image.virtualization_type.as_ref().map(|value| value.as_str())),
            ..arguments.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_image_wins() {
        let image = |id: &str, date: &str| Image::builder().image_id(id).creation_date(date).build();
        let images = vec![
            image("ami-1", "2024-01-01T00:00:00.000Z"),
            image("ami-3", "2025-01-01T00:00:00.000Z"),
            image("ami-2", "2025-01-01T00:00:00.000Z"),
        ];
        let ids: Vec<_> = newest(images).into_iter().filter_map(|image| image.image_id).collect();
        assert_eq!(ids, ["ami-3"]);
    }
}
