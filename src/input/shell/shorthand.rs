//! Values of options: `Key=A,Value=B`, JSON, documents in files, and plain words.
//!
//! Called by `command` for each word of an option's value. It must not know what any option means.

use super::text::Text;
use crate::files;
use crate::input::Context;
use crate::input::placeholder;
use crate::input::tree::{self, Node, Schema};
use crate::model::made::{Made, Part};
use crate::model::value::{Attr, Str, Value, Why, WhyCode};
use crate::source::{SourceId, Span};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Levels of braces and brackets.
const MAX_DEPTH: u32 = 20;

/// Where documents named by options are looked for.
pub(super) struct Documents<'a> {
    /// The project.
    pub context: &'a Context<'a>,
    /// The script's folder.
    pub folder: &'a str,
    /// What the script itself has written.
    pub written: &'a HashMap<String, Text>,
}

impl Documents<'_> {
    /// The value of a word.
    pub fn value(&self, word: &Text) -> Attr {
        let whole = || word.attr(0..word.text.len(), &[]);
        if let Some(path) = word.text.strip_prefix("file://").or_else(|| word.text.strip_prefix("fileb://")) {
            return self.file(path, word);
        }
        if word.text.trim_start().starts_with(['{', '[']) {
            return self.document(word).map(|value| Attr { at: word.span, ..value }).unwrap_or_else(whole);
        }
        Shorthand { word, at: 0, depth: 0 }.whole().unwrap_or_else(whole)
    }

    fn document(&self, text: &Text) -> Option<Attr> {
        let roots = tree::parse(self.context.sources, text.embed(self.context.sources)).ok()?;
        let special = |node: &Node| node.scalar().and_then(|scalar| text.restore(&scalar.text));
        Some(tree::attr_with(roots.first()?, Schema::Core, &special))
    }

    /// The value in a file: a document, or the text as it is.
    fn file(&self, path: &str, word: &Text) -> Attr {
        let is_document = |text: &str| text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
        match self.content(path, word) {
            Some(Content::Written(text)) if !is_document(&text.text) => text.attr(0..text.text.len(), &[]),
            Some(Content::File(source, text)) if !is_document(&text) => {
                let whole = Span::new(source, 0..text.len());
                let made = Made::of(Part::plain(Arc::clone(&text), whole));
                Attr { made, ..Attr::new(Value::string(text), word.span) }
            }
            content => content.and_then(|content| self.parsed(content)).unwrap_or_else(|| not_read(word)),
        }
    }

    /// The document in a file that a word names, JSON or YAML.
    pub fn members(&self, word: &Text) -> Attr {
        let path = word.text.strip_prefix("file://").unwrap_or(&word.text);
        self.content(path, word).and_then(|content| self.parsed(content)).unwrap_or_else(|| not_read(word))
    }

    fn parsed(&self, content: Content<'_>) -> Option<Attr> {
        match content {
            Content::Written(text) => self.document(text),
            Content::File(source, _) => {
                let roots = tree::parse(self.context.sources, source).ok()?;
                Some(tree::attr_with(roots.first()?, Schema::Core, &placeholder::read))
            }
        }
    }

    fn content(&self, path: &str, word: &Text) -> Option<Content<'_>> {
        if let Some(written) = self.written.get(path) {
            return Some(Content::Written(written));
        }
        word.known()?;
        let folders = [self.folder, ""];
        let (source, text) =
            folders.iter().find_map(|folder| self.context.load(&files::resolve(folder, path)?).ok())?;
        Some(Content::File(source, text))
    }
}

/// What stands in a file.
enum Content<'a> {
    /// What the script has written to it.
    Written(&'a Text),
    /// What it holds in the project.
    File(SourceId, Arc<str>),
}

fn not_read(word: &Text) -> Attr {
    Attr::unknown(Why::new(WhyCode::SourceNotRead, word.text.as_str(), word.span), word.span)
}

/// A reader of `Key=A,Value=B`.
struct Shorthand<'t> {
    word: &'t Text,
    at: usize,
    depth: u32,
}

impl Shorthand<'_> {
    fn rest(&self) -> &str {
        self.word.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, token: char) -> bool {
        let found = self.rest().starts_with(token);
        self.at += if found { token.len_utf8() } else { 0 };
        found
    }

    /// The whole word, if all of it reads as shorthand.
    fn whole(mut self) -> Option<Attr> {
        let map = self.pairs(None)?;
        self.rest().is_empty().then_some(map)
    }

    fn key(&mut self) -> Option<Range<usize>> {
        let name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        let len = self.rest().find(|c| !name(c)).filter(|len| *len > 0)?;
        let range = self.at..self.at + len;
        self.at += len;
        let starts = self.word.text.get(range.clone())?.starts_with(|c: char| c.is_ascii_alphabetic());
        (starts && self.skip('=')).then_some(range)
    }

    /// `Key=value,Key=value`, up to `close`.
    fn pairs(&mut self, close: Option<char>) -> Option<Attr> {
        let start = self.at;
        let mut entries: Vec<(Str, Attr)> = Vec::new();
        loop {
            if close.is_some_and(|close| self.skip(close)) {
                break;
            }
            let key = self.key()?;
            let name = self.word.text.get(key.clone())?;
            let value = Attr { key: Some(self.word.place(key)), ..self.value()? };
            entries.push((name.into(), value));
            match self.rest().chars().next() {
                Some(',') => self.at += 1,
                None if close.is_none() => break,
                Some(c) if Some(c) == close => {}
                _ => return None,
            }
        }
        Some(Attr::new(Value::map(entries), self.word.place(start..self.at)))
    }

    fn value(&mut self) -> Option<Attr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let start = self.at;
        let value = match self.rest().chars().next() {
            Some('{') => {
                self.at += 1;
                self.pairs(Some('}'))?
            }
            Some('[') => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.skip(']') {
                    items.push(self.value()?);
                    if !self.skip(',') && !self.rest().starts_with(']') {
                        return None;
                    }
                }
                Attr::new(Value::list(items), self.word.place(start..self.at))
            }
            Some(quote @ ('"' | '\'')) => {
                let len = self.rest().get(1..)?.find(quote)?;
                self.at += len + 2;
                self.word.attr(start + 1..start + 1 + len, &[])
            }
            _ => {
                let first = self.plain()?;
                self.more(start, first)?
            }
        };
        self.depth -= 1;
        Some(value)
    }

    /// Text up to a comma or a closing bracket; a backslash takes a comma in.
    fn plain(&mut self) -> Option<Attr> {
        let start = self.at;
        let mut dropped = Vec::new();
        let mut chars = self.rest().char_indices();
        let mut len = self.rest().len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    dropped.push(start + at..start + at + 1);
                    chars.next();
                }
                ',' | ']' | '}' => {
                    len = at;
                    break;
                }
                _ => {}
            }
        }
        self.at = start + len;
        Some(self.word.attr(start..self.at, &dropped))
    }

    /// `Key=a,b,c`: further words without a key of their own make a list.
    fn more(&mut self, start: usize, first: Attr) -> Option<Attr> {
        let mut items = vec![first];
        while self.depth == 1 && self.rest().starts_with(',') {
            let before = self.at;
            self.at += 1;
            let is_pair = self.key().is_some();
            self.at = before + 1;
            if is_pair || self.rest().is_empty() {
                self.at = before;
                break;
            }
            items.push(self.plain()?);
        }
        match items.len() {
            1 => items.pop(),
            _ => Some(Attr::new(Value::list(items), self.word.place(start..self.at))),
        }
    }
}
