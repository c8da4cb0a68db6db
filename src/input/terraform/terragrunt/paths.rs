//! Absolute paths inside the project as texts, and sources of modules.
//!
//! Terragrunt's functions answer absolute paths, which differ from machine to machine. While its files are evaluated
//! the project's folder is [`ROOT`]; what leaves them has a hole there. It must not evaluate anything.

use crate::files;
use crate::model::value::{Attr, List, Map, Piece, Str, Value, Why, WhyCode};

/// The project's own folder: a private-use character, which no real path begins with.
const ROOT: &str = "/\u{f8ff}";

/// Where a source leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder of the project.
    Folder(String),
    /// A module from elsewhere, as a module call would name it.
    Elsewhere(String),
}

/// A project-relative path as an absolute one.
pub fn absolute(path: &str) -> String {
    if path.is_empty() { ROOT.to_owned() } else { format!("{ROOT}/{path}") }
}

/// The project-relative path that a text means in a folder; `None` where it leads out of the project.
pub fn inside(folder: &str, text: &str) -> Option<String> {
    match text.strip_prefix(ROOT) {
        Some(path) => files::resolve("", path.trim_start_matches('/')),
        None => files::resolve(folder, text),
    }
}

/// The way from one project-relative folder to another; `.` where they are the same.
pub fn between(from: &str, to: &str) -> String {
    let parts = |path: &'_ str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let ups = std::iter::repeat_n("..", from.len() - shared);
    let path: Vec<&str> = ups.chain(to.iter().skip(shared).map(String::as_str)).collect();
    if path.is_empty() { ".".to_owned() } else { path.join("/") }
}

/// Where the source of a unit in `folder` leads.
pub fn source(folder: &str, text: &str) -> Option<Source> {
    if let Some(registry) = text.strip_prefix("tfr://") {
        return Some(Source::Elsewhere(registry.trim_start_matches('/').to_owned()));
    }
    let is_local =
        text.starts_with(ROOT) || text == "." || text == ".." || ["./", "../"].iter().any(|up| text.starts_with(up));
    if !is_local {
        return Some(Source::Elsewhere(text.to_owned()));
    }
    // `modules//network`: all of `modules` is copied, and `network` is deployed.
    let path = text.split_once('?').map_or(text, |(path, _)| path);
    inside(folder, path).map(Source::Folder)
}

/// The value as the module sees it: nothing is known of where the project lies.
pub fn leaving(attr: &Attr) -> Attr {
    let value = match &attr.value {
        Value::String(text) if text.contains(ROOT) => Value::from_pieces(pieces(text, attr)),
        Value::Text(all) => {
            let each = |piece: &Piece| match piece {
                Piece::Known(text) => pieces(text, attr),
                hole => vec![hole.clone()],
            };
            Value::from_pieces(all.iter().flat_map(each))
        }
        Value::List(list) => {
            let items = list.items.iter().map(leaving).collect();
            Value::List(List { items, ..list.clone() })
        }
        Value::Map(map) => Value::Map(leaving_map(map)),
        Value::OneOf(all) => all.map(leaving),
        _ => return attr.clone(),
    };
    Attr { value, ..attr.clone() }
}

/// The same for all entries of a map.
pub fn leaving_map(map: &Map) -> Map {
    let entry = |(key, value): &(Str, Attr)| (Str::clone(key), leaving(value));
    Map { entries: map.entries.iter().map(entry).collect(), ..map.clone() }
}

fn pieces(text: &str, attr: &Attr) -> Vec<Piece> {
    let hole = || Piece::hole(Why::new(WhyCode::NotEvaluated, "the project's folder", attr.at));
    let mut pieces = Vec::new();
    for (at, part) in text.split(ROOT).enumerate() {
        if at > 0 {
            pieces.push(hole());
        }
        pieces.push(Piece::Known(part.into()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_as_far_apart_as_they_are() {
        assert_eq!(between("live", "live/dev/app"), "dev/app");
        assert_eq!(between("live/dev/app", "live"), "../..");
        assert_eq!(between("live/a", "live/b"), "../b");
        assert_eq!(between("", ""), ".");
    }

    #[test]
    fn sources_lead_into_the_project_or_elsewhere() {
        let folder = |path: &str| Some(Source::Folder(path.to_owned()));
        assert_eq!(source("live/app", "../../modules//app"), folder("modules/app"));
        assert_eq!(source("live/app", &format!("{}//modules/app", absolute(""))), folder("modules/app"));
        assert_eq!(source("live/app", "../../../other"), None);
        let elsewhere = |text: &str| Some(Source::Elsewhere(text.to_owned()));
        assert_eq!(source("", "tfr:///a/b/aws//modules/c?version=1"), elsewhere("a/b/aws//modules/c?version=1"));
        assert_eq!(source("", "git::https://example.com/a.git"), elsewhere("git::https://example.com/a.git"));
    }
}
