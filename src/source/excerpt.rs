//! Texts of which only parts are held: what is left out of a large file, and where what is kept stands in it.
//!
//! Filled by frontends that read a file as a stream; asked by `Source` alone. It must not know any file format.

/// Parts of a file in their order. Every line break stays, so that lines are those of the file.
#[derive(Default, Debug)]
pub struct Excerpt {
    bytes: Vec<u8>,
    gaps: Gaps,
    /// All that was left out up to here; noted once something is kept behind it.
    here: Gap,
}

/// What is missing before a byte of the text.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Gap {
    at: u32,
    /// Bytes left out since the start of the file.
    bytes: u32,
    /// Characters left out since the start of the line.
    columns: u32,
}

/// The gaps of a text in their order.
#[derive(Default, PartialEq, Debug)]
pub(super) struct Gaps(Vec<Gap>);

impl Excerpt {
    /// Goes on with bytes of the file that are held.
    pub fn keep(&mut self, bytes: &[u8]) {
        self.note();
        self.bytes.extend_from_slice(bytes);
        if bytes.contains(&b'\n') {
            self.here.columns = 0;
        }
    }

    /// Goes on with bytes of the file that are not.
    pub fn leave_out(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while rest.contains(&b'\n') {
            let line = rest.iter().take_while(|byte| **byte != b'\n').count();
            self.here.bytes += line as u32;
            self.here.columns = 0;
            self.bytes.push(b'\n');
            rest = rest.get(line + 1..).unwrap_or_default();
        }
        self.here.bytes += rest.len() as u32;
        // Bytes that go on with a character do not count.
        self.here.columns += rest.iter().filter(|byte| (**byte & 0xc0) != 0x80).count() as u32;
    }

    fn note(&mut self) {
        let noted = self.gaps.0.last().map_or(0, |gap| gap.bytes);
        if noted != self.here.bytes {
            self.gaps.0.push(Gap { at: self.bytes.len() as u32, ..self.here });
        }
    }

    /// What is held as text; `Err` is the first byte of the file that is not UTF-8.
    pub(super) fn into_parts(mut self) -> Result<(String, Gaps), usize> {
        self.note();
        let text = String::from_utf8(self.bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            valid + self.gaps.bytes_before(valid as u32) as usize
        })?;
        Ok((text, self.gaps))
    }
}

impl Gaps {
    fn last_before(&self, offset: u32) -> Option<&Gap> {
        self.0.get(self.0.partition_point(|gap| gap.at <= offset).checked_sub(1)?)
    }

    /// Bytes of the file that are missing before a byte of the text.
    pub(super) fn bytes_before(&self, offset: u32) -> u32 {
        self.last_before(offset).map_or(0, |gap| gap.bytes)
    }

    /// Characters of a line that are missing between its start and a byte in it.
    pub(super) fn columns_between(&self, start: u32, offset: u32) -> u32 {
        self.last_before(offset).filter(|gap| gap.at >= start).map_or(0, |gap| gap.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Position, SourceMap};

    #[test]
    fn what_is_kept_stands_where_the_file_has_it() {
        let file = "{äb[x]\ncd\né=fg!\nhij";
        // Left out: `b[`, `]\ncd\né`, `g`, `\nh`.
        let mut excerpt = Excerpt::default();
        let mut rest = file.as_bytes();
        for (length, kept) in
            [(3, true), (2, false), (1, true), (7, false), (2, true), (1, false), (1, true), (2, false), (2, true)]
        {
            let (part, after) = rest.split_at(length);
            if kept {
                excerpt.keep(part)
            } else {
                excerpt.leave_out(part)
            }
            rest = after;
        }
        let sources = SourceMap::new();
        let held = sources.get(sources.add_excerpt("a", excerpt).unwrap());
        let whole = sources.get(sources.add("a", file));
        assert_eq!(&*held.text, "{äx\n\n=f!\nij");
        for kept in ["{", "ä", "x", "=", "f", "!", "i", "j"] {
            let place = |text: &str| text.find(kept).unwrap() as u32;
            assert_eq!(held.position(place(&held.text)), whole.position(place(file)), "{kept}");
            assert_eq!(held.file_offset(place(&held.text)), place(file), "{kept}");
        }
        assert_eq!(held.position(held.text.len() as u32), Position { line: 4, column: 4 });
        assert!(held.is_excerpt() && !whole.is_excerpt());
    }

    #[test]
    fn halves_of_characters_are_no_text() {
        let mut excerpt = Excerpt::default();
        excerpt.leave_out(b"ab");
        excerpt.keep(&"cé".as_bytes()[..2]);
        assert_eq!(SourceMap::new().add_excerpt("a", excerpt), Err(3));
    }
}
