//! Printing to standard output, which may close early.
//!
//! Called by every subcommand. It must not know what is printed.

use super::Failure;
use std::io::{self, BufWriter, ErrorKind, Write};

/// Runs `write` over a buffered standard output. A closed pipe is no error: the reader has seen enough
/// (`mlcost-lint rules | head`).
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Failure(format!("standard output: {error}"))),
    }
}
