//! Regions and accounts by name: which a stage names, which a declaration is in, which a module expects.

use std::sync::Arc;

use indexmap::IndexMap;

use super::table::{Table, error, wrong_type};
use super::{Account, Expected, Node, NodeKind, Passed, PlaceDecl, Spanned, Stage, body, shapes, stage};
use crate::model::{Code, Diagnostics};

/// `region` and `account` of a resource, a data source or a module call.
pub(super) fn place(table: &mut Table, out: &mut Diagnostics) -> PlaceDecl {
    let mut name = |key: &str, wanted: &str| {
        let node = table.node(key)?;
        match node.kind {
            NodeKind::String(_) | NodeKind::Template(_) => Some(node),
            _ => {
                out.push(wrong_type(&node, wanted));
                None
            }
        }
    };
    let region = name("region", "the name of a region of the stage, or an expression");
    let account = name("account", "the name of an account of the stage, or an expression");
    PlaceDecl { region, account }
}

/// `regions` and `accounts` of a module call: what each name inside of the module stands for.
pub(super) fn passed(table: &mut Table, out: &mut Diagnostics) -> Passed {
    let mut names = |key: &str, what: &'static str| {
        let mut names = IndexMap::new();
        let Some(entries) = table.node(key).and_then(|node| Table::open(node, what, out)) else { return names };
        for (key, node) in entries.into_entries() {
            if let Some(name) = super::table::text(node, out) {
                names.insert(key.name, (key.span, name));
            }
        }
        names
    };
    let regions = names("regions", "`regions`");
    Passed { regions, accounts: names("accounts", "`accounts`") }
}

/// `regions` and `accounts` of a module: the names that it uses and its caller gives a meaning.
pub(super) fn expected(table: &mut Table, out: &mut Diagnostics) -> Expected {
    let mut names = |key: &str| {
        let named = table.texts(key, out).into_iter();
        named.map(|name| (name.value, name.span)).collect::<IndexMap<_, _>>()
    };
    let regions = names("regions");
    Expected { regions, accounts: names("accounts") }
}

/// `regions` and `accounts` of `stage.yaml`.
pub(super) fn of_stage(table: &mut Table, stage: &mut Stage, out: &mut Diagnostics) {
    if let Some(regions) = table.node("regions").and_then(|node| Table::open(node, "`regions`", out)) {
        for (key, node) in regions.into_entries() {
            if !body::valid_name(&key, false, out) {
                continue;
            }
            if let Some(name) = super::table::text(node, out) {
                stage.regions.insert(key.name, stage::region(name, out));
            }
        }
    }
    if let Some(accounts) = table.node("accounts").and_then(|node| Table::open(node, "`accounts`", out)) {
        for (key, node) in accounts.into_entries() {
            if !body::valid_name(&key, false, out) {
                continue;
            }
            if let Some(account) = account(node, &key.span, out) {
                stage.accounts.insert(key.name, account);
            }
        }
    }
    one_way_each(stage, out);
}

fn account(node: Node, place: &crate::model::Span, out: &mut Diagnostics) -> Option<Account> {
    let hint = |key: &str| match key {
        "region" => Some("regions have names of their own, under `regions`".to_string()),
        "profile" | "assume_role" => Some(format!("it stands under `credentials`: `credentials: {{{key}: …}}`")),
        _ => None,
    };
    let mut table = Table::read_with(node, &shapes::ACCOUNT, out, hint)?.at(place);
    let account_id = table.require("account_id", out).map(|node| stage::account_id(node, out));
    let credentials = table.node("credentials");
    let named = credentials.as_ref().map(|node| node.span.clone());
    let credentials = credentials.map(|node| stage::credentials(node, out)).unwrap_or_default();
    Some(Account { account_id: account_id?, credentials, named })
}

/// An account is reached in one way: state knows it by its number.
fn one_way_each(stage: &Stage, out: &mut Diagnostics) {
    let mut seen: IndexMap<&str, &Arc<str>> = IndexMap::new();
    for (name, account) in &stage.accounts {
        let Spanned { value: number, span } = &account.account_id;
        if number.is_empty() {
            continue;
        }
        if let (true, Some(named)) = (*number == stage.account_id.value, &account.named) {
            let message = format!("the account `{name}` is the stage's own, which has credentials already");
            let fault = error(Code::InvalidValue, named, message);
            out.push(fault.help("leave `credentials` out here: those of the stage are used"));
        }
        if let Some(first) = seen.insert(number.as_str(), name) {
            let message = format!("the accounts `{first}` and `{name}` are both {number}");
            out.push(error(Code::InvalidValue, span, message).help("name it once: an account is reached in one way"));
        }
    }
}
