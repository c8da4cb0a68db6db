//! Aligned columns for people, the last one filled to the width of the terminal.
//!
//! Called by the subcommands that list things. It must not know what they list.

use crate::report::text::wrap;
use std::io::{self, Write};

/// Columns of the last cell below which it is not broken any further.
const NARROWEST: usize = 30;

/// Writes rows, each behind `indent` spaces. `width` 0: there is no terminal, every row is one line.
pub fn write<const N: usize>(rows: &[[String; N]], indent: usize, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let Some((last, cells)) = row.split_last() else { continue };
        let mut line = " ".repeat(indent);
        for (cell, width) in cells.iter().zip(widths) {
            line += &format!("{cell:width$}  ");
        }
        let before = line.chars().count();
        let room = if width == 0 { 0 } else { width.saturating_sub(before).max(NARROWEST) };
        line += &wrap(last, room).join(&format!("\n{:before$}", ""));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_the_last_one_is_filled() {
        let rows = [["a", "one two three four five six seven"], ["long", ""]].map(|row| row.map(str::to_owned));
        let printed = |width| {
            let mut out = Vec::new();
            write(&rows, 1, width, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(printed(0), " a     one two three four five six seven\n long\n");
        assert_eq!(printed(20), " a     one two three four five six\n       seven\n long\n");
    }
}
