//! Typical prices of spot capacity: what is observed, as shares of the on-demand price.
//!
//! Called by `prices`, which knows what the project pays on demand. It must not know rules.

use super::machines::{self, Machine};
use super::prices::Price;
use super::regions::home;
use super::table::Row;
use super::table::columns::prices;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// A typical price of spot capacity, which moves from day to day.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// US dollars an hour, typically.
    pub usd: f64,
    /// The low end of what is usual.
    pub low: f64,
    /// The high end.
    pub high: f64,
    /// Derived from another region, the host's typical saving or a general one.
    pub estimated: bool,
    /// The date of the observation.
    pub as_of: Cow<'static, str>,
}

/// Spot prices as shares of the on-demand price.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    pub usual: f64,
    low: f64,
    high: f64,
}

/// How far the general saving of spot capacity may be off, either way, as a share of the on-demand price.
const GENERAL_SPREAD: f64 = 0.1;

/// A typical spot price as a share of the on-demand price.
#[derive(Clone, Copy)]
pub(super) struct Usual {
    pub share: f64,
    pub as_of: &'static str,
    /// Observed elsewhere: in another region, or on the host of a managed type.
    pub derived: bool,
}

/// What is observed of a machine in the price's own region, else anywhere, else of its host.
pub(super) fn usual_share(machine: &Machine, price: &Price) -> Option<Usual> {
    let of = |row: Row, derived| Some(Usual { share: share(row)?, as_of: row.text(prices::SPOT_AS_OF)?, derived });
    let own = prices::TABLE.find(&[machine.name, price.region]).filter(|_| !price.estimated);
    let renting = machine.host.unwrap_or(machine.name);
    own.and_then(|row| of(row, false)).or_else(|| prices::TABLE.matching(&[renting]).find_map(|row| of(row, true)))
}

/// The spot price of a row as a share of its on-demand price.
fn share(row: Row) -> Option<f64> {
    Some(row.number(prices::SPOT)? / row.number(prices::ON_DEMAND)?)
}

/// Provider and family of machines.
type Family = (&'static str, &'static str);

/// The usual share with the range that the sizes of the family span. Families are few and machines many: each range is
/// looked up once.
pub(super) fn family_shares(machine: &Machine, usual: f64) -> Shares {
    static RANGES: RwLock<BTreeMap<Family, (f64, f64)>> = RwLock::new(BTreeMap::new());
    let family = (machine.provider, machine.family);
    let known = RANGES.read().unwrap_or_else(PoisonError::into_inner).get(&family).copied();
    let (low, high) = known.unwrap_or_else(|| {
        let range = family_range(family);
        RANGES.write().unwrap_or_else(PoisonError::into_inner).insert(family, range);
        range
    });
    Shares { usual, low: low.min(usual), high: high.max(usual) }
}

fn family_range(family: Family) -> (f64, f64) {
    let reference = home(family.0).unwrap_or_default();
    let members = machines::all().filter(|m| (m.provider, m.family) == family);
    let shares = members.filter_map(|m| share(prices::TABLE.find(&[m.name, reference])?));
    shares.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), one| (low.min(one), high.max(one)))
}

impl Shares {
    /// What is assumed where nothing is observed: a saving, give or take.
    pub fn general(saving: f64) -> Shares {
        let usual = 1.0 - saving;
        Shares { usual, low: (usual - GENERAL_SPREAD).max(0.0), high: (usual + GENERAL_SPREAD).min(1.0) }
    }

    /// The spot price to an on-demand price.
    pub fn of(self, usd: f64, as_of: Cow<'static, str>) -> Spot {
        Spot { usd: self.usual * usd, low: self.low * usd, high: self.high * usd, estimated: true, as_of }
    }
}

impl Spot {
    /// The price of several.
    pub(super) fn times(self, count: f64) -> Spot {
        Spot { usd: self.usd * count, low: self.low * count, high: self.high * count, ..self }
    }
}
