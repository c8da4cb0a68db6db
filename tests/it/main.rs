//! The one integration binary: the built command and the library, from outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a failed expectation is how tests speak")]

mod bad_input;
mod rules;
mod samples;
mod support;
