//! Terragrunt's own functions: its files, its folders, the environment.
//!
//! They are unknown in Terraform's files. Commands that Terragrunt would run are not run.

use super::Param::{Nullable, Rest, Text};
use super::{Call, Function, INVALID, Outcome, json, known, partial};
use crate::files;
use crate::input::terraform::eval::Env;
use crate::input::terraform::terragrunt::{FILE, Place, absolute, between, deep, inside};
use crate::input::terraform::{parse, project};
use crate::model::value::{Attr, Map, Value, Via, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[
    known("find_in_parent_folders", &[Rest(&Text)], find_in_parent_folders),
    known("get_terragrunt_dir", &[], |call| Ok(Value::string(absolute(files::parent(&place(call)?.config))))),
    known("get_original_terragrunt_dir", &[], |call| {
        Ok(Value::string(absolute(files::parent(&place(call)?.session.unit))))
    }),
    known("get_parent_terragrunt_dir", &[Rest(&Text)], |call| Ok(Value::string(absolute(&included_folder(call)?)))),
    known("path_relative_to_include", &[Rest(&Text)], |call| {
        Ok(Value::string(between(&included_folder(call)?, files::parent(&place(call)?.config))))
    }),
    known("path_relative_from_include", &[Rest(&Text)], |call| {
        Ok(Value::string(between(files::parent(&place(call)?.config), &included_folder(call)?)))
    }),
    known("get_repo_root", &[], |call| place(call).map(|_| Value::string(absolute("")))),
    known("get_path_from_repo_root", &[], |call| Ok(Value::string(between("", files::parent(&place(call)?.config))))),
    known("get_path_to_repo_root", &[], |call| Ok(Value::string(between(files::parent(&place(call)?.config), "")))),
    known("get_terraform_commands_that_need_vars", &[], |call| {
        place(call)?;
        let commands = ["apply", "console", "destroy", "import", "plan", "push", "refresh"];
        Ok(call.list_of(commands.map(Value::string)))
    }),
    known("mark_as_read", &[Text], |call| place(call).and_then(|_| Ok(call.arg(0)?.value.clone()))),
    partial("get_env", &[Rest(&Text)], get_env),
    partial("read_terragrunt_config", &[Text, Rest(&Nullable)], read_terragrunt_config),
    partial("read_tfvars_file", &[Text], read_tfvars_file),
    partial("deep_merge", &[Rest(&Nullable)], |call| {
        place(call)?;
        let mut merged = Map::default();
        for at in 0..call.args.len() {
            merged = deep(&merged, call.map(at)?);
        }
        Ok(call.made(Value::Map(merged)))
    }),
];

fn place<'c>(call: &Call<'c, '_, '_>) -> Outcome<&'c Place<'c>> {
    call.env.run.terragrunt.ok_or(WhyCode::NotEvaluated)
}

/// The nearest file of a name above the configuration's folder; outside the project nothing is looked for.
fn find_in_parent_folders(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let name = if call.args.is_empty() { FILE.into() } else { call.text(0)? };
    let mut folder = files::parent(&place(call)?.config);
    while !folder.is_empty() {
        folder = files::parent(folder);
        let candidate = files::resolve(folder, &name);
        if let Some(found) = candidate.filter(|path| call.env.run.context.files.exists(path)) {
            return Ok(Value::string(absolute(&found)));
        }
    }
    match call.args {
        [_, fallback] => Ok(fallback.value.clone()),
        _ => Err(WhyCode::SourceNotRead),
    }
}

/// The folder of the file that is included: of this one, or of the one named among those that this one includes.
fn included_folder(call: &Call<'_, '_, '_>) -> Outcome<String> {
    let place = place(call)?;
    if let Some(own) = &place.included {
        return Ok(files::parent(own).to_owned());
    }
    let includes = place.includes.get().map(Vec::as_slice).unwrap_or_default();
    let include = match call.args {
        [] => includes.first(),
        _ => {
            let name = call.text(0)?;
            Some(includes.iter().find(|include| include.name == name).ok_or(INVALID)?)
        }
    };
    Ok(files::parent(include.map_or(&place.config, |include| &include.path)).to_owned())
}

/// A variable of the environment, which is not looked at unless the user wants it: what is said for its absence then
/// counts.
fn get_env(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    place(call)?;
    let given = call.env.run.context.options.environment.get(&*call.text(0)?);
    match (given, call.args) {
        (Some(text), _) => Ok(call.made(Value::string(text.as_str()))),
        (None, [_, default]) => Ok(default.passed(Via::VariableDefault, call.here)),
        _ => Err(WhyCode::VariableWithoutDefault),
    }
}

fn read_terragrunt_config(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let (env, place) = (call.env, place(call)?);
    let Some(path) = call.arg(0)?.value.as_str().map(str::to_owned) else { return Err(WhyCode::UnknownCondition) };
    let path = inside(files::parent(&place.config), &path).ok_or(WhyCode::SourceNotRead)?;
    let folder = if path.is_empty() { FILE.to_owned() } else { format!("{path}/{FILE}") };
    let path = if env.run.context.files.exists(&folder) { folder } else { path };
    match (place.session.config(&path, None, env.run.depth()), call.args) {
        (Some(config), _) => Ok(config.value(env, call.here)),
        (None, [_, default]) if !env.run.context.files.exists(&path) => Ok(default.clone()),
        _ => Err(WhyCode::SourceNotRead),
    }
}

/// A variables file as JSON.
fn read_tfvars_file(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let (run, place) = (call.env.run, place(call)?);
    let Some(path) = call.arg(0)?.value.as_str().map(str::to_owned) else { return Err(WhyCode::UnknownCondition) };
    let path = inside(files::parent(&place.config), &path).filter(|path| project::is_variables(path));
    let path = path.ok_or(WhyCode::SourceNotRead)?;
    let (source, _) = run.context.load(&path).map_err(|_| WhyCode::SourceNotRead)?;
    let file = parse::parse_file(run.context.sources, path.into(), source).map_err(|_| INVALID)?;
    let env = Env { text: &file.text, frame: None, ..*call.env };
    let entry =
        |attribute: &hcl_edit::structure::Attribute| (attribute.key.as_str().into(), env.eval(&attribute.value));
    let values = Value::map(file.body.attributes().map(entry));
    Ok(call.made(Value::from_pieces(json::pieces(&values)?)))
}
