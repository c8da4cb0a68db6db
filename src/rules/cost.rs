//! What resources cost: the items that kinds declare (`costs:` in `rules/kinds/`), checked and evaluated like rules.
//!
//! Called by `cost`. It must not know any kind, nor how costs are added up.

use super::check::Checker;
use super::checked::Expr;
use super::eval::{Evaluator, World};
use super::expr;
use super::functions::money::Notes;
use super::functions::purpose::environment_of;
use super::judge::{self, Gap, Range};
use super::settings::Settings;
use crate::model::kinds::{CostItem, KindId, KindSet, LinkId, Type};
use crate::model::resource::{Inventory, ResourceId};
use crate::model::value::Str;
use std::sync::OnceLock;

/// The costs of all kinds, each checked when the first resource of it is priced.
pub struct Costs {
    by_kind: Vec<OnceLock<Result<Vec<Item>, String>>>,
}

struct Item {
    what: Str,
    when: Option<Expr>,
    per_month: Option<Expr>,
    per_hour: Option<Expr>,
    worst_case: Option<Expr>,
    unknown: Option<Str>,
}

/// One thing that a resource costs.
#[derive(Debug)]
pub struct Charge {
    /// What is paid for.
    pub what: Str,
    /// The figures, or why there are none.
    pub figures: Result<Figures, String>,
}

/// US dollars, for one of equal resources.
#[derive(Debug, Default)]
pub struct Figures {
    /// Of what always runs or is stored: a month.
    pub per_month: Option<Range>,
    /// Of what runs now and then: an hour.
    pub per_hour: Option<Range>,
    /// Of a bounded run: if it reaches its limit.
    pub worst_case: Option<Range>,
    /// What they rest on.
    pub notes: Notes,
}

/// What a resource costs.
#[derive(Debug)]
pub struct Charges {
    /// Item by item.
    pub items: Vec<Charge>,
    /// `development` or `production`, where something says it.
    pub environment: Option<&'static str>,
    /// How many equal resources there are; 1 where it is not known.
    pub count: u64,
}

impl Costs {
    /// For resources of these kinds.
    pub fn new(kinds: &KindSet) -> Costs {
        Costs { by_kind: kinds.kinds.iter().map(|_| OnceLock::new()).collect() }
    }

    /// What a resource costs; no items where its kind declares none that apply. `Err` is a mistake in the kind.
    pub fn of(&self, inventory: &Inventory, id: ResourceId, settings: &Settings) -> Result<Charges, String> {
        let partners = |id: ResourceId, link: LinkId| inventory.partners(id, link);
        let world = World { inventory, settings, partners: &partners };
        let mut evaluator = Evaluator::new(&world, id, &[]);
        let items = self.items(&inventory.kinds, inventory.resource(id).kind)?;
        let items = items.iter().filter_map(|item| item.charge(&mut evaluator)).collect();
        Ok(Charges { items, environment: environment_of(&evaluator), count: judge::count(&evaluator) })
    }

    fn items(&self, kinds: &KindSet, id: KindId) -> Result<&[Item], String> {
        let Some(of_kind) = self.by_kind.get(usize::from(id.0)) else { return Ok(&[]) };
        let checked = of_kind.get_or_init(|| {
            let kind = kinds.get(id);
            let checker = Checker { kinds, judged: &[id], params: &[] };
            let item = |item: &CostItem| {
                compile(item, &checker).map_err(|mistake| format!("costs of {}, {}: {mistake}", kind.name, item.what))
            };
            kind.costs.iter().map(item).collect()
        });
        checked.as_deref().map_err(String::clone)
    }
}

fn compile(item: &CostItem, checker: &Checker<'_>) -> Result<Item, String> {
    let expr = |text: &Option<String>, ty: &Type| {
        let checked = |text: &String| {
            let checked = expr::parse(text).and_then(|node| checker.check(&node, ty));
            checked.map_err(|mistake| format!("`{text}`: {}", mistake.message))
        };
        text.as_ref().map(checked).transpose()
    };
    Ok(Item {
        what: item.what.as_str().into(),
        when: expr(&item.when, &Type::Bool)?,
        per_month: expr(&item.per_month, &Type::Number)?,
        per_hour: expr(&item.per_hour, &Type::Number)?,
        worst_case: expr(&item.worst_case, &Type::Number)?,
        unknown: item.unknown.as_deref().map(Str::from),
    })
}

impl Item {
    fn charge(&self, evaluator: &mut Evaluator<'_>) -> Option<Charge> {
        let charge = |figures| Some(Charge { what: Str::clone(&self.what), figures });
        match self.when.as_ref().map(|when| evaluator.verdict(when)) {
            Some(Ok(Ok(false))) => return None,
            Some(Ok(Err(unknown))) => return charge(Err(unknown.why.what.to_string())),
            Some(Err(mistake)) => return charge(Err(mistake.message)),
            Some(Ok(Ok(true))) | None => {}
        }
        if let Some(unknown) = &self.unknown {
            return charge(Err(unknown.to_string()));
        }
        let mut figures = Figures::default();
        let mut gap = None;
        let parts = [
            (&self.per_month, &mut figures.per_month),
            (&self.per_hour, &mut figures.per_hour),
            (&self.worst_case, &mut figures.worst_case),
        ];
        for (expr, figure) in parts {
            let Some(expr) = expr else { continue };
            match judge::range(expr, evaluator) {
                Ok((range, taken)) => {
                    *figure = Some(range);
                    figures.notes.join(taken);
                }
                Err(more) => gap = gap.or(Some(more)),
            }
        }
        let none = figures.per_month.or(figures.per_hour).or(figures.worst_case).is_none();
        charge(match gap {
            Some(gap) if none => Err(reason(gap)),
            _ => Ok(figures),
        })
    }
}

fn reason(gap: Gap) -> String {
    match (gap.unpriced.first(), gap.why) {
        (Some(name), _) => format!("no price is known for `{name}`"),
        (None, Some(why)) => why.what.to_string(),
        (None, None) => "the code does not say it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    #[test]
    fn the_costs_of_all_kinds_make_sense() {
        let kinds = crate::engine::kinds(&SourceMap::new()).unwrap();
        let costs = Costs::new(&kinds);
        let of_kind = |at: usize| costs.items(&kinds, KindId(at as u16)).unwrap();
        let all: Vec<&[Item]> = (0..kinds.kinds.len()).map(of_kind).collect();
        let priced = all.iter().filter(|items| !items.is_empty()).count();
        assert!(priced > 15, "{priced}");
        for item in all.into_iter().flatten() {
            let figures = item.per_month.is_some() || item.per_hour.is_some() || item.worst_case.is_some();
            assert!(figures != item.unknown.is_some(), "`{}` has either figures or a reason", item.what);
        }
    }
}
