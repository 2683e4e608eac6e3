use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::connection::fake;

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

/// STS gives sessions of so many seconds; returns the role, and how often somebody was asked for a code.
fn with_mfa(seconds: u64) -> (MfaRole, Arc<AtomicUsize>) {
    let answer = move |_: &fake::Asked<'_>| {
        let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds as i64);
        let parts = "<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>";
        let credentials = format!("<Credentials>{parts}<Expiration>{until}</Expiration></Credentials>");
        let result = format!("<AssumeRoleResult>{credentials}</AssumeRoleResult>");
        (200, format!("<AssumeRoleResponse>{result}</AssumeRoleResponse>"))
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let role = MfaRole {
        sts: fake::aws(answer).read().sts().clone(),
        role: role(),
        serial: "arn:aws:iam::1:mfa/ann".into(),
        session: "wildfire".into(),
        duration: Duration::from_secs(3600),
        ask: Some(Arc::new(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok("123456".into())
        })),
        cache: None,
        last: tokio::sync::Mutex::default(),
    };
    (role, asked)
}

#[tokio::test]
async fn a_code_is_asked_for_once_in_a_run() {
    let (role, asked) = with_mfa(600);
    let (first, second) = futures::join!(role.session(), role.session());
    assert_eq!(first.expect("a session").session_token(), Some("t"));
    assert_eq!(second.expect("a session").session_token(), Some("t"));
    assert_eq!(asked.load(Ordering::Relaxed), 1);

    let (role, asked) = with_mfa(0);
    role.session().await.expect("a session");
    let ended = chain(&role.session().await.expect_err("it has ended"));
    assert!(ended.contains("has ended"), "{ended}");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
