//! Reads and checks kind files, and makes the plan that is executed.
//!
//! Called once at start-up with the embedded files. Every mistake is an error that points into the file. Links are
//! checked in `links`, types in `types`. It must not know any kind by name, but for the files of records and documents.

mod links;
mod types;

use super::file::{DocumentsFile, Entries, KindFile, PlacedFile, RecordsFile, RowFile};
use super::grammar::Path;
use super::locate;
use super::places::Placed;
use super::plan::{Plan, PlannedRow, PlannedSpec};
use super::row::{Row, Spec};
use super::spelling;
use super::{Attribute, Kind, KindId, KindSet, Type};
use crate::files::stem;
use crate::model::value::Str;
use crate::source::{SourceMap, Span};
use rayon::prelude::*;
use types::{check_type, parse_type};

/// The file of record types, without its ending.
const RECORDS: &str = "records";

/// The file of attributes that hold documents, without its ending.
const DOCUMENTS: &str = "documents";

/// A mistake in a kind file.
#[derive(Clone, Debug)]
pub struct KindError {
    /// The file.
    pub path: Str,
    /// The place.
    pub span: Span,
    /// One sentence.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

/// One file on its way.
struct Draft<'a> {
    path: &'a str,
    text: &'a str,
    name: &'a str,
    file: KindFile,
}

type Records = Vec<(Str, Vec<(Str, Type)>)>;

impl KindSet {
    /// Loads all kind files, given as (path, text): YAML, or the same data as JSON. The name of a file is the name of
    /// its kind; `records` declares record types, `documents` where documents are held. Texts are registered in `sources` only to point at mistakes.
    pub fn load<P: AsRef<str> + Sync, T: AsRef<str> + Sync>(
        sources: &SourceMap,
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Result<KindSet, Vec<KindError>> {
        let mut files: Vec<(P, T)> = files.into_iter().collect();
        files.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
        let read: Vec<_> = files.par_iter().map(|(path, text)| File::read(path.as_ref(), text.as_ref())).collect();
        let mut loader =
            Loader { sources, errors: Vec::new(), kinds: Vec::new(), plan: Plan::default(), also_named: Vec::new() };
        let mut records = Records::new();
        let mut drafts = Vec::new();
        for ((path, text), read) in files.iter().zip(read) {
            let (path, text) = (path.as_ref(), text.as_ref());
            match read {
                Ok(File::Records(file)) => loader.records(path, text, file, &mut records),
                Ok(File::Documents(file)) => loader.documents(path, text, file),
                Ok(File::Kind(file)) => drafts.push(Draft { path, text, name: stem(path), file }),
                Err((at, message)) => loader.error(path, text, at..at, message),
            }
        }
        for draft in &drafts {
            loader.declare(draft, &records);
        }
        for (draft, kind) in drafts.iter().zip((0..).map(KindId)) {
            loader.links(draft, kind);
        }
        for (draft, kind) in drafts.iter().zip((0..).map(KindId)) {
            loader.via(draft, kind);
        }
        for (draft, kind) in drafts.iter_mut().zip((0..).map(KindId)) {
            let rows = std::mem::take(&mut draft.file.natives);
            loader.rows(draft, kind, rows);
        }
        loader.early_keys(&drafts);
        match loader.errors.is_empty() {
            true => Ok(KindSet { kinds: loader.kinds, plan: loader.plan }),
            false => Err(loader.errors),
        }
    }
}

/// One file, read.
enum File {
    Records(RecordsFile),
    Documents(DocumentsFile),
    Kind(KindFile),
}

impl File {
    /// Reads a file by its name. `Err` is the byte at which something is wrong, and what.
    fn read(path: &str, text: &str) -> Result<File, (usize, String)> {
        match stem(path) {
            RECORDS => parse(text).map(File::Records),
            DOCUMENTS => parse(text).map(File::Documents),
            _ => parse(text).map(File::Kind),
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, (usize, String)> {
    let (line, column, message) = if text.trim_start().starts_with('{') {
        match serde_json::from_str(text) {
            Ok(file) => return Ok(file),
            Err(error) => (error.line(), error.column(), error.to_string()),
        }
    } else {
        match serde_yaml::from_str(text) {
            Ok(file) => return Ok(file),
            Err(error) => {
                let place = error.location().map_or((1, 1), |place| (place.line(), place.column()));
                (place.0, place.1, error.to_string())
            }
        }
    };
    Err((locate::offset(text, line, column), message))
}

struct Loader<'a> {
    sources: &'a SourceMap,
    errors: Vec<KindError>,
    kinds: Vec<Kind>,
    plan: Plan,
    also_named: Vec<(Str, String)>,
}

impl Loader<'_> {
    fn error(&mut self, path: &str, text: &str, place: std::ops::Range<usize>, message: impl Into<String>) {
        let source = self.sources.add(path, text);
        let (span, message) = (Span::new(source, place), message.into());
        self.errors.push(KindError { path: path.into(), span, message, help: String::new() });
    }

    fn wrong(&mut self, draft: &Draft<'_>, trail: &[&str], message: impl Into<String>) {
        self.error(draft.path, draft.text, locate::find(draft.text, trail), message);
    }

    /// A mistake that a list of the right words helps with.
    fn wrong_name<'b>(
        &mut self,
        draft: &Draft<'_>,
        trail: &[&str],
        message: String,
        names: impl Iterator<Item = &'b str>,
    ) {
        self.wrong(draft, trail, message);
        if let Some(error) = self.errors.last_mut() {
            error.help = format!("one of: {}", names.collect::<Vec<_>>().join(", "));
        }
    }

    fn records(&mut self, path: &str, text: &str, file: RecordsFile, records: &mut Records) {
        self.also_named = file.also_named.0;
        for PlacedFile { names, unless, at, with } in file.placed_with {
            let placed = Placed { unless, at, with: with.into_iter().map(Str::from).collect() };
            self.plan.placed.extend(names.into_iter().map(|name| (Str::from(name), placed.clone())));
        }
        for (name, Entries(fields)) in file.records.0 {
            let mut typed = Vec::new();
            for (field, declared) in fields {
                match parse_type(&declared, records) {
                    Ok(ty) => typed.push((field, ty)),
                    Err(message) => self.error(path, text, locate::find(text, &[&name, &field]), message),
                }
            }
            records.push((name, typed));
        }
    }

    fn documents(&mut self, path: &str, text: &str, file: DocumentsFile) {
        for file in file.documents {
            let anchor = file.names.first().cloned().unwrap_or_default();
            match file.into_row() {
                Ok((names, row)) => {
                    names.into_iter().for_each(|name| self.plan.documents.entry(name).or_default().push(row.clone()));
                }
                Err(message) => self.error(path, text, locate::find(text, &["documents", &anchor]), message),
            }
        }
    }

    fn declare(&mut self, draft: &Draft<'_>, records: &Records) {
        let mut attributes = Vec::new();
        for (name, declared) in &draft.file.attributes.0 {
            match parse_type(declared, records) {
                Ok(ty) => {
                    attributes.push(Attribute { name: name.clone(), ty, doc: declared.doc.as_str().into() });
                }
                Err(message) => self.wrong(draft, &["attributes", name], message),
            }
        }
        let doc = draft.file.doc.as_str().into();
        let costs = draft.file.costs.clone();
        self.kinds.push(Kind { name: draft.name.into(), doc, attributes, links: Vec::new(), costs });
        self.plan.joins.push(Vec::new());
    }

    fn kind(&self, id: KindId) -> Option<&Kind> {
        self.kinds.get(usize::from(id.0))
    }

    fn kind_id(&self, name: &str) -> Option<KindId> {
        self.kinds.iter().position(|kind| &*kind.name == name).map(|at| KindId(at as u16))
    }

    fn attribute(&mut self, draft: &Draft<'_>, kind: KindId, link: &str, name: &str) -> Option<usize> {
        let found = self.kind(kind)?.attribute(name);
        if found.is_none() {
            let kind = self.kind(kind)?;
            let message = format!("kind `{}` has no attribute `{name}`", kind.name);
            let names: Vec<Str> = kind.attributes.iter().map(|attribute| attribute.name.clone()).collect();
            self.wrong_name(draft, &["links", link, name], message, names.iter().map(|name| &**name));
        }
        found
    }

    fn rows(&mut self, draft: &Draft<'_>, kind: KindId, rows: Vec<RowFile>) {
        for file in rows {
            let anchor = file.names.first().cloned().unwrap_or_default();
            let trail: [&str; 2] = ["natives", &anchor];
            match file.into_row() {
                Ok(row) if row.names.is_empty() => self.wrong(draft, &trail, "a row needs `names`"),
                Ok(row) => self.row(draft, kind, &anchor, row),
                Err(message) => self.wrong(draft, &trail, message),
            }
        }
    }

    fn row(&mut self, draft: &Draft<'_>, kind: KindId, anchor: &str, row: Row) {
        let count = self.kind(kind).map_or(0, |kind| kind.attributes.len());
        let mut set: Box<[Option<PlannedSpec>]> = std::iter::repeat_with(|| None).take(count).collect();
        for (name, spec) in row.set {
            let trail = ["natives", anchor, &*name];
            let Some(at) = self.kind(kind).and_then(|kind| kind.attribute(&name)) else {
                let message = format!("kind `{}` has no attribute `{name}`", draft.name);
                let names: Vec<Str> = draft.file.attributes.0.iter().map(|(name, _)| name.clone()).collect();
                self.wrong_name(draft, &trail, message, names.iter().map(|name| &**name));
                continue;
            };
            self.check_spec(draft, kind, at, &trail, &spec);
            let late = spec.needs_links();
            if let Some(place) = set.get_mut(at) {
                *place = Some(PlannedSpec { spec, late });
            }
        }
        let mut conditions = row.each.iter().chain(row.when.iter().flat_map(|guard| &guard.paths));
        if conditions.any(|path: &Path| path.link().is_some()) {
            self.wrong(draft, &["natives", anchor], "`each` and `when` of a row come before links are known");
        }
        if row.guess {
            self.plan.guesses.extend(row.names.iter().cloned());
        }
        let place = self.plan.rows.len();
        for name in row.names {
            for (from, to) in &self.also_named {
                if let Some(other) = spelling::other_name(&name, from, to) {
                    self.plan.by_type.entry(other.into()).or_default().push(place);
                }
            }
            self.plan.by_type.entry(name).or_default().push(place);
        }
        self.plan.rows.push(PlannedRow { kind, each: row.each, when: row.when, set });
    }

    fn check_spec(&mut self, draft: &Draft<'_>, kind: KindId, at: usize, trail: &[&str], spec: &Spec) {
        let mut mistakes = Vec::new();
        spec.paths(&mut |path| {
            let Some((link, attribute)) = path.link() else { return };
            let own = self.kind(kind).and_then(|kind| Some(kind.links.get(usize::from(kind.link(link)?.0))?.to));
            match own.and_then(|to| self.kind(to)) {
                None => mistakes.push(format!("kind `{}` has no link `{link}`", draft.name)),
                Some(to) if to.attribute(attribute).is_none() => {
                    mistakes.push(format!("kind `{}` has no attribute `{attribute}`", to.name));
                }
                Some(_) => {}
            }
        });
        if let Some(ty) = self.kind(kind).and_then(|kind| kind.attributes.get(at)).map(|attribute| &attribute.ty) {
            check_type(spec, ty, &mut mistakes);
        }
        mistakes.into_iter().for_each(|message| self.wrong(draft, trail, message));
    }
}
