//! Reads and checks kind files, and makes the plan that is executed.
//!
//! Called once at start-up with the embedded files. Every mistake is an error that points into the file. It must not
//! know any kind by name, but for the file of records.

use super::file::{Declared, Entries, KindFile, LinkFile, RecordsFile, RowFile};
use super::locate;
use super::plan::{Join, Plan, PlannedRow, PlannedSpec, Relation, Route};
use super::row::{Literal, Source, Spec};
use super::{Attribute, Kind, KindId, KindSet, Link, LinkId, Type};
use crate::model::value::{Str, Value};
use crate::source::{SourceMap, Span};

/// The file of record types, without its ending.
const RECORDS: &str = "records";

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
    /// its kind; `records` declares record types. Texts are registered in `sources` only to point at mistakes.
    pub fn load<P: AsRef<str>, T: AsRef<str>>(
        sources: &SourceMap,
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Result<KindSet, Vec<KindError>> {
        let mut files: Vec<(P, T)> = files.into_iter().collect();
        files.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
        let mut loader = Loader { sources, errors: Vec::new(), kinds: Vec::new(), plan: Plan::default() };
        let mut records = Records::new();
        let mut drafts = Vec::new();
        for (path, text) in &files {
            let (path, text) = (path.as_ref(), text.as_ref());
            let name = path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or(path);
            if name == RECORDS {
                loader.records(path, text, &mut records);
            } else if let Some(file) = loader.read(path, text) {
                drafts.push(Draft { path, text, name, file });
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

struct Loader<'a> {
    sources: &'a SourceMap,
    errors: Vec<KindError>,
    kinds: Vec<Kind>,
    plan: Plan,
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

    fn read<T: serde::de::DeserializeOwned>(&mut self, path: &str, text: &str) -> Option<T> {
        let (line, column, message) = if text.trim_start().starts_with('{') {
            match serde_json::from_str(text) {
                Ok(file) => return Some(file),
                Err(error) => (error.line(), error.column(), error.to_string()),
            }
        } else {
            match serde_yaml::from_str(text) {
                Ok(file) => return Some(file),
                Err(error) => {
                    let place = error.location().map_or((1, 1), |place| (place.line(), place.column()));
                    (place.0, place.1, error.to_string())
                }
            }
        };
        let at = locate::offset(text, line, column);
        self.error(path, text, at..at, message);
        None
    }

    fn records(&mut self, path: &str, text: &str, records: &mut Records) {
        let Some(file) = self.read::<RecordsFile>(path, text) else { return };
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
        self.kinds.push(Kind { name: draft.name.into(), doc, attributes, links: Vec::new() });
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

    fn links(&mut self, draft: &Draft<'_>, kind: KindId) {
        for (name, link) in &draft.file.links.0 {
            let Some(to) = self.kind_id(&link.to) else {
                let names: Vec<Str> = self.kinds.iter().map(|kind| kind.name.clone()).collect();
                let message = format!("there is no kind `{}`", link.to);
                self.wrong_name(draft, &["links", name, &link.to], message, names.iter().map(|name| &**name));
                continue;
            };
            if self.kind(kind).is_some_and(|kind| kind.attribute(name).is_some()) {
                self.wrong(draft, &["links", name], format!("`{name}` is already an attribute"));
            }
            let ways = usize::from(link.by.is_some()) + usize::from(link.from.is_some()) + link.via.len().min(1);
            if ways != 1 {
                self.wrong(draft, &["links", name], "a link has exactly one of `by`, `from` and `via`");
                continue;
            }
            let Some(also) = self.also(draft, kind, to, name, link) else { continue };
            let (holder, target, attribute) = match (&link.by, &link.from) {
                (Some(by), _) => (to, kind, by),
                (_, Some(from)) => (kind, to, from),
                // Found in `via`, once all links have their positions.
                _ => {
                    self.push(
                        kind,
                        name,
                        to,
                        link.many,
                        Vec::new(),
                        Join { route: Route::Via(LinkId(0), LinkId(0)), also },
                    );
                    continue;
                }
            };
            let Some((relation, edge)) = self.relation(draft, name, link, holder, target, attribute) else { continue };
            let (here, there) = match link.by.is_some() {
                true => (Route::ToHolders(relation), Route::ToTargets(relation)),
                false => (Route::ToTargets(relation), Route::ToHolders(relation)),
            };
            let back = also.iter().map(|(their, own)| (*own, *their)).collect();
            self.push(kind, name, to, link.many, edge.clone(), Join { route: here, also });
            if let Some(inverse) = &link.inverse {
                let taken = |kind: &Kind| kind.link(inverse).is_some() || kind.attribute(inverse).is_some();
                if self.kind(to).is_some_and(taken) {
                    self.wrong(draft, &["links", name, inverse], format!("`{}` already has `{inverse}`", link.to));
                }
                self.push(to, &inverse.as_str().into(), kind, true, edge, Join { route: there, also: back });
            }
        }
    }

    fn push(&mut self, kind: KindId, name: &Str, to: KindId, many: bool, edge: Vec<(Str, Type)>, join: Join) {
        let at = usize::from(kind.0);
        if let (Some(kind), Some(joins)) = (self.kinds.get_mut(at), self.plan.joins.get_mut(at)) {
            kind.links.push(Link { name: name.clone(), to, many, edge });
            joins.push(join);
        }
    }

    fn also(
        &mut self,
        draft: &Draft<'_>,
        kind: KindId,
        to: KindId,
        name: &str,
        link: &LinkFile,
    ) -> Option<Vec<(usize, usize)>> {
        let mut pairs = Vec::new();
        for (their, own) in &link.also.0 {
            pairs.push((self.attribute(draft, to, name, their)?, self.attribute(draft, kind, name, own)?));
        }
        Some(pairs)
    }

    fn relation(
        &mut self,
        draft: &Draft<'_>,
        name: &str,
        link: &LinkFile,
        holder: KindId,
        target: KindId,
        attribute: &str,
    ) -> Option<(usize, Vec<(Str, Type)>)> {
        let attribute = self.attribute(draft, holder, name, attribute)?;
        let mut by_value = Vec::new();
        for word in link.target.iter().filter(|word| *word != "$ref") {
            by_value.push(self.attribute(draft, target, name, word)?);
        }
        let by_reference = link.target.iter().any(|word| word == "$ref");
        if link.target.is_empty() {
            self.wrong(draft, &["links", name], "`target` says what the key may hold: `$ref` or attributes");
            return None;
        }
        let ty = self.kind(holder)?.attributes.get(attribute)?.ty.clone();
        let fields = match &ty {
            Type::List(item) => match &**item {
                Type::Record(_, fields) => fields.clone(),
                _ => Vec::new(),
            },
            Type::Record(_, fields) => fields.clone(),
            _ => Vec::new(),
        };
        let mut edge = Vec::new();
        let mut edge_fields = Vec::new();
        for (edge_name, field) in &link.edge.0 {
            match fields.iter().find(|(name, _)| **name == **field) {
                Some((field, ty)) => {
                    edge.push((edge_name.clone(), ty.clone()));
                    edge_fields.push(field.clone());
                }
                None => self.wrong(draft, &["links", name, field], format!("the record has no field `{field}`")),
            }
        }
        if let Some(key) = link.key.as_ref().filter(|key| fields.iter().all(|(field, _)| **field != ***key)) {
            self.wrong(draft, &["links", name, key], format!("the record has no field `{key}`"));
        }
        let key = link.key.as_deref().map(Str::from);
        self.plan.relations.push(Relation {
            holder,
            attribute,
            key,
            edge: edge_fields,
            target,
            by_reference,
            by_value,
        });
        Some((self.plan.relations.len() - 1, edge))
    }

    /// Gives links over other links their positions.
    fn via(&mut self, draft: &Draft<'_>, kind: KindId) {
        for (name, link) in draft.file.links.0.iter().filter(|(_, link)| !link.via.is_empty()) {
            let route = match link.via.as_slice() {
                [first, second] => self.steps(kind, first, second, &link.to),
                _ => None,
            };
            let join = self.kind(kind).and_then(|kind| kind.link(name));
            let joins = self.plan.joins.get_mut(usize::from(kind.0));
            match (route, join.and_then(|at| joins?.get_mut(usize::from(at.0)))) {
                (Some(route), Some(join)) => join.route = route,
                (None, _) => {
                    let message = format!("`via` names two links, the second of the first's kind and to `{}`", link.to);
                    self.wrong(draft, &["links", name, "via"], message);
                }
                _ => {}
            }
        }
    }

    fn steps(&self, kind: KindId, first: &str, second: &str, to: &str) -> Option<Route> {
        let near = self.kind(kind)?;
        let one = near.link(first)?;
        let between = near.links.get(usize::from(one.0))?.to;
        let two = self.kind(between)?.link(second)?;
        let far = self.kind(between)?.links.get(usize::from(two.0))?.to;
        let direct = |kind: KindId, link: LinkId| {
            let join = self.plan.joins.get(usize::from(kind.0)).and_then(|joins| joins.get(usize::from(link.0)));
            join.is_some_and(|join| !matches!(join.route, Route::Via(..)))
        };
        let right = &*self.kind(far)?.name == to && direct(kind, one) && direct(between, two);
        right.then_some(Route::Via(one, two))
    }

    fn rows(&mut self, draft: &Draft<'_>, kind: KindId, rows: Vec<RowFile>) {
        for file in rows {
            let anchor = file.names.first().cloned().unwrap_or_default();
            let trail: [&str; 2] = ["natives", &anchor];
            let row = match file.into_row() {
                Ok(row) if !row.names.is_empty() => row,
                Ok(_) => {
                    self.wrong(draft, &trail, "a row needs `names`");
                    continue;
                }
                Err(message) => {
                    self.wrong(draft, &trail, message);
                    continue;
                }
            };
            let count = self.kind(kind).map_or(0, |kind| kind.attributes.len());
            let mut set: Box<[Option<PlannedSpec>]> = std::iter::repeat_with(|| None).take(count).collect();
            for (name, spec) in row.set {
                let trail = ["natives", &anchor, &*name];
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
            let place = self.plan.rows.len();
            for name in row.names {
                self.plan.by_type.entry(name).or_default().push(place);
            }
            self.plan.rows.push(PlannedRow { kind, each: row.each, when: row.when, set });
        }
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

    /// What links look at must not itself depend on links.
    fn early_keys(&mut self, drafts: &[Draft<'_>]) {
        let mut used: Vec<(KindId, usize)> = Vec::new();
        for relation in &self.plan.relations {
            used.push((relation.holder, relation.attribute));
            used.extend(relation.by_value.iter().map(|at| (relation.target, *at)));
        }
        for (kind, at) in used {
            let late = |row: &PlannedRow| {
                row.kind == kind && row.set.get(at).is_some_and(|spec| spec.as_ref().is_some_and(|spec| spec.late))
            };
            let attribute = self.kind(kind).and_then(|kind| kind.attributes.get(at)).map(|one| one.name.clone());
            if let (true, Some(name), Some(draft)) =
                (self.plan.rows.iter().any(late), attribute, drafts.get(usize::from(kind.0)))
            {
                self.wrong(
                    draft,
                    &["natives", "link", &name],
                    format!("`{name}` is a key of a link and cannot use one"),
                );
            }
        }
    }
}

/// Checks what a spec writes down itself against the declared type.
fn check_type(spec: &Spec, ty: &Type, mistakes: &mut Vec<String>) {
    let literals = spec.map.iter().map(|(_, literal)| literal).chain(&spec.absent);
    let constant = match &spec.source {
        Source::Const(literal) if spec.map.is_empty() => Some(literal),
        _ => None,
    };
    for literal in literals.chain(constant) {
        if let Some(message) = misfit(literal, ty) {
            mistakes.push(message);
        }
    }
    match (&spec.source, item(ty)) {
        (Source::Records { fields, .. }, Type::Record(name, declared)) => {
            for (field, spec) in fields {
                match declared.iter().find(|(name, _)| name == field) {
                    Some((_, ty)) => check_type(spec, ty, mistakes),
                    None => mistakes.push(format!("record `{name}` has no field `{field}`")),
                }
            }
        }
        (Source::Records { .. }, _) => mistakes.push("the attribute's type is not a record".into()),
        (Source::First(specs) | Source::OneOf(specs), _) => {
            specs.iter().for_each(|spec| check_type(spec, ty, mistakes))
        }
        (Source::Derive(derivation, of), _) if !(derivation.arity.0..=derivation.arity.1).contains(&of.len()) => {
            let (least, most) = derivation.arity;
            mistakes.push(format!("`{}` takes {least} to {most} values in `of`", derivation.name));
        }
        _ => {}
    }
}

fn item(ty: &Type) -> &Type {
    match ty {
        Type::List(item) => item,
        ty => ty,
    }
}

fn misfit(literal: &Literal, ty: &Type) -> Option<String> {
    let fits = match (literal, item(ty)) {
        (Literal::Null, _) | (_, Type::Any) => true,
        (Literal::EmptyList, _) => matches!(ty, Type::List(_)),
        (Literal::Scalar(Value::Number(_)), Type::Number) => true,
        (Literal::Scalar(Value::Bool(_)), Type::Bool) => true,
        (Literal::Scalar(Value::String(_)), Type::String) => true,
        (Literal::Scalar(value), Type::Enum(words)) => value.scalar_text().is_some_and(|text| words.contains(&text)),
        _ => false,
    };
    let shown = match literal {
        Literal::Scalar(value) => value.scalar_text().unwrap_or_default(),
        _ => "[]".into(),
    };
    (!fits).then(|| format!("`{shown}` is not of the attribute's type"))
}

fn parse_type(declared: &Declared, records: &Records) -> Result<Type, String> {
    named_type(declared.ty.trim(), declared, records)
}

fn named_type(name: &str, declared: &Declared, records: &Records) -> Result<Type, String> {
    let inner = |prefix: &str| name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    if let Some(item) = inner("list<") {
        return Ok(Type::List(Box::new(named_type(item, declared, records)?)));
    }
    if let Some(item) = inner("map<") {
        return Ok(Type::Map(Box::new(named_type(item, declared, records)?)));
    }
    match name {
        "any" => Ok(Type::Any),
        "string" => Ok(Type::String),
        "number" => Ok(Type::Number),
        "bool" => Ok(Type::Bool),
        "enum" if declared.values.is_empty() => Err("an `enum` lists its `values`".into()),
        "enum" => Ok(Type::Enum(declared.values.iter().map(|word| word.0.as_str().into()).collect())),
        _ => match records.iter().find(|(record, _)| **record == *name) {
            Some((record, fields)) => Ok(Type::Record(record.clone(), fields.clone())),
            None => Err(format!("there is no type `{name}`; records are declared in records.yaml")),
        },
    }
}
