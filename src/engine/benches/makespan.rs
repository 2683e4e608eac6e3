//! How long an apply takes against AWS's own times: the makespan over the critical path, and the calls.
//!
//! `cargo bench -p wildfire-engine --bench makespan` runs whole applies on a simulated clock, against a cloud that takes the
//! times and keeps the limits that AWS publishes. Beside each stands what the same steps take ten at a time, first come, first
//! served, with a slot held until the resource is ready: Terraform's way.

#![forbid(unsafe_code)]

#[path = "makespan/catalog.rs"]
mod catalog;
#[path = "makespan/cloud.rs"]
mod cloud;
#[path = "makespan/run.rs"]
mod run;
#[path = "makespan/slots.rs"]
mod slots;
#[path = "makespan/stage.rs"]
mod stage;

fn main() {
    let stages = [
        ("reference: a stage with Aurora, EKS, NAT, CloudFront", stage::reference()),
        ("2 units of 49 resources", stage::units(2)),
        ("20 units of 49 resources", stage::units(20)),
        ("fan-out: a network and 300 queues", stage::fan_out(300)),
        ("records: 300 in one zone", stage::records(300)),
        ("chain of 50", stage::chain(50)),
    ];
    println!(
        "{:<54} {:>9} {:>8} {:>9} {:>7} {:>6} {:>6} {:>10}",
        "stage", "resources", "critical", "makespan", "ratio", "calls", "heads", "10 slots"
    );
    for (name, yaml) in stages {
        let run::Outcome { resources, critical, makespan, calls, heads, slots } = run::play(&yaml);
        println!(
            "{name:<54} {resources:>9} {critical:>7.1}s {makespan:>8.1}s {:>7.2} {calls:>6} {heads:>6} {slots:>9.1}s",
            makespan / critical
        );
    }
}
