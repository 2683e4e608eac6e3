//! `wildfire`: plans and applies the AWS infrastructure of a stage.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
