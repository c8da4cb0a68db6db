//! Machine types and accelerators that the catalogue does not know or has no price for: said once for each name,
//! since rules are silent about what depends on them.
//!
//! Called by `engine`. It must not know any type.

use super::judge::subject;
use crate::catalog;
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::model::resource::{Inventory, Resource};
use crate::model::value::{Attr, Value};
use crate::rules::functions::catalogue::Catalogue;
use std::collections::BTreeMap;

/// Name of these findings.
pub const NAME: &str = "unlisted-type";

/// Where a name stands, and for which resource.
type Places<'a> = Vec<(&'a Attr, &'a Resource)>;

/// A note for each name that is not listed.
pub fn notes(inventory: &Inventory, catalogue: &dyn Catalogue) -> Vec<Finding> {
    let mut machines: BTreeMap<String, Places<'_>> = BTreeMap::new();
    let mut accelerators: BTreeMap<String, Places<'_>> = BTreeMap::new();
    for resource in &inventory.resources {
        let kind = inventory.kinds.get(resource.kind);
        let instances = kind.attribute("instances").and_then(|at| resource.attributes.get(at)?.as_deref());
        let Some(Attr { value: Value::List(groups), .. }) = instances else { continue };
        for group in groups.items.iter() {
            let Value::Map(group) = &group.value else { continue };
            // Without a type the service picks the machine, and the accelerator is in a word of its own, such as GPU.
            if group.get("type").is_none() {
                continue;
            }
            for (field, found) in [("type", &mut machines), ("accelerator", &mut accelerators)] {
                let names = group.get(field).into_iter().flat_map(names);
                names.for_each(|(name, attr)| found.entry(name).or_default().push((attr, resource)));
            }
        }
    }
    let machines = machines.into_iter().filter_map(|(name, at)| Some((problem(&name, catalogue)?, at)));
    let accelerators = accelerators.into_iter().filter_map(|(name, at)| {
        let text = format!("the catalogue does not know the accelerator `{name}`");
        catalogue.accelerator_name(&name).is_none().then_some((text, at))
    });
    machines.chain(accelerators).filter_map(|(message, at)| note(inventory, message, &at)).collect()
}

/// The names an attribute may hold. What is sensitive is not printed.
fn names(attr: &Attr) -> Vec<(String, &Attr)> {
    match &attr.value {
        _ if attr.sensitive => Vec::new(),
        // A pattern stands for several types; what is for people to fill in is none.
        Value::String(text) if !is_name(text) => Vec::new(),
        Value::String(text) => vec![(text.to_string(), attr)],
        Value::OneOf(alternatives) => alternatives.iter().flatten().flat_map(names).collect(),
        _ => Vec::new(),
    }
}

/// Whether a text may be the name of a type: letters, digits and what joins them.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '/'))
}

/// What is not known of a machine type; `None` for one that is listed, for the name of a family, for what nobody offers
/// any more, of which a rule speaks, and for words that leave the choice open, such as `optimal`: types are numbered.
fn problem(name: &str, catalogue: &dyn Catalogue) -> Option<String> {
    let is_type = name.contains(|c: char| c.is_ascii_digit()) && !catalog::is_family(name);
    if !is_type || catalogue.on_demand(name, None).is_some() || catalogue.retired(name) {
        return None;
    }
    let known = catalogue.machine(name).is_some();
    Some(match known {
        true => format!("the catalogue has no price for `{name}`"),
        false => format!("the catalogue does not know the machine type `{name}`"),
    })
}

fn note(inventory: &Inventory, message: String, places: &Places<'_>) -> Option<Finding> {
    let label = |attr: &Attr, text: &str| Label { span: attr.at, text: text.to_owned(), sensitive: false };
    let (attr, resource) = places.first()?;
    let mut labels: Vec<Label> = Vec::new();
    for (also, _) in places {
        if also.at != attr.at && labels.iter().all(|have| have.span != also.at) {
            labels.push(label(also, "here too"));
        }
    }
    Some(Finding {
        rule: NAME.into(),
        lever: "catalog".into(),
        severity: Severity::Note,
        confidence: match inventory.kinds.is_guess(&resource.native.native_type) {
            true => Confidence::Low,
            false => Confidence::High,
        },
        message,
        help: "Nothing is said about what it costs or could save. A price can be given in the config, under \
               `[prices.fixed]`."
            .to_owned(),
        primary: label(attr, ""),
        labels,
        subject: subject(inventory, resource, None),
        condition: None,
        under: Vec::new(),
        saving: None,
        label_path: "instances".into(),
        fingerprint: String::new(),
        suppressed: None,
    })
}
