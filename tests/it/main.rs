//! The one integration binary: the built command and the library, from outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a failed expectation is how tests speak")]
#![allow(clippy::disallowed_methods, reason = "tests look at files that are not under analysis")]

#[cfg(unix)]
mod action;
mod bad_input;
mod catalog;
mod cli;
mod command;
mod corpus;
mod cost;
mod docs;
mod documents;
mod hook;
mod joins;
mod modules;
mod output;
mod plan;
mod programs;
mod readme;
mod rules;
mod samples;
mod support;
mod usage;
mod variables;
