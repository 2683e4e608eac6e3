//! Changes that AWS makes only while an instance does not run: it is stopped, changed, and started again if it ran.

use aws_sdk_ec2::primitives::Blob;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, HostnameType, InstanceAttributeName, InstanceStateName,
    SecureBlobAttributeValue,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::prelude::*;
use super::super::tagging::filter;
use super::launch::user_data;
use super::{Instance, blocks};

/// The tag on an instance that was stopped by us and is to be started again, whoever goes on with it.
const MARK: &str = "wildfire:start-again";

/// What differs from what is wanted.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Differences {
    pub instance_type: Option<String>,
    pub ebs_optimized: Option<bool>,
    /// Raw, not in base64.
    pub user_data: Option<Vec<u8>>,
    pub names: Option<blocks::PrivateDnsNameOptions>,
}

fn bytes(base64: &str) -> Option<Vec<u8>> {
    STANDARD.decode(base64.trim()).ok()
}

/// `data` is the user data that the instance has, in base64.
pub(super) fn differences(want: &Instance, live: &Instance, data: &str) -> Differences {
    let differs = |want: &Option<String>, have: &Option<String>| want.clone().filter(|_| want != have);
    let data = user_data(want).and_then(|wanted| bytes(&wanted)).filter(|wanted| Some(wanted) != bytes(data).as_ref());
    let names = want.private_dns_name_options.clone().filter(|names| {
        let live = live.private_dns_name_options.clone().unwrap_or_default();
        let other = |want: Option<bool>, have: Option<bool>| want.is_some() && want != have;
        differs(&names.hostname_type, &live.hostname_type).is_some()
            || other(names.enable_resource_name_dns_a_record, live.enable_resource_name_dns_a_record)
            || other(names.enable_resource_name_dns_aaaa_record, live.enable_resource_name_dns_aaaa_record)
    });
    Differences {
        instance_type: differs(&want.instance_type, &live.instance_type),
        ebs_optimized: want.ebs_optimized.filter(|on| Some(*on) != live.ebs_optimized),
        user_data: data,
        names,
    }
}

async fn make(aws: &Aws, id: &str, differences: Differences) -> Result<(), CloudError> {
    // The API changes one attribute a call.
    let modify = || aws.write().ec2().modify_instance_attribute().instance_id(id);
    if let Some(name) = differences.instance_type {
        aws.done(modify().instance_type(AttributeValue::builder().value(name).build())).await?;
    }
    if let Some(on) = differences.ebs_optimized {
        aws.done(modify().ebs_optimized(AttributeBooleanValue::builder().value(on).build())).await?;
    }
    if let Some(data) = differences.user_data {
        aws.done(modify().user_data(SecureBlobAttributeValue::builder().value(Blob::new(data)).build())).await?;
    }
    if let Some(names) = differences.names {
        let request = aws.write().ec2().modify_private_dns_name_options().instance_id(id);
        let request = request
            .set_private_dns_hostname_type(names.hostname_type.as_deref().map(HostnameType::from))
            .set_enable_resource_name_dns_a_record(names.enable_resource_name_dns_a_record)
            .set_enable_resource_name_dns_aaaa_record(names.enable_resource_name_dns_aaaa_record);
        aws.done(request).await?;
    }
    Ok(())
}

async fn described(aws: &Aws, id: &PhysicalId) -> Result<sdk::Instance, CloudError> {
    let found = Instance::describe(aws, vec![filter("instance-id", [id.to_string()])]).await?;
    let one = found.into_iter().find(|instance| instance.instance_id.as_deref() == Some(id.as_str()));
    one.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")))
}

async fn data_of(aws: &Aws, id: &PhysicalId) -> Result<String, CloudError> {
    let request = aws.read().ec2().describe_instance_attribute().instance_id(id.as_str());
    let reply = aws.send(request.attribute(InstanceAttributeName::UserData)).await?;
    Ok(reply.user_data.and_then(|data| data.value).unwrap_or_default())
}

/// One step on the way; `Busy` until the last one. Each step looks first, so that a repetition does nothing twice.
pub(super) async fn change(aws: &Aws, change: &Change<'_, Instance>) -> Result<(), CloudError> {
    let &Change { id, want, prior, .. } = change;
    let live = described(aws, id).await?;
    let marked = live.tags().iter().any(|tag| tag.key.as_deref() == Some(MARK));
    let state = live.state.as_ref().and_then(|state| state.name.clone());
    let data = match user_data(want) {
        Some(_) => data_of(aws, id).await?,
        None => String::new(),
    };
    let left = differences(want, &of_live(&live)?, &data);
    let busy = |what: &str| Err(CloudError::new(ErrorKind::Busy, format!("the instance {id} is being {what}")));
    let mark = sdk::Tag::builder().key(MARK).value("true").build();
    match state {
        Some(InstanceStateName::Running) if left == Differences::default() => {
            if marked {
                aws.done(aws.write().ec2().delete_tags().resources(id.as_str()).tags(mark)).await?;
            }
            Ok(())
        }
        Some(InstanceStateName::Running) => {
            aws.done(aws.write().ec2().create_tags().resources(id.as_str()).tags(mark)).await?;
            aws.done(aws.write().ec2().stop_instances().instance_ids(id.as_str())).await?;
            busy("stopped")
        }
        Some(InstanceStateName::Stopped) => {
            make(aws, id.as_str(), left).await?;
            if !marked && prior.instance_state.as_deref() != Some("running") {
                return Ok(());
            }
            aws.done(aws.write().ec2().start_instances().instance_ids(id.as_str())).await?;
            busy("started")
        }
        _ => busy("stopped or started"),
    }
}
