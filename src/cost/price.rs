//! From resources to priced lines.
//!
//! Called by `engine` once a project is read. It must not know any kind.

use super::{Amount, Inventory, Line, Subject};
use crate::catalog;
use crate::input::Under;
use crate::model::native::Exists;
use crate::model::resource::{self, ResourceId};
use crate::rules::cost::{Charge, Charges, Costs};
use crate::rules::judge::Range;
use crate::rules::settings::Settings;
use crate::source::SourceMap;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The variables file of a group, by scope, where its root is deployed with each of several.
pub type Files = BTreeMap<Arc<str>, Under>;

/// Prices everything; a root that may be deployed with several variables files once with each. The result does not
/// depend on the number of threads. `Err` is a mistake in the kinds.
pub fn price(
    resources: &resource::Inventory,
    under: &Files,
    settings: &Settings,
    sources: &SourceMap,
) -> Result<Inventory, String> {
    let costs = Costs::new(&resources.kinds);
    let ids: Vec<ResourceId> = (0..resources.resources.len() as u32).map(ResourceId).collect();
    let of_each = |id: &ResourceId| {
        let file = under.get(&resources.group_of(resources.resource(*id)).scope).map(|under| &*under.file);
        Ok(lines(resources, *id, file, costs.of(resources, *id, settings)?, sources))
    };
    let mut lines = ids.par_iter().map(of_each).collect::<Result<Vec<Vec<Line>>, String>>()?.concat();
    // Elements of one resource with equal keys stay in the order of the code.
    lines.sort_by(|a, b| a.key().cmp(&b.key()));
    let (as_of, currency) = (catalog::as_of().to_owned(), settings.currency.clone());
    Ok(Inventory { lines, as_of, currency, ..Inventory::default() })
}

fn lines(
    resources: &resource::Inventory,
    id: ResourceId,
    variable_file: Option<&str>,
    charges: Charges,
    sources: &SourceMap,
) -> Vec<Line> {
    let resource = resources.resource(id);
    let native = &resource.native;
    let condition = match &native.exists {
        Exists::Yes => None,
        Exists::Unless(why) => Some(why.what.to_string()),
    };
    let head = sources.in_file(resource.head);
    let source = sources.get(head.source);
    let subject = Subject {
        group: resources.group_of(resource).name.to_string(),
        variable_file: variable_file.map(str::to_owned),
        address: native.display_address(),
        module: native.calls.iter().map(|call| &*call.name).collect::<Vec<_>>().join("."),
        kind: resources.kinds.get(resource.kind).name.to_string(),
        native_type: native.native_type.to_string(),
        provider: native.provider.to_string(),
        region: native.region.value.as_str().map(str::to_owned),
        environment: charges.environment,
        count: charges.count,
        condition,
        place: format!("{}:{}", source.path, source.position(head.start).line),
    };
    charges.items.into_iter().map(|charge| line(&subject, charge)).collect()
}

fn line(subject: &Subject, charge: Charge) -> Line {
    let mut line = Line {
        subject: subject.clone(),
        what: charge.what.to_string(),
        per_month: None,
        per_hour: None,
        worst_case: None,
        basis: String::new(),
        estimated: false,
    };
    let amount = |range: Option<Range>| {
        range.map(|Range { low, typical, high }| Amount { low, typical, high }.times(subject.count as f64))
    };
    match charge.figures {
        Ok(figures) => {
            line.per_month = amount(figures.per_month);
            line.per_hour = amount(figures.per_hour);
            line.worst_case = amount(figures.worst_case);
            line.estimated = figures.notes.estimated;
            line.basis = figures.notes.basis.join("; ");
        }
        Err(reason) => line.basis = reason,
    }
    line
}
