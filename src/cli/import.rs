//! `mlcost-lint catalog import FILE…`: downloaded price lists as one that the config can name.

use super::{Failure, exit, stdout};
use crate::import::{List, write_head};
use crate::report::terminal::Progress;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Bytes for one step of the progress shown.
const STEP: u64 = 1 << 20;

/// Reads every list, then writes; nothing is written if one is broken.
pub fn run(files: &[PathBuf], output: Option<&Path>) -> Result<u8, Failure> {
    let lists = files.iter().map(|path| read(path)).collect::<Result<Vec<_>, Failure>>()?;
    let write = |out: &mut dyn Write| {
        write_head(out)?;
        let named = files.iter().zip(&lists);
        named.into_iter().try_for_each(|(path, list)| list.write(&name(path), out))
    };
    match output {
        None => stdout::print(write)?,
        Some(path) => {
            let failure = |error: io::Error| Failure(format!("{}: {error}", path.display()));
            let mut out = io::BufWriter::new(File::create(path).map_err(failure)?);
            write(&mut out).and_then(|()| out.flush()).map_err(failure)?;
        }
    }
    for (path, list) in files.iter().zip(&lists) {
        // Nowhere left to report a failing standard error to.
        let _ = writeln!(
            io::stderr(),
            "{}: {} prices; {} items are none of a machine by the hour",
            path.display(),
            list.len(),
            list.ignored
        );
    }
    Ok(exit::CLEAN)
}

/// Where a price is said to come from: the file's name.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<List, Failure> {
    let failure = |error: io::Error| Failure(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(failure)?;
    let size = file.metadata().map_err(failure)?.len();
    let progress = Progress::start("MiB", usize::try_from(size / STEP).unwrap_or_default());
    let counted = Counted { file, read: 0, progress };
    let list = List::read(BufReader::with_capacity(STEP as usize, counted));
    list.map_err(|problem| Failure(format!("{}:{problem}", path.display())))
}

/// A file that shows how far it has been read.
struct Counted {
    file: File,
    read: u64,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        let before = self.read / STEP;
        self.read += count as u64;
        (before..self.read / STEP).for_each(|_| self.progress.advance());
        Ok(count)
    }
}
