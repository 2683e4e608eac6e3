//! Modules from elsewhere while a project is loaded: nothing is fetched, and nothing is read that is not pinned.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::{Loader, error, unreadable};
use crate::config::remote::{LOCK_FILE, Pin, Remote, Upstream, digest_of, lock};
use crate::model::{Code, Span};

impl Loader<'_> {
    /// The folder of a module from elsewhere, if its files are there and are those that are pinned.
    pub(super) fn remote(&mut self, remote: &Remote, span: &Span) -> Option<String> {
        let pin = self.pins().get(&remote.upstream).cloned();
        self.remotes.insert(remote.upstream.clone(), pin.clone());
        let Some(pin) = pin else {
            let message = format!("the module {} is not pinned: {LOCK_FILE} does not name it", remote.upstream);
            let help = "`wildfire modules update` fetches it, and writes down which it is";
            self.diagnostics.push(error(Code::UnknownModule, span, message).help(help));
            return None;
        };
        let tree = pin.folder();
        let good = match self.trees.get(&tree) {
            Some(good) => *good,
            None => {
                let good = self.is_as_pinned(&pin, &tree, span);
                self.trees.insert(tree.clone(), good);
                good
            }
        };
        good.then(|| match remote.path.as_ref() {
            "" => tree,
            path => format!("{tree}/{path}"),
        })
    }

    fn pins(&mut self) -> &BTreeMap<Upstream, Pin> {
        if self.pins.is_none() {
            let file: Arc<str> = LOCK_FILE.into();
            let pins = match self.document(&file) {
                Ok(node) => node.map(|node| lock(node, &mut self.diagnostics)).unwrap_or_default(),
                Err(failure) if failure.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
                Err(failure) => {
                    self.diagnostics.push(unreadable(&file, &failure));
                    BTreeMap::new()
                }
            };
            self.pins = Some(pins);
        }
        self.pins.get_or_insert_default()
    }

    /// Holds the files of a module against its digest.
    fn is_as_pinned(&mut self, pin: &Pin, tree: &str, span: &Span) -> bool {
        const FETCH: &str = "`wildfire modules fetch` fetches what wildfire.lock pins";
        let found = match digest_of(self.files, tree) {
            Ok(found) => found,
            Err(failure) if failure.kind() == io::ErrorKind::NotFound => {
                let message = format!("the module {} is pinned, and is not on this machine", pin.upstream);
                let fault = error(Code::UnknownModule, span, message);
                self.diagnostics.push(fault.note(format!("it is pinned at {}", pin.span)).help(FETCH));
                return false;
            }
            Err(failure) => {
                self.diagnostics.push(unreadable(&tree.into(), &failure));
                return false;
            }
        };
        if found == pin.digest {
            return true;
        }
        let message = format!("the files of the module {} are not those that are pinned", pin.upstream);
        let fault = error(Code::ModuleChanged, span, message)
            .note(format!("pinned at {}: sha256:{}", pin.span, pin.digest))
            .note(format!("in {tree}: sha256:{found}"));
        let help = "delete that folder and run `wildfire modules fetch`; if wildfire.lock was edited, take it back";
        self.diagnostics.push(fault.help(help));
        false
    }
}
