//! Kind files, lifting and joins as a whole.

use super::testing::*;
