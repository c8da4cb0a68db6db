//! What a change adds and saves: two inventories of one project, line against line.
//!
//! Called by `cli::cost` for `--compare`. It must not know where either comes from.

use super::{Amount, Inventory, Line, Sums};
use crate::report::money::Currency;

/// What became of a line.
#[derive(Clone, Debug)]
pub enum Change {
    /// New.
    Added(Line),
    /// Gone.
    Removed(Line),
    /// At another price, or known now and not before, or the other way round: before and after.
    Changed(Box<(Line, Line)>),
    /// Renamed, or in another place or module, at the same price: before and after.
    Moved(Box<(Line, Line)>),
}

/// The difference between two inventories.
#[derive(Debug)]
pub struct Comparison {
    /// Lines that differ, in order of group and address.
    pub changes: Vec<Change>,
    /// Sums before.
    pub before: Sums,
    /// Sums after.
    pub after: Sums,
    /// What texts speak of money in.
    pub currency: Currency,
}

impl Comparison {
    /// Sets two inventories of one project against each other.
    pub fn of(before: &Inventory, after: &Inventory) -> Comparison {
        let mut changes = Vec::new();
        let mut old = before.lines.iter().peekable();
        let mut new = after.lines.iter().peekable();
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(a), Some(b)) => a.key().cmp(&b.key()),
            };
            let gone = if order.is_le() { old.next() } else { None };
            let come = if order.is_ge() { new.next() } else { None };
            changes.extend(match (gone, come) {
                (Some(a), Some(b)) if same(a, b) => None,
                (Some(a), Some(b)) => Some(Change::Changed(Box::new((a.clone(), b.clone())))),
                (Some(a), None) => Some(Change::Removed(a.clone())),
                (None, Some(b)) => Some(Change::Added(b.clone())),
                (None, None) => None,
            });
        }
        Comparison {
            changes: moved(changes),
            before: Sums::of(&before.lines),
            after: Sums::of(&after.lines),
            currency: after.currency.clone(),
        }
    }

    /// US dollars a month that the change adds, at the upper end of ranges; negative where it saves.
    pub fn per_month(&self) -> f64 {
        self.after.all.usd_per_month.high - self.before.all.usd_per_month.high
    }

    /// US dollars that all bounded runs may cost more, each once, at the upper end of ranges.
    pub fn worst_case(&self) -> f64 {
        self.after.all.usd_worst_case.high - self.before.all.usd_worst_case.high
    }

    /// Whether the change adds more than is allowed, a month or at worst a run, in the currency of texts.
    pub fn exceeds(&self, most: f64) -> bool {
        let most = self.currency.in_usd(most);
        self.per_month() > most || self.worst_case() > most
    }
}

impl Change {
    /// The line as it is now, or was last.
    pub fn line(&self) -> &Line {
        match self {
            Change::Added(line) | Change::Removed(line) => line,
            Change::Changed(pair) | Change::Moved(pair) => &pair.1,
        }
    }

    /// A figure before and after; 0 where there is none.
    pub fn figure(&self, of: fn(&Line) -> Option<Amount>) -> (f64, f64) {
        let certain = |line: &Line| of(line).filter(|_| line.subject.condition.is_none());
        let high = |line: &Line| certain(line).map_or(0.0, |amount| amount.high);
        match self {
            Change::Added(line) => (0.0, high(line)),
            Change::Removed(line) => (high(line), 0.0),
            Change::Changed(pair) | Change::Moved(pair) => (high(&pair.0), high(&pair.1)),
        }
    }
}

/// Takes what is gone and what is new together where only the address differs.
fn moved(changes: Vec<Change>) -> Vec<Change> {
    let (mut gone, mut rest): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|change| matches!(change, Change::Removed(_)));
    for change in &mut rest {
        let Change::Added(new) = change else { continue };
        if let Some(at) = gone.iter().position(|gone| is_moved(gone.line(), new)) {
            let old = gone.remove(at).line().clone();
            *change = Change::Moved(Box::new((old, new.clone())));
        }
    }
    rest.extend(gone);
    rest.sort_by(|a, b| a.line().key().cmp(&b.line().key()));
    rest
}

/// Whether two lines are of one thing under two addresses. Where there is no price to tell, the name must.
fn is_moved(old: &Line, new: &Line) -> bool {
    let name = |line: &Line| line.subject.address.rsplit('.').next().map(str::to_owned);
    let told = old.is_priced() || name(old) == name(new);
    let what = |line: &Line| (line.subject.native_type.clone(), line.what.clone(), line.basis.clone());
    told && old.subject.count == new.subject.count && what(old) == what(new) && same(old, new)
}

fn same(a: &Line, b: &Line) -> bool {
    let near = |a: Option<Amount>, b: Option<Amount>| match (a, b) {
        (Some(a), Some(b)) => (a.low - b.low).abs() < 1e-6 && (a.high - b.high).abs() < 1e-6,
        (a, b) => a.is_none() && b.is_none(),
    };
    let figures = near(a.per_month, b.per_month) && near(a.per_hour, b.per_hour) && near(a.worst_case, b.worst_case);
    figures && a.subject.condition == b.subject.condition && (a.is_priced() || a.basis == b.basis)
}
