//! Tests of the parts of apply, and of the engine as a whole against the simulated cloud.

mod apart;
mod batches;
mod crashes;
mod failing;
mod foreign;
mod generated;
mod parts;
mod places;
mod protection;
mod recovering;
mod runs;
mod secrets;
mod stage;
mod taken;
