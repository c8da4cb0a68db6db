//! Dockerfiles: what they run while an image is built, with their arguments and environment, as one script.
//!
//! Called by the frontend. The script has the length of the file: what is no part of it is blank.

use super::base;
use crate::input::Context;
use crate::input::shell::Script;
use crate::input::view::View;
use crate::source::Source;

pub(super) fn is_file(path: &str) -> bool {
    let name = base(path);
    name == "Dockerfile" || name.starts_with("Dockerfile.") || name.to_ascii_lowercase().ends_with(".dockerfile")
}

pub(super) fn scripts(_: &Context<'_>, source: &Source) -> Vec<Script> {
    let mut script = String::with_capacity(source.text.len());
    let mut state = State::Outside;
    for line in source.text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let continued = content.trim_end().ends_with('\\');
        match &state {
            State::Outside => state = instruction(line, &mut script),
            State::Within if content.trim_start().starts_with('#') => {
                // The instruction goes on behind a comment, which the shell would take for its end.
                script.push_str(&" ".repeat(line.len()));
                continue;
            }
            State::Within => script.push_str(line),
            State::Document(end) if content.trim() == end => {
                script.push_str(&blank(line));
                state = State::Outside;
            }
            State::Document(_) => script.push_str(line),
            State::LeftOut => script.push_str(&blank(line)),
        }
        if !continued && !matches!(state, State::Document(_)) {
            state = State::Outside;
        }
    }
    vec![Script::of(View::overlaid(source.id, script))]
}

/// Where in the file a line stands.
enum State {
    /// An instruction may begin.
    Outside,
    /// In one that goes on.
    Within,
    /// In one that goes on and is no part of the script.
    LeftOut,
    /// In a here-document with this end.
    Document(String),
}

/// The first line of an instruction.
fn instruction(line: &str, script: &mut String) -> State {
    let word = line.split_whitespace().next().unwrap_or_default();
    let start = line.len() - line.trim_start().len() + word.len();
    let rest = line.get(start..).unwrap_or_default();
    match word.to_ascii_uppercase().as_str() {
        "RUN" => {
            let command = rest.trim_start();
            if let Some(end) = command.strip_prefix("<<") {
                script.push_str(&blank(line));
                return State::Document(end.trim().trim_start_matches('-').trim_matches(['"', '\'']).to_owned());
            }
            // `RUN --mount=… command`
            let flags =
                command.split_inclusive(' ').take_while(|word| word.starts_with("--")).map(str::len).sum::<usize>();
            let kept = command.get(flags..).unwrap_or_default();
            script.push_str(&blank(line.get(..line.len() - kept.len()).unwrap_or_default()));
            script.push_str(kept);
        }
        "ARG" | "ENV" => {
            script.push_str(&" ".repeat(start));
            // `ENV NAME value`, and an argument without a default.
            let name = rest.split_whitespace().next().unwrap_or_default();
            match name.contains('=') {
                true => script.push_str(rest),
                false if word.eq_ignore_ascii_case("ARG") => script.push_str(&blank(rest)),
                false => script.push_str(&rest.replacen(&format!("{name} "), &format!("{name}="), 1)),
            }
        }
        _ => {
            script.push_str(&blank(line));
            return State::LeftOut;
        }
    }
    State::Within
}

/// As many bytes, none of them visible; lines stay lines.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}
