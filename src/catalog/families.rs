//! Which families and accelerators a provider has replaced or retired.
//!
//! Called by rule functions through `catalog` and by `offers`. It must not know prices.

use super::machines::{self, Machine, accelerator, machine};
use super::table::Row;
use super::table::columns::families;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a machine type, a family or an accelerator belongs to a generation its provider has replaced.
pub fn replaced(name_or_family_or_accelerator: &str) -> bool {
    let mut rows = rows(name_or_family_or_accelerator).into_iter().peekable();
    rows.peek().is_some() && rows.all(|row| row.flag(families::REPLACED))
}

/// The source that says a machine type, a family or an accelerator is no longer offered; `None` where none does.
pub fn retired(name_or_family_or_accelerator: &str) -> Option<&'static str> {
    let rows = rows(name_or_family_or_accelerator);
    if rows.iter().any(|row| row.text(families::RETIRED).is_none()) {
        return None;
    }
    rows.first()?.text(families::SOURCE)
}

/// Whether this is the name of a family of machines, accelerated or not, case ignored.
pub fn is_family(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<String>> =
        LazyLock::new(|| machines::all().map(|machine| machine.family.to_ascii_lowercase()).collect());
    NAMES.contains(&name.to_ascii_lowercase())
}

/// The accelerator of a family of machines (`p3`, `ml.g5.*`), or none. `None` where this is no family, or several of
/// one name differ.
pub fn accelerator_of_family(name: &str) -> Option<Option<&'static str>> {
    let name = name.strip_suffix(".*").unwrap_or(name);
    let name = name.strip_prefix("ml.").unwrap_or(name);
    if !is_family(name) {
        return None;
    }
    let mut all = families::TABLE.matching(&[name]).map(|row| row.text(families::ACCELERATOR));
    let first = all.next().flatten();
    all.all(|other| other == first).then_some(first)
}

/// Whether a machine belongs to an accelerated family that is neither replaced nor retired.
pub(super) fn is_current(machine: &Machine) -> bool {
    family(machine).is_some_and(|row| !row.flag(families::REPLACED) && row.text(families::RETIRED).is_none())
}

fn family(machine: &Machine) -> Option<Row> {
    families::TABLE.find(&[machine.family, machine.provider])
}

/// The families meant: a machine's own, those of this name, else those built on this accelerator.
fn rows(name: &str) -> Vec<Row> {
    if let Some(machine) = machine(name) {
        return family(&machine).into_iter().collect();
    }
    let named: Vec<Row> = families::TABLE.matching(&[name]).collect();
    if !named.is_empty() {
        return named;
    }
    let Some(accelerator) = accelerator(name) else { return Vec::new() };
    let built_on = |row: &Row| row.text(families::ACCELERATOR) == Some(accelerator.name);
    families::TABLE.all().filter(built_on).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_families_are_known_by_machine_family_and_accelerator() {
        let old = ["p3.2xlarge", "ml.p2.xlarge", "p3dn", "g4ad.xlarge", "inf1.xlarge", "Standard_NC6s_v3", "NVs_v3"];
        for name in old.into_iter().chain(["nvidia-tesla-k80", "NVIDIA_TESLA_V100", "v2-8", "TPU v3", "g3s"]) {
            assert!(replaced(name), "{name}");
        }
        for name in
            ["p4d.24xlarge", "g5", "ml.g5.xlarge", "nvidia-l4", "Standard_NC4as_T4_v3", "v5litepod-16", "m5", ""]
        {
            assert!(!replaced(name), "{name}");
        }
    }

    #[test]
    fn families_tell_their_accelerator() {
        assert_eq!(accelerator_of_family("p3"), Some(Some("V100")));
        assert_eq!(accelerator_of_family("ml.g5.*"), Some(Some("A10G")));
        assert_eq!(accelerator_of_family("m5.*"), Some(None));
        assert_eq!((accelerator_of_family("p3.2xlarge"), accelerator_of_family("")), (None, None));
    }

    #[test]
    fn retirement_names_its_source() {
        assert!(retired("Standard_NC6").unwrap().contains("2023-09-06"));
        assert!(retired("nvidia-tesla-k80").unwrap().contains("K80"));
        assert_eq!(retired("p3.2xlarge"), None);
        assert_eq!(retired("K80"), None, "still rented elsewhere");
        assert_eq!(retired(""), None);
    }
}
