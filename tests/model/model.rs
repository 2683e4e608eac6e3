//! The actions: which are possible in a world, and what each does to it.

use stateright::{Model, Property};

use crate::properties;
use crate::protocol::{Fence, System};
use crate::run::{Glance, Group, Look, Run, Stage, Step};
use crate::world::{ADDRESSES, Address, Answer, BESIDE, Beside, Entry, Epoch, PROCESSES, Place, Request, World};

/// One thing that happens. A run is named by its epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A process takes the free lock.
    Acquire,
    /// A process has seen the row stand still for a whole lease. Its holder is dead, or paused for that long.
    TakeOver { paused: bool },
    /// The new holder reads the head.
    Read(Epoch),
    /// It sends the write of the head under its epoch.
    Seal(Epoch),
    /// A run sends a write of the head with entries.
    Commit(Epoch, Group),
    /// A run learns that its write has landed.
    Learn(Epoch),
    /// The lock is looked at, and a pause may follow before the request is signed.
    Check(Epoch, Address),
    /// A request is signed, the lock looked at, and the request sent.
    Send(Epoch, Address),
    /// The run waits no longer for the answer.
    LoseAnswer(Epoch, Address),
    /// A search finds what was made.
    Find(Epoch, Address),
    /// A search has waited for as long as it has to, and found nothing.
    FindNothing(Epoch, Address),
    /// A read does not show a resource that is there.
    Miss(Epoch, Address),
    /// A recovery looks for what a create made that was given up.
    Look(Epoch, Address, usize, Glance),
    /// What is deposed is deleted.
    Remove(Epoch, Address, usize),
    /// Everything is done: the lock is let go.
    Release(Epoch),
    /// A run notices that its lock is lost.
    Stop(Epoch),
    /// A run is killed.
    Crash(Epoch),
    /// The write of a run reaches the head. The run may be dead.
    Land(Epoch),
    /// AWS carries a request out, and whoever still waits hears the answer.
    Deliver(Request),
}

impl Action {
    /// Whether it is something that goes wrong. Without faults a run that lives goes on, and is answered.
    pub fn is_fault(self) -> bool {
        match self {
            Self::TakeOver { paused } => paused,
            Self::LoseAnswer(..) | Self::Miss(..) | Self::Crash(_) => true,
            // Left alone, runs come for as long as something is in doubt.
            Self::Look(_, _, _, glance) => glance != Glance::Over,
            _ => false,
        }
    }
}

impl Model for System {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.to_make)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if properties::is_broken_for_good(self, world) {
            return;
        }
        let is_complete = world.head.book.iter().all(Place::is_complete);
        let has_room = world.runs.len() < PROCESSES;
        match (world.lock.held, world.holder()) {
            (false, _) if has_room && !is_complete => actions.push(Action::Acquire),
            (true, holder) if has_room => actions.push(Action::TakeOver { paused: holder.is_some() }),
            _ => {}
        }
        for run in &world.runs {
            self.actions_of_run(world, run, actions);
        }
        actions.extend(world.puts.iter().map(|put| Action::Land(put.next.epoch)));
        actions.extend(world.wire.iter().map(|request| Action::Deliver(*request)));
    }

    fn next_state(&self, before: &World, action: Action) -> Option<World> {
        let mut world = before.clone();
        match action {
            Action::Acquire | Action::TakeOver { .. } => {
                world.lock.epoch += 1;
                world.lock.held = true;
                world.runs.push(Run::new(world.lock.epoch));
            }
            Action::Land(epoch) => {
                let index = world.puts.iter().position(|put| put.next.epoch == epoch)?;
                let put = world.puts.remove(index);
                if world.head.write == put.base || !self.protocol.compare_and_swap {
                    world.write(put.next);
                }
            }
            Action::Deliver(request) => {
                let index = world.wire.iter().position(|other| *other == request)?;
                world.wire.remove(index);
                self.deliver(&mut world, request);
            }
            Action::Release(epoch) => {
                // Conditional on the row's version: after a takeover it does nothing.
                if world.lock.epoch == epoch {
                    world.lock.held = false;
                }
                world.bury(epoch);
            }
            Action::Stop(epoch) | Action::Crash(epoch) => world.bury(epoch),
            Action::Read(epoch)
            | Action::Seal(epoch)
            | Action::Commit(epoch, _)
            | Action::Learn(epoch)
            | Action::Check(epoch, _)
            | Action::Send(epoch, _)
            | Action::LoseAnswer(epoch, _)
            | Action::Find(epoch, _)
            | Action::FindNothing(epoch, _)
            | Action::Miss(epoch, _)
            | Action::Look(epoch, ..)
            | Action::Remove(epoch, ..) => {
                let index = world.runs.iter().position(|run| run.epoch == epoch)?;
                let mut run = world.runs[index];
                self.act(&mut world, &mut run, action);
                world.runs[index] = run;
            }
        }
        self.settle(&mut world);
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl System {
    fn actions_of_run(&self, world: &World, run: &Run, actions: &mut Vec<Action>) {
        let epoch = run.epoch;
        actions.push(Action::Crash(epoch));
        if !world.holds(run) {
            actions.push(Action::Stop(epoch));
        }
        if run.writing.is_some() {
            if self.has_landed(world, run) {
                actions.push(Action::Learn(epoch));
            }
        } else if run.stage == Stage::Opening {
            let is_fenced = self.protocol.epochs && world.head.epoch > epoch;
            match run.known {
                None if is_fenced => {}
                None => actions.push(Action::Read(epoch)),
                Some(_) => actions.push(Action::Seal(epoch)),
            }
        } else {
            actions.extend(run.groups().into_iter().map(|group| Action::Commit(epoch, group)));
        }
        if run.stage == Stage::Opening {
            return;
        }
        for address in 0..ADDRESSES {
            self.actions_of_step(world, run, address, actions);
            self.actions_beside(world, run, address, actions);
        }
        if run.is_done() {
            actions.push(Action::Release(epoch));
        }
    }

    fn actions_of_step(&self, world: &World, run: &Run, address: Address, actions: &mut Vec<Action>) {
        let epoch = run.epoch;
        if run.stage == Stage::Working && self.may_send(world, run, address) {
            actions.push(Action::Send(epoch, address));
        }
        match run.steps[address] {
            Step::Announced { .. } if self.protocol.fence == Fence::BeforeSigning && world.holds(run) => {
                actions.push(Action::Check(epoch, address));
            }
            Step::Sent { .. } => actions.push(Action::LoseAnswer(epoch, address)),
            Step::Unsure => {
                let is_there = self.is_there(world, run, address);
                if is_there {
                    actions.push(Action::Find(epoch, address));
                }
                if !is_there || self.can_miss(run) {
                    actions.push(Action::FindNothing(epoch, address));
                }
            }
            Step::Idle if !self.protocol.patient_reads && run.stage == Stage::Working => {
                if matches!(run.book()[address].entry, Entry::Created(_)) {
                    actions.push(Action::Miss(epoch, address));
                }
            }
            _ => {}
        }
    }

    fn actions_beside(&self, world: &World, run: &Run, address: Address, actions: &mut Vec<Action>) {
        let book = run.book();
        for index in 0..BESIDE {
            match (book[address].beside[index], run.looks[address][index]) {
                (Beside::Doubtful(op), Look::Due) => {
                    let glances = [Glance::Over, Glance::Early, Glance::Misses];
                    let is_there = world.is_made(self.class, address, op);
                    let glances = glances.into_iter().filter(|glance| is_there || *glance != Glance::Misses);
                    actions.extend(glances.map(|glance| Action::Look(run.epoch, address, index, glance)));
                }
                (Beside::Deposed(_), Look::Idle) if run.stage == Stage::Working && world.holds(run) => {
                    actions.push(Action::Remove(run.epoch, address, index));
                }
                _ => {}
            }
        }
    }

    fn act(&self, world: &mut World, run: &mut Run, action: Action) {
        match action {
            Action::Read(_) => run.known = Some(world.head),
            Action::Seal(_) => self.seal(world, run),
            Action::Commit(_, group) => self.commit(world, run, group),
            Action::Learn(_) => self.learn(run),
            Action::Check(_, address) => {
                if let Step::Announced { again } = run.steps[address] {
                    run.steps[address] = Step::Cleared { again };
                }
            }
            Action::Send(_, address) => self.send(world, run, address),
            Action::LoseAnswer(_, address) => run.steps[address] = Step::Unsure,
            Action::Find(_, address) => run.steps[address] = Step::Found,
            Action::FindNothing(_, address) => self.find_nothing(world, run, address),
            Action::Look(_, address, index, glance) => self.look(world, run, address, index, glance),
            Action::Remove(_, address, index) => self.remove(world, run, address, index),
            Action::Miss(_, address) => run.steps[address] = Step::Missed,
            _ => {}
        }
        run.end_recovery();
    }

    fn deliver(&self, world: &mut World, request: Request) {
        let answer = world.carry_out(self.class, request);
        let is_ours = world.is_made(self.class, request.address, request.op);
        let announced = |run: &Run| run.book()[request.address].entry == Entry::Pending(request.op);
        let waiting = world.runs.iter_mut().find_map(|run| match run.steps[request.address] {
            Step::Sent { again } if announced(run) => Some((run, again)),
            _ => None,
        });
        if let Some((run, again)) = waiting {
            run.steps[request.address] = match answer {
                Answer::Done => Step::Found,
                // After a lost answer it may be the run's own: it looks.
                Answer::AlreadyExists if again && is_ours => Step::Found,
                Answer::AlreadyExists => Step::Refused { again },
            };
        }
    }
}
