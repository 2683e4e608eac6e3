//! The settings of a function: how each is switched off again, and what goes with what.

use aws_sdk_lambda::operation::update_function_configuration::builders::UpdateFunctionConfigurationFluentBuilder;

use super::Function;
use crate::services::lambda::prelude::*;

/// The file system in Lambda's list, which has one at most.
pub(super) fn file_systems(want: &Function) -> Result<Vec<sdk::FileSystemConfig>, CloudError> {
    let system: Option<sdk::FileSystemConfig> = outgoing(&want.file_system_config, "file_system_config")?;
    Ok(system.into_iter().collect())
}

/// The request with what is switched off: what is absent would stay as it is.
pub(super) fn with_what_is_off(
    want: &Function,
    request: UpdateFunctionConfigurationFluentBuilder,
) -> Result<UpdateFunctionConfigurationFluentBuilder, CloudError> {
    let mut request = request.set_file_system_configs(Some(file_systems(want)?));
    if want.dead_letter_config.is_none() {
        request = request.dead_letter_config(sdk::DeadLetterConfig::builder().target_arn("").build());
    }
    if want.description.is_none() {
        request = request.description("");
    }
    if want.environment.as_ref().is_none_or(|environment| environment.variables.is_none()) {
        request = request.environment(sdk::Environment::builder().set_variables(Some(Default::default())).build());
    }
    if want.image_config.is_none() && want.package_type.as_deref() == Some("Image") {
        request = request.image_config(sdk::ImageConfig::builder().build());
    }
    if want.kms_key_arn.is_none() {
        request = request.kms_key_arn("");
    }
    if want.layers.is_none() {
        request = request.set_layers(Some(Vec::new()));
    }
    if want.snap_start.is_none() && want.package_type.as_deref() != Some("Image") {
        request = request.snap_start(sdk::SnapStart::builder().apply_on(sdk::SnapStartApplyOn::None).build());
    }
    if want.vpc_config.is_none() {
        let none = sdk::VpcConfig::builder().set_subnet_ids(Some(Vec::new())).set_security_group_ids(Some(Vec::new()));
        request = request.vpc_config(none.build());
    }
    Ok(request)
}

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
    let mut problems = Vec::new();
    if properties.get("package_type").and_then(Value::as_str) == Some("Image") {
        for name in ["handler", "runtime", "layers", "filename", "s3_bucket", "snap_start", "code_signing_config_arn"] {
            if written(name) {
                problems.push(problem(name, format!("an image has {name} inside, or none")));
            }
        }
        if !written("image_uri") {
            problems.push(problem("package_type", "an image has an image_uri"));
        }
        return problems;
    }
    for name in ["image_uri", "image_config"] {
        if written(name) {
            problems.push(problem(name, "this is for images: write package_type: Image"));
        }
    }
    // A package type that is not known yet may be anything.
    if properties.get("package_type").is_none_or(|kind| kind.as_str().is_some() || kind.is_null()) {
        for name in ["handler", "runtime"] {
            if !written(name) && !written("image_uri") {
                problems.push(problem(name, format!("an archive needs a {name}")));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(properties: serde_json::Value) -> Vec<String> {
        problems(&Value::from_json(properties)).into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn archives_and_images_have_different_settings() {
        let zip = json!({"filename": "a.zip", "handler": "a.b", "runtime": "python3.13"});
        assert!(paths(zip).is_empty());
        assert_eq!(paths(json!({"filename": "a.zip"})), ["handler", "runtime"]);
        let image = json!({"package_type": "Image", "image_uri": "r/i:1", "image_config": {"command": ["a"]}});
        assert!(paths(image).is_empty());
        let mixed = json!({"package_type": "Image", "image_uri": "r/i:1", "handler": "a.b"});
        assert_eq!(paths(mixed), ["handler"]);
        assert_eq!(paths(json!({"image_uri": "r/i:1"})), ["image_uri"]);
    }
}
