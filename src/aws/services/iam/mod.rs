//! IAM: roles, users, groups, policies, and what joins them.

mod account;
mod account_alias;
mod account_password_policy;
mod attachment;
mod document;
mod group;
mod group_membership;
mod group_policy;
mod group_policy_attachment;
mod inline;
mod instance_profile;
mod lags;
mod name;
mod openid_connect_provider;
pub(crate) mod operations;
mod policy;
mod policy_attachment;
mod prelude;
mod role;
mod role_policy;
mod role_policy_attachment;
mod server_certificate;
mod service_linked_role;
mod statements;
mod tagging;
mod user;
mod user_policy;
mod user_policy_attachment;

use crate::kind::{Kind, Typed};

pub(crate) use statements::{PolicyHolder, problems as policy_problems};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<role::Role>::new(),
    &Typed::<policy::Policy>::new(),
    &Typed::<role_policy::RolePolicy>::new(),
    &Typed::<role_policy_attachment::RolePolicyAttachment>::new(),
    &Typed::<instance_profile::InstanceProfile>::new(),
    &Typed::<openid_connect_provider::OpenIdConnectProvider>::new(),
    &Typed::<user::User>::new(),
    &Typed::<user_policy_attachment::UserPolicyAttachment>::new(),
    &Typed::<group::Group>::new(),
    &Typed::<group_policy_attachment::GroupPolicyAttachment>::new(),
    &Typed::<user_policy::UserPolicy>::new(),
    &Typed::<group_policy::GroupPolicy>::new(),
    &Typed::<policy_attachment::PolicyAttachment>::new(),
    &Typed::<group_membership::GroupMembership>::new(),
    &Typed::<service_linked_role::ServiceLinkedRole>::new(),
    &Typed::<account_password_policy::AccountPasswordPolicy>::new(),
    &Typed::<account_alias::AccountAlias>::new(),
    &Typed::<server_certificate::ServerCertificate>::new(),
];
