//! Programs that start scripts, as the table knows them.
//!
//! Asked by `launch`. It must not name any.

use super::table::{Processes, Unsaid, table};

/// How a program or module that starts others is told how many; `None` for any other.
pub(super) fn processes(name: &str) -> Option<&'static Processes> {
    table()?.file.programs.start.get(name)
}

/// Whether a program does nothing that a fact is about.
pub(super) fn is_plain(name: &str) -> bool {
    table().is_some_and(|table| table.file.programs.plain.contains(name))
}

/// Whether the value of an option is a script that is not started.
pub(super) fn takes_script(option: &str) -> bool {
    table().is_some_and(|table| table.file.programs.take_scripts.contains(option.trim_start_matches('-')))
}

/// A path of a container as one below the folder that the job brings along.
pub(super) fn inside(path: &str) -> &str {
    let folders = table().into_iter().flat_map(|table| &table.file.programs.folders);
    folders.into_iter().find_map(|folder| path.strip_prefix(folder.as_str())).unwrap_or(path)
}

impl Processes {
    /// Whether the program is told to start one process only; `None` where it has no say in this.
    pub fn on_one(&self, words: &[Option<String>]) -> Option<bool> {
        let said = words.iter().enumerate().find_map(|(at, word)| {
            let (name, value) =
                word.as_deref()?.split_once('=').map_or((word.as_deref()?, None), |(a, b)| (a, Some(b)));
            let is_option = name.starts_with('-') && self.options.contains(name.trim_start_matches('-'));
            is_option.then(|| value.or_else(|| words.get(at + 1)?.as_deref()))
        });
        match (said, self.unsaid) {
            (Some(number), _) => Some(number == Some("1")),
            (None, Unsaid::Nothing) => None,
            // An option may stand in what is not known.
            (None, unsaid) => Some(unsaid == Unsaid::One && words.iter().all(Option::is_some)),
        }
    }
}
