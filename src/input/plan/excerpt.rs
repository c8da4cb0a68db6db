//! A large plan read as a stream: every object and list that nobody asks for is emptied, so that what is held is a
//! small plan, of bytes of the file only.
//!
//! Called by the frontend. Memory is that of one planned resource and of what is kept; no recursion. A text that ends
//! too early, or is no JSON, comes out as such: it is for the reader of plans to judge.

use super::scan;
use crate::source::Excerpt;
use std::io::{self, BufRead, BufReader, Read};

/// Bytes read at once.
const CHUNK: usize = 1 << 16;

/// What is held of a plan, with the planned resources whose type is wanted.
pub(super) fn read(from: impl Read, is_wanted: impl Fn(&str) -> bool) -> io::Result<Excerpt> {
    let mut stream = Stream { from: BufReader::with_capacity(CHUNK, from), held: Excerpt::default() };
    stream.object(|stream, name| match name {
        "variables" => stream.keep(),
        "resource_changes" => stream.list(&is_wanted),
        "configuration" => stream.object(|stream, name| match name {
            "provider_config" => stream.keep(),
            _ => stream.empty(),
        }),
        _ => stream.empty(),
    })?;
    // Nothing comes after a plan: a look is enough to tell.
    let rest = stream.from.fill_buf()?;
    stream.held.keep(rest);
    Ok(stream.held)
}

struct Stream<R> {
    from: BufReader<R>,
    held: Excerpt,
}

impl<R: Read> Stream<R> {
    /// Keeps an object; `value` passes the values of its members, told their names.
    fn object(&mut self, value: impl Fn(&mut Self, &str) -> io::Result<()>) -> io::Result<()> {
        let mut more = self.eat(b'{')?;
        while more {
            let mut name = Vec::new();
            self.pass(b":", &mut |held, bytes| {
                held.keep(bytes);
                name.extend_from_slice(bytes);
            })?;
            if !self.eat(b':')? {
                break;
            }
            let name = String::from_utf8_lossy(&name);
            value(self, name.trim().trim_matches('"'))?;
            more = self.eat(b',')?;
        }
        self.eat(b'}').map(drop)
    }

    /// Keeps the list of planned resources, and empties those of no wanted type.
    fn list(&mut self, is_wanted: &impl Fn(&str) -> bool) -> io::Result<()> {
        let mut more = self.eat(b'[')?;
        let mut resource = Vec::new();
        while more {
            self.spaces()?;
            resource.clear();
            self.pass(b",", &mut |_, bytes| resource.extend_from_slice(bytes))?;
            let whole = resource.trim_ascii_end();
            match whole {
                [open, inside @ .., close] if !type_of(whole).is_some_and(|name| is_wanted(&name)) => {
                    self.held.keep(&[*open]);
                    self.held.leave_out(inside);
                    self.held.keep(&[*close]);
                }
                _ => self.held.keep(whole),
            }
            self.held.keep(resource.get(whole.len()..).unwrap_or_default());
            more = self.eat(b',')?;
        }
        self.eat(b']').map(drop)
    }

    fn keep(&mut self) -> io::Result<()> {
        self.pass(b",", &mut Excerpt::keep)
    }

    /// Keeps the brackets of an object or a list, and other values whole.
    fn empty(&mut self) -> io::Result<()> {
        if !self.eat(b'{')? && !self.eat(b'[')? {
            return self.keep();
        }
        self.pass(b"", &mut Excerpt::leave_out)?;
        let _closed = self.eat(b'}')? || self.eat(b']')?;
        Ok(())
    }

    /// Passes everything before the closing bracket of what is around, or one of `ends` outside of strings and brackets.
    fn pass(&mut self, ends: &[u8], to: &mut impl FnMut(&mut Excerpt, &[u8])) -> io::Result<()> {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        loop {
            let bytes = self.from.fill_buf()?;
            let is_end = |byte: &u8| {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' => in_string = !in_string,
                    _ if in_string => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth == 0 => return true,
                    b'}' | b']' => depth -= 1,
                    byte => return depth == 0 && ends.contains(byte),
                }
                false
            };
            let length = bytes.iter().position(is_end);
            let ends_here = length.is_some() || bytes.is_empty();
            let length = length.unwrap_or(bytes.len());
            to(&mut self.held, bytes.get(..length).unwrap_or_default());
            self.from.consume(length);
            if ends_here {
                return Ok(());
            }
        }
    }

    /// Keeps the spaces that come.
    fn spaces(&mut self) -> io::Result<()> {
        while let Some(space) = self.from.fill_buf()?.first().filter(|byte| byte.is_ascii_whitespace()) {
            self.held.keep(&[*space]);
            self.from.consume(1);
        }
        Ok(())
    }

    /// Keeps the spaces that come, and a byte if it comes after them.
    fn eat(&mut self, wanted: u8) -> io::Result<bool> {
        self.spaces()?;
        let comes = self.from.fill_buf()?.first() == Some(&wanted);
        if comes {
            self.held.keep(&[wanted]);
            self.from.consume(1);
        }
        Ok(comes)
    }
}

/// The type of a planned resource.
fn type_of(resource: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(resource).ok()?;
    serde_json::from_str(text.get(scan::member(text, 0, "type")?)?).ok()
}
