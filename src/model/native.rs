//! What a frontend yields: resources in their own vocabulary, grouped by what is deployed together.
//!
//! Built by `input`, lifted by `model::kinds`, never seen by rules directly.

use super::value::{Attr, ResourceRef, Str, Why};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A resource as its format declares it: one instance, or several equal ones (see `count`).
#[derive(Clone, Debug)]
pub struct Native {
    /// The format's name for the type: `aws_s3_bucket`, `AWS::S3::Bucket`, `sagemaker:CreateTrainingJob`.
    pub native_type: Str,
    /// Identity of the deployable unit that references are resolved in: a root's folder, a template's path.
    pub scope: Str,
    /// Address inside the scope, with module path, without the own instance key: `module.a.aws_s3_bucket.x`.
    pub address: Str,
    /// The instance key of `count` or `for_each`, where instances are told apart.
    pub instance: Option<Str>,
    /// The header that names it: `resource "aws_s3_bucket" "x"`, a logical id's key.
    pub head: Span,
    /// The whole block or mapping, header included.
    pub body: Span,
    /// Its attributes, a `Value::Map` under the format's own keys.
    pub tree: Attr,
    /// `aws`, `google`, `azure`.
    pub provider: Str,
    /// The region it is deployed to; `Unknown` where the code does not say.
    pub region: Attr,
    /// Tags that the provider adds to each resource, where it has such defaults.
    pub default_tags: Option<Attr>,
    /// The module calls it was reached through, outermost first.
    pub calls: Arc<[Call]>,
    /// Whether it certainly exists.
    pub exists: Exists,
    /// How many equal instances this stands for; a number, or unknown.
    pub count: Attr,
    /// How its attributes are written where it is declared.
    pub arguments: Arguments,
}

/// How the attributes of a resource are written where it is declared.
#[derive(Clone, Copy, Debug, Default)]
pub enum Arguments {
    /// As the keys of its tree.
    #[default]
    Keys,
    /// As options of a command; those that are not in the table are called by the first key of what they set.
    Options(&'static Paths),
    /// As keyword arguments of a call; nothing else can be written.
    Keywords(&'static Paths),
}

/// Arguments by name with the path of keys that each sets, or `path=value` for one that stands for a value.
pub type Paths = BTreeMap<String, String>;

impl Native {
    /// The address with the instance key, as people read it.
    pub fn display_address(&self) -> String {
        match &self.instance {
            Some(key) if key.bytes().all(|b| b.is_ascii_digit()) => format!("{}[{key}]", self.address),
            Some(key) => format!("{}[\"{key}\"]", self.address),
            None => self.address.to_string(),
        }
    }

    /// Whether a reference means this resource. A reference without instance means any of them.
    pub fn is_meant_by(&self, reference: &ResourceRef) -> bool {
        self.scope == reference.scope
            && self.address == reference.address
            && match (&self.instance, &reference.instance) {
                (Some(own), Some(meant)) => own == meant,
                _ => true,
            }
    }
}

/// Whether a resource is created. Those that are known not to be are never yielded.
#[derive(Clone, Debug)]
pub enum Exists {
    /// Certainly.
    Yes,
    /// Only under a condition that is not known; `what` is the condition as written.
    Unless(Why),
}

impl Exists {
    /// Existence of something inside what itself may not exist.
    pub fn and(&self, inner: Exists) -> Exists {
        match self {
            Exists::Unless(_) => self.clone(),
            Exists::Yes => inner,
        }
    }
}

/// One module call or nested stack on the way to a resource.
#[derive(Clone, Debug)]
pub struct Call {
    /// `module.train`.
    pub name: Str,
    /// The header of the call.
    pub at: Span,
}

/// What is deployed together: a Terraform root with the modules it calls, a template, a request document.
#[derive(Clone, Debug)]
pub struct Group {
    /// Equal to the `scope` of its natives.
    pub scope: Str,
    /// Project-relative folder of the root, or path of the document; part of fingerprints.
    pub name: Str,
    /// Its resources, in source order.
    pub natives: Vec<Native>,
    /// Resources of others that it looks up by what it writes here, at the addresses that references to them have.
    pub looked_up: Vec<Native>,
    /// What could not be read or followed: absence is not claimed against it.
    pub gaps: Vec<Gap>,
    /// Words about the whole group that may name its environment: workspace, variables, stack name.
    pub signals: Vec<Signal>,
}

impl Group {
    /// What one file deploys together; `stem` is its name without extension.
    pub fn of_file(path: &Str, stem: &str, natives: Vec<Native>) -> Group {
        let signals = vec![Signal::of_file(stem)];
        Group {
            scope: Str::clone(path),
            name: Str::clone(path),
            natives,
            looked_up: Vec::new(),
            gaps: Vec::new(),
            signals,
        }
    }
}

/// A part of a group that could not be read.
#[derive(Clone, Debug)]
pub struct Gap {
    /// What and why.
    pub why: Why,
    /// The resources passed into the missing part. `None`: it may do anything in this group.
    pub receives: Option<Vec<ResourceRef>>,
}

/// A word about the environment that a group belongs to.
#[derive(Clone, Debug)]
pub struct Signal {
    /// How it reads in a message: `var.environment`, `prod.tfvars`, `folder`.
    pub source: Str,
    /// The text to look for words in.
    pub text: Str,
    /// Whether it is strong enough for high confidence (variables, workspace, tfvars names), or weak (folder).
    pub strong: bool,
    /// Where it stands, if in a file.
    pub at: Option<Span>,
}

impl Signal {
    /// The name of a file, which says little.
    pub fn of_file(stem: &str) -> Signal {
        Signal { source: "file name".into(), text: stem.into(), strong: false, at: None }
    }
}
