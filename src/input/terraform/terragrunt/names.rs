//! References in Terragrunt's files: what is included, features, what other units make.
//!
//! Called by `eval::traversal`. Local values are those of Terraform.

use crate::input::terraform::eval::Env;
use crate::input::terraform::eval::traversal::split_name;
use crate::input::terraform::project::attribute;
use crate::model::value::{Attr, Via, WhyCode};
use crate::source::Span;
use hcl_edit::Decorated;
use hcl_edit::expr::TraversalOperator;

type Operators<'o> = &'o [Decorated<TraversalOperator>];

/// `ROOT.…` at `here`: the value of its first part, and the operators left to apply.
pub fn reference<'o>(env: &Env<'_, '_>, root: &str, operators: Operators<'o>, here: Span) -> (Attr, Operators<'o>) {
    let unknown = |code| (Attr::new(env.unknown(code, here), here), Operators::default());
    match root {
        "include" => included(env, operators, here).unwrap_or_else(|| unknown(WhyCode::SourceNotRead)),
        "feature" => feature(env, operators).unwrap_or_else(|| unknown(WhyCode::NotEvaluated)),
        "dependency" => unknown(WhyCode::KnownAfterApply),
        "values" => unknown(WhyCode::VariableWithoutDefault),
        _ => unknown(WhyCode::UnknownName),
    }
}

fn included<'o>(env: &Env<'_, '_>, operators: Operators<'o>, here: Span) -> Option<(Attr, Operators<'o>)> {
    let place = env.run.terragrunt?;
    let includes = place.includes.get()?;
    let bare = || Some((includes.first().filter(|include| include.name.is_empty())?, operators));
    let (include, rest) = bare().or_else(|| {
        let (name, rest) = split_name(operators)?;
        Some((includes.iter().find(|include| &*include.name == name)?, rest))
    })?;
    let config = place.session.config(&include.path, Some(&place.config), env.run.depth())?;
    Some((config.value(env, here), rest))
}

/// `feature.NAME.value`: its default, as where nobody sets it.
fn feature<'o>(env: &Env<'_, '_>, operators: Operators<'o>) -> Option<(Attr, Operators<'o>)> {
    let (name, rest) = split_name(operators)?;
    let (_, rest) = split_name(rest).filter(|(value, _)| *value == "value")?;
    let file = env.module.directory.files.first()?;
    let block =
        file.body.get_blocks("feature").find(|block| block.labels.first().is_some_and(|own| own.as_str() == name))?;
    let default = env.eval(attribute(block, "default")?);
    Some((default.passed(Via::VariableDefault, default.at), rest))
}
