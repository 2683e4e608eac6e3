//! What AWS wants to be gone before a user goes:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html>.

use crate::services::iam::prelude::*;

/// Everything that a deletion may send.
pub(super) const CALLS: Calls = calls![
    RemoveUserFromGroup,
    DeleteAccessKey,
    DeactivateMFADevice,
    DeleteVirtualMFADevice,
    DeleteSSHPublicKey,
    DeleteSigningCertificate,
    DeleteServiceSpecificCredential,
    DeleteLoginProfile,
    DetachUserPolicy,
    DeleteUserPolicy,
    DeleteUser
];

/// Takes the user out of its groups. A membership that is declared is made again when the user is there.
pub(super) async fn leave_groups(aws: &Aws, user: &str) -> Result<(), CloudError> {
    let request = aws.read().iam().list_groups_for_user().user_name(user);
    let groups = absent_is_none(aws.pages(request, |page| Some(page.groups)).await)?.unwrap_or_default();
    for group in groups {
        let request = aws.write().iam().remove_user_from_group().user_name(user).group_name(group.group_name);
        aws.gone(request).await?;
    }
    Ok(())
}

/// Takes away credentials, devices and policies.
pub(super) async fn strip(aws: &Aws, user: &str) -> Result<(), CloudError> {
    access_keys(aws, user).await?;
    devices(aws, user).await?;
    ssh_keys(aws, user).await?;
    certificates(aws, user).await?;
    credentials(aws, user).await?;
    aws.gone(aws.write().iam().delete_login_profile().user_name(user)).await?;
    policies(aws, user).await
}

async fn access_keys(aws: &Aws, user: &str) -> Result<(), CloudError> {
    let request = aws.read().iam().list_access_keys().user_name(user);
    let found = absent_is_none(aws.pages(request, |page| Some(page.access_key_metadata)).await)?.unwrap_or_default();
    for key in found.into_iter().filter_map(|key| key.access_key_id) {
        aws.gone(aws.write().iam().delete_access_key().user_name(user).access_key_id(key)).await?;
    }
    Ok(())
}

/// Virtual devices are deleted; others belong to somebody.
async fn devices(aws: &Aws, user: &str) -> Result<(), CloudError> {
    let request = aws.read().iam().list_mfa_devices().user_name(user);
    let found = absent_is_none(aws.pages(request, |page| Some(page.mfa_devices)).await)?.unwrap_or_default();
    for serial in found.into_iter().map(|device| device.serial_number) {
        let iam = aws.write().iam();
        aws.gone(iam.deactivate_mfa_device().user_name(user).serial_number(&serial)).await?;
        if serial.starts_with("arn:") && serial.contains(":mfa/") {
            aws.gone(iam.delete_virtual_mfa_device().serial_number(serial)).await?;
        }
    }
    Ok(())
}

async fn ssh_keys(aws: &Aws, user: &str) -> Result<(), CloudError> {
    let request = aws.read().iam().list_ssh_public_keys().user_name(user);
    let found = absent_is_none(aws.pages(request, |page| page.ssh_public_keys).await)?.unwrap_or_default();
    for key in found.into_iter().map(|key| key.ssh_public_key_id) {
        aws.gone(aws.write().iam().delete_ssh_public_key().user_name(user).ssh_public_key_id(key)).await?;
    }
    Ok(())
}

async fn certificates(aws: &Aws, user: &str) -> Result<(), CloudError> {
    let request = aws.read().iam().list_signing_certificates().user_name(user);
    let found = absent_is_none(aws.pages(request, |page| Some(page.certificates)).await)?.unwrap_or_default();
    for id in found.into_iter().map(|certificate| certificate.certificate_id) {
        aws.gone(aws.write().iam().delete_signing_certificate().user_name(user).certificate_id(id)).await?;
    }
    Ok(())
}

async fn credentials(aws: &Aws, user: &str) -> Result<(), CloudError> {
    let reply = absent_is_none(aws.send(aws.read().iam().list_service_specific_credentials().user_name(user)).await)?;
    let found = reply.and_then(|reply| reply.service_specific_credentials).unwrap_or_default();
    for id in found.into_iter().map(|credential| credential.service_specific_credential_id) {
        let request = aws.write().iam().delete_service_specific_credential().user_name(user);
        aws.gone(request.service_specific_credential_id(id)).await?;
    }
    Ok(())
}

async fn policies(aws: &Aws, user: &str) -> Result<(), CloudError> {
    let request = aws.read().iam().list_attached_user_policies().user_name(user);
    let attached = absent_is_none(aws.pages(request, |page| page.attached_policies).await)?.unwrap_or_default();
    for arn in attached.into_iter().filter_map(|policy| policy.policy_arn) {
        aws.gone(aws.write().iam().detach_user_policy().user_name(user).policy_arn(arn)).await?;
    }
    let request = aws.read().iam().list_user_policies().user_name(user);
    for name in absent_is_none(aws.pages(request, |page| Some(page.policy_names)).await)?.unwrap_or_default() {
        aws.gone(aws.write().iam().delete_user_policy().user_name(user).policy_name(name)).await?;
    }
    Ok(())
}
