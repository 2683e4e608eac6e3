//! The plans of several stacks as one document in Terraform's JSON format: each stack is a module of the root, so that
//! addresses stay unique and readers that know nothing of stacks find every resource.
//!
//! `module.keys.aws_kms_key.key` is `key` of the stack `keys`; with stacks of several stages the stage is a module around
//! them: `module.test.module.keys.aws_kms_key.key`. Outputs are named `keys.arn`.

use serde_json::{Map as JsonMap, Value as Json, json};
use wildfire_engine::model::StackId;
use wildfire_engine::plan::{Plan, Summary};

use super::plan_json;

/// The one document.
pub fn document(plans: &[&Plan], complete: bool) -> Json {
    let mut stages: Vec<&str> = plans.iter().map(|plan| &*plan.stack.stage).collect();
    stages.dedup();
    let places = Places { with_stage: stages.len() > 1 };
    let documents: Vec<(Place, Json)> =
        plans.iter().map(|plan| (places.of(&plan.stack), plan_json::document(plan, complete))).collect();
    let count = plans.iter().fold(Summary::default(), |sum, plan| sum.plus(plan.summary()));
    let any = |name: &str| documents.iter().any(|(_, document)| document[name] == true);
    let all = |name: &str| documents.iter().all(|(_, document)| document[name] == true);
    let mut out = match documents.first() {
        Some((_, first)) => first.clone(),
        None => json!({"format_version": "1.2"}),
    };
    let variables = documents.iter().filter_map(|(_, document)| document["variables"].as_object());
    out["variables"] =
        variables.flatten().map(|(name, value)| (name.clone(), value.clone())).collect::<JsonMap<_, _>>().into();
    out["planned_values"] = json!({
        "outputs": outputs(&documents, &["planned_values", "outputs"]),
        "root_module": modules(&documents, &["planned_values", "root_module"]),
    });
    out["resource_changes"] = addressed(&documents, "resource_changes");
    out["resource_drift"] = addressed(&documents, "resource_drift");
    out["output_changes"] = outputs(&documents, &["output_changes"]);
    out["prior_state"]["values"] =
        json!({"root_module": modules(&documents, &["prior_state", "values", "root_module"])});
    out["configuration"]["root_module"] = calls(&documents);
    out["applyable"] = any("applyable").into();
    out["complete"] = all("complete").into();
    out["errored"] = any("errored").into();
    out["wildfire"] = json!({
        "stacks": documents.iter().map(|(_, document)| document["wildfire"].clone()).collect::<Vec<_>>(),
        "summary": count,
    });
    out
}

/// The drift of several stacks as one list.
pub fn drift(plans: &[&Plan]) -> Json {
    let mut stages: Vec<&str> = plans.iter().map(|plan| &*plan.stack.stage).collect();
    stages.dedup();
    let places = Places { with_stage: stages.len() > 1 };
    let documents: Vec<(Place, Json)> = plans
        .iter()
        .map(|plan| (places.of(&plan.stack), json!({"resource_drift": super::drift_json::drift(plan)})))
        .collect();
    addressed(&documents, "resource_drift")
}

struct Places {
    with_stage: bool,
}

/// The modules that stand for a stack, outermost first.
struct Place(Vec<String>);

impl Places {
    fn of(&self, stack: &StackId) -> Place {
        let stage = self.with_stage.then(|| stack.stage.to_string());
        Place(stage.into_iter().chain([stack.stack.to_string()]).collect())
    }
}

impl Place {
    fn module(&self) -> String {
        self.0.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
    }

    fn name(&self, output: &str) -> String {
        format!("{}.{output}", self.0.join("."))
    }

    /// An object with an address, and everything with one inside of it.
    fn address(&self, value: &mut Json) {
        let module = self.module();
        if let Some(map) = value.as_object_mut() {
            for name in ["address", "previous_address", "module_address"] {
                if let Some(Json::String(text)) = map.get_mut(name) {
                    *text = format!("{module}.{text}");
                }
            }
        }
    }
}

/// Changes, each with the module of its stack.
fn addressed(documents: &[(Place, Json)], part: &str) -> Json {
    let changes = documents.iter().flat_map(|(place, document)| {
        document[part].as_array().into_iter().flatten().map(|change| {
            let mut change = change.clone();
            place.address(&mut change);
            if change.get("module_address").is_none()
                && let Some(map) = change.as_object_mut()
            {
                map.insert("module_address".into(), place.module().into());
            }
            change
        })
    });
    changes.collect()
}

fn part<'d>(document: &'d Json, path: &[&str]) -> &'d Json {
    path.iter().fold(document, |value, name| &value[*name])
}

fn outputs(documents: &[(Place, Json)], path: &[&str]) -> Json {
    let all = documents.iter().flat_map(|(place, document)| {
        part(document, path).as_object().into_iter().flatten().map(|(name, value)| (place.name(name), value.clone()))
    });
    all.collect::<JsonMap<_, _>>().into()
}

/// The root module of each stack as a child of one root.
fn modules(documents: &[(Place, Json)], path: &[&str]) -> Json {
    let children = documents.iter().map(|(place, document)| {
        let mut module = part(document, path).clone();
        rename(place, &mut module);
        module["address"] = place.module().into();
        module
    });
    json!({"resources": [], "child_modules": children.collect::<Vec<_>>()})
}

fn rename(place: &Place, module: &mut Json) {
    for name in ["resources", "child_modules"] {
        for inner in module[name].as_array_mut().into_iter().flatten() {
            place.address(inner);
            if name == "child_modules" {
                rename(place, inner);
            }
        }
    }
}

/// The configuration of each stack as a module call of the root.
fn calls(documents: &[(Place, Json)]) -> Json {
    let mut root = json!({"resources": [], "module_calls": {}});
    for (place, document) in documents {
        let module = document["configuration"]["root_module"].clone();
        let at = place.0.iter().fold(&mut root, |at, name| {
            let call = &mut at["module_calls"][name.as_str()];
            if call.is_null() {
                *call = json!({"module": {"resources": [], "module_calls": {}}});
            }
            &mut call["module"]
        });
        *at = module;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_stacks_stay_apart() {
        let one = |stack: &str| {
            let place = Places { with_stage: false }.of(&StackId::new("test", stack));
            let change = json!({"address": "aws_vpc.a", "type": "aws_vpc"});
            let inner = json!({"address": "module.net.aws_vpc.b", "module_address": "module.net"});
            let module = json!({
                "resources": [{"address": "aws_vpc.a"}],
                "child_modules": [{"address": "module.net", "resources": [{"address": "module.net.aws_vpc.b"}]}],
            });
            (place, json!({"resource_changes": [change, inner], "root_module": module, "outputs": {"id": 1}}))
        };
        let documents = [one("x"), one("y")];
        let text = addressed(&documents, "resource_changes").to_string();
        for address in ["module.x.aws_vpc.a", "module.y.aws_vpc.a", "module.x.module.net.aws_vpc.b"] {
            assert!(text.contains(&format!("\"address\":\"{address}\"")), "{text}");
        }
        assert!(text.contains("\"module_address\":\"module.x.module.net\""), "{text}");
        let tree = modules(&documents, &["root_module"]);
        assert_eq!(tree["child_modules"][1]["address"], "module.y");
        assert_eq!(tree["child_modules"][1]["child_modules"][0]["address"], "module.y.module.net");
        assert_eq!(
            tree["child_modules"][0]["child_modules"][0]["resources"][0]["address"],
            "module.x.module.net.aws_vpc.b"
        );
        assert_eq!(outputs(&documents, &["outputs"]), json!({"x.id": 1, "y.id": 1}));
    }

    #[test]
    fn stacks_of_several_stages_are_apart_too() {
        let places = Places { with_stage: true };
        let documents: Vec<(Place, Json)> = ["test", "production"]
            .into_iter()
            .map(|stage| {
                let module = json!({"resources": [{"address": "aws_vpc.a"}], "module_calls": {}});
                (places.of(&StackId::new(stage, "main")), json!({"configuration": {"root_module": module}}))
            })
            .collect();
        let root = calls(&documents);
        let inner = &root["module_calls"]["production"]["module"]["module_calls"]["main"]["module"];
        assert_eq!(inner["resources"][0]["address"], "aws_vpc.a");
        assert_eq!(documents[0].0.module(), "module.test.module.main");
    }
}
