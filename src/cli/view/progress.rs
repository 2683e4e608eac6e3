//! Progress of an apply: bars with elapsed time at a terminal, plain lines elsewhere.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use tokio::sync::mpsc::UnboundedReceiver;
use wildfire_engine::apply::{Event, StepResult};
use wildfire_engine::model::visible::Visible;
use wildfire_engine::plan::{Plan, StepId, StepKind, StepPlan};

use super::style::{self, paint};
use crate::cli::Output;
use crate::cli::screen::{Drawing, style as template};

/// A plain line says that a long step is still going on.
const STILL: Duration = Duration::from_secs(30);

/// How often bars are drawn again.
const TICK: Duration = Duration::from_millis(200);

/// Follows the events of one apply.
pub struct Progress<'a> {
    plan: &'a Plan,
    output: &'a Output,
    bars: Option<Bars>,
}

struct Bars {
    all: Drawing,
    total: ProgressBar,
    steps: HashMap<StepId, ProgressBar>,
}

impl<'a> Progress<'a> {
    pub fn new(plan: &'a Plan, output: &'a Output) -> Self {
        let bars = output.draw().map(|all| {
            let total = all.bars.add(ProgressBar::new(plan.steps.len() as u64));
            total.set_style(template("{pos}/{len} [{bar:30}] {elapsed} {msg}").progress_chars("=> "));
            // The clock runs also while nothing ends.
            total.enable_steady_tick(TICK);
            Bars { all, total, steps: HashMap::new() }
        });
        Self { plan, output, bars }
    }

    /// Shows events until the apply has sent its last.
    pub async fn follow(mut self, mut events: UnboundedReceiver<Event>) {
        let mut running: HashMap<StepId, (Instant, String)> = HashMap::new();
        let mut still = tokio::time::interval(STILL);
        still.tick().await;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Some(event) => self.event(event, &mut running),
                    None => break,
                },
                _ = still.tick() => self.still(&running),
            }
        }
        // An interrupted run leaves steps without an end: their lines go as well.
        if let Some(bars) = self.bars.take() {
            bars.steps.values().chain([&bars.total]).for_each(ProgressBar::finish_and_clear);
        }
    }

    fn still(&self, running: &HashMap<StepId, (Instant, String)>) {
        if self.bars.is_some() {
            return;
        }
        let mut steps: Vec<_> = running.iter().collect();
        steps.sort_by_key(|(step, _)| **step);
        for (step, (since, status)) in steps {
            if since.elapsed() >= STILL {
                self.line(&format!("{}: still {} ({})", self.name(*step), status, elapsed(since.elapsed())));
            }
        }
    }

    fn event(&mut self, event: Event, running: &mut HashMap<StepId, (Instant, String)>) {
        match event {
            Event::Started { step } => {
                let verb = self.step(step).map_or("working", verb);
                running.insert(step, (Instant::now(), verb.to_string()));
                match &mut self.bars {
                    None => self.line(&format!("{}: {verb}", self.name(step))),
                    Some(_) => self.add_bar(step, verb),
                }
            }
            Event::Waiting { step, status } => {
                let status = Visible(status).to_string();
                if let Some(bar) = self.bars.as_ref().and_then(|bars| bars.steps.get(&step)) {
                    bar.set_message(status.clone());
                }
                if let Some((_, word)) = running.get_mut(&step) {
                    *word = status;
                }
            }
            Event::Retrying { step, error, attempt, after } => {
                let error = Visible(error).to_string();
                let text = format!("{}: {} (attempt {attempt}, again in {})", self.name(step), error, elapsed(after));
                match self.bars.as_ref().and_then(|bars| bars.steps.get(&step)) {
                    Some(bar) => bar.set_message(format!("{error}; again in {}", elapsed(after))),
                    None if attempt > 2 => self.line(&text),
                    None => tracing::info!("{text}"),
                }
            }
            Event::Finished { step, elapsed: took, result } => {
                running.remove(&step);
                self.finished(step, took, &result);
            }
            Event::Stopping { reason } => self.line(&format!("Stopping: {}", Visible(reason))),
        }
    }

    fn add_bar(&mut self, step: StepId, verb: &str) {
        let prefix = self.name(step);
        let Some(bars) = &mut self.bars else { return };
        let bar = bars.all.bars.insert_before(&bars.total, ProgressBar::new_spinner());
        bar.set_style(template("{spinner} {prefix} {msg} {elapsed}"));
        bar.set_prefix(prefix);
        bar.set_message(verb.to_string());
        bar.enable_steady_tick(TICK);
        bars.steps.insert(step, bar);
    }

    fn finished(&mut self, step: StepId, took: Duration, result: &StepResult) {
        if let Some(bars) = &mut self.bars {
            bars.total.inc(1);
            if let Some(bar) = bars.steps.remove(&step) {
                bar.finish_and_clear();
            }
        }
        let name = self.name(step);
        let done = self.step(step).map_or("done", past);
        let text = match result {
            StepResult::Done => format!("{name}: {} after {}", paint(style::CREATE, done), elapsed(took)),
            StepResult::Failed(diagnostic) => {
                format!("{name}: {}: {}", paint(style::DELETE, "failed"), Visible(&diagnostic.message))
            }
            StepResult::Skipped { because } => format!("{name}: skipped, as {} was not done", Visible(because.path())),
            StepResult::HandedOver { status } => format!("{name}: AWS goes on ({})", Visible(status)),
            StepResult::NotStarted => return,
        };
        self.line(&text);
    }

    /// Above the bars, where there are any.
    fn line(&self, text: &str) {
        self.output.note(text);
    }

    fn step(&self, step: StepId) -> Option<&StepPlan> {
        self.plan.steps.get(step.0)
    }

    fn name(&self, step: StepId) -> String {
        match self.step(step) {
            Some(plan) => match (&plan.kind, Visible(plan.address.path())) {
                (StepKind::Update { call, .. }, path) => format!("{} {path} ({call})", plan.type_name),
                (_, path) => format!("{} {path}", plan.type_name),
            },
            None => format!("step {step}"),
        }
    }
}

fn verb(step: &StepPlan) -> &'static str {
    match &step.kind {
        StepKind::Create { .. } => "creating",
        StepKind::Update { .. } => "updating",
        StepKind::Delete { .. } => "destroying",
        StepKind::Forget { .. } => "forgetting",
        StepKind::Import { .. } => "importing",
        StepKind::Move { .. } => "moving",
        StepKind::Restore { .. } => "restoring",
        StepKind::Record => "recording",
        StepKind::Read => "reading",
    }
}

fn past(step: &StepPlan) -> &'static str {
    match &step.kind {
        StepKind::Create { .. } => "created",
        StepKind::Update { .. } => "updated",
        StepKind::Delete { .. } => "destroyed",
        StepKind::Forget { .. } => "forgotten",
        StepKind::Import { .. } => "imported",
        StepKind::Move { .. } => "moved",
        StepKind::Restore { .. } => "restored",
        StepKind::Record => "recorded",
        StepKind::Read => "read",
    }
}

/// `0.4s`, `12s`, `3m 05s`.
pub fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match duration.as_secs() {
        0..=9 => format!("{seconds:.1}s"),
        10..=59 => format!("{seconds:.0}s"),
        whole => format!("{}m {:02}s", whole / 60, whole % 60),
    }
}
