//! Peak memory, with a process for each size: a peak never goes down again.

use std::process::Command;
use std::time::Instant;

use crate::SIZES;
use wildfire_engine::model::{Address, StackId};
use wildfire_engine::plan::{Mode, Options, Target};

use crate::stage::{Account, Shape, files, graph, load};

/// What a process of its own measures: `written:10000:no-op`.
const TASK: &str = "WILDFIRE_BENCH_TASK";

/// What a plan is about: nothing is there, all is as declared, all resources or every tenth or the first half by path
/// are to be changed, all are to be deleted, and only the network is looked at.
const PLANS: [&str; 7] = ["empty", "no-op", "update", "tenth", "half", "destroy", "target"];

/// Runs every size in a process of its own and prints a table; in such a process, the measurement.
pub fn run() {
    if let Ok(task) = std::env::var(TASK) {
        return measure(&task);
    }
    let Ok(program) = std::env::current_exe() else { return eprintln!("the path of this program is not known") };
    println!(
        "{:<10} {:>10} {:>10} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9}",
        "shape", "resources", "plan", "load s", "compile s", "plan s", "sum s", "steps", "peak MB"
    );
    for shape in Shape::ALL.map(Shape::name) {
        for size in SIZES {
            for plan in PLANS {
                let child = Command::new(&program).env(TASK, format!("{shape}:{size}:{plan}")).output();
                match child {
                    Ok(output) if output.status.success() => print!("{}", String::from_utf8_lossy(&output.stdout)),
                    Ok(output) => eprintln!("{shape} {size} {plan}: {}", String::from_utf8_lossy(&output.stderr)),
                    Err(error) => eprintln!("{shape} {size} {plan}: {error}"),
                }
            }
        }
    }
}

fn measure(task: &str) {
    let mut parts = task.split(':');
    let (Some(shape), Some(size), Some(plan)) = (parts.next(), parts.next(), parts.next()) else {
        return eprintln!("{TASK}: not a task: {task}");
    };
    let Ok(resources) = size.parse() else { return eprintln!("{TASK}: not a size: {size}") };
    let Some(shape) = Shape::ALL.into_iter().find(|known| known.name() == shape) else {
        return eprintln!("{TASK}: not a shape: {shape}");
    };
    let files = files(shape, resources);
    // The account is what a command gets from S3 and from AWS: a part of its memory, not of its time.
    let account = match plan {
        "empty" => Account::empty(),
        "no-op" | "destroy" => Account::up(&graph(&load(&files))),
        "target" => Account::up(&graph(&load(&files))),
        "update" => Account::up(&graph(&load(&files))).changed(|_| true),
        "tenth" => Account::up(&graph(&load(&files))).changed(|number| number % 10 == 0),
        "half" => Account::up(&graph(&load(&files))).changed(|number| number < resources / 2),
        _ => return eprintln!("{TASK}: not a plan: {plan}"),
    };
    let stack = StackId::new("test", "main");
    let targets = match Address::in_stack(&stack, "network") {
        Ok(network) if plan == "target" => vec![Target(network)],
        _ => Vec::new(),
    };
    let mode = if plan == "destroy" { Mode::Destroy } else { Mode::Normal };
    let begin = Instant::now();
    let project = load(&files);
    let loaded = begin.elapsed().as_secs_f64();
    let graph = graph(&project);
    let compiled = begin.elapsed().as_secs_f64() - loaded;
    let planned = account.plan_with(&graph, Options { mode, targets, ..Options::default() });
    let seconds = begin.elapsed().as_secs_f64();
    let name = shape.name();
    print!(
        "{name:<10} {resources:>10} {plan:>10} {loaded:>9.3} {compiled:>9.3} {:>9.3} {seconds:>9.3}",
        seconds - loaded - compiled
    );
    print!(" {:>8}", planned.steps.len());
    match peak() {
        Some(peak) => println!(" {peak:>9.1}"),
        None => println!(" {:>9}", "not Linux"),
    }
}

/// Peak resident memory of this process so far, in MB of a million bytes.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}
