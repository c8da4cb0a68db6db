//! Functions that ask the catalogue about a resource's machines: prices and accelerators.
//!
//! They read the attribute `instances`: a list of groups `{type, count, accelerator, accelerator_count}` that are
//! rented together. Prices of an unstated region are those of the catalogue's first region, and the notes say so.
//! Which machines there are and what they cost is behind `catalogue`.

use super::catalogue::SpotPrice;
use crate::model::kinds::Type;
use crate::model::number::Number;
use crate::model::resource::ResourceId;
use crate::model::value::{Piece, Why, WhyCode};
use crate::rules::checked::Member;
use crate::rules::eval::outcome::{Datum, Outcome, Truth};
use crate::rules::eval::{Evaluator, logic, open};
use std::sync::Arc;

/// What prices rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// Each price and assumption once, in order.
    pub basis: Vec<String>,
    /// Whether any price was estimated.
    pub estimated: bool,
    /// Whether a spot price was used.
    pub spot: bool,
    /// The oldest date among the prices.
    pub as_of: Option<String>,
    /// What has no price.
    pub unpriced: Vec<String>,
}

impl Notes {
    /// Takes in what other prices rest on.
    pub fn join(&mut self, other: Notes) {
        for basis in other.basis {
            self.add(basis, other.estimated, other.as_of.as_deref().unwrap_or_default());
        }
        self.spot |= other.spot;
    }

    pub(in crate::rules) fn add(&mut self, basis: String, estimated: bool, as_of: &str) {
        if !self.basis.contains(&basis) {
            self.basis.push(basis);
        }
        self.estimated |= estimated;
        if !as_of.is_empty() && self.as_of.as_deref().is_none_or(|have| as_of < have) {
            self.as_of = Some(as_of.to_owned());
        }
    }
}

/// Instances of one type, rented together.
pub(super) struct Group {
    /// Empty where only the accelerators are stated: in no list of machines.
    pub(super) machine: String,
    pub(super) count: Number,
    /// Accelerators attached to the machine, by any name, with how many to one.
    pub(super) attached: Option<(String, Number)>,
}

/// The groups, or what stands in the way of knowing them.
fn groups(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Result<(ResourceId, Vec<Group>), Outcome> {
    let id = match args {
        [Outcome::Known(Datum::Resource(handle))] => handle.id,
        [Outcome::Known(other)] => return Err(Outcome::broken(format!("{} has no instances", other.noun()))),
        [other] => return Err(other.clone()),
        _ => return Err(Outcome::Absent),
    };
    match evaluator.read_named(id, "instances") {
        Outcome::Known(Datum::List(list)) => {
            if let Some(unknown) = &list.open {
                return Err(Outcome::Unknown(unknown.clone()));
            }
            let groups: Vec<Group> =
                list.items.iter().map(|item| group(evaluator, item)).collect::<Result<_, Outcome>>()?;
            if groups.is_empty() { Err(Outcome::Absent) } else { Ok((id, groups)) }
        }
        Outcome::Known(_) => Err(Outcome::Absent),
        other => Err(other),
    }
}

/// A field of a record.
pub(super) fn field(evaluator: &Evaluator<'_>, item: &Outcome, name: &str, ty: &Type) -> Outcome {
    match item {
        Outcome::Known(Datum::Map(map)) => match (map.get(name), &map.open) {
            (Some(attr), _) => evaluator.lift(attr, ty),
            (None, Some(why)) => Outcome::Unknown(open(why.clone())),
            (None, None) => Outcome::Absent,
        },
        other => other.clone(),
    }
}

fn group(evaluator: &Evaluator<'_>, item: &Outcome) -> Result<Group, Outcome> {
    let number = |name: &str| match field(evaluator, item, name, &Type::Number) {
        Outcome::Known(Datum::Number(number)) => Ok(number),
        Outcome::Absent => Ok(Number::from(1)),
        other => Err(other),
    };
    let text = |name: &str, in_part: fn(&[Piece]) -> Option<String>| match field(evaluator, item, name, &Type::String) {
        Outcome::Known(Datum::String(text)) => Ok(Some(text.to_string())),
        Outcome::Known(Datum::Text(pieces)) => match in_part(&pieces) {
            Some(family) => Ok(Some(family)),
            None => Err(unlisted("a type known in part")),
        },
        Outcome::Absent => Ok(None),
        other => Err(other),
    };
    let attached = match text("accelerator", |_| None)? {
        Some(name) => Some((name, number("accelerator_count")?)),
        None => None,
    };
    let machine = match (text("type", family)?, &attached) {
        (None, None) => return Err(Outcome::Absent),
        (machine, _) => machine.unwrap_or_default(),
    };
    // Some services want the accelerators stated of machines that come with them.
    let catalogue = &evaluator.world.settings.catalogue;
    let has_own = || catalogue.machine(&machine).is_some_and(|machine| machine.accelerator.is_some());
    let attached = attached.filter(|(_, count)| *count > Number::from(0) && !has_own());
    Ok(Group { machine, count: number("count")?, attached })
}

/// `p3.*` of a type of which only the family is known.
fn family(pieces: &[Piece]) -> Option<String> {
    let Some(Piece::Known(known)) = pieces.first() else { return None };
    let service = if known.starts_with("ml.") { "ml." } else { "" };
    let (family, _) = known.get(service.len()..)?.split_once('.')?;
    Some(format!("{service}{family}.*"))
}

fn unlisted(what: &str) -> Outcome {
    Outcome::Unknown(open(Why::new(WhyCode::NotEvaluated, what, None)))
}

/// The region, where it is known in full.
pub(super) fn region(evaluator: &Evaluator<'_>, id: ResourceId) -> Option<Arc<str>> {
    match evaluator.read((id, Member::Region), &Type::String) {
        Outcome::Known(Datum::String(region)) => Some(region),
        _ => None,
    }
}

/// USD an hour of one instance of a group, in a region.
type Each = fn(&Evaluator<'_>, &Group, Option<&str>) -> Option<f64>;

fn sum(evaluator: &Evaluator<'_>, args: &[Outcome], each: Each) -> Outcome {
    let (id, groups) = match groups(evaluator, args) {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let region = region(evaluator, id);
    let total = groups.iter().try_fold(Number::from(0), |total, group| {
        let usd = each(evaluator, group, region.as_deref())?;
        total.add(&Number::from_f64(usd)?.mul(&group.count)?)
    });
    total.map_or(Outcome::Absent, Outcome::from)
}

/// Remembers what has no price.
pub(super) fn priced<T>(evaluator: &Evaluator<'_>, name: &str, price: Option<T>) -> Option<T> {
    if price.is_none() {
        evaluator.note(|notes| notes.unpriced.push(name.to_owned()));
    }
    price
}

/// USD an hour of one instance on demand, attached accelerators included.
pub(super) fn price(evaluator: &Evaluator<'_>, group: &Group, region: Option<&str>) -> Option<f64> {
    let catalogue = &evaluator.world.settings.catalogue;
    let machine = priced(evaluator, &group.machine, catalogue.on_demand(&group.machine, region))?;
    let mut sum = machine.usd;
    let mut all = vec![(group.machine.as_str(), machine)];
    if let Some((accelerator, count)) = &group.attached {
        let each = priced(evaluator, accelerator, catalogue.attached(accelerator, region))?;
        sum += each.usd * count.to_f64();
        all.push((accelerator, each));
    }
    evaluator.note(|notes| {
        for (name, price) in &all {
            let assumed = if region.is_none() { ", region not stated" } else { "" };
            let listed = if price.estimated { "estimated " } else { "" };
            let text = format!("{name} {listed}{} an hour in {}{assumed}", evaluator.amount(price.usd), price.region);
            notes.add(text, price.estimated, &price.as_of);
        }
    });
    Some(sum)
}

/// USD an hour of one instance on spot, attached accelerators included.
pub(super) fn spot_price(evaluator: &Evaluator<'_>, group: &Group, region: Option<&str>) -> Option<f64> {
    let catalogue = &evaluator.world.settings.catalogue;
    let mut all =
        vec![(group.machine.as_str(), 1.0, priced(evaluator, &group.machine, catalogue.spot(&group.machine, region))?)];
    if let Some((accelerator, count)) = &group.attached {
        all.push((
            accelerator,
            count.to_f64(),
            priced(evaluator, accelerator, catalogue.attached_spot(accelerator, region))?,
        ));
    }
    let mut sum = 0.0;
    for (name, count, spot) in all {
        evaluator.note(|notes| {
            notes.add(
                format!("{name} on spot typically {} an hour", evaluator.amount(spot.usd)),
                spot.estimated,
                &spot.as_of,
            );
            notes.spot = true;
        });
        sum += count
            * match evaluator.spot {
                SpotPrice::Typical => spot.usd,
                SpotPrice::Low => spot.low,
                SpotPrice::High => spot.high,
            };
    }
    Some(sum)
}

pub(super) fn hourly(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    sum(evaluator, args, price)
}

pub(super) fn hourly_spot(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    sum(evaluator, args, spot_price)
}

/// In reserved blocks, whose prices are known for few machines; else at the list price.
pub(super) fn hourly_reserved(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    sum(evaluator, args, |evaluator, group, region| {
        let block = evaluator.world.settings.catalogue.in_a_block(&group.machine).filter(|_| group.attached.is_none());
        match block {
            Some((usd, as_of)) => {
                let text = format!("{} {} an hour in a capacity block", group.machine, evaluator.amount(usd));
                evaluator.note(|notes| notes.add(text, true, &as_of));
                Some(usd)
            }
            None => {
                evaluator.note(|notes| notes.add("reserved, at the list price".to_owned(), true, ""));
                price(evaluator, group, region)
            }
        }
    })
}

pub(super) fn has_price(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match hourly(evaluator, args) {
        Outcome::Known(_) => true.into(),
        Outcome::Absent => false.into(),
        other => other,
    }
}

/// Proper name of a group's accelerator and how many one instance has; none for a machine without.
/// `Err` where the catalogue does not know the machine.
fn accelerators_of(evaluator: &Evaluator<'_>, group: &Group) -> Result<Option<(String, Number)>, Outcome> {
    let catalogue = &evaluator.world.settings.catalogue;
    if let Some((alias, count)) = &group.attached {
        return Ok(Some((catalogue.accelerator_name(alias).unwrap_or_else(|| alias.clone()), count.clone())));
    }
    let Some(machine) = catalogue.machine(&group.machine) else { return Err(unlisted(&group.machine)) };
    Ok(machine.accelerator.zip(Number::from_f64(machine.accelerator_count)))
}

/// Whether something holds for any group.
fn any_group(evaluator: &Evaluator<'_>, args: &[Outcome], holds: impl Fn(&Group) -> Result<bool, Outcome>) -> Outcome {
    let groups = match groups(evaluator, args) {
        Ok((_, groups)) => groups,
        Err(outcome) => return outcome,
    };
    let mut any: Truth = Ok(false);
    for group in &groups {
        match holds(group) {
            Ok(truth) => any = logic::or(any, Ok(truth)),
            Err(Outcome::Unknown(unknown)) => any = logic::or(any, Err(unknown)),
            Err(other) => return other,
        }
    }
    any.into()
}

/// Services that choose machines themselves are also told families to choose from.
pub(super) fn accelerated(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let zero = Number::from(0);
    any_group(evaluator, args, |group| match accelerators_of(evaluator, group) {
        Ok(own) => Ok(own.is_some_and(|(_, count)| count > zero)),
        Err(unknown) => {
            let family = evaluator.world.settings.catalogue.family(&group.machine);
            family.map(|accelerator| accelerator.is_some()).ok_or(unknown)
        }
    })
}

/// Whether the catalogue knows the machine, or the family.
fn is_listed(evaluator: &Evaluator<'_>, group: &Group) -> bool {
    let catalogue = &evaluator.world.settings.catalogue;
    catalogue.machine(&group.machine).is_some() || catalogue.family(&group.machine).is_some()
}

pub(super) fn replaced(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let catalogue = &evaluator.world.settings.catalogue;
    any_group(evaluator, args, |group| match &group.attached {
        Some((accelerator, _)) => Ok(catalogue.replaced(accelerator)),
        None if catalogue.replaced(&group.machine) => Ok(true),
        None if is_listed(evaluator, group) => Ok(false),
        None => Err(unlisted(&group.machine)),
    })
}

pub(super) fn retired(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let catalogue = &evaluator.world.settings.catalogue;
    any_group(evaluator, args, |group| match &group.attached {
        Some((accelerator, _)) => Ok(catalogue.retired(accelerator)),
        None if catalogue.retired(&group.machine) => Ok(true),
        None if is_listed(evaluator, group) => Ok(false),
        None => Err(unlisted(&group.machine)),
    })
}

pub(super) fn fewest(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match largest(evaluator, args) {
        Ok((group, _, Some((accelerator, _)))) => {
            let fewest = evaluator.world.settings.catalogue.fewest_accelerators(&accelerator, &group.machine);
            fewest.and_then(Number::from_f64).map_or(Outcome::Absent, Outcome::from)
        }
        Ok(_) => Outcome::Absent,
        Err(outcome) => outcome,
    }
}

pub(super) fn has_nvme(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let machine = |group: &Group| evaluator.world.settings.catalogue.machine(&group.machine);
    any_group(evaluator, args, |group| Ok(machine(group).ok_or_else(|| unlisted(&group.machine))?.nvme))
}

/// A group, whose it is, and what accelerators one instance has.
pub(super) type Largest = (Group, ResourceId, Option<(String, Number)>);

/// The group with most accelerators to an instance: its accelerator and how many.
pub(super) fn largest(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Result<Largest, Outcome> {
    let (id, groups) = groups(evaluator, args)?;
    let mut best: Option<(Group, Option<(String, Number)>)> = None;
    for group in groups {
        let own = accelerators_of(evaluator, &group)?;
        let more = |best: &(Group, Option<(String, Number)>)| {
            let count = |found: &Option<(String, Number)>| found.as_ref().map(|(_, count)| count.clone());
            count(&own) > count(&best.1)
        };
        if best.as_ref().is_none_or(more) {
            best = Some((group, own));
        }
    }
    best.map(|(group, own)| (group, id, own)).ok_or(Outcome::Absent)
}

pub(super) fn accelerators(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match largest(evaluator, args) {
        Ok((_, _, own)) => own.map_or(Number::from(0), |(_, count)| count).into(),
        Err(outcome) => outcome,
    }
}

pub(super) fn accelerator(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match largest(evaluator, args) {
        Ok((_, _, own)) => own.map_or(Outcome::Absent, |(name, _)| name.as_str().into()),
        Err(outcome) => {
            let groups = groups(evaluator, args).map(|(_, groups)| groups).unwrap_or_default();
            let of_family = |group: &Group| evaluator.world.settings.catalogue.family(&group.machine).flatten();
            groups.iter().find_map(of_family).map_or(outcome, |name| name.as_str().into())
        }
    }
}
