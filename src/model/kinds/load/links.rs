//! Checks declared links and makes the relations and routes that joins follow.
//!
//! Part of `load`. It must not know how joins are computed.

use super::{Draft, Loader};
use crate::model::kinds::file::LinkFile;
use crate::model::kinds::plan::{Join, PlannedRow, Relation, Route};
use crate::model::kinds::{Kind, KindId, Link, LinkId, Type};
use crate::model::value::Str;

impl Loader<'_> {
    pub(super) fn links(&mut self, draft: &Draft<'_>, kind: KindId) {
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
    pub(super) fn via(&mut self, draft: &Draft<'_>, kind: KindId) {
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

    /// What links look at must not itself depend on links.
    pub(super) fn early_keys(&mut self, drafts: &[Draft<'_>]) {
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
