//! The parts of what a machine is given, each told by its first line.
//!
//! Called by the frontend. What cloud-init would not run, or runs in another language, is no part.

use std::ops::Range;

/// Messages inside messages that are followed.
const MAX_LEVELS: u32 = 3;

/// A part and where it stands in the text.
pub(super) struct Part {
    /// Who reads it.
    pub kind: Kind,
    /// Its bytes.
    pub range: Range<usize>,
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A shell script.
    Shell,
    /// A Python program.
    Python,
    /// A `#cloud-config`.
    Config,
}

/// The parts of a text.
pub(super) fn of(text: &str) -> Vec<Part> {
    let mut found = Vec::new();
    collect(text, 0..text.len(), 0, &mut found);
    found
}

fn collect(text: &str, range: Range<usize>, level: u32, found: &mut Vec<Part>) {
    let whole = text.get(range.clone()).unwrap_or_default();
    // Templates often begin with an empty line.
    let start = range.start + whole.len() - whole.trim_start().len();
    let content = whole.trim_start();
    if let Some(header) = header(content).filter(|_| level < MAX_LEVELS) {
        let body = start + header.len()..range.end;
        match boundary(header) {
            Some(boundary) => each(text, body, boundary, &mut |part| collect(text, part, level + 1, found)),
            None => collect(text, body, level, found),
        }
        return;
    }
    found.extend(kind(content).map(|kind| Part { kind, range: start..range.end }));
}

/// The lines `Name: value` that a message begins with, up to an empty line.
fn header(text: &str) -> Option<&str> {
    let first = text.lines().next()?.to_ascii_lowercase();
    let is_message = first.starts_with("content-") || first.starts_with("mime-version:");
    let mut end = 0;
    for line in text.split_inclusive('\n').take_while(|line| is_message && !line.trim().is_empty()) {
        end += line.len();
    }
    text.get(..end).filter(|header| !header.is_empty())
}

/// What separates the parts of a message.
fn boundary(header: &str) -> Option<&str> {
    let (_, rest) = header.split_once("boundary=")?;
    let named = rest.lines().next()?;
    let named = match named.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => named.split([';', ' ']).next()?.trim(),
    };
    (!named.is_empty()).then_some(named)
}

/// The texts between the lines with a boundary.
fn each(text: &str, range: Range<usize>, boundary: &str, part: &mut dyn FnMut(Range<usize>)) {
    let mut at = range.start;
    let mut start = None;
    for line in text.get(range.clone()).unwrap_or_default().split_inclusive('\n') {
        let is_boundary = line.trim().strip_prefix("--").is_some_and(|line| line.starts_with(boundary));
        if is_boundary {
            start.into_iter().for_each(|start| part(start..at));
            start = Some(at + line.len());
        }
        at += line.len();
    }
    start.filter(|start| *start < range.end).into_iter().for_each(|start| part(start..range.end));
}

/// Who reads a text that begins like this.
fn kind(text: &str) -> Option<Kind> {
    let first = text.lines().next()?.trim_end();
    if first.starts_with("## template:") {
        return kind(text.get(first.len()..)?.trim_start());
    }
    match first.strip_prefix("#!") {
        Some(program) => interpreter(program),
        None if first == "#cloud-config" => Some(Kind::Config),
        None if first.starts_with("#cloud-boothook") => Some(Kind::Shell),
        None => None,
    }
}

/// `/bin/bash -xe`, `/usr/bin/env python3`
fn interpreter(program: &str) -> Option<Kind> {
    let names = program.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let name = names.into_iter().find(|name| *name != "env" && !name.starts_with('-'))?;
    if name.starts_with("python") {
        return Some(Kind::Python);
    }
    matches!(name, "sh" | "bash" | "zsh" | "ksh" | "dash").then_some(Kind::Shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(Kind, &str)> {
        of(text).into_iter().map(|part| (part.kind, &text[part.range])).collect()
    }

    #[test]
    fn a_text_is_told_by_its_first_line() {
        assert_eq!(parts("\n#!/bin/bash -xe\necho\n"), [(Kind::Shell, "#!/bin/bash -xe\necho\n")]);
        assert_eq!(parts("#!/usr/bin/env python3\n")[0].0, Kind::Python);
        assert_eq!(parts("#!/usr/bin/env -S bash -e\n")[0].0, Kind::Shell);
        assert_eq!(parts("#cloud-config\nruncmd: []\n")[0].0, Kind::Config);
        assert_eq!(parts("## template: jinja\n#cloud-config\n")[0].0, Kind::Config);
        for none in [
            "",
            "echo\n",
            "# a comment\n",
            "<powershell>\n",
            "[settings.kubernetes]\n",
            "#!/usr/bin/perl\n",
            "#include\n",
        ] {
            assert!(parts(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn a_message_has_parts() {
        let text = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==B==\"\n\n--==B==\n\
            Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n#!/bin/bash\necho\n\n--==B==\n\
            Content-Type: text/cloud-config\n\n#cloud-config\na: 1\n\n--==B==--\n";
        assert_eq!(parts(text), [(Kind::Shell, "#!/bin/bash\necho\n\n"), (Kind::Config, "#cloud-config\na: 1\n\n")]);
        assert_eq!(parts("Content-Type: text/x-shellscript\n\n#!/bin/sh\n"), [(Kind::Shell, "#!/bin/sh\n")]);
        let open = "Content-Type: multipart/mixed; boundary=//\n\n--//\n\n#!/bin/sh\nx";
        assert_eq!(parts(open), [(Kind::Shell, "#!/bin/sh\nx")]);
    }

    #[test]
    fn hostile_messages_end() {
        let nested = "Content-Type: multipart/mixed; boundary=B\n\n--B\n".repeat(1_000);
        assert!(parts(&nested).is_empty());
        assert!(parts("Content-Type: multipart/mixed; boundary=\n\n--\n#!/bin/sh\n").len() < 2);
    }
}
