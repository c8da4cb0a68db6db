//! Shell commands that a program runs: `subprocess.run(["aws", …])`, `os.system("aws …")`.
//!
//! Called by the frontend for each call. It must not know what any command makes.

use super::run::{Called, Callee};
use crate::input::view::View;
use crate::model::value::{Attr, Piece, Value};
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
        Value::List(list) => {
            for item in list.items.iter() {
                // A word stays one whatever it holds.
                view.add("'");
                text(sources, item, &mut view, |text| text.replace('\'', "'\\''"), "'$((0))'");
                view.add("' ");
            }
            if list.open.is_some() {
                view.add("\"$@\"");
            }
        }
        _ => text(sources, given, &mut view, str::to_owned, "$((0))"),
    }
    Some(view)
}

/// Adds a text, at its place where it stands there as it reads.
fn text(sources: &SourceMap, attr: &Attr, view: &mut View, quoted: impl Fn(&str) -> String, unknown: &str) {
    let place = if matches!(attr.value, Value::String(_)) { attr.decided_at() } else { attr.at };
    let written = sources.text(place);
    let mut add = |part: Option<&str>| {
        let text = part.map_or_else(|| unknown.to_owned(), &quoted);
        match part.map_or(Some(0), |part| written.find(part)).filter(|_| place.source == view.source()) {
            Some(start) => {
                let start = place.start + start as u32;
                let end = part.map_or(place.end, |part| start + part.len() as u32);
                view.keep(&text, start..end);
            }
            None => view.add(&text),
        }
    };
    match &attr.value {
        Value::Text(pieces) => {
            for piece in pieces.iter() {
                add(if let Piece::Known(part) = piece { Some(part) } else { None });
            }
        }
        value => add(value.scalar_text().as_deref()),
    }
}
