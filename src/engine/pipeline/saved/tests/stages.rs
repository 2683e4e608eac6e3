//! Files of plans of several stages.

use super::*;

/// A plan of two stages, whose stacks take turns.
fn of_two_stages() -> SavedPlan {
    let stack = |stage: &str, name: &str, turn: usize| SavedStack {
        stage: stage.into(),
        name: name.into(),
        turn,
        plan: serde_json::json!({"secret of": stage}),
        ..stack()
    };
    let stages = vec![place("test", "123456789012", "eu-west-1"), place("shared", "210987654321", "eu-west-1")];
    SavedPlan {
        stacks: vec![stack("shared", "dns", 0), stack("test", "main", 1), stack("shared", "records", 2)],
        ..SavedPlan::new(
            Author { stages, targets: vec!["test".into(), "shared".into()], ..author() },
            &Counted::default(),
        )
    }
}

#[tokio::test]
async fn each_stage_of_a_plan_is_as_secret_as_its_state() {
    let plan = of_two_stages();
    for sealed in [&[][..], &["test"], &["shared"], &["test", "shared"]] {
        let sealers: Sealers<'_> = sealed.iter().map(|stage| (*stage, &Label as &dyn Sealer)).collect();
        let file = PlanFile::write(&plan, &sealers).await.unwrap();
        for stage in ["test", "shared"] {
            let clear = String::from_utf8_lossy(&file).contains(&format!("{{\"secret of\":\"{stage}\"}}"));
            assert_eq!(clear, !sealed.contains(&stage), "{sealed:?} {stage}");
        }
        let read = PlanFile::read("p", &file).unwrap();
        assert_eq!(read.targets(), ["test", "shared"]);
        assert_eq!(read.clone().open("p", &sealers).await.unwrap(), plan, "in the order in which stacks take turns");
        for other in [&[][..], &["test"], &["shared"], &["test", "shared"]].into_iter().filter(|other| *other != sealed)
        {
            let sealers: Sealers<'_> = other.iter().map(|stage| (*stage, &Label as &dyn Sealer)).collect();
            assert_eq!(
                read.clone().open("p", &sealers).await.unwrap_err().code,
                Code::StalePlan,
                "{sealed:?} {other:?}"
            );
        }
    }
}

#[tokio::test]
async fn parts_of_other_plans_do_not_fit() {
    let none = Sealers::new();
    let written = |plan: SavedPlan| async move {
        let file = PlanFile::write(&plan, &Sealers::new()).await.unwrap();
        let text = String::from_utf8(file).unwrap();
        let (_, content) = text.split_once('\n').unwrap();
        serde_json::from_str::<Json>(content).unwrap()
    };
    let read = |content: &Json| {
        let (file, _) = crate::state::frame::wrap(crate::state::frame::Format::Plan, content.to_string().as_bytes());
        PlanFile::read("p", &file).unwrap()
    };
    let whole = written(of_two_stages()).await;
    assert!(read(&whole).open("p", &none).await.is_ok());
    let other = written(SavedPlan { id: "another".into(), ..of_two_stages() }).await;
    let edit = |edit: &dyn Fn(&mut Json)| {
        let mut content = whole.clone();
        edit(&mut content);
        read(&content)
    };
    let broken = [
        ("a part of another plan", edit(&|file| file["parts"][1] = other["parts"][1].clone())),
        ("a part is missing", edit(&|file| drop(file["parts"].as_array_mut().unwrap().pop()))),
        ("a part twice", edit(&|file| file["parts"][1] = whole["parts"][0].clone())),
        ("no parts", edit(&|file| file["parts"] = serde_json::json!([]))),
        ("in another order", edit(&|file| file["parts"].as_array_mut().unwrap().reverse())),
        (
            "a stack is missing",
            edit(&|file| drop(file["parts"][1]["plan"]["stacks"].as_array_mut().unwrap().remove(0))),
        ),
        ("other targets", edit(&|file| file["targets"] = serde_json::json!(["test"]))),
        (
            "a stack of the other stage",
            edit(&|file| file["parts"][0]["plan"]["stacks"][0]["stage"] = serde_json::json!("shared")),
        ),
    ];
    for (what, file) in broken {
        let refused = file.open("p", &none).await;
        assert_eq!(refused.map(|_| ()).unwrap_err().code, Code::InvalidPlan, "{what}");
    }
}
