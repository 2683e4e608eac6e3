//! Peak memory, with a process for each size: a peak never goes down again.

use std::process::Command;
use std::time::Instant;

use crate::SIZES;
use crate::stage::{Account, Shape, files, graph, load};

/// What a process of its own measures: `written:10000:no-op`.
const TASK: &str = "WILDFIRE_BENCH_TASK";

/// Runs every size in a process of its own and prints a table; in such a process, the measurement.
pub fn run() {
    if let Ok(task) = std::env::var(TASK) {
        return measure(&task);
    }
    let Ok(program) = std::env::current_exe() else { return eprintln!("the path of this program is not known") };
    println!("{:<10} {:>10} {:>10} {:>12} {:>12}", "shape", "resources", "plan", "seconds", "peak MB");
    for shape in ["written", "counted"] {
        for size in SIZES {
            for plan in ["empty", "no-op"] {
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
    let files = files(if shape == "counted" { Shape::Counted } else { Shape::Written }, resources);
    // The account is what a command gets from S3 and from AWS: a part of its memory, not of its time.
    let account = match plan {
        "no-op" => Account::up(&graph(&load(&files))),
        _ => Account::empty(),
    };
    let begin = Instant::now();
    let project = load(&files);
    let graph = graph(&project);
    let planned = account.plan(&graph);
    let seconds = begin.elapsed().as_secs_f64();
    assert_eq!(planned.is_empty(), plan == "no-op");
    match peak() {
        Some(peak) => println!("{shape:<10} {resources:>10} {plan:>10} {seconds:>12.3} {peak:>12.1}"),
        None => println!("{shape:<10} {resources:>10} {plan:>10} {seconds:>12.3} {:>12}", "not Linux"),
    }
}

/// Peak resident memory of this process so far, in MB of a million bytes.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}
