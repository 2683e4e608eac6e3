//! `wildfire modules`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Subcommand;
use wildfire_engine::config::{
    self, DiskFiles, LOCK_FILE, Limits, LoadOptions, Pin, Upstream, digest, lock_text, pins,
};
use wildfire_engine::model::visible::Visible;
use wildfire_engine::model::{Code, Diagnostic, Diagnostics, Span};

use crate::cli::fetching::{self, Failed, Fetched};
use crate::cli::{Exit, Failure, Global, Output, file, stage_files};

/// Fetch modules from elsewhere, and pin them in wildfire.lock
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire modules update
  wildfire modules update --json
  wildfire modules fetch -C infra

No other command fetches anything: plan and apply use what is in .wildfire/, and refuse it when it is not what \
wildfire.lock pins.")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Clone, Copy)]
enum Command {
    /// Look up each branch and tag again, fetch what it is now, and write wildfire.lock
    Update,
    /// Fetch exactly what wildfire.lock pins, as far as it is not on this machine
    Fetch,
}

/// Modules from elsewhere in one project.
const MOST: usize = 100;

type Pins = BTreeMap<Upstream, Pin>;

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let Some(root) = config::find_root(&global.start()) else {
        let message = format!("there is no wildfire.yaml in {} or above it", global.start().display());
        return Err(Diagnostic::error(Code::FileUnreadable, message).into());
    };
    let work = Work { root, limits: global.limits()?, output };
    match args.command {
        Command::Update => work.update(),
        Command::Fetch => work.fetch(),
    }
}

struct Work<'a> {
    root: PathBuf,
    limits: Limits,
    output: &'a Output,
}

impl Work<'_> {
    fn pins(&self) -> Result<Pins, Failure> {
        pins(&DiskFiles::new(&self.root)).map_err(|(problems, sources)| Failure::from(problems).with(&sources))
    }

    fn update(&self) -> Result<Exit, Failure> {
        // What cannot be read is written anew; that it was wrong is told by everything else.
        let before = self.pins().unwrap_or_default();
        let mut after = Pins::new();
        // A module may call further ones, which only its own files name.
        for _ in 0..MOST {
            let wanted = self.wanted()?;
            let Some(next) = wanted.iter().find(|upstream| !after.contains_key(*upstream)) else {
                after.retain(|upstream, _| wanted.contains(upstream));
                self.write(&after)?;
                self.tell(&before, &after);
                return Ok(Exit::Ok);
            };
            let pin = self.newest(next)?;
            after.insert(next.clone(), pin);
            // What was pinned stays so until all is known: a server may be down.
            let known = before.iter().chain(&after).map(|(upstream, pin)| (upstream.clone(), pin.clone()));
            self.write(&known.collect())?;
        }
        let message = format!("modules from elsewhere lead to more than {MOST} others");
        Err(Diagnostic::error(Code::InvalidValue, message).into())
    }

    /// The modules from elsewhere that the stages use.
    fn wanted(&self) -> Result<Vec<Upstream>, Failure> {
        let mut wanted = Vec::new();
        for stage in config::stage_names(&self.root) {
            let options = LoadOptions { limits: self.limits, ..LoadOptions::default() };
            let project = stage_files::load(&self.root, &stage, options)?;
            wanted.extend(project.remotes.into_keys());
        }
        wanted.sort();
        wanted.dedup();
        Ok(wanted)
    }

    fn newest(&self, upstream: &Upstream) -> Result<Pin, Failure> {
        let _waiting = self.output.waiting(&format!("fetching {upstream}"));
        let Fetched { commit, files } = fetching::fetch(upstream, None).map_err(|failed| told(upstream, failed))?;
        let span = Span::new(LOCK_FILE, 1, 1, 1);
        let pin = Pin { upstream: upstream.clone(), commit, digest: digest(&files), span };
        self.keep(&pin, &files)?;
        Ok(pin)
    }

    fn keep(&self, pin: &Pin, files: &fetching::Tree) -> Result<(), Failure> {
        let folder = pin.folder();
        fetching::keep(&self.root, &folder, files).map_err(|error| {
            Diagnostic::error(Code::FileUnreadable, format!("{folder} cannot be written: {error}")).into()
        })
    }

    fn write(&self, pins: &Pins) -> Result<(), Failure> {
        if pins.is_empty() && !self.root.join(LOCK_FILE).exists() {
            return Ok(());
        }
        let path = self.root.join(LOCK_FILE);
        let text = lock_text(pins.values());
        file::replace(&self.root, &path, text.as_bytes()).map_err(|error| {
            Diagnostic::error(Code::FileUnreadable, format!("{LOCK_FILE} cannot be written: {error}")).into()
        })
    }

    fn tell(&self, before: &Pins, after: &Pins) {
        if self.output.json() {
            let modules = after.values().map(|pin| {
                let old = before.get(&pin.upstream).map(|old| old.commit.as_str());
                serde_json::json!({
                    "git": pin.upstream.url, "ref": pin.upstream.reference, "commit": pin.commit,
                    "before": old, "digest": format!("sha256:{}", pin.digest),
                })
            });
            return self.output.print_json(&serde_json::json!({"modules": modules.collect::<Vec<_>>()}));
        }
        for pin in after.values() {
            let name = pin.upstream.to_string();
            let name = Visible(&name);
            self.output.print(&match before.get(&pin.upstream) {
                None => format!("{name}: pinned to {}", pin.commit),
                Some(old) if old.commit != pin.commit => format!("{name}: was {}, is {} now", old.commit, pin.commit),
                // A commit is its content, so another digest is not its doing.
                Some(old) if old.digest != pin.digest => format!("{name}: the pinned digest was another one"),
                Some(_) => format!("{name}: unchanged"),
            });
        }
        for old in before.values().filter(|old| !after.contains_key(&old.upstream)) {
            self.output.print(&format!("{}: not used any more", Visible(&old.upstream.to_string())));
        }
        if after.is_empty() {
            self.output.print("No stage uses a module from elsewhere.");
        }
    }

    fn fetch(&self) -> Result<Exit, Failure> {
        let mut problems = Diagnostics::default();
        let pins = self.pins()?;
        let mut fetched = 0;
        for pin in pins.values() {
            if fetching::kept(&self.root, &pin.folder()).as_deref() == Some(pin.digest.as_str()) {
                continue;
            }
            match self.pinned(pin) {
                Ok(()) => fetched += 1,
                Err(failure) => problems.extend(failure.diagnostics),
            }
        }
        if problems.has_errors() {
            return Err(problems.into());
        }
        match self.output.json() {
            true => self.output.print_json(&serde_json::json!({"fetched": fetched, "pinned": pins.len()})),
            false => self.output.print(&format!("{fetched} of {} pinned modules were fetched.", pins.len())),
        }
        Ok(Exit::Ok)
    }

    fn pinned(&self, pin: &Pin) -> Result<(), Failure> {
        let _waiting = self.output.waiting(&format!("fetching {}", pin.upstream));
        let fetched = fetching::fetch(&pin.upstream, Some(&pin.commit));
        let Fetched { files, .. } = fetched.map_err(|failed| told(&pin.upstream, failed))?;
        let found = digest(&files);
        if found != pin.digest {
            let message = format!("the files of the module {} are not those that are pinned", pin.upstream);
            let problem = Diagnostic::error(Code::ModuleChanged, message)
                .note(format!("pinned at {}: sha256:{}", pin.span, pin.digest))
                .note(format!("commit {}: sha256:{found}", pin.commit))
                .note("Nothing of it was kept.")
                .help("if wildfire.lock was edited by hand, take it back; `wildfire modules update` pins anew");
            return Err(problem.into());
        }
        self.keep(pin, &files)
    }
}

fn told(upstream: &Upstream, failed: Failed) -> Failure {
    let message = format!("the module {upstream} is not fetched: {}", failed.message);
    let mut problem = Diagnostic::error(Code::UnknownModule, message);
    problem.notes = failed.notes;
    problem.help = failed.help.map(String::from);
    problem.into()
}
