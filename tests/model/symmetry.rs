//! Worlds that differ in names only are one world to the check.
//!
//! Operations, epochs and write ids are only ever compared with each other, and addresses are alike. So a world is hashed
//! by a form without names: epochs by their rank, write ids by whether they are that of the head, operations of an
//! address by the order in which they are met, and addresses sorted by all that is known about them. This is what keeps
//! the number of worlds finite, although runs, crashes and operations are without limit.
//!
//! Stateright tells worlds apart by their hash alone.

use std::hash::{Hash, Hasher};

use crate::run::{Look, Run, Step, Writing};
use crate::world::{ADDRESSES, Address, Beside, Entry, Epoch, Op, Place, World};

impl Hash for World {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let mut form = Vec::with_capacity(64);
        self.without_addresses(&mut form);
        let mut columns: [Column; ADDRESSES] = std::array::from_fn(|address| Column::of(self, address));
        columns.sort_unstable();
        for column in &columns {
            form.extend_from_slice(column.signs());
        }
        hasher.write(&form);
    }
}

impl World {
    fn without_addresses(&self, form: &mut Vec<u8>) {
        let runs =
            self.runs.iter().map(|run| run.epoch).chain(self.runs.iter().filter_map(|run| Some(run.known?.epoch)));
        let mut epochs: Vec<Epoch> =
            runs.chain(self.puts.iter().map(|put| put.next.epoch)).chain([self.lock.epoch, self.head.epoch]).collect();
        epochs.sort_unstable();
        epochs.dedup();
        let rank = |epoch: Epoch| epochs.iter().position(|other| *other == epoch).unwrap_or_default() as u8;
        let is_head = |write| u8::from(write == self.head.write);
        form.extend([
            rank(self.lock.epoch),
            u8::from(self.lock.held),
            rank(self.head.epoch),
            u8::from(self.stale_write),
        ]);
        form.push(self.puts.len() as u8);
        for put in &self.puts {
            form.extend([rank(put.next.epoch), is_head(put.base)]);
        }
        form.push(self.runs.len() as u8);
        for Run { epoch, stage, known, writing, .. } in &self.runs {
            let known = known.map_or([u8::MAX; 2], |head| [rank(head.epoch), is_head(head.write)]);
            form.extend([rank(*epoch), *stage as u8, known[0], known[1], u8::from(writing.is_some())]);
        }
    }
}

/// All that is known about one address, in signs that do not name it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    signs: [u8; Self::LENGTH],
    length: usize,
    /// The operations met so far.
    ops: [Op; Self::LENGTH],
    met: usize,
}

impl Column {
    const LENGTH: usize = 96;

    fn of(world: &World, address: Address) -> Self {
        let mut column = Self { signs: [0; Self::LENGTH], length: 0, ops: [0; Self::LENGTH], met: 0 };
        column.place(world.head.book[address]);
        for put in &world.puts {
            column.place(put.next.book[address]);
        }
        for run in &world.runs {
            column.place(run.book()[address]);
            column.sign(step(run.steps[address]));
            run.looks[address].iter().for_each(|one| column.sign(look(*one)));
            match run.writing {
                Some(Writing { next, group }) if group & (1 << address) != 0 => column.place(next.book[address]),
                Some(_) | None => column.sign(u8::MAX),
            }
        }
        for request in world.wire.iter().filter(|request| request.address == address) {
            column.op(request.op);
        }
        column.sign(u8::MAX);
        for object in world.at(address) {
            column.op(object.op);
        }
        column.sign(u8::MAX);
        // Its own order is not to depend on names.
        column.ops = [0; Self::LENGTH];
        column
    }

    fn signs(&self) -> &[u8] {
        &self.signs[..self.length]
    }

    fn sign(&mut self, sign: u8) {
        self.signs[self.length] = sign;
        self.length += 1;
    }

    fn place(&mut self, Place { entry, beside }: Place) {
        let (sign, op) = match entry {
            Entry::Nothing => (0, None),
            Entry::Pending(op) => (1, Some(op)),
            Entry::Created(op) => (2, Some(op)),
        };
        self.known(sign, op);
        for one in beside {
            let sign = match one {
                Beside::Nothing => 0,
                Beside::Doubtful(_) => 1,
                Beside::Deposed(_) => 2,
            };
            self.known(sign, one.op());
        }
    }

    fn known(&mut self, sign: u8, op: Option<Op>) {
        self.sign(sign);
        if let Some(op) = op {
            self.op(op);
        }
    }

    fn op(&mut self, op: Op) {
        let met = &self.ops[..self.met];
        let index = met.iter().position(|other| *other == op).unwrap_or_else(|| {
            self.ops[self.met] = op;
            self.met += 1;
            self.met - 1
        });
        self.sign(index as u8);
    }
}

fn step(step: Step) -> u8 {
    match step {
        Step::Idle => 0,
        Step::Missed => 1,
        Step::Announced { again } => 2 + u8::from(again),
        Step::Cleared { again } => 4 + u8::from(again),
        Step::Sent { again } => 6 + u8::from(again),
        Step::Unsure => 8,
        Step::Found => 9,
        Step::Absent => 10,
        Step::Refused { again } => 11 + u8::from(again),
        Step::Failed => 13,
    }
}

fn look(look: Look) -> u8 {
    match look {
        Look::Idle => 0,
        Look::Due => 1,
        Look::Found { over } => 2 + u8::from(over),
        Look::Nothing { over } => 4 + u8::from(over),
        Look::Removed => 6,
    }
}
