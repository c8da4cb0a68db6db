//! Where values came from: the places they were passed through on the way to an attribute.
//!
//! Kept by every value, turned into labels by `engine`. It must not know what is passed on.

use crate::source::Span;
use std::sync::Arc;

/// Origin steps kept; further ones are dropped, which only costs labels.
const MAX_STEPS: usize = 8;

/// Where a value came from: the places it was passed through, the deciding one last. Empty: written at `Attr::at`.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// In the order of resolution, from the attribute towards the literal.
    pub steps: Arc<[Step]>,
}

/// One place a value was passed through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How.
    pub via: Via,
    /// The expression there.
    pub at: Span,
}

/// The ways a value is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// The default of a variable or parameter.
    VariableDefault,
    /// A variables or parameters file, or the command line.
    VariableFile,
    /// A named local value or a mapping.
    Local,
    /// An argument of a module call or nested stack.
    ModuleArgument,
    /// An output of a module or nested stack.
    ModuleOutput,
    /// An attribute of another resource.
    Resource,
    /// The service's own default: nothing is written; `at` is the head of the enclosing block.
    ServiceDefault,
}

impl Origin {
    /// This origin with a further step at the end.
    pub fn then(&self, via: Via, at: Span) -> Origin {
        self.join(&Origin { steps: Arc::from([Step { via, at }]) })
    }

    /// Both origins, without repetition, bounded.
    pub fn join(&self, other: &Origin) -> Origin {
        if other.steps.is_empty() {
            return self.clone();
        }
        if self.steps.is_empty() {
            return other.clone();
        }
        let fresh = other.steps.iter().filter(|step| !self.steps.contains(step));
        Origin { steps: self.steps.iter().chain(fresh).take(MAX_STEPS).copied().collect() }
    }

    /// Whether the value is the service's default rather than written anywhere.
    pub fn is_service_default(&self) -> bool {
        self.steps.first().is_some_and(|step| step.via == Via::ServiceDefault)
    }
}
