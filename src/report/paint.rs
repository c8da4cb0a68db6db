//! Colours of the terminal, or none.
//!
//! Called by `pretty`. It must not know what it paints.

use crate::finding::Severity;

/// What a piece of text stands out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// An error.
    Red,
    /// A warning.
    Yellow,
    /// Help, and a note.
    Cyan,
    /// Money.
    Green,
    /// What is read first.
    Bold,
    /// What is read last.
    Dim,
}

impl Ink {
    /// The colour of a severity.
    pub fn of(severity: Severity) -> Ink {
        match severity {
            Severity::Error => Ink::Red,
            Severity::Warning => Ink::Yellow,
            Severity::Note => Ink::Cyan,
        }
    }

    /// The parameters of the escape sequence.
    fn code(self) -> &'static str {
        match self {
            Ink::Red => "1;31",
            Ink::Yellow => "1;33",
            Ink::Cyan => "1;36",
            Ink::Green => "1;32",
            Ink::Bold => "1",
            Ink::Dim => "2",
        }
    }
}

/// `text` in a colour, or as it is.
pub fn paint(colour: bool, ink: Ink, text: &str) -> String {
    if colour { format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code()) } else { text.to_owned() }
}
