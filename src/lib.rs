//! `mlcost-lint` finds machine-learning cost waste in infrastructure code.
//!
//! The life of a finding:
//!
//! ```text
//! files ── input::discover ── input::<format> ──► natives          (values with places and origins)
//! natives ── model::kinds (rules/kinds/*.yaml) ──► resources, joins (normalized, three-valued)
//! resources ── rules (rules/<lever>/*.yaml) ─────► verdicts        (fire, pass, unknown, broken)
//! verdicts ── engine ────────────────────────────► findings        (merged, suppressed, sorted, plain data)
//! findings ── report::<output> ──────────────────► text
//! ```

pub mod base64;
pub mod builtin;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod cost;
pub mod docs;
pub mod engine;
pub mod examples;
pub mod files;
pub mod finding;
pub mod import;
pub mod input;
pub mod model;
pub mod report;
pub mod rules;
pub mod scripts;
pub mod source;
pub mod suggest;
pub mod suppress;
pub mod usage;
