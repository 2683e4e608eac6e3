use super::*;

fn role() -> Role {
    Role {
        arn: "arn:aws:iam::1:role/r".into(),
        external_id: None,
        mfa_serial: None,
        session_name: None,
        duration: None,
    }
}

#[test]
fn sessions_of_different_roles_are_kept_apart() {
    let access = Access::default();
    let external = Role { external_id: Some("x".into()), ..role() };
    assert_ne!(cache_name(&role(), &access), cache_name(&external, &access));
    let profile = Access { profile: Some("x".into()), ..Access::default() };
    assert_ne!(cache_name(&external, &access), cache_name(&role(), &profile));
}

#[cfg(unix)]
#[test]
fn a_kept_session_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::env::temp_dir().join(format!("wildfire-session-{}", std::process::id()));
    let path = folder.join("s.json");
    let session = Session {
        access_key_id: "ASIA".into(),
        secret_access_key: "secret".into(),
        session_token: "token".into(),
        expires: 1,
    };
    write_private(&path, &session).expect("the folder for temporary files is writable");
    let mode = std::fs::metadata(&path).expect("it was written").permissions().mode();
    std::fs::remove_dir_all(&folder).expect("it is ours");
    assert_eq!(mode & 0o777, 0o600);
}
