//! Whole folders in memory, read as a user would have them read.

mod bounds;
mod console;
mod installed;
mod modules;
mod places;
mod references;
mod repetition;
mod roots;
mod syntax;
mod terragrunt;
mod unknowns;
mod values;

use super::Terraform;
use crate::files::{Files, Nothing, Overlay};
use crate::input::{Claim, ClaimedFile, Context, Frontend, Options, Reading};
use crate::model::native::{Group, Native};
use crate::model::value::{Attr, Value};
use crate::source::SourceMap;
use std::collections::HashSet;
use std::sync::Arc;

/// What was read, with the sources to show places in.
pub(in crate::input) struct Read {
    pub reading: Reading,
    pub sources: SourceMap,
}

/// Reads files with these options; types that start with `aws_`, `google_` or `module:` in the texts are wanted.
pub(in crate::input) fn read_with(files: &[(&str, &str)], options: Options) -> Read {
    let sources = SourceMap::new();
    let overlay = Overlay::new(Nothing, files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let claimed: Vec<ClaimedFile> = files
        .iter()
        .filter(|(path, _)| Terraform.may_read(path))
        .map(|(path, text)| ClaimedFile {
            path: (*path).into(),
            source: sources.add(*path, *text),
            claim: Claim::Surely,
        })
        .collect();
    let wanted: HashSet<Arc<str>> = [
        "aws_s3_bucket",
        "aws_instance",
        "google_compute_instance",
        "azurerm_storage_account",
        "terraform_data",
        "module:terraform-aws-modules/eks/aws",
    ]
    .map(Arc::from)
    .into();
    let files: &dyn Files = &overlay;
    let context = Context { files, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let reading = Terraform.read(&context, &claimed);
    Read { reading, sources }
}

/// Reads files with default options.
pub(in crate::input) fn read(files: &[(&str, &str)]) -> Read {
    read_with(files, Options::default())
}

/// Reads one file.
pub(in crate::input) fn read_one(text: &str) -> Read {
    read(&[("main.tf", text)])
}

impl Read {
    pub fn group(&self, name: &str) -> &Group {
        self.reading.groups.iter().find(|group| &*group.name == name).expect("a group of that name")
    }

    pub fn natives(&self) -> impl Iterator<Item = &Native> {
        self.reading.groups.iter().flat_map(|group| &group.natives)
    }

    pub fn native(&self, address: &str) -> &Native {
        let mut found = self.natives().filter(|native| native.display_address() == address);
        let only = found.next().unwrap_or_else(|| panic!("no {address}"));
        assert!(found.next().is_none(), "several {address}");
        only
    }

    /// An attribute by its path, `0` for the first element of a list.
    pub fn attr(&self, address: &str, path: &str) -> &Attr {
        let mut attr = &self.native(address).tree;
        for part in path.split('.') {
            attr = match &attr.value {
                Value::Map(map) => map.get(part).unwrap_or_else(|| panic!("no {part} in {path}")),
                Value::List(list) => &list.items[part.parse::<usize>().unwrap()],
                other => panic!("{part} of {other:?}"),
            };
        }
        attr
    }

    /// The value of an attribute in short.
    pub fn value(&self, address: &str, path: &str) -> String {
        show(&self.attr(address, path).value)
    }

    /// The source text of an attribute's place and of its origin's steps.
    pub fn trail(&self, address: &str, path: &str) -> Vec<String> {
        let attr = self.attr(address, path);
        let steps = attr.origin.steps.iter().map(|step| format!("{:?} {}", step.via, self.sources.text(step.at)));
        std::iter::once(self.sources.text(attr.at)).chain(steps).collect()
    }
}

/// Evaluates an expression as the value of an attribute, in short form.
pub(in crate::input) fn eval(expression: &str) -> String {
    let text = format!("variable \"unknown\" {{}}\nresource \"aws_s3_bucket\" \"x\" {{\n  v = {expression}\n}}\n");
    let read = read_one(&text);
    assert!(read.reading.errors.is_empty(), "{:?}", read.reading.errors);
    match &read.native("aws_s3_bucket.x").tree.value {
        Value::Map(map) => map.get("v").map_or("absent".to_owned(), |attr| show(&attr.value)),
        _ => unreachable!(),
    }
}

/// A value in short: like HCL, `?code` for unknown, `a|b` for alternatives, `…` for open collections.
pub(in crate::input) fn show(value: &Value) -> String {
    use crate::model::value::Piece;
    let open = |open: bool| if open { "…" } else { "" };
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("{text:?}"),
        Value::Bool(_) | Value::Number(_) => value.scalar_text().unwrap().to_string(),
        Value::List(list) => {
            let items: Vec<String> = list.items.iter().map(|item| show(&item.value)).collect();
            format!("[{}{}]", items.join(", "), open(list.open.is_some()))
        }
        Value::Map(map) => {
            let entries: Vec<String> =
                map.entries.iter().map(|(key, value)| format!("{key}={}", show(&value.value))).collect();
            format!("{{{}{}}}", entries.join(", "), open(map.open.is_some()))
        }
        Value::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => text.to_string(),
                Piece::Hole(hole) => format!("<{}>", hole.why.what),
            })
            .collect(),
        Value::OneOf(all) => {
            let all: Vec<String> =
                all.iter().map(|one| one.as_ref().map_or("absent".to_owned(), |one| show(&one.value))).collect();
            all.join(" | ")
        }
        Value::Unknown(unknown) => match &unknown.refers_to {
            Some(to) => {
                let instance = to.instance.as_ref().map(|key| format!("[{key}]")).unwrap_or_default();
                format!("->{}{instance}.{}", to.address, to.attribute)
            }
            None => format!("?{}", unknown.why.code.name()),
        },
    }
}
