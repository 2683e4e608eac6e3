//! Providers that do not keep to the protocol, and the end of a provider when its host is gone.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wildfire_provider::Provider;
use wildfire_provider::process::Launch;

fn script(folder: &Path, body: &str) -> PathBuf {
    let path = folder.join("terraform-provider-script");
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}

async fn refusal(body: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch { binary: script(folder.path(), body), environment: Vec::new(), guard: None };
    match Provider::start(&launch, None).await {
        Ok(_) => panic!("it is no provider: {body}"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn what_does_not_speak_the_protocol_is_refused_with_what_it_wrote() {
    assert!(refusal("echo 'panic: out of luck' >&2; exit 2").await.ends_with("it wrote: panic: out of luck"));
    assert!(refusal("echo '1|4|unix|/s|grpc'").await.contains("1|4|unix"));
    assert!(refusal("echo '1|5|unix|/nowhere/at/all|grpc|'").await.contains("socket cannot be reached"));
    assert!(refusal("echo \"$TF_PLUGIN_MAGIC_COOKIE $PLUGIN_PROTOCOL_VERSIONS\"").await.contains("5,6"));
}

#[tokio::test]
async fn a_flood_before_the_handshake_does_not_block_it() {
    let body =
        "i=0; while [ $i -lt 20000 ]; do echo 'a line of noise that nobody asked for' >&2; i=$((i+1)); done; echo done";
    let refused = refusal(body).await;
    assert!(refused.contains("done"), "{refused}");
}

#[test]
fn a_provider_dies_with_whoever_holds_the_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let provider = script(folder.path(), "echo $$\nsleep 600 &\nwait");
    let mut guard = Command::new(env!("CARGO_BIN_EXE_wildfire-provider-guard"))
        .arg(&provider)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(guard.stdout.take().unwrap());
    let mut pid = String::new();
    out.read_line(&mut pid).unwrap();
    drop(guard.stdin.take());
    assert!(!guard.wait().unwrap().success());
    // The pipe closes when the last of the group is gone, its child included.
    let mut rest = String::new();
    assert_eq!(out.read_line(&mut rest).unwrap(), 0);
    let alive = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status().unwrap();
    assert!(!alive.success(), "{pid} lives on");
}

#[test]
fn the_end_of_a_provider_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let provider = script(folder.path(), "exit 7");
    let mut guard = Command::new(env!("CARGO_BIN_EXE_wildfire-provider-guard"));
    let mut guard = guard.arg(&provider).stdin(Stdio::piped()).spawn().unwrap();
    // Waiting would close the pipe first, and the guard would kill the provider.
    let _lifeline = guard.stdin.take();
    assert_eq!(guard.wait().unwrap().code(), Some(7));
}
