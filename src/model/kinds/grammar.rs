//! Paths into native trees: `resource_config.instance_groups[*].instance_type`, `^.name`, `$region`, `link(x).y`.
//!
//! Parsed when kind files are loaded, walked by `eval`. A step matches a key when both are equal after lower-casing
//! and dropping `_` and `-`, so that one row serves every spelling of a format. It must not know kinds or links
//! beyond their names.

pub use crate::model::spelling::{normalized, same_key};
use crate::model::value::{Attr, List, Map, Str, Unknown, Value, Why, WhyCode};

/// Steps a path may have; deeper ones are refused when loaded.
const MAX_STEPS: usize = 32;

/// A parsed path.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Where it starts.
    pub root: Root,
    /// What it walks.
    pub steps: Box<[Step]>,
    /// As it was written.
    pub text: Box<str>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq)]
pub enum Root {
    /// The current element: the native's tree, or one element of the nearest `each:`.
    Element,
    /// So many steps above it: `^` is the block that holds the element.
    Parent(usize),
    /// Something about the resource that is not in its tree.
    Var(Var),
    /// An attribute of the partners over a link of the same kind.
    Link {
        /// Name of the link.
        link: Str,
        /// Name of the partner's attribute.
        attribute: Str,
    },
}

/// What is known of a resource besides its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Var {
    /// The last part of its address.
    Name,
    /// The region it is deployed to.
    Region,
    /// How many equal instances it stands for.
    Count,
    /// Position of the current element in its `each:`, from 0.
    Index,
    /// Key of the current element, or of what holds it, in the map of its `each:`.
    Key,
    /// A reference to the resource itself.
    Ref,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `a`: a key, normalized.
    Key(Box<str>),
    /// `["a"]`: exactly this key.
    Literal(Box<str>),
    /// `[*]`: each element of a list; a single block counts as a list of one.
    Each,
    /// `.*`: each value of a map.
    Values,
}

impl Path {
    /// Reads a path. The error is one sentence.
    pub fn parse(text: &str) -> Result<Path, String> {
        let (root, mut rest) = parse_root(text)?;
        let mut steps = Vec::new();
        let mut first = root == Root::Element;
        while !rest.is_empty() {
            let (step, after) = parse_step(rest, first).ok_or_else(|| format!("`{rest}` is not a step of a path"))?;
            steps.push(step);
            rest = after;
            first = false;
        }
        if steps.len() > MAX_STEPS {
            return Err(format!("a path has at most {MAX_STEPS} steps"));
        }
        Ok(Path { root, steps: steps.into(), text: text.into() })
    }

    /// The link it goes through, if it does.
    pub fn link(&self) -> Option<(&Str, &Str)> {
        match &self.root {
            Root::Link { link, attribute } => Some((link, attribute)),
            _ => None,
        }
    }
}

fn parse_root(text: &str) -> Result<(Root, &str), String> {
    if text.is_empty() {
        return Err("a path is not empty; `.` is the element itself".into());
    }
    if text == "." {
        return Ok((Root::Element, ""));
    }
    if let Some(rest) = text.strip_prefix("link(") {
        let (link, rest) = rest.split_once(").").ok_or("a link is written `link(NAME).attribute`")?;
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (attribute, rest) = rest.split_at(end);
        return Ok((Root::Link { link: link.into(), attribute: attribute.into() }, rest));
    }
    if let Some(name) = text.strip_prefix('$') {
        let var = match name {
            "name" => Var::Name,
            "region" => Var::Region,
            "count" => Var::Count,
            "index" => Var::Index,
            "key" => Var::Key,
            "ref" => Var::Ref,
            _ => return Err(format!("`{text}` is none of $name, $region, $count, $index, $key, $ref")),
        };
        return Ok((Root::Var(var), ""));
    }
    let mut above = 0;
    let mut rest = text;
    while let Some(after) = rest.strip_prefix('^') {
        above += 1;
        rest = after;
        if rest.starts_with(".^") {
            rest = &rest[1..];
        }
    }
    Ok((if above > 0 { Root::Parent(above) } else { Root::Element }, rest))
}

fn parse_step(rest: &str, first: bool) -> Option<(Step, &str)> {
    if let Some(after) = rest.strip_prefix("[*]") {
        return Some((Step::Each, after));
    }
    if let Some(quoted) = rest.strip_prefix("[\"") {
        let (key, after) = quoted.split_once("\"]")?;
        return Some((Step::Literal(key.into()), after));
    }
    let rest = if first { rest } else { rest.strip_prefix('.')? };
    if let Some(after) = rest.strip_prefix('*') {
        return Some((Step::Values, after));
    }
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..);
    let end = rest.bytes().take_while(is_key).count();
    let (key, after) = rest.split_at(end);
    (!key.is_empty()).then(|| (Step::Key(normalized(key)), after))
}

impl Step {
    fn find<'a>(&self, map: &'a Map) -> Option<&'a Attr> {
        let mut entries = map.entries.iter();
        match self {
            Step::Key(key) => entries.find(|(name, _)| same_key(key, name)),
            Step::Literal(key) => entries.find(|(name, _)| **name == **key),
            Step::Each | Step::Values => None,
        }
        .map(|(_, attr)| attr)
    }
}

/// The blocks above an attribute, outermost first, kept only where someone will ask for them.
#[derive(Clone, Default)]
pub struct Trail {
    blocks: Option<Vec<Attr>>,
    key: Option<Str>,
}

impl Trail {
    /// A trail that grows from these blocks.
    pub fn from(above: &[Attr]) -> Trail {
        Trail { blocks: Some(above.to_vec()), key: None }
    }

    /// The blocks passed so far.
    pub fn blocks(&self) -> Vec<Attr> {
        self.blocks.clone().unwrap_or_default()
    }

    /// The key of the value that was gone into last with `.*`.
    pub fn key(&self) -> Option<Str> {
        self.key.clone()
    }

    fn enter(&mut self, block: &Attr) {
        if let Some(blocks) = &mut self.blocks {
            blocks.push(block.clone());
        }
    }

    fn leave(&mut self) {
        if let Some(blocks) = &mut self.blocks {
            blocks.pop();
        }
    }
}

/// What is done with each attribute a path leads to.
pub type Leaf<'a> = dyn FnMut(&Attr, &Trail) -> Option<Attr> + 'a;

/// Walks `steps` from an attribute and hands what they lead to to `leaf`. Through what is unknown the answer is
/// unknown for the same reason, through an open map without the key too; alternatives are walked one by one; what
/// is absent stays absent. `[*]` and `.*` gather the answers in one flat list. `above` is left as it was.
pub fn walk(steps: &[Step], from: &Attr, above: &mut Trail, leaf: &mut Leaf<'_>) -> Option<Attr> {
    let Some((step, rest)) = steps.split_first() else {
        return match from.value {
            Value::Null => None,
            _ => leaf(from, above),
        };
    };
    match (&from.value, step) {
        (Value::Unknown(unknown), _) => Some(unknown_at(from, &unknown.why)),
        (Value::OneOf(alternatives), _) => {
            let walked: Vec<_> =
                alternatives.iter().map(|one| one.as_ref().and_then(|attr| walk(steps, attr, above, leaf))).collect();
            joined(walked, from)
        }
        (Value::Null, _) => None,
        (Value::List(list), Step::Each) => {
            Some(gather(list.items.iter().map(|attr| (None, attr)), &list.open, rest, from, above, leaf))
        }
        (Value::Map(map), Step::Values) => {
            above.enter(from);
            let values = map.entries.iter().map(|(key, attr)| (Some(key), attr));
            let all = gather(values, &map.open, rest, from, above, leaf);
            above.leave();
            Some(all)
        }
        (_, Step::Each) => Some(gather(std::iter::once((None, from)), &None, rest, from, above, leaf)),
        (Value::Map(map), _) => match (step.find(map), &map.open) {
            (Some(attr), _) => {
                above.enter(from);
                let found = walk(rest, attr, above, leaf);
                above.leave();
                found.map(|attr| Attr { sensitive: attr.sensitive || from.sensitive, ..attr })
            }
            (None, Some(why)) => Some(unknown_at(from, why)),
            (None, None) => None,
        },
        (Value::List(list), _) => match (&*list.items, &list.open) {
            ([], None) => None,
            ([only], None) => walk(steps, only, above, leaf),
            (_, Some(why)) => Some(unknown_at(from, why)),
            (_, None) => {
                let why = Why::new(WhyCode::NotEvaluated, "one of several blocks", from.at);
                Some(unknown_at(from, &why))
            }
        },
        // A scalar has no keys.
        _ => None,
    }
}

fn gather<'a>(
    items: impl Iterator<Item = (Option<&'a Str>, &'a Attr)>,
    open: &Option<Why>,
    rest: &[Step],
    from: &Attr,
    above: &mut Trail,
    leaf: &mut Leaf<'_>,
) -> Attr {
    let nested = rest.iter().any(|step| matches!(step, Step::Each | Step::Values));
    let mut all = List { items: [].into(), open: open.clone(), ..List::default() };
    let mut flat = Vec::new();
    for (key, item) in items {
        above.key = key.cloned().or_else(|| above.key.take());
        match walk(rest, item, above, leaf) {
            Some(Attr { value: Value::List(inner), .. }) if nested => {
                flat.extend(inner.items.iter().cloned());
                all.open = all.open.or(inner.open);
            }
            Some(Attr { value: Value::Unknown(unknown), .. }) if nested => all.open = Some(unknown.why),
            Some(attr) => flat.push(attr),
            None => {}
        }
    }
    all.items = flat.into();
    Attr { value: Value::List(all), ..from.clone() }
}

/// Something below `from` that is unknown because `from` is.
fn unknown_at(from: &Attr, why: &Why) -> Attr {
    let value = Value::Unknown(Unknown { why: why.clone(), may_be_absent: true, refers_to: None });
    Attr { value, ..from.clone() }
}

/// Alternatives as one attribute; absent where all are.
pub fn joined(alternatives: Vec<Option<Attr>>, from: &Attr) -> Option<Attr> {
    if alternatives.iter().all(Option::is_none) {
        return None;
    }
    let why = from.decided_by();
    let mut present = alternatives.iter().flatten();
    if let (Some(only), None, false) = (present.next(), present.next(), alternatives.iter().any(Option::is_none)) {
        return Some(only.clone());
    }
    let sensitive = from.sensitive || alternatives.iter().flatten().any(|attr| attr.sensitive);
    Some(Attr { value: Value::one_of(alternatives, why), sensitive, ..from.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{attr, open_map, shown, unknown};
    use super::*;
    use serde_json::json;

    fn look(path: &str, from: &Attr) -> String {
        let path = Path::parse(path).unwrap();
        shown(walk(&path.steps, from, &mut Trail::default(), &mut |attr, _| Some(attr.clone())).as_ref())
    }

    #[test]
    fn one_path_serves_every_spelling() {
        for key in ["volume_size_in_gb", "VolumeSizeInGB", "--volume-size-in-gb", "volumeSizeInGb"] {
            assert_eq!(look("a.volume_size_in_gb", &attr(json!({"a": {key: 5}}))), "5");
        }
        assert_eq!(look("[\"x-y\"]", &attr(json!({"x_y": 1}))), "absent");
        assert_eq!(look("[\"x-y\"].z", &attr(json!({"x-y": {"z": 1}}))), "1");
    }

    #[test]
    fn blocks_are_stepped_through_and_lists_gathered() {
        let tree = attr(json!({"b": [{"c": [{"d": 1}, {"d": 2}]}], "m": {"x": {"d": 3}, "y": {"d": 4}}, "n": null}));
        assert_eq!(look("b.c[*].d", &tree), "[1, 2]");
        assert_eq!(look("b[*].c[*].d", &tree), "[1, 2]");
        assert_eq!(look("b[*].c[*].e", &tree), "[]");
        assert_eq!(look("m.*.d", &tree), "[3, 4]");
        assert_eq!(look("b.c.d", &tree), "?one of several blocks");
        assert_eq!(look("n", &tree), "absent");
        assert_eq!(look("b.x.y", &tree), "absent");
    }

    #[test]
    fn not_knowing_survives_the_walk() {
        let tree = attr(json!({"a": "?var.a", "o": {"|": [{"x": 1}, {"y": 2}]}}));
        assert_eq!(look("a.b.c", &tree), "?var.a");
        assert_eq!(look("a[*].b", &tree), "?var.a");
        assert_eq!(look("o.x", &tree), "1|absent");
        assert_eq!(look("o.z", &tree), "absent");
        assert_eq!(look("z", &open_map(json!({"a": 1}), "merge(…)")), "?merge(…)");
        assert_eq!(look("a", &open_map(json!({"a": 1}), "merge(…)")), "1");
        assert_eq!(look("a", &unknown("x")), "?x");
    }

    #[test]
    fn mistakes_are_refused() {
        for wrong in ["", "a..b", "a[0]", "$nam", "link(x)", "a b", "[\"x\"", "a."] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Path::parse("^.^.a").unwrap().root, Root::Parent(2));
        assert_eq!(Path::parse("link(a_b).c[*].d").unwrap().link().unwrap().1.as_ref(), "c");
    }
}
