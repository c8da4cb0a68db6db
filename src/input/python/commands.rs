//! Shell commands that a program runs: `subprocess.run(["aws", …])`, `os.system("aws …")`.
//!
//! Called by the frontend for each call. It must not know what any command makes.

use super::run::{Called, Callee};
use crate::input::view::View;
use crate::input::{document, shell};
use crate::model::value::Value;
use crate::source::SourceMap;

/// Functions whose first argument is a command, as a text or as a list of words.
const RUNNERS: &[&str] = &[
    "os.popen",
    "os.system",
    "subprocess.Popen",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.run",
];

/// Whether a text has the name of such a function.
pub(super) fn occur_in(text: &str) -> bool {
    text.contains("subprocess") || text.contains("os.system") || text.contains("os.popen")
}

/// The command that a call runs, as a script.
pub(super) fn command(sources: &SourceMap, called: &Called) -> Option<View> {
    let Callee::Path(path) = &called.callee else { return None };
    let given = called.positional.first().filter(|_| RUNNERS.contains(&path.as_str()))?;
    let mut view = View::within(given.at);
    match &given.value {
        Value::List(words) => shell::command(sources, words, &mut view),
        _ => document::text::write(sources, given, &mut view),
    }
    Some(view)
}
