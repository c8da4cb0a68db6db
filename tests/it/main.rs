//! The one integration binary: the built command and the library, from outside.

mod bad_input;
mod rules;
mod support;
