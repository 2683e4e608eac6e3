//! A model of what keeps wildfire from losing or doubling a resource: lock, head, intents, searches. Small enough that
//! every history of it is looked at.
//!
//! Read [`world`] first, which is what there is outside of a run; then [`run`] and [`process`], which are what a run knows
//! and does; then [`model`], which says when. [`properties`] and [`convergence`] are what has to be true. [`protocol`] lists
//! the protections, which the tests take away one by one to see what each is for, and the assumptions about AWS.
//!
//! # What is modelled
//!
//! Two protocols: the one that is built ([`BUILT`]), and one that waits until no request can land any more ([`WAITING`]), which
//! has fewer worlds and shows what each protection is for.
//!
//! Three processes at a time work on a stack with three resources of one class. Runs may begin, be paused, be taken over
//! from and be killed at any instant, and as often as they like. Whatever is sent may arrive at any later time or never,
//! its answer may be lost, and it arrives although its sender is dead.
//!
//! | action | what it stands for in `src/engine` |
//! |---|---|
//! | [`Acquire`], [`TakeOver`] | `acquire` in `state/lock.rs` |
//! | [`Read`], [`Seal`] | `Chain::open` in `state/chain.rs`, with its look at the epoch of the head |
//! | [`Commit`], [`Learn`] | `Ledger::commit` in `journal/ledger.rs`; `Chain::write_head` and `look`, which knows its write id again |
//! | [`Land`] | the `PUT` with `If-Match`, at the bucket |
//! | [`Check`], [`Send`] | the fence and the call in `apply/steps/send.rs`, and once more `src/aws/connection/fence.rs`; `Lease::is_valid` in `state/lease.rs` |
//! | [`Deliver`] | a create at AWS, by its class: `CreateOnce` in `model/schema/kind.rs` |
//! | [`LoseAnswer`] | `ErrorKind::Ambiguous` in `apply/steps/create.rs` |
//! | [`Find`], [`FindNothing`] | `search` in `apply/recovery/recover.rs`, for a recovery and for `create_once` in `apply/steps/create.rs` |
//! | [`Miss`] | what `await_settled` in `apply/recovery/in_progress.rs` keeps from being believed |
//! | [`Look`], [`Remove`] | `late` and `together` in `apply/recovery/recover.rs`, `apply/recovery/unresolved_creates.rs`; the deletion of what is deposed |
//! | [`Release`], [`Stop`] | `LockGuard::release` in `state/lease.rs`; `fence_fell` in `apply/run.rs` |
//! | [`Crash`] | the end of a run at any point: a kill, or a write of the head that is given up |
//!
//! [`BUILT`]: protocol::Protocol::BUILT
//! [`WAITING`]: protocol::Protocol::WAITING
//! [`Acquire`]: model::Action::Acquire
//! [`TakeOver`]: model::Action::TakeOver
//! [`Read`]: model::Action::Read
//! [`Seal`]: model::Action::Seal
//! [`Commit`]: model::Action::Commit
//! [`Learn`]: model::Action::Learn
//! [`Land`]: model::Action::Land
//! [`Check`]: model::Action::Check
//! [`Send`]: model::Action::Send
//! [`Deliver`]: model::Action::Deliver
//! [`LoseAnswer`]: model::Action::LoseAnswer
//! [`Find`]: model::Action::Find
//! [`FindNothing`]: model::Action::FindNothing
//! [`Miss`]: model::Action::Miss
//! [`Look`]: model::Action::Look
//! [`Remove`]: model::Action::Remove
//! [`Release`]: model::Action::Release
//! [`Stop`]: model::Action::Stop
//! [`Crash`]: model::Action::Crash
//!
//! # What is left out, and why nothing is lost by it
//!
//! - **Clocks.** That the row stood still for a lease is an event, which may come for a holder that lives: it was paused.
//!   That a run distrusts its lock before anybody may take it is assumed, of clocks that differ by less than a sixth. A
//!   search that takes as long as it has to is one action, which takes with it the requests that have died by then.
//! - **Late writes of the lock row.** Each is conditional on the version, and its sender does nothing before it knows. A
//!   claim that lands late is a claim, and then a crash.
//! - **A pause between signing and sending.** A request whose sender stands still is a request that is slow: both are under
//!   way from the signature on, and die with it.
//! - **Reads of the head, and its first write.** A read is of one object at one instant, as S3 reads are. Segments,
//!   snapshots, compaction and damage are tested in `src/engine/state/tests`.
//! - **Requests that several steps share.** The intents of all are committed before one of them is sent, and each is searched for
//!   by itself; a request that arrives whole is one of the orders in which requests of their own arrive, and so is one of which
//!   the answer is lost. Results that wait for the next write are results that are committed later, as any may be.
//! - **Updates and deletes**, which are the same when they are done twice: a deletion of what is deposed is one action;
//!   **replacements**, which are two steps; **dependencies**, which only take histories away; **refusals and throttling**,
//!   after which nothing was made.
//!
//! # Bounds
//!
//! Three runs live at a time. Three resources are made; where creates stay in doubt it is one, as resources meet in the lock
//! and the head only. Two creates of an address are in doubt or deposed at a time, and a run leaves a third one as it is. Two
//! writes of dead runs and two requests for an address are under way at a time, and another one is lost. Without a bound are crashes, takeovers, lost answers, and with them operations and
//! epochs: names are not told apart where nothing compares them, and that leaves finitely many worlds. `symmetry.rs` does
//! it, and a test holds it against the model.

#![forbid(unsafe_code)]

pub mod convergence;
pub mod model;
pub mod process;
pub mod properties;
pub mod protocol;
pub mod run;
mod symmetry;
pub mod world;
