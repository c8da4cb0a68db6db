//! The templates of a project: their sections, and which of them are nested in others: by a local path, or by the
//! address that they are uploaded to.
//!
//! Built by the frontend once all files are parsed. It must not know values.

use super::evaluate::Call;
use super::expand::is_special;
use super::run::local_path;
use crate::files::parent;
use crate::input::Context;
use crate::input::tree::{self, Node};
use crate::model::value::{Str, Why, WhyCode};
use std::collections::{BTreeMap, BTreeSet};

/// Types that stand for another template, and the property that names it.
const NESTED: &[(&str, &str)] =
    &[("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];
/// Transforms that add nothing unseen to the resources that a template declares itself.
const TRANSPARENT: &[&str] = &["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"];

/// One template.
pub(super) struct Template {
    /// Project-relative path; with `#2` and so on for further documents of one file.
    pub path: Str,
    /// The document.
    pub root: Node,
    /// Fragments that the template as a whole includes.
    included: Vec<Node>,
    /// What transforms may add that cannot be seen here.
    pub unseen: Vec<Why>,
}

impl Template {
    /// A template with the fragments that its `Transform` section includes.
    pub fn new(context: &Context<'_>, path: Str, root: &Node) -> Template {
        let mut template = Template { path, root: root.clone(), included: Vec::new(), unseen: Vec::new() };
        let Some((key, transform)) = root.entry("Transform") else { return template };
        let listed = std::iter::once(transform).filter(|node| node.items().is_empty()).chain(transform.items());
        for node in listed {
            let name = node.as_str().or_else(|| node.get("Name")?.as_str()).unwrap_or("Transform");
            let why = |code| Why::new(code, name, key.span().to(node.span()));
            match name {
                _ if TRANSPARENT.contains(&name) => {}
                "AWS::Include" => match template.include(context, node) {
                    Some(fragment) => template.included.push(fragment),
                    None => template.unseen.push(why(WhyCode::SourceNotRead)),
                },
                _ => template.unseen.push(why(WhyCode::NotEvaluated)),
            }
        }
        template
    }

    fn include(&self, context: &Context<'_>, transform: &Node) -> Option<Node> {
        let location = transform.get("Parameters")?.get("Location")?.as_str()?;
        let (source, _) = context.load(&local_path(&self.path, location)?).ok()?;
        tree::parse(context.sources, source).ok()?.into_iter().next()
    }

    /// A section as the template writes it, and as its included fragments do.
    pub fn sections(&self, name: &str) -> impl Iterator<Item = &Node> {
        let name = name.to_owned();
        std::iter::once(&self.root).chain(&self.included).filter_map(move |root| root.get(&name))
    }
}

/// A section's entries as written, those inside loops included.
pub(super) fn entries_in(section: &Node) -> Vec<(&Node, &Node)> {
    let mut entries = Vec::new();
    for (key, body) in section.pairs() {
        match body.items() {
            [_, _, fragment] if is_special(key) => entries.extend(entries_in(fragment)),
            _ => entries.push((key, body)),
        }
    }
    entries
}

/// Whether a resource of this type stands for another template.
pub(super) fn is_nested(kind: &str) -> bool {
    NESTED.iter().any(|(nested, _)| *nested == kind)
}

/// Path of the file that a nested stack names. Synthesised templates name it in the resource's metadata.
fn local(template: &str, body: &Node, named: &Node, property: &str) -> Option<String> {
    let metadata = |key: &str| body.get("Metadata")?.get(key)?.as_str();
    let asset = metadata("aws:asset:path").filter(|_| metadata("aws:asset:property") == Some(property));
    let written = || named.as_str().filter(|_| named.tag().is_none());
    local_path(template, asset.or_else(written)?)
}

/// The end of an address as far as it is written out, behind the last reference in it.
fn end_of_address(named: &Node) -> Option<&str> {
    let call = Call::of(named);
    let text = match call.as_ref().map(|call| (call.name, call.argument.items())) {
        None => named.as_str().filter(|text| text.contains("://"))?,
        Some(("Sub", [text, ..])) => text.as_str()?,
        Some(("Sub", [])) => call.as_ref()?.argument.as_str()?,
        Some(("Join", [_, parts])) => parts.items().last()?.as_str()?,
        Some(_) => return None,
    };
    text.rsplit('}').next()
}

/// How many segments two paths have in common at their ends.
fn common_end(a: &str, b: &str) -> usize {
    a.rsplit('/').zip(b.rsplit('/')).take_while(|(a, b)| a == b && !a.is_empty()).count()
}

/// All templates by path.
#[derive(Default)]
pub(super) struct Templates(BTreeMap<Str, Template>);

impl Templates {
    /// Of a project.
    pub fn new(templates: impl IntoIterator<Item = Template>) -> Templates {
        Templates(templates.into_iter().map(|template| (template.path.clone(), template)).collect())
    }

    /// The template that a resource of another one stands for. One that is uploaded keeps the end of its path: it is the
    /// file that has most of it, if there is one such, or one in the same folder.
    pub fn nested_in(&self, template: &str, body: &Node) -> Option<&Template> {
        let kind = body.get("Type")?.as_str()?;
        let (_, property) = NESTED.iter().find(|(nested, _)| *nested == kind)?;
        let named = body.get("Properties")?.get(property)?;
        if let Some(path) = local(template, body, named, property) {
            return self.0.get(&*path);
        }
        let end = end_of_address(named)?;
        let alike = |one: &&Template| (common_end(&one.path, end), parent(&one.path) == parent(template));
        let others = || self.0.values().filter(|one| &*one.path != template && common_end(&one.path, end) > 0);
        let most = others().map(|one| alike(&one)).max()?;
        let mut best = others().filter(|one| alike(one) == most);
        best.next().filter(|_| best.next().is_none())
    }

    /// Paths of the templates that are nested in one.
    fn below(&self, template: &Template) -> Vec<&str> {
        let resources = template.sections("Resources").flat_map(entries_in);
        resources.filter_map(|(_, body)| Some(&*self.nested_in(&template.path, body)?.path)).collect()
    }

    /// Those that are deployed by themselves: not nested in another one. Of templates that nest each other in a
    /// circle, the first.
    pub fn roots(&self) -> Vec<&Template> {
        let below: BTreeMap<&str, Vec<&str>> = self.0.iter().map(|(path, one)| (&**path, self.below(one))).collect();
        let nested: BTreeSet<&str> = below.values().flatten().copied().collect();
        let mut reached = BTreeSet::new();
        let (first, rest): (Vec<&Template>, Vec<&Template>) =
            self.0.values().partition(|template| !nested.contains(&*template.path));
        first.iter().for_each(|root| reach(&root.path, &below, &mut reached));
        let mut roots = first;
        for template in rest {
            if !reached.contains(&*template.path) {
                reach(&template.path, &below, &mut reached);
                roots.push(template);
            }
        }
        roots.sort_by(|a, b| a.path.cmp(&b.path));
        roots
    }
}

fn reach<'p>(from: &'p str, below: &BTreeMap<&'p str, Vec<&'p str>>, reached: &mut BTreeSet<&'p str>) {
    let mut pending = vec![from];
    while let Some(path) = pending.pop() {
        if reached.insert(path) {
            pending.extend(below.get(path).into_iter().flatten().copied());
        }
    }
}
