//! Alternatives by distribution: a condition is evaluated under each choice of each alternative it meets.
//!
//! One alternative is one shared list, so that two reads of it, and two attributes it flowed into, choose alike.
//! Called by `eval`; it must not know expressions.

use crate::model::value::{Alternatives, Attr};
use std::sync::Arc;

/// Evaluations after which alternatives are no longer told apart.
pub const MAX_CHOICES: usize = 64;

/// The choices made so far, in the order in which they were met.
#[derive(Default)]
pub struct Choices(Vec<Choice>);

struct Choice {
    /// Held, so that its address stays its identity.
    of: Arc<Alternatives>,
    chosen: usize,
}

impl Choices {
    /// The alternative in force; the first one where this list is met for the first time.
    pub fn pick(&mut self, of: &Arc<Alternatives>) -> Option<Attr> {
        let chosen = match self.0.iter().find(|choice| Arc::ptr_eq(&choice.of, of)) {
            Some(choice) => choice.chosen,
            None => {
                self.0.push(Choice { of: Arc::clone(of), chosen: 0 });
                0
            }
        };
        of.get(chosen).cloned().flatten()
    }

    /// How many have been met.
    pub fn met(&self) -> usize {
        self.0.len()
    }

    /// Moves to the next combination of those met after the first `kept`; `false` after the last, with these forgotten.
    pub fn advance(&mut self, kept: usize) -> bool {
        while self.0.len() > kept {
            let Some(last) = self.0.last_mut() else { break };
            last.chosen += 1;
            if last.chosen < last.of.len() {
                return true;
            }
            self.0.pop();
        }
        false
    }

    /// Forgets those met after the first `kept`.
    pub fn forget(&mut self, kept: usize) {
        self.0.truncate(kept);
    }
}
