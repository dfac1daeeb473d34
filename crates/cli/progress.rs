//! What is said on standard error.

use std::io::{IsTerminal, Write};

use consilience_claim::Problem;
use consilience_report::safe;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over documents, shown only to a person.
pub(crate) fn bar(total: usize, quiet: bool) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    if quiet || !std::io::stderr().is_terminal() || total < 2 {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("reading {bar:24} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Lists problems as warnings.
pub(crate) fn warn(problems: &[Problem]) {
    for problem in problems {
        let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
        say("warning", &format!("{}: {place}{}", problem.doc, problem.message), &problem.help);
    }
}

/// Something that decides the exit code.
pub(crate) fn error(message: &str, help: &str) {
    say("error", message, help);
}

/// A closing remark.
pub(crate) fn note(message: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{}", safe::line(message));
}

fn say(level: &str, message: &str, help: &str) {
    let color = if level == "error" { "\u{1b}[1;31m" } else { "\u{1b}[1;33m" };
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "{color}{level}\u{1b}[0m: {}", safe::line(message));
    if !help.is_empty() {
        let _ = writeln!(err, "  help: {}", safe::line(help));
    }
}
