//! Messages with placeholders: read once, printed for each finding.
//!
//! `{expression}` prints a value, `{…?}` drops what stands in it if anything there is unknown or absent. Called by
//! `set`. What is sensitive never prints.

use super::check::Checker;
use super::checked::{Checked, Expr, Member};
use super::eval::Evaluator;
use super::eval::outcome::{Datum, Outcome};
use super::expr::{self, Mistake};
use crate::model::kinds::Type;
use crate::model::number::Number;
use crate::model::value::{Attr, Map, Piece};

/// Clauses inside clauses.
const MAX_DEPTH: u8 = 4;

/// A text with placeholders.
#[derive(Debug)]
pub struct Message(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Expr),
    Clause(Message),
}

/// Alternatives that are told one by one.
const MOST_ALTERNATIVES: usize = 3;

impl Message {
    /// Reads a message; mistakes are placed in its text.
    pub fn parse(text: &str, checker: &Checker<'_>) -> Result<Message, Mistake> {
        parse(text, 0, checker, 0)
    }

    /// Prints it. The flag says whether everything in it was known.
    pub fn print(&self, evaluator: &Evaluator<'_>) -> (String, bool) {
        let mut out = String::new();
        let mut complete = true;
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(expr) => {
                    let (text, known) = printed(evaluator, expr);
                    out.push_str(&text);
                    complete &= known;
                }
                Part::Clause(clause) => {
                    let (text, known) = clause.print(evaluator);
                    if known {
                        out.push_str(&text);
                    }
                }
            }
        }
        (out, complete)
    }
}

fn parse(text: &str, base: usize, checker: &Checker<'_>, depth: u8) -> Result<Message, Mistake> {
    let place = |range: std::ops::Range<usize>| (base + range.start) as u32..(base + range.end) as u32;
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|found| at + found) {
        let Some(close) = closing(text, open) else {
            return Err(Mistake::new(place(open..open + 1), "this `{` has no `}`"));
        };
        if depth >= MAX_DEPTH {
            return Err(Mistake::new(place(open..close + 1), "clauses are nested too deep"));
        }
        parts.push(Part::Text(text[at..open].to_owned()));
        let inner = &text[open + 1..close];
        parts.push(match inner.strip_suffix('?') {
            Some(clause) => Part::Clause(parse(clause, base + open + 1, checker, depth + 1)?),
            None => {
                let shift = (base + open + 1) as u32;
                let checked = expr::parse(inner).and_then(|node| checker.check(&node, &Type::Any));
                let moved = |mistake: Mistake| {
                    let at = mistake.at.start + shift..mistake.at.end + shift;
                    Mistake { at, ..mistake }
                };
                Part::Value(checked.map_err(moved)?)
            }
        });
        at = close + 1;
    }
    parts.push(Part::Text(text[at..].to_owned()));
    Ok(Message(parts))
}

fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// A value as it prints, and whether it is known and present.
fn printed(evaluator: &Evaluator<'_>, expr: &Expr) -> (String, bool) {
    let mut texts: Vec<String> = Vec::new();
    let mut numbers: Vec<Number> = Vec::new();
    let mut known = true;
    evaluator.take_sensitive();
    let complete = evaluator.outcomes(expr, |outcome| {
        let text = match &outcome {
            Outcome::Known(datum) => {
                known &= !matches!(datum, Datum::Text(_) | Datum::AtLeast(..));
                numbers.extend(if let Datum::Number(number) = datum { Some(number.clone()) } else { None });
                one(evaluator, datum, expr.money)
            }
            Outcome::Absent => {
                known = false;
                "none".to_owned()
            }
            Outcome::Unknown(unknown) => {
                known = false;
                format!("`{}`", unknown.why.what)
            }
            Outcome::Broken(mistake) => return Err(mistake.clone()),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
        Ok(())
    });
    numbers.sort();
    let all = match (numbers.first(), numbers.last()) {
        (Some(least), Some(most)) if texts.len() > MOST_ALTERNATIVES && numbers.len() >= texts.len() => {
            let ends = [least, most].map(|number| one(evaluator, &Datum::Number(number.clone()), expr.money));
            ends.join(" to ")
        }
        _ => alternatives(&texts),
    };
    if evaluator.take_sensitive() {
        return ("(sensitive)".to_owned(), known);
    }
    let default = attribute(evaluator, expr).is_some_and(|attr| attr.origin.is_service_default());
    let suffix = if default { " (default)" } else { "" };
    (all + suffix, known && matches!(complete, Ok(true)))
}

/// Alternatives in words: many machines of one family by its name, others by the first of them.
fn alternatives(texts: &[String]) -> String {
    let [first, rest @ ..] = texts else { return String::new() };
    if texts.len() <= MOST_ALTERNATIVES {
        return texts.join(" or ");
    }
    let dots = first.match_indices('.').rev();
    // The name of a family has a number; what stands before it alone tells nothing.
    let names = |head: &&str| head.rsplit(' ').next().is_some_and(|name| name.contains(|c: char| c.is_ascii_digit()));
    let mut common = dots.map(|(at, dot)| &first[..at + dot.len()]).filter(names);
    match common.find(|head| rest.iter().all(|text| text.starts_with(head))) {
        Some(family) => format!("{family}*"),
        None => {
            let (named, others) = texts.split_at(MOST_ALTERNATIVES);
            format!("{} or {} others", named.join(", "), others.len())
        }
    }
}

/// The attribute an expression names, where it names one of the judged resource.
fn attribute<'a>(evaluator: &Evaluator<'a>, expr: &Expr) -> Option<&'a Attr> {
    let Checked::Member(of, places) = &expr.node else { return None };
    let kind = evaluator.world.inventory.resource(evaluator.judged).kind;
    let (_, member) = places.iter().find(|(declared, _)| *declared == kind)?;
    let own = matches!(of.node, Checked::Judged) && matches!(member, Member::Attribute(_) | Member::Region);
    if own { evaluator.attr((evaluator.judged, *member)) } else { None }
}

fn one(evaluator: &Evaluator<'_>, datum: &Datum, money: bool) -> String {
    match datum {
        Datum::Bool(truth) => truth.to_string(),
        Datum::Number(number) if money => evaluator.amount(number.to_f64()),
        Datum::Number(number) => plain(number),
        Datum::AtLeast(number, _) => format!("{} or more", plain(number)),
        Datum::String(text) => text.to_string(),
        Datum::Text(pieces) => source(pieces),
        Datum::List(list) => {
            let items = list.items.iter().map(|item| match item {
                Outcome::Known(datum) => one(evaluator, datum, money),
                Outcome::Unknown(unknown) => format!("`{}`", unknown.why.what),
                Outcome::Absent | Outcome::Broken(_) => "none".to_owned(),
            });
            let records = list.items.iter().any(|item| matches!(item, Outcome::Known(Datum::Map(_))));
            items.collect::<Vec<_>>().join(if records { " + " } else { ", " })
        }
        Datum::Map(map) => record(evaluator, map),
        Datum::Record(fields) => {
            let texts = fields.iter().filter_map(|(name, outcome)| match outcome {
                Outcome::Known(datum) => Some(one(evaluator, datum, *name == super::functions::HOURLY_FIELD)),
                _ => None,
            });
            texts.collect::<Vec<_>>().join(" at ")
        }
        Datum::Resource(handle) => evaluator.world.inventory.resource(handle.id).native.display_address(),
    }
}

/// A record prints as `2 × type with 4 × accelerator` as far as it has them, else by its entries.
fn record(evaluator: &Evaluator<'_>, map: &Map) -> String {
    let text = |attr: &Attr| match evaluator.lift(attr, &Type::Any) {
        Outcome::Known(datum @ (Datum::Bool(_) | Datum::Number(_) | Datum::String(_) | Datum::Text(_))) => {
            one(evaluator, &datum, false)
        }
        Outcome::Unknown(unknown) => format!("`{}`", unknown.why.what),
        Outcome::Known(_) => "…".to_owned(),
        Outcome::Absent | Outcome::Broken(_) => "none".to_owned(),
    };
    let with = |name: &str, count: &str| {
        let attached = map.get(name)?;
        let many = map.get(count).map(text).filter(|count| count != "1" && count != "none");
        Some(many.map_or_else(|| text(attached), |count| format!("{count} × {}", text(attached))))
    };
    match (with("type", "count"), with("accelerator", "accelerator_count")) {
        (Some(machine), Some(accelerators)) => format!("{machine} with {accelerators}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => {
            map.entries.iter().map(|(key, attr)| format!("{key} = {}", text(attr))).collect::<Vec<_>>().join(", ")
        }
    }
}

/// A text known in part as its source: `s3://${var.bucket}/x`.
fn source(pieces: &[Piece]) -> String {
    let parts = pieces.iter().map(|piece| match piece {
        Piece::Known(text) => text.to_string(),
        // Any text will do: nothing in the code stands for it.
        Piece::Hole(unknown) if &*unknown.why.what == "*" => "*".to_owned(),
        Piece::Hole(unknown) => format!("${{{}}}", unknown.why.what),
    });
    format!("`{}`", parts.collect::<String>())
}

fn plain(number: &Number) -> String {
    if number.is_integer() {
        return number.to_string();
    }
    let rounded = format!("{:.2}", number.to_f64());
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kinds::KindId;
    use crate::model::value::{Origin, Via};
    use crate::rules::testing::*;

    fn print(fixture: &Fixture, text: &str) -> String {
        let kinds = kinds();
        let params = [("min_hourly_usd".into(), Type::Number)];
        let checker = Checker { kinds: &kinds, judged: &[KindId(0)], params: &params };
        let message = Message::parse(text, &checker).unwrap_or_else(|mistake| panic!("{text}: {mistake:?}"));
        fixture.with(|evaluator| message.print(evaluator).0)
    }

    #[test]
    fn many_alternatives_are_told_by_what_they_share() {
        let told = |texts: &[&str]| alternatives(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(told(&["g5.xlarge", "g5.2xlarge", "p3.2xlarge"]), "g5.xlarge or g5.2xlarge or p3.2xlarge");
        assert_eq!(
            told(&["2 × ml.g5.xlarge", "2 × ml.g5.2xlarge", "2 × ml.g5.4xlarge", "2 × ml.g5.8xlarge"]),
            "2 × ml.g5.*"
        );
        assert_eq!(told(&["ml.a.x", "ml.b.x", "ml.c.x", "ml.d.x", "ml.e.x"]), "ml.a.x, ml.b.x, ml.c.x or 2 others");
    }

    #[test]
    fn values_print_for_people() {
        let fixture = Fixture::new(&[
            ("instances", list([instance(text("big"), 2), instance(text("cpu"), 1)])),
            ("n", one_of([Some(number(1)), Some(number(2))])),
            ("t", partly("s3://", "/x")),
            ("u", unknown()),
        ]);
        let message = "{r.instances} trains{ for {hourly(r)} an hour?}{ with {r.m}?}{ to {r.t}?}";
        assert_eq!(print(&fixture, message), "2 × big + cpu trains for $65.50 an hour");
        assert_eq!(print(&fixture, "{r.n} at {r.t} or {r.u}, {r.m}"), "1 or 2 at `s3://${var.x}/x` or `var.x`, none");
        assert_eq!(print(&fixture, "{params.min_hourly_usd} {7 / 3} {cheaper_equal(r)}"), "$1 2.33 small at $4");
        assert_eq!(print(&fixture, "{has(r.n) ? hourly(r) : null}{ or {has(r.m) ? hourly(r) : null}?}"), "$65.50");
    }

    #[test]
    fn defaults_are_marked_and_sensitive_values_hidden() {
        let mut fixture =
            Fixture::new(&[("spot", text("off")), ("t", text("hunter2")), ("tags", map([("k", text("v"))]))]);
        let mut change = |name: usize, change: &dyn Fn(&mut Attr)| {
            if let Some(attr) = &mut fixture.inventory.resources[0].attributes[name] {
                change(attr);
            }
        };
        change(5, &|attr| attr.origin = Origin::default().then(Via::ServiceDefault, at()));
        change(2, &|attr| attr.sensitive = true);
        assert_eq!(print(&fixture, "spot {r.spot}"), "spot off (default)");
        assert_eq!(
            print(&fixture, "{r.t} {r.t + \"!\"} {r.spot == r.t} {r.tags}"),
            "(sensitive) (sensitive) (sensitive) k = v"
        );
    }

    #[test]
    fn mistakes_in_placeholders_have_places() {
        let kinds = kinds();
        let checker = Checker { kinds: &kinds, judged: &[KindId(0)], params: &[] };
        let place = |text: &str| {
            let mistake = Message::parse(text, &checker).unwrap_err();
            text[mistake.at.start as usize..mistake.at.end as usize].to_owned()
        };
        assert_eq!(place("é {r.nope} x"), "nope");
        assert_eq!(place("a { b {r.nope} c?}"), "nope");
        assert_eq!(place("a {r.n"), "{");
    }
}
