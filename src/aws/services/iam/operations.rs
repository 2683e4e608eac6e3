//! The operations of iam that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "iam", aws_sdk_iam:
    AddClientIDToOpenIDConnectProvider, AddRoleToInstanceProfile, AddUserToGroup, AttachGroupPolicy, AttachRolePolicy,
    AttachUserPolicy, CreateGroup, CreateInstanceProfile, CreateOpenIDConnectProvider, CreatePolicy,
    CreatePolicyVersion, CreateRole, CreateServiceLinkedRole, CreateUser, DeactivateMFADevice, DeleteAccessKey,
    DeleteGroup, DeleteGroupPolicy, DeleteInstanceProfile, DeleteLoginProfile, DeleteOpenIDConnectProvider,
    DeletePolicy, DeletePolicyVersion, DeleteRole, DeleteRolePermissionsBoundary, DeleteRolePolicy, DeleteSSHPublicKey,
    DeleteServiceLinkedRole, DeleteServiceSpecificCredential, DeleteSigningCertificate, DeleteUser,
    DeleteUserPermissionsBoundary, DeleteUserPolicy, DeleteVirtualMFADevice, DetachGroupPolicy, DetachRolePolicy,
    DetachUserPolicy, *GetAccountAuthorizationDetails, *GetGroup, GetGroupPolicy, GetInstanceProfile,
    GetOpenIDConnectProvider, GetPolicy, GetPolicyVersion, GetRole, GetRolePolicy, GetServiceLinkedRoleDeletionStatus,
    GetUser, GetUserPolicy, *ListAccessKeys, *ListAttachedGroupPolicies, *ListAttachedRolePolicies,
    *ListAttachedUserPolicies, *ListEntitiesForPolicy, *ListGroupsForUser, *ListInstanceProfilesForRole,
    *ListMFADevices, *ListPolicyTags, *ListPolicyVersions, *ListRolePolicies, *ListRoles, *ListSSHPublicKeys,
    ListServiceSpecificCredentials, *ListSigningCertificates, *ListUserPolicies, PutGroupPolicy,
    PutRolePermissionsBoundary, PutRolePolicy, PutUserPermissionsBoundary, PutUserPolicy,
    RemoveClientIDFromOpenIDConnectProvider, RemoveRoleFromInstanceProfile, RemoveUserFromGroup, TagInstanceProfile,
    TagOpenIDConnectProvider, TagPolicy, TagRole, TagUser, UntagInstanceProfile, UntagOpenIDConnectProvider,
    UntagPolicy, UntagRole, UntagUser, UpdateAssumeRolePolicy, UpdateGroup, UpdateOpenIDConnectProviderThumbprint,
    UpdateRole, UpdateUser,
}
