//! What differs between two stages.

use serde_json::{Value as Json, json};
use wildfire_engine::model::{PropertyPath, Value};
use wildfire_engine::pipeline::compared::{Differences, Only, ResourceDifference};
use wildfire_engine::plan::PropertyChange;

use super::change::change;
use super::line::{Line, Page, Sign};
use super::plan::Detail;
use super::style;

/// For people, ending in how much differs.
pub fn text(found: &Differences, names: &(String, String), detail: Detail) -> String {
    let mut page = Page::default();
    let (first, second) = names;
    if found.is_empty() {
        let line = Line::at(0).styled(style::BOLD, "No differences.");
        page.push(line.text(format!(" {first} and {second} declare the same.")));
        return page.ansi();
    }
    let heading = |text: &str| Line::at(0).text(format!("{text} of ")).styled(style::BOLD, first);
    if !found.settings.is_empty() {
        page.push(heading("Settings").text(" and of ").styled(style::BOLD, second).text(":"));
        found.settings.iter().for_each(|one| change(&mut page, "", one, detail.scope()));
        page.gap();
    }
    for stack in &found.stacks {
        if stack.resources.is_empty() && stack.outputs.is_empty() && stack.only.is_none() {
            continue;
        }
        let line = Line::at(0).text("Stack ").styled(style::BOLD, &stack.stack);
        page.push(match stack.only {
            Some(only) => line.text(format!(", only in {}:", of(only, names))),
            None => line.text(":"),
        });
        for resource in &stack.resources {
            self::resource(&mut page, resource, names, detail);
        }
        if !stack.outputs.is_empty() {
            page.push(Line::at(2).styled(style::BOLD, "# outputs"));
            stack.outputs.iter().for_each(|one| change(&mut page, "", one, detail.scope()));
        }
        page.gap();
    }
    page.push(summary(found, names));
    page.ansi()
}

fn of(only: Only, names: &(String, String)) -> &str {
    match only {
        Only::First => &names.0,
        Only::Second => &names.1,
    }
}

fn resource(page: &mut Page, resource: &ResourceDifference, names: &(String, String), detail: Detail) {
    let name = format!("{} {}", resource.type_name, resource.path);
    if let Some(only) = resource.only {
        let sign = if only == Only::First { Sign::Remove } else { Sign::Add };
        return page.push(Line::at(2).sign(sign).text(name).remark(&format!("only in {}", of(only, names))));
    }
    page.push(Line::at(2).sign(Sign::Change).text(name));
    if let Some((first, second)) = &resource.places {
        page.push(Line::at(6).styled(style::DIM, format!("in {first}, and in {second}")));
    }
    resource.changes.iter().for_each(|one| change(page, resource.type_name, one, detail.scope()));
}

fn summary(found: &Differences, names: &(String, String)) -> Line {
    let resources = || found.stacks.iter().flat_map(|stack| &stack.resources);
    let only = |which: Only| resources().filter(|one| one.only == Some(which)).count();
    let differ = resources().filter(|one| one.only.is_none()).count();
    let line = Line::at(0).styled(style::BOLD, "Resources:");
    line.text(format!(
        " {differ} differ, {} only in {}, {} only in {}, {} the same.",
        only(Only::First),
        names.0,
        only(Only::Second),
        names.1,
        found.same
    ))
}

/// For programs.
pub fn json(found: &Differences, names: &(String, String)) -> Json {
    let changes = |changes: &[PropertyChange]| changes.iter().map(property).collect::<Vec<_>>();
    let stacks = found.stacks.iter().map(|stack| {
        let resources = stack.resources.iter().map(|one| {
            json!({
                "path": one.path,
                "type": one.type_name,
                "only": one.only.map(|only| of(only, names)),
                "places": one.places.as_ref().map(|(first, second)| [first.to_string(), second.to_string()]),
                "changes": changes(&one.changes),
            })
        });
        json!({
            "stack": &*stack.stack,
            "only": stack.only.map(|only| of(only, names)),
            "resources": resources.collect::<Vec<_>>(),
            "outputs": changes(&stack.outputs),
        })
    });
    json!({
        "stages": [names.0, names.1],
        "settings": changes(&found.settings),
        "stacks": stacks.collect::<Vec<_>>(),
        "same": found.same,
    })
}

fn property(change: &PropertyChange) -> Json {
    let side = |value: &Value| match (change.sensitive, value) {
        (true, _) | (_, Value::Unknown(_)) => Json::Null,
        (false, value) => value.to_json(),
    };
    let path: &PropertyPath = &change.path;
    json!({
        "path": path.to_string(),
        "values": [side(&change.before), side(&change.after)],
        "sensitive": change.sensitive,
        "place": change.origin.as_ref().map(|origin| origin.span.to_string()),
    })
}
