//! `mlcost-lint kinds [KIND]`: the vocabulary that rules are written in.

use super::{Failure, exit, project, stdout, table};
use crate::docs::facts::type_name;
use crate::model::kinds::{Kind, KindSet, Link, Type};
use crate::model::value::Str;
use crate::report::terminal;
use crate::rules::functions;
use crate::source::SourceMap;
use crate::suggest::closest;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Lists the kinds and functions, or prints one kind in full.
pub fn run(name: Option<&str>) -> Result<u8, Failure> {
    let kinds = project::kinds(&SourceMap::new())?;
    match name {
        None => stdout::print(|out| overview(&kinds, out))?,
        Some(name) => {
            let id = kinds.id(name).ok_or_else(|| no_such(name, &kinds))?;
            stdout::print(|out| describe(&kinds, kinds.get(id), &kinds.natives_of(id), out))?;
        }
    }
    Ok(exit::CLEAN)
}

fn no_such(name: &str, kinds: &KindSet) -> Failure {
    Failure(match closest(name, kinds.kinds.iter().map(|kind| &*kind.name)) {
        Some(near) => format!("no kind `{name}`; did you mean `{near}`?"),
        None => format!("no kind `{name}`; `mlcost-lint kinds` lists them"),
    })
}

fn overview(kinds: &KindSet, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<[String; 2]> =
        kinds.kinds.iter().map(|kind| [kind.name.to_string(), kind.doc.to_string()]).collect();
    rows.sort();
    writeln!(out, "Kinds (`mlcost-lint kinds KIND` prints attributes, links and native types)")?;
    table::write(&rows, 2, terminal::width(), out)?;
    writeln!(out, "\nFunctions")?;
    let rows: Vec<[String; 2]> = functions::TABLE
        .iter()
        .map(|function| match function.doc.split_once(": ") {
            Some((call, meaning)) => [call.to_owned(), meaning.to_owned()],
            None => [function.doc.to_owned(), String::new()],
        })
        .collect();
    table::write(&rows, 2, terminal::width(), out)
}

fn describe(kinds: &KindSet, kind: &Kind, natives: &[&str], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\n  {}\n\nAttributes", kind.name, kind.doc)?;
    let mut records = BTreeMap::new();
    for attribute in &kind.attributes {
        collect_records(&attribute.ty, &mut records);
    }
    let rows: Vec<[String; 3]> = kind
        .attributes
        .iter()
        .map(|one| [format!("r.{}", one.name), type_name(&one.ty), one.doc.to_string()])
        .collect();
    table::write(&rows, 2, terminal::width(), out)?;
    for (name, fields) in records {
        writeln!(out, "\nFields of `{name}`")?;
        let rows: Vec<[String; 2]> = fields.iter().map(|(field, ty)| [field.to_string(), type_name(ty)]).collect();
        table::write(&rows, 2, terminal::width(), out)?;
    }
    if !kind.links.is_empty() {
        writeln!(out, "\nLinks")?;
        let rows: Vec<[String; 2]> =
            kind.links.iter().map(|one| [format!("r.{}", one.name), partners(kinds, one)]).collect();
        table::write(&rows, 2, terminal::width(), out)?;
    }
    writeln!(out, "\nMade from")?;
    natives.iter().try_for_each(|native| writeln!(out, "  {native}"))
}

/// What a link yields: `list<bucket>`, with the attributes of its edge.
fn partners(kinds: &KindSet, link: &Link) -> String {
    let to = &kinds.get(link.to).name;
    let partners = if link.many { format!("list<{to}>") } else { to.to_string() };
    let edge: Vec<String> = link.edge.iter().map(|(name, ty)| format!("{name}: {}", type_name(ty))).collect();
    if edge.is_empty() { partners } else { format!("{partners}, each with {}", edge.join(", ")) }
}

/// The record types inside a type, records of records too.
fn collect_records<'a>(ty: &'a Type, found: &mut BTreeMap<&'a str, &'a [(Str, Type)]>) {
    match ty {
        Type::List(element) | Type::Map(element) => collect_records(element, found),
        Type::Record(name, fields) if found.insert(name, fields).is_none() => {
            fields.iter().for_each(|(_, ty)| collect_records(ty, found));
        }
        _ => {}
    }
}
