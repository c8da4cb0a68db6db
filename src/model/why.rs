//! What is not known, and why: reasons for people, and the attributes that stand behind unknown values.
//!
//! Part of `value`, made by every frontend. It must not know how a value is used.

use super::value::Str;
use crate::source::Span;
use std::sync::Arc;

/// Something not known, and why.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The reason, for `--show-unknown`.
    pub why: Why,
    /// Whether the attribute may turn out absent: true for `var.x` (may be null), false inside a string.
    pub may_be_absent: bool,
    /// The resource attribute this is, if it is one: `aws_s3_bucket.x.id` links to x though its name is unknown.
    pub refers_to: Option<Arc<ResourceRef>>,
}

/// The reason for not knowing.
#[derive(Clone, Debug)]
pub struct Why {
    /// Stable code.
    pub code: WhyCode,
    /// The expression that could not be resolved, as written (`var.bucket`); printed in backticks.
    pub what: Str,
    /// Where it stands.
    pub at: Option<Span>,
}

/// Stable reasons; `name()` is the `code` in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum WhyCode {
    /// A variable or parameter without default, and no value given.
    VariableWithoutDefault,
    /// Set by the provider at deployment (ids, ARNs, generated names).
    KnownAfterApply,
    /// A data source, an SSM parameter, an import from another stack: looked up at deployment.
    LookedUpAtDeployment,
    /// A name that nothing declares.
    UnknownName,
    /// A function or construct this version does not evaluate, or whose result changes from run to run.
    NotEvaluated,
    /// An expression Terraform or CloudFormation would refuse.
    InvalidExpression,
    /// A module, nested stack or file that could not be read.
    SourceNotRead,
    /// Values that refer to each other in a circle.
    ReferenceCycle,
    /// A bound on work or depth was reached.
    LimitReached,
    /// The condition or collection that decides is itself unknown.
    UnknownCondition,
    /// The region is not stated in the code.
    RegionNotStated,
    /// A join that cannot be decided; `what` names the partner.
    UndecidedJoin,
}

impl WhyCode {
    /// The stable name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            WhyCode::VariableWithoutDefault => "variable_without_default",
            WhyCode::KnownAfterApply => "known_after_apply",
            WhyCode::LookedUpAtDeployment => "looked_up_at_deployment",
            WhyCode::UnknownName => "unknown_name",
            WhyCode::NotEvaluated => "not_evaluated",
            WhyCode::InvalidExpression => "invalid_expression",
            WhyCode::SourceNotRead => "source_not_read",
            WhyCode::ReferenceCycle => "reference_cycle",
            WhyCode::LimitReached => "limit_reached",
            WhyCode::UnknownCondition => "unknown_condition",
            WhyCode::RegionNotStated => "region_not_stated",
            WhyCode::UndecidedJoin => "undecided_join",
        }
    }
}

impl Why {
    /// A reason with the expression it stands for.
    pub fn new(code: WhyCode, what: impl Into<Str>, at: impl Into<Option<Span>>) -> Why {
        Why { code, what: what.into(), at: at.into() }
    }
}

/// A reference to an attribute of a resource of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRef {
    /// The group's scope: equal to the target's [`crate::model::native::Native::scope`].
    pub scope: Str,
    /// The target's address without instance key: `module.a.aws_s3_bucket.x`, a logical id.
    pub address: Str,
    /// The instance meant; `None` where it is not known or there is only one.
    pub instance: Option<Str>,
    /// The attribute asked for, as written; empty for the resource as such.
    pub attribute: Str,
}
