//! What is read of IAM, and its text, which is the id in the batch.

/// What to read; as text it is the id in the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::services::iam) enum Key {
    Role(String),
    /// A role whose description and session duration nobody asks about.
    BareRole(String),
    /// An inline policy: role and name.
    Inline(String, String),
    /// The managed policies of a role.
    Attached(String),
    User(String),
    /// An inline policy: user and name.
    UserInline(String, String),
    /// The managed policies of a user.
    UserAttached(String),
    Group(String),
    /// An inline policy: group and name.
    GroupInline(String, String),
    /// The managed policies of a group.
    GroupAttached(String),
    /// The users of a group.
    Members(String),
    Profile(String),
    /// A managed policy's ARN.
    Policy(String),
}

impl Key {
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Role(name) => format!("role/{name}"),
            Self::BareRole(name) => format!("bare-role/{name}"),
            Self::Inline(role, name) => format!("inline/{role}:{name}"),
            Self::Attached(role) => format!("attached/{role}"),
            Self::User(name) => format!("user/{name}"),
            Self::UserInline(user, name) => format!("user-inline/{user}:{name}"),
            Self::UserAttached(user) => format!("user-attached/{user}"),
            Self::Group(name) => format!("group/{name}"),
            Self::GroupInline(group, name) => format!("group-inline/{group}:{name}"),
            Self::GroupAttached(group) => format!("group-attached/{group}"),
            Self::Members(group) => format!("members/{group}"),
            Self::Profile(name) => format!("profile/{name}"),
            Self::Policy(arn) => format!("policy/{arn}"),
        }
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once('/')?;
        let inline = |key: fn(String, String) -> Self| {
            let (holder, name) = name.split_once(':')?;
            Some(key(holder.into(), name.into()))
        };
        Some(match kind {
            "role" => Self::Role(name.into()),
            "bare-role" => Self::BareRole(name.into()),
            "inline" => inline(Self::Inline)?,
            "attached" => Self::Attached(name.into()),
            "user" => Self::User(name.into()),
            "user-inline" => inline(Self::UserInline)?,
            "user-attached" => Self::UserAttached(name.into()),
            "group" => Self::Group(name.into()),
            "group-inline" => inline(Self::GroupInline)?,
            "group-attached" => Self::GroupAttached(name.into()),
            "members" => Self::Members(name.into()),
            "profile" => Self::Profile(name.into()),
            "policy" => Self::Policy(name.into()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_the_batch() {
        let keys = [
            Key::Role("a".into()),
            Key::BareRole("a".into()),
            Key::Inline("a".into(), "b:c".into()),
            Key::Attached("a".into()),
            Key::User("a".into()),
            Key::UserInline("a".into(), "b:c".into()),
            Key::UserAttached("a".into()),
            Key::Group("a".into()),
            Key::GroupInline("a".into(), "b:c".into()),
            Key::GroupAttached("a".into()),
            Key::Members("a".into()),
            Key::Profile("p".into()),
            Key::Policy("arn:aws:iam::123456789012:policy/team/x".into()),
        ];
        for key in keys {
            assert_eq!(Key::from_text(&key.to_text()), Some(key));
        }
        assert_eq!(Key::from_text("nonsense"), None);
    }
}
