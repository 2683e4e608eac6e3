//! Where instances are: what `region` and `account` mean in a frame, and where what says neither is.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::expand::Expansion;
use super::program::Each;
use crate::compile::ids::{FrameId, Item};
use crate::compile::sink::failed;
use crate::config::{Node, NodeKind, PlaceDecl, Spanned, Stage};
use crate::model::{Code, Placement, Span, Unknown, Value, nearest};

/// By the name that a declaration uses: AWS's name of a region, the number of an account.
type Names = Arc<BTreeMap<Arc<str>, Arc<str>>>;

/// What a call says that names inside of the module stand for.
type Given = IndexMap<Arc<str>, (Span, Spanned<Arc<str>>)>;

/// A place, and what the names of places mean there.
#[derive(Clone, Debug, Default)]
pub(in crate::compile) struct Surroundings {
    /// None: the stage's own.
    account: Option<Arc<str>>,
    region: Option<Arc<str>>,
    accounts: Names,
    regions: Names,
}

impl Surroundings {
    /// A stack: where its stage is, with the names of the stage.
    pub fn of_stage(stage: &Stage) -> Self {
        let regions = stage.regions.iter().map(|(name, region)| (name.clone(), region.value.as_str().into()));
        let accounts =
            stage.accounts.iter().map(|(name, account)| (name.clone(), account.account_id.value.as_str().into()));
        Self {
            account: None,
            region: None,
            accounts: Arc::new(accounts.collect()),
            regions: Arc::new(regions.collect()),
        }
    }

    pub fn placement(&self, home: &(Arc<str>, Arc<str>)) -> Placement {
        Placement::new(self.account.as_deref(), self.region.as_deref(), (&home.0, &home.1))
    }
}

impl Expansion<'_> {
    /// Where a declaration is in its frame.
    pub(super) fn place(
        &self,
        frame: FrameId,
        item: Item,
        decl: &PlaceDecl,
        each: Option<&Each>,
    ) -> Result<Surroundings, Unknown> {
        let around = self.program.frames[frame].surroundings.as_ref();
        let named = |key, node: &Option<Node>, names: &Names| match node {
            Some(node) => self.named(key, frame, item, node, each, names),
            None => Ok(None),
        };
        let region = named("region", &decl.region, &around.regions)?;
        let account = named("account", &decl.account, &around.accounts)?;
        Ok(Surroundings {
            account: account.or_else(|| around.account.clone()),
            region: region.or_else(|| around.region.clone()),
            ..around.clone()
        })
    }

    /// What a module sees that is called in `place`: the names that it expects, and no others.
    pub(super) fn inside(&self, site: usize, (frame, call): (FrameId, usize), place: &Surroundings) -> Surroundings {
        let passed = &self.program.definition(frame).body.modules[call].passed;
        let expected = &self.program.definitions[self.program.sites.sites[site].definition].expected;
        let names = |expected: &IndexMap<Arc<str>, Span>, passed: &Given, outer: &Names| {
            let meaning = |name: &Arc<str>| {
                let outside = passed.get(name).map_or(name, |(_, given)| &given.value);
                Some((name.clone(), outer.get(outside)?.clone()))
            };
            Arc::new(expected.keys().filter_map(meaning).collect::<BTreeMap<_, _>>())
        };
        Surroundings {
            account: place.account.clone(),
            region: place.region.clone(),
            regions: names(&expected.regions, &passed.regions, &place.regions),
            accounts: names(&expected.accounts, &passed.accounts, &place.accounts),
        }
    }

    fn named(
        &self,
        key: &'static str,
        frame: FrameId,
        item: Item,
        node: &Node,
        each: Option<&Each>,
        names: &Names,
    ) -> Result<Option<Arc<str>>, Unknown> {
        if let NodeKind::String(name) = &node.kind {
            // One that there is not was told for the body, whatever becomes of it.
            return names.get(name).cloned().map(Some).ok_or_else(failed);
        }
        let value = self.evaluator().view_of(frame, item, each).plain(node);
        match value.bare() {
            Value::Null => Ok(None),
            Value::Unknown(unknown) => Err(self.not_known(key, frame, item, node, unknown.clone())),
            Value::String(name) => match names.get(name) {
                Some(found) => Ok(Some(found.clone())),
                None => {
                    let message = format!("there is no {key} `{name}` here");
                    let known: Vec<&str> = names.keys().map(AsRef::as_ref).collect();
                    let help = match nearest(name, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None if known.is_empty() => format!("stage.yaml names them, under `{key}s`"),
                        None => format!("there are {}", known.join(", ")),
                    };
                    Err(self.fault(Code::UnknownReference, frame, node, message, Some(help)))
                }
            },
            other => {
                let message = format!("`{key}` is the name of one, found a {}", other.type_name());
                Err(self.fault(Code::WrongType, frame, node, message, None))
            }
        }
    }
}
