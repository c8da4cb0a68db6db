//! Provider configurations: which one a resource has, and the region and tags it brings.
//!
//! Called by `resource` for each native. Where a provider's configuration and its resources state the place they
//! are deployed to is part of what a Terraform reference means (a value that is not written comes from the provider
//! block), so the few argument names stand here rather than in `rules/`.

use super::block;
use super::eval::{Env, built};
use super::module::Module;
use super::project::Decl;
use super::run::Run;
use crate::model::value::{Attr, Map, Value};
use crate::source::Span;
use hcl_edit::expr::{Expression, Object, ObjectKey, TraversalOperator};
use std::rc::Rc;

/// How one provider states places and tags.
struct Place {
    /// Local names of the provider.
    names: &'static [&'static str],
    /// The name of its cloud.
    cloud: &'static str,
    /// Arguments of resources that state the region.
    resource: &'static [&'static str],
    /// Arguments of the provider block that state the region.
    provider: &'static [&'static str],
    /// The argument with tags for each resource, in a block of the first name.
    tags: (&'static str, &'static str),
}

const PLACES: &[Place] = &[
    Place {
        names: &["aws"],
        cloud: "aws",
        resource: &["region"],
        provider: &["region"],
        tags: ("default_tags", "tags"),
    },
    Place { names: &["awscc"], cloud: "aws", resource: &[], provider: &["region"], tags: ("", "") },
    Place {
        names: &["google", "google-beta"],
        cloud: "google",
        resource: &["region", "zone", "location"],
        provider: &["region", "zone"],
        tags: ("", "default_labels"),
    },
    Place { names: &["azurerm", "azapi"], cloud: "azure", resource: &["location"], provider: &[], tags: ("", "") },
];

/// A provider configuration that a resource names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Configuration {
    name: String,
    alias: Option<String>,
}

/// What a resource gets from its provider.
pub struct Provided {
    /// `aws`, `google`, `azure`, or the provider's own name.
    pub cloud: &'static str,
    /// Its name where the cloud is none of the known.
    pub own_name: String,
    /// The region.
    pub region: Attr,
    /// Tags added to each resource.
    pub default_tags: Option<Attr>,
}

impl Configuration {
    /// The configuration of a resource: the one it names, or the default of its type's prefix.
    pub fn of(named: Option<&Expression>, native_type: &str) -> Configuration {
        named.and_then(Configuration::named).unwrap_or_else(|| {
            let prefix = native_type.split('_').next().unwrap_or_default();
            Configuration { name: prefix.to_owned(), alias: None }
        })
    }

    /// The default configuration of a provider.
    pub fn default_of(name: &str) -> Configuration {
        Configuration { name: name.to_owned(), alias: None }
    }

    /// The configuration of a provider that a module call passes on.
    pub fn passed_by(call: &Decl<'_>, name: &str) -> Configuration {
        let wanted = Configuration::default_of(name);
        let providers = call.expr("providers").and_then(|providers| providers.as_object());
        providers.and_then(|providers| passed_as(providers, &wanted)).unwrap_or(wanted)
    }

    /// Reads `aws` or `aws.alias`, also quoted as it used to be.
    fn named(expr: &Expression) -> Option<Configuration> {
        match expr {
            Expression::Variable(name) => Some(Configuration::default_of(name.as_str())),
            Expression::String(text) => {
                let (name, alias) = text.split_once('.').map_or((text.as_str(), None), |(n, a)| (n, Some(a)));
                Some(Configuration { name: name.to_owned(), alias: alias.map(str::to_owned) })
            }
            Expression::Traversal(path) => match (path.expr.as_variable(), path.operators.first()?.value()) {
                (Some(name), TraversalOperator::GetAttr(alias)) => {
                    Some(Configuration { name: name.to_string(), alias: Some(alias.to_string()) })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// The block of a configuration, searched in the module and then, through `providers` or by inheritance, in its
/// callers.
fn find<'p>(run: &Run<'p>, module: Rc<Module<'p>>, mut wanted: Configuration) -> Option<(Rc<Module<'p>>, Decl<'p>)> {
    let mut module = module;
    loop {
        let is_meant = |decl: &&Decl<'p>| {
            let alias = decl.expr("alias").and_then(|alias| alias.as_str());
            decl.label(0) == wanted.name && alias == wanted.alias.as_deref()
        };
        let own = module.directory.providers.iter().find(is_meant).copied();
        if let Some(decl) = own {
            return Some((module, decl));
        }
        let caller = module.caller.as_ref()?;
        match caller.decl.expr("providers").and_then(|providers| providers.as_object()) {
            Some(passed) => wanted = passed_as(passed, &wanted).or_else(|| inherited(&wanted))?,
            None => wanted = inherited(&wanted)?,
        }
        module = run.module(caller.module)?;
    }
}

/// Only default configurations are inherited.
fn inherited(wanted: &Configuration) -> Option<Configuration> {
    wanted.alias.is_none().then(|| wanted.clone())
}

fn passed_as(providers: &Object, wanted: &Configuration) -> Option<Configuration> {
    let entry = providers.iter().find(|(key, _)| match key {
        ObjectKey::Ident(name) => wanted.alias.is_none() && name.as_str() == wanted.name,
        ObjectKey::Expression(expr) => Configuration::named(expr).as_ref() == Some(wanted),
    })?;
    Configuration::named(entry.1.expr())
}

/// Region and tags of a resource with these attributes, whose header is at `head`.
pub fn provide(env: &Env<'_, '_>, configuration: &Configuration, attributes: &Map, head: Span) -> Provided {
    let own_name = configuration.name.clone();
    let place = PLACES.iter().find(|place| place.names.contains(&own_name.as_str()));
    let cloud = place.map_or("", |place| place.cloud);
    let found = env.run.module_at(&env.module.prefix).and_then(|module| find(env.run, module, configuration.clone()));
    let written = place.and_then(|place| place.resource.iter().find_map(|name| attributes.get(name)).cloned());
    let from_provider = || {
        let (place, (module, decl)) = place.zip(found.as_ref())?;
        let name = place.provider.iter().find(|name| decl.block.body.has_attribute(name))?;
        let value = module.env(env.run, decl.file, None).eval(decl.expr(name)?);
        (!matches!(value.value, Value::Null)).then_some(value)
    };
    let region = written.or_else(from_provider).map(region_of_zone);
    let region = region.unwrap_or_else(|| env.run.context.region(head));
    let default_tags = place.zip(found.as_ref()).and_then(|(place, (module, decl))| {
        let (block, name) = place.tags;
        let env = module.env(env.run, decl.file, None);
        match block {
            "" => block::entry(&env, &decl.block.body, name),
            block => inside(&block::entry(&env, &decl.block.body, block)?)?.get(name).cloned(),
        }
    });
    Provided { cloud, own_name, region, default_tags }
}

/// The cloud of a provider by its name; the name itself for any other.
pub fn cloud_of(provider: &str) -> &str {
    PLACES.iter().find(|place| place.names.contains(&provider)).map_or(provider, |place| place.cloud)
}

/// The region that a resource of a provider states itself.
pub fn stated_place(provider: &str, attributes: &Map) -> Option<Attr> {
    let place = PLACES.iter().find(|place| place.names.contains(&provider))?;
    place.resource.iter().find_map(|name| attributes.get(name)).cloned().map(region_of_zone)
}

/// The content of a block that may stand once.
fn inside(block: &Attr) -> Option<&Map> {
    match &block.value {
        Value::Map(map) => Some(map),
        Value::List(list) => list.items.first().and_then(inside),
        _ => None,
    }
}

/// A zone (`us-central1-a`) as its region.
fn region_of_zone(place: Attr) -> Attr {
    let region = place.value.as_str().and_then(|zone| {
        let (region, letter) = zone.rsplit_once('-')?;
        let is_zone = letter.len() == 1 && region.contains('-') && letter.bytes().all(|b| b.is_ascii_lowercase());
        is_zone.then(|| Value::string(region))
    });
    match region {
        Some(region) => Attr { key: place.key, ..built(place.at, region, [&place]) },
        None => place,
    }
}
