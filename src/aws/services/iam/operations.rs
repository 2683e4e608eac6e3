//! The operations of iam that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "iam", aws_sdk_iam:
    AddClientIDToOpenIDConnectProvider, AddRoleToInstanceProfile, AttachRolePolicy, CreateInstanceProfile,
    CreateOpenIDConnectProvider, CreatePolicy, CreatePolicyVersion, CreateRole, DeleteInstanceProfile,
    DeleteOpenIDConnectProvider, DeletePolicy, DeletePolicyVersion, DeleteRole, DeleteRolePermissionsBoundary,
    DeleteRolePolicy, DetachRolePolicy, *GetAccountAuthorizationDetails, GetInstanceProfile, GetOpenIDConnectProvider,
    GetPolicy, GetPolicyVersion, GetRole, GetRolePolicy, *ListAttachedRolePolicies, *ListInstanceProfilesForRole,
    *ListPolicyTags, *ListPolicyVersions, *ListRolePolicies, *ListRoles, PutRolePermissionsBoundary, PutRolePolicy,
    RemoveClientIDFromOpenIDConnectProvider, RemoveRoleFromInstanceProfile, TagInstanceProfile,
    TagOpenIDConnectProvider, TagPolicy, TagRole, UntagInstanceProfile, UntagOpenIDConnectProvider, UntagPolicy,
    UntagRole, UpdateAssumeRolePolicy, UpdateOpenIDConnectProviderThumbprint, UpdateRole,
}
