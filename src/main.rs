//! `wildfire`: plans and applies the AWS infrastructure of a stage.

#![forbid(unsafe_code)]
#![allow(
    rustdoc::invalid_html_tags,
    reason = "the comments on arguments are help texts, where `<stage>` is a placeholder"
)]

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
