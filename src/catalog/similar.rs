//! The machine type somebody may have meant.
//!
//! Called where a type is not in the catalogue. It must not know what the types are.

use super::table::columns::machines;
use crate::suggest::closest;

/// The machine type closest to a name that is none.
pub fn similar(name: &str) -> Option<&'static str> {
    closest(name, machines::TABLE.all().filter_map(|row| row.text(machines::NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_keyboard_are_recognized() {
        assert_eq!(similar("ml.g5.2xlareg"), Some("ml.g5.2xlarge"));
        assert_eq!(similar("p3.2xlage"), Some("p3.2xlarge"));
        assert_eq!(similar("standard_nc24ads_a100v4"), Some("Standard_NC24ads_A100_v4"));
        assert_eq!(similar("something-else-entirely"), None);
        assert_eq!(similar(""), None);
        assert_eq!(similar(&"x".repeat(10_000)), None);
    }
}
