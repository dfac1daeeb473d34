//! One bad document costs that document: a panic while reading it becomes a problem.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use consilience_claim::Problem;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the panics that [`guarded`] turns into problems off the terminal; all others print as ever.
pub(crate) fn quiet_guarded_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !GUARDED.get() {
            usual(info);
        }
    }));
}

/// Does work on one document.
pub(crate) fn guarded<T>(doc: &str, work: impl FnOnce() -> T) -> Result<T, Problem> {
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|cause| {
        let cause = cause
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| cause.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Problem {
            doc: doc.to_owned(),
            place: String::new(),
            message: format!("reading it failed inside the program: {cause}"),
            help: "this is a fault of consilience; please report it with the document".to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_names_the_document() {
        let problem = guarded("a.txt", || -> u8 { panic!("index {}", 7) }).unwrap_err();
        assert_eq!(problem.doc, "a.txt");
        assert!(problem.message.ends_with("index 7"), "{}", problem.message);
        assert_eq!(guarded("a.txt", || 5), Ok(5));
    }
}
