//! The operations of iam that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "iam", aws_sdk_iam:
    AddClientIDToOpenIDConnectProvider, AddRoleToInstanceProfile, AddUserToGroup, AttachGroupPolicy, AttachRolePolicy,
    AttachUserPolicy, CreateAccountAlias, CreateGroup, CreateInstanceProfile, CreateOpenIDConnectProvider,
    CreatePolicy, CreatePolicyVersion, CreateRole, CreateServiceLinkedRole, CreateUser, DeactivateMFADevice,
    DeleteAccessKey, DeleteAccountAlias, DeleteAccountPasswordPolicy, DeleteGroup, DeleteGroupPolicy,
    DeleteInstanceProfile, DeleteLoginProfile, DeleteOpenIDConnectProvider, DeletePolicy, DeletePolicyVersion,
    DeleteRole, DeleteRolePermissionsBoundary, DeleteRolePolicy, DeleteSSHPublicKey, DeleteServerCertificate,
    DeleteServiceLinkedRole, DeleteServiceSpecificCredential, DeleteSigningCertificate, DeleteUser,
    DeleteUserPermissionsBoundary, DeleteUserPolicy, DeleteVirtualMFADevice, DetachGroupPolicy, DetachRolePolicy,
    DetachUserPolicy, *GetAccountAuthorizationDetails, GetAccountPasswordPolicy, *GetGroup, GetGroupPolicy,
    GetInstanceProfile, GetOpenIDConnectProvider, GetPolicy, GetPolicyVersion, GetRole, GetRolePolicy,
    GetServerCertificate, GetServiceLinkedRoleDeletionStatus, GetUser, GetUserPolicy, *ListAccessKeys,
    *ListAccountAliases, *ListAttachedGroupPolicies, *ListAttachedRolePolicies, *ListAttachedUserPolicies,
    *ListEntitiesForPolicy, *ListGroupsForUser, *ListInstanceProfilesForRole, *ListMFADevices, *ListPolicyTags,
    *ListPolicyVersions, *ListRolePolicies, *ListRoles, *ListSSHPublicKeys, ListServiceSpecificCredentials,
    *ListSigningCertificates, *ListUserPolicies, PutGroupPolicy, PutRolePermissionsBoundary, PutRolePolicy,
    PutUserPermissionsBoundary, PutUserPolicy, RemoveClientIDFromOpenIDConnectProvider, RemoveRoleFromInstanceProfile,
    RemoveUserFromGroup, TagInstanceProfile, TagOpenIDConnectProvider, TagPolicy, TagRole, TagServerCertificate,
    TagUser, UntagInstanceProfile, UntagOpenIDConnectProvider, UntagPolicy, UntagRole, UntagServerCertificate,
    UntagUser, UpdateAccountPasswordPolicy, UpdateAssumeRolePolicy, UpdateGroup, UpdateOpenIDConnectProviderThumbprint,
    UpdateRole, UpdateUser, UploadServerCertificate,
}
