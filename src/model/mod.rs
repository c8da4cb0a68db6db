//! The model between formats and rules: values that know where they came from ([`value`]), what frontends yield
//! ([`native`]), and the normalized resources that rules judge ([`resource`], [`kinds`]).
//!
//! Nothing in here knows a file format, and nothing outside `rules/kinds` knows a cloud.

pub mod kinds;
pub mod made;
pub mod native;
pub mod number;
pub mod origin;
pub mod resource;
pub mod spelling;
pub mod value;
pub mod why;
