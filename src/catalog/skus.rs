//! How a provider's price list that names parts instead of machines is put together.
//!
//! Called by `import` through `catalog`. It must not know the list's form.

use super::machines::{self, Machine};
use super::table::columns::skus;

/// What an item of the list is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// One core of the machines with these prefixes, separated by `;`.
    Core(&'static str),
    /// One GiB of memory of the machines with these prefixes.
    Memory(&'static str),
    /// One accelerator, by its name in the catalogue.
    Accelerator(&'static str),
}

/// The part an item is, by the description up to where it runs: `N1 Predefined Instance Core`.
pub fn part(description: &str) -> Option<Part> {
    let row = skus::TABLE.find(&[description])?;
    let machines = row.text(skus::MACHINES);
    Some(match row.text(skus::PART)? {
        "core" => Part::Core(machines?),
        "ram" => Part::Memory(machines?),
        accelerator => Part::Accelerator(accelerator),
    })
}

/// The machines that are made of parts, with cores, GiB of memory, and what accelerators they have.
pub fn composed() -> impl Iterator<Item = (Machine, &'static str)> {
    let prefixes = skus::TABLE.all().filter(|row| row.text(skus::PART) == Some("core"));
    let prefixes: Vec<&'static str> = prefixes.filter_map(|row| row.text(skus::MACHINES)).collect();
    machines::all().filter_map(move |machine| {
        let made_of = |prefixes: &&&str| prefixes.split(';').any(|prefix| machine.name.starts_with(prefix));
        prefixes.iter().find(made_of).map(|prefixes| (machine, *prefixes))
    })
}
