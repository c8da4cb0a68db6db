//! Rules as data: read, checked, evaluated, explained.
//!
//! `file` and `load` read rule files, `expr` and `check` turn their text into conditions, `eval` judges resources by
//! them, `functions` is the vocabulary they may call, `message` prints what they say; `set` holds them together.
//! Called by `engine` and the subcommands about rules. It must not know any file format of the inputs.

pub mod check;
pub mod checked;
mod compiled;
pub mod cost;
pub mod eval;
pub mod expr;
pub mod file;
pub mod functions;
pub mod judge;
pub mod load;
pub mod message;
mod operands;
pub mod set;
pub mod settings;
mod spans;
pub mod suggest;
pub mod words;

#[cfg(test)]
mod testing;
