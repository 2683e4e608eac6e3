//! The environment of a provider.

use std::ffi::OsString;

/// Without it a provider says that it is a plugin, and ends.
pub const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// Logs of the parts that a provider is made of. Left on, they hold the bodies of requests, secrets included.
const LOGS: [&str; 7] = [
    "TF_LOG_SDK",
    "TF_LOG_SDK_PROTO",
    "TF_LOG_SDK_MUX",
    "TF_LOG_SDK_FRAMEWORK",
    "TF_LOG_SDK_HELPER_SCHEMA",
    "TF_LOG_PROVIDER",
    "TF_LOG_PROVIDER_AWS",
];

/// Our environment as a provider gets it: nothing that steers Terraform or a plugin, and its logs off.
pub fn cleaned(ours: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let is_theirs = |name: &OsString| {
        let name = name.to_string_lossy();
        ["TF_", "PLUGIN_", "WILDFIRE_"].iter().any(|prefix| name.starts_with(prefix))
    };
    let kept = ours.into_iter().filter(|(name, _)| !is_theirs(name));
    kept.chain(LOGS.map(|name| (name.into(), "off".into()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_terraform_stays_outside() {
        let ours = [("PATH", "/bin"), ("TF_LOG", "trace"), ("PLUGIN_CLIENT_CERT", "x"), ("WILDFIRE_VALUE_A", "s")];
        let cleaned = cleaned(ours.map(|(name, value)| (name.into(), value.into())));
        let names: Vec<_> = cleaned.iter().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
        assert_eq!(names[0], "PATH");
        assert_eq!(names[1..], LOGS);
    }
}
