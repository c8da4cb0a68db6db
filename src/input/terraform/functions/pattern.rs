//! Patterns as Terraform reads them (RE2), written as the `regex` crate reads them.
//!
//! Called by `regular`. Both agree on what matches first; they differ in what is written: `\Q…\E`, braces that repeat
//! nothing, brackets inside classes, classes such as `\w` that know only ASCII here, and escapes that the crate adds.

use super::{INVALID, Outcome};
use std::fmt::Write;

/// How often RE2 repeats something at most.
const MAX_REPETITION: u32 = 1000;
/// Names of classes between `[:` and `:]`.
const NAMED: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

/// The pattern for the crate; refused where RE2 refuses it and the crate would not.
pub(super) fn translate(pattern: &str) -> Outcome<String> {
    let mut pattern = Pattern { rest: pattern, out: String::with_capacity(pattern.len()) };
    // Whether what comes before is repeated already.
    let mut repeated = false;
    while let Some(c) = pattern.rest.chars().next() {
        let repeats = pattern.repetition(c)?;
        if repeats && repeated {
            return Err(INVALID);
        }
        repeated = repeats;
        if !repeats {
            pattern.step(c)?;
        }
    }
    Ok(pattern.out)
}

struct Pattern<'t> {
    rest: &'t str,
    out: String,
}

/// What stands in a class or after a backslash.
enum Item {
    /// One character.
    Char(char),
    /// A class, as the crate writes it.
    Class(String),
}

impl Pattern<'_> {
    fn take(&mut self, bytes: usize) -> &str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn take_char(&mut self) -> Outcome<char> {
        let c = self.rest.chars().next().ok_or(INVALID)?;
        self.take(c.len_utf8());
        Ok(c)
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_next = self.rest.starts_with(text);
        if is_next {
            self.take(text.len());
        }
        is_next
    }

    fn push(&mut self, c: char) {
        // Writing to a string does not fail.
        let _ = write!(self.out, "\\x{{{:x}}}", u32::from(c));
    }

    /// Takes a repetition, with what makes it lazy.
    fn repetition(&mut self, c: char) -> Outcome<bool> {
        let length = match c {
            '*' | '+' | '?' => 1,
            '{' => match braces(self.rest) {
                Some((_, numbers)) if numbers.iter().any(|number| *number > MAX_REPETITION) => return Err(INVALID),
                Some((length, _)) => length,
                None => return Ok(false),
            },
            _ => return Ok(false),
        };
        let lazy = self.rest.get(length..).is_some_and(|rest| rest.starts_with('?'));
        let taken = self.take(length + usize::from(lazy)).to_owned();
        self.out.push_str(&taken);
        Ok(true)
    }

    fn step(&mut self, c: char) -> Outcome<()> {
        match c {
            '\\' => return self.escape(),
            '[' => return self.class(),
            '(' => return self.group(),
            '{' | '}' | ']' => self.push(c),
            '|' | ')' | '.' | '^' | '$' => self.out.push(c),
            _ => self.push(c),
        }
        self.take(c.len_utf8());
        Ok(())
    }

    fn escape(&mut self) -> Outcome<()> {
        if self.takes("\\Q") {
            let end = self.rest.find("\\E").unwrap_or(self.rest.len());
            let quoted = self.take(end).to_owned();
            quoted.chars().for_each(|c| self.push(c));
            self.takes("\\E");
            return Ok(());
        }
        for (boundary, ascii) in [("\\b", "(?-u:\\b)"), ("\\B", "(?-u:\\B)"), ("\\A", "\\A"), ("\\z", "\\z")] {
            if self.takes(boundary) {
                self.out.push_str(ascii);
                return Ok(());
            }
        }
        match self.item()? {
            Item::Char(c) => self.push(c),
            Item::Class(class) => self.out.push_str(&class),
        }
        Ok(())
    }

    fn group(&mut self) -> Outcome<()> {
        let plain = ["(?:", "(?P<", "(?<"].into_iter().find(|start| self.rest.starts_with(start));
        let length = match plain {
            Some("(?:") => 3,
            Some(_) => self.rest.find('>').ok_or(INVALID)? + 1,
            None if self.rest.starts_with("(?") => {
                let end = self.rest.find([')', ':']).ok_or(INVALID)?;
                let flags = self.rest.get(2..end).unwrap_or_default();
                if flags.is_empty() && self.takes("(?)") {
                    return Ok(());
                }
                if flags.is_empty() || !flags.chars().all(|flag| matches!(flag, 'i' | 'm' | 's' | 'U' | '-')) {
                    return Err(INVALID);
                }
                end + 1
            }
            None => 1,
        };
        let taken = self.take(length).to_owned();
        self.out.push_str(&taken);
        Ok(())
    }

    fn class(&mut self) -> Outcome<()> {
        self.take(1);
        self.out.push('[');
        if self.takes("^") {
            self.out.push('^');
        }
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            first = false;
            match self.item()? {
                Item::Class(class) => self.out.push_str(&class),
                Item::Char(low) => {
                    self.push(low);
                    let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]") && self.rest.len() > 1;
                    if is_range {
                        self.take(1);
                        let Item::Char(high) = self.item()? else { return Err(INVALID) };
                        self.out.push('-');
                        self.push(high);
                    }
                }
            }
        }
        self.take(1);
        self.out.push(']');
        Ok(())
    }

    /// A character, or a class with a name.
    fn item(&mut self) -> Outcome<Item> {
        if let Some(end) = self.rest.strip_prefix("[:").and_then(|rest| rest.find(":]")) {
            let name = self.take(end + 4).to_owned();
            let is_known = NAMED.contains(&name.trim_matches(['[', ':', ']', '^']));
            return is_known.then_some(Item::Class(format!("[{name}]"))).ok_or(INVALID);
        }
        let c = self.take_char()?;
        if c != '\\' {
            return Ok(Item::Char(c));
        }
        let c = self.take_char()?;
        let class = |class: &str| Ok(Item::Class(class.to_owned()));
        match c {
            'd' => class("[0-9]"),
            'D' => class("[^0-9]"),
            's' => class(r"[\t\n\f\r ]"),
            'S' => class(r"[^\t\n\f\r ]"),
            'w' => class("[0-9A-Za-z_]"),
            'W' => class("[^0-9A-Za-z_]"),
            'p' | 'P' => {
                let length = match self.rest.strip_prefix('{') {
                    Some(rest) => rest.find('}').ok_or(INVALID)? + 2,
                    None => self.rest.chars().next().ok_or(INVALID)?.len_utf8(),
                };
                let name = self.take(length).to_owned();
                // The crate has only one way to turn a class around.
                let turned = name.strip_prefix("{^").map(|name| format!("{{{name}"));
                let other = if c == 'p' { 'P' } else { 'p' };
                let class = turned.map_or_else(|| format!("\\{c}{name}"), |name| format!("\\{other}{name}"));
                Ok(Item::Class(class))
            }
            'x' => self.hexadecimal(),
            '0'..='7' => self.octal(c),
            'a' => Ok(Item::Char('\u{7}')),
            'f' => Ok(Item::Char('\u{c}')),
            'n' => Ok(Item::Char('\n')),
            'r' => Ok(Item::Char('\r')),
            't' => Ok(Item::Char('\t')),
            'v' => Ok(Item::Char('\u{b}')),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(Item::Char(c)),
            _ => Err(INVALID),
        }
    }

    /// `\x41` or `\x{1f600}`.
    fn hexadecimal(&mut self) -> Outcome<Item> {
        let braced = self.takes("{");
        let length = if braced { self.rest.find('}').ok_or(INVALID)? } else { 2 };
        let digits = self.take(length).to_owned();
        let is_whole = if braced { self.takes("}") } else { digits.len() == 2 };
        let code = u32::from_str_radix(&digits, 16).ok().filter(|_| is_whole && !digits.starts_with('+'));
        code.and_then(char::from_u32).map(Item::Char).ok_or(INVALID)
    }

    /// `\012`; a single digit but zero would refer back, which RE2 does not do.
    fn octal(&mut self, first: char) -> Outcome<Item> {
        let more = self.rest.chars().take(2).take_while(|c| matches!(c, '0'..='7')).count();
        if first != '0' && more == 0 {
            return Err(INVALID);
        }
        let digits = format!("{first}{}", self.take(more));
        u32::from_str_radix(&digits, 8).ok().and_then(char::from_u32).map(Item::Char).ok_or(INVALID)
    }
}

/// The length and the numbers of `{2}`, `{2,}` or `{2,5}`; `None` where braces are only braces.
fn braces(text: &str) -> Option<(usize, Vec<u32>)> {
    let end = text.find('}')?;
    let inside = text.get(1..end)?;
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let is_plain = is_number && (digits == "0" || !digits.starts_with('0'));
        is_plain.then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let numbers = match inside.split_once(',') {
        None => vec![number(inside)?],
        Some((least, "")) => vec![number(least)?],
        Some((least, most)) => vec![number(least)?, number(most)?],
    };
    Some((end + 1, numbers))
}
