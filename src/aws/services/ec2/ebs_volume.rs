//! `aws_ebs_volume`

use aws_sdk_ec2::operation::create_volume::builders::CreateVolumeFluentBuilder;
use aws_sdk_ec2::operation::modify_volume::builders::ModifyVolumeFluentBuilder;
use aws_sdk_ec2::types::VolumeState;

use super::prelude::*;
use crate::kind::convert::problem;

updates! {
    pub enum EbsVolumeUpdate {
        Modify => [ModifyVolume],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = EbsVolumeUpdate)]
#[sdk(from = sdk::Volume, create = CreateVolumeFluentBuilder, changes(Modify) = ModifyVolumeFluentBuilder)]
pub struct EbsVolume {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The zone.
    #[field(immutable, required)]
    availability_zone: Option<String>,
    /// When it was made.
    #[field(computed, forms = Timestamp)]
    create_time: Option<String>,
    /// Whether it is encrypted.
    #[field(immutable, aws_default)]
    encrypted: Option<bool>,
    /// The volume's id.
    #[field(computed, sdk = volume_id)]
    id: Option<String>,
    /// Operations a second.
    #[field(update = Modify, aws_default, filled, range = 100..=256000, changed_by = ["Modify"])]
    iops: Option<i64>,
    /// The KMS key that encrypts it; without one, AWS's key for EBS.
    #[field(immutable, aws_default, forms = KmsKey, filled)]
    kms_key_id: Option<String>,
    /// Whether several instances can have it at once, for `io1` and `io2`.
    #[field(update = Modify, default = false, sent_by_hand)]
    multi_attach_enabled: Option<bool>,
    /// The Outpost that it is on.
    #[field(immutable, filled)]
    outpost_arn: Option<String>,
    /// GiB; by default what the snapshot has.
    #[field(update = Modify, aws_default, range = 1..=65536)]
    size: Option<i64>,
    /// The snapshot that it is made of.
    #[field(immutable, aws_default, filled)]
    snapshot_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// MiB a second, for `gp3`.
    #[field(update = Modify, aws_default, filled, range = 125..=2000, changed_by = ["Modify"])]
    throughput: Option<i64>,
    /// The kind of volume.
    #[field(update = Modify, aws_default, sdk = volume_type)]
    #[field(one_of = ["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"])]
    r#type: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

#[async_trait]
impl Described for EbsVolume {
    type Live = sdk::Volume;
    const ID_FILTER: &'static str = "volume-id";
    const TAG_KIND: ResourceType = ResourceType::Volume;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::Volume>, CloudError> {
        let found =
            aws.pages(aws.read().ec2().describe_volumes().set_filters(Some(filters)), |page| page.volumes).await?;
        Ok(found.into_iter().filter(|volume| volume.state != Some(VolumeState::Deleted)).collect())
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn finish(mut self, live: &sdk::Volume) -> Self {
        self._status = live.state.as_ref().map(|state| state.as_str().to_string());
        self
    }
}

#[async_trait]
impl Resource for EbsVolume {
    const TYPE: &'static str = "aws_ebs_volume";
    const DOC: &'static str = "A volume of EBS, for instances of its zone.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateVolume];
    const DELETE_CALLS: Calls = calls![DeleteVolume];
    const LAGS: &'static [LagReply] = lags::EBS_VOLUME;
    const IMPORT_ID: &'static str = "VOLUME_ID";
    const RELATIONS: Relations = Relations { held_by: &[("aws_volume_attachment", "volume_id")], ..Relations::NONE };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 10;
    const EXAMPLE: &'static str = "\
availability_zone: eu-west-1a
size: 100
type: gp3
encrypted: true
";
    const TERRAFORM_DEFAULTS: &'static [(&'static str, Literal)] = &[("final_snapshot", Literal::Bool(false))];
    const UNSUPPORTED: Refused = &[(
        "final_snapshot",
        "AWS has no such setting, and a deletion that is cut off would leave two snapshots: make one before the deletion",
    )];

    type Update = EbsVolumeUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_volume())?.client_token(operation.id.as_str());
        let request = request.set_multi_attach_enabled(want.multi_attach_enabled.filter(|several| *several));
        aws.made(request.set_tag_specifications(want.tag_specification()), |reply| reply.volume_id).await
    }

    async fn update(aws: &Aws, call: EbsVolumeUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            EbsVolumeUpdate::Modify => {
                let request = aws.write().ec2().modify_volume().volume_id(id.as_str());
                let several = want.multi_attach_enabled.filter(|several| Some(*several) != prior.multi_attach_enabled);
                aws.done(want.fill_changes(prior, request)?.set_multi_attach_enabled(several)).await
            }
            EbsVolumeUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_volume().volume_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(creating @ "creating") => Readiness::Pending(creating.into()),
            Some(error @ "error") => Readiness::Failed(error.into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let absent = |name: &str| properties.get(name).is_none_or(Value::is_null);
        match absent("size") && absent("snapshot_id") {
            true => vec![problem("size", "a volume needs a size, a snapshot_id or both")],
            false => Vec::new(),
        }
    }
}
