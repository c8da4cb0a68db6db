//! The tables of `rules/catalog/` as `build.rs` encodes them, and the lookup of rows by key.
//!
//! Used by the other files of this folder only. Nothing is parsed when the program starts: a cell is the index of a
//! text or of a number, read when asked for. It must not know what any column means.

use std::cmp::Ordering;
use std::ops::Range;

static CELLS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.cells"));
static NUMBERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.numbers"));
static OFFSETS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.offsets"));
static TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/catalog.texts"));

/// One module a table: its place (`TABLE`) and its columns.
pub mod columns {
    #![allow(dead_code, reason = "every column is declared, also those that only people read")]
    include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
}

/// A column of texts.
#[derive(Clone, Copy)]
pub struct Text(pub usize);

/// A column of numbers.
#[derive(Clone, Copy)]
pub struct Number(pub usize);

/// Where a table stands among the cells. Its rows are sorted by their key columns, case ignored.
#[derive(Clone, Copy)]
pub struct Table {
    /// Cells before it.
    pub start: usize,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub width: usize,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub struct Row {
    start: usize,
    width: usize,
}

impl Table {
    /// All rows in the order of their keys.
    pub fn all(self) -> impl Iterator<Item = Row> + Clone {
        self.slice(0..self.rows)
    }

    /// The row whose leading key columns are these, case ignored.
    pub fn find(self, keys: &[&str]) -> Option<Row> {
        self.matching(keys).next()
    }

    /// The rows whose leading key columns are these, case ignored.
    pub fn matching(self, keys: &[&str]) -> impl Iterator<Item = Row> + Clone + use<> {
        let first = self.partition_point(|row| row.compare(keys) == Ordering::Less);
        let end = self.partition_point(|row| row.compare(keys) != Ordering::Greater);
        self.slice(first..end)
    }

    fn slice(self, rows: Range<usize>) -> impl Iterator<Item = Row> + Clone {
        rows.map(move |index| self.row(index))
    }

    fn row(self, index: usize) -> Row {
        Row { start: self.start + index * self.width, width: self.width }
    }

    /// The first row for which `before` no longer holds.
    fn partition_point(self, before: impl Fn(Row) -> bool) -> usize {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self.row(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl Row {
    /// The text in a column, unless it is blank.
    pub fn text(self, column: Text) -> Option<&'static str> {
        let index = self.cell(column.0)?;
        let start = u32::from_le_bytes(fixed(OFFSETS, index)?) as usize;
        let end = u32::from_le_bytes(fixed(OFFSETS, index + 1)?) as usize;
        TEXTS.get(start..end)
    }

    /// The number in a column, unless it is blank.
    pub fn number(self, column: Number) -> Option<f64> {
        fixed(NUMBERS, self.cell(column.0)?).map(f64::from_le_bytes)
    }

    /// Whether a column holds anything but blank or 0.
    pub fn flag(self, column: Number) -> bool {
        self.number(column).is_some_and(|number| number != 0.0)
    }

    fn cell(self, column: usize) -> Option<usize> {
        if column >= self.width {
            return None;
        }
        let index = u16::from_le_bytes(fixed(CELLS, self.start + column)?);
        (index != u16::MAX).then_some(usize::from(index))
    }

    fn compare(self, keys: &[&str]) -> Ordering {
        let own = |column| self.text(Text(column)).unwrap_or_default();
        let orders = keys.iter().enumerate().map(|(column, key)| lower(own(column)).cmp(lower(key)));
        orders.fold(Ordering::Equal, Ordering::then)
    }
}

fn lower(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// The `index`th value of `N` bytes.
fn fixed<const N: usize>(bytes: &[u8], index: usize) -> Option<[u8; N]> {
    bytes.as_chunks().0.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::columns::prices;

    #[test]
    fn rows_are_found_by_whole_and_leading_keys() {
        let row = prices::TABLE.find(&["STANDARD_nc24ads_a100_v4", "eastus"]).unwrap();
        assert_eq!(row.text(prices::MACHINE), Some("Standard_NC24ads_A100_v4"));
        let regions = prices::TABLE.matching(&["p5.48xlarge"]).count();
        assert!(regions > 5, "{regions}");
        assert!(prices::TABLE.matching(&["p5.48xlarg"]).next().is_none());
        assert!(prices::TABLE.find(&["", ""]).is_none());
        assert!(prices::TABLE.find(&["zzz"]).is_none());
    }

    #[test]
    fn rows_are_sorted_by_key_without_case() {
        let keys: Vec<String> =
            prices::TABLE.all().filter_map(|r| r.text(prices::MACHINE)).map(str::to_lowercase).collect();
        assert_eq!(keys.len(), prices::TABLE.rows);
        assert!(keys.is_sorted());
    }
}
