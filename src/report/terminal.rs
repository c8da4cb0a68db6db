//! What is known about the terminal: whether to use colour, how wide it is, and how to show that work goes on.
//!
//! Called by `cli`. It must not know what is printed.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// What `--color` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum ColourChoice {
    /// Where a terminal shows it, unless the environment says otherwise.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

impl ColourChoice {
    /// Whether standard output gets colour.
    pub fn for_stdout(self) -> bool {
        self.decide(|name| std::env::var(name).ok(), io::stdout().is_terminal())
    }

    /// The flag wins over `CLICOLOR_FORCE`, that over `NO_COLOR`, that over what the terminal can do.
    fn decide(self, variable: impl Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            ColourChoice::Always => true,
            ColourChoice::Never => false,
            ColourChoice::Auto if is_set("CLICOLOR_FORCE") => true,
            // Any value but the empty one counts here, `0` too: https://no-color.org.
            ColourChoice::Auto if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
            ColourChoice::Auto => is_terminal && variable("TERM").as_deref() != Some("dumb"),
        }
    }
}

/// Columns of the terminal behind standard output, else what `COLUMNS` says; 0 if neither is known.
pub fn width() -> usize {
    let told = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(0);
    terminal_size::terminal_size_of(io::stdout()).map_or_else(told, |(width, _)| usize::from(width.0))
}

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the count is renewed.
const TICK: Duration = Duration::from_millis(100);

/// A count on standard error while a long run goes on, gone when dropped. Shown only to a terminal, and only after
/// a second.
pub struct Progress {
    done: Arc<AtomicUsize>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts counting to `total` things called `what`, in the plural.
    pub fn start(what: &'static str, total: usize) -> Progress {
        let done = Arc::new(AtomicUsize::new(0));
        if !io::stderr().is_terminal() {
            return Progress { done, stop: None, thread: None };
        }
        let (stop, stopped) = mpsc::channel();
        let counter = Arc::clone(&done);
        let show = move || {
            let mut wait = PATIENCE;
            while stopped.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
                wait = TICK;
                draw(&bar(what, counter.load(Relaxed), total));
            }
            if wait == TICK {
                draw("");
            }
        };
        // Without a thread there is no bar, which is no reason to fail.
        let thread = std::thread::Builder::new().name("progress".into()).spawn(show).ok();
        Progress { done, stop: Some(stop), thread }
    }

    /// One more is done.
    pub fn advance(&self) {
        self.done.fetch_add(1, Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // It has nothing to say but a panic of its own, and none of its output matters.
            let _ = thread.join();
        }
    }
}

/// `[#####     ]  512/1024 files`.
fn bar(what: &str, done: usize, total: usize) -> String {
    const CELLS: usize = 24;
    let filled = (done.min(total) * CELLS).checked_div(total).unwrap_or(CELLS);
    format!("[{}{}] {done}/{total} {what}", "#".repeat(filled), " ".repeat(CELLS - filled))
}

/// Replaces the current line. A terminal that cannot be written to is no reason to fail.
fn draw(line: &str) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "\r\u{1b}[K{line}").and_then(|()| stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_wins_then_the_environment_then_the_terminal() {
        let decide = |choice: ColourChoice, variables: &[(&str, &str)], is_terminal| {
            let value =
                |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
            choice.decide(value, is_terminal)
        };
        let auto = ColourChoice::Auto;
        assert!(decide(auto, &[], true) && !decide(auto, &[], false));
        assert!(!decide(auto, &[("NO_COLOR", "1")], true) && decide(auto, &[("NO_COLOR", "")], true));
        assert!(decide(auto, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false));
        assert!(!decide(auto, &[("CLICOLOR_FORCE", "0")], false) && !decide(auto, &[("TERM", "dumb")], true));
        assert!(decide(ColourChoice::Always, &[("NO_COLOR", "1")], false));
        assert!(!decide(ColourChoice::Never, &[("CLICOLOR_FORCE", "1")], true));
    }

    #[test]
    fn the_bar_stays_in_its_frame() {
        assert_eq!(bar("files", 12, 24), "[############            ] 12/24 files");
        assert_eq!(bar("files", 5, 0), "[########################] 5/0 files");
        assert_eq!(bar("files", 9, 3), "[########################] 9/3 files");
    }

    #[test]
    fn a_short_run_ends_at_once() {
        let started = std::time::Instant::now();
        let progress = Progress::start("files", 2);
        progress.advance();
        drop(progress);
        assert!(started.elapsed() < PATIENCE);
    }
}
