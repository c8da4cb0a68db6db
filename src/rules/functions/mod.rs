//! The functions that conditions and messages may call: one table, with types for the checker and docs for people.
//!
//! `money` and `offers` ask the `catalogue`, `rates` says what is paid, `place` finds regions in texts, `text` handles
//! strings, `purpose` looks for words, `measured` asks what was measured.
//! Called by `check` (names, types) and `eval` (calls). Arguments come without broken ones; each function decides
//! itself what it makes of absent, unknown and partly known ones.

pub mod catalogue;
mod fit;
mod image;
pub mod listed;
mod measured;
pub mod money;
mod offers;
mod place;
pub mod purpose;
mod rates;
mod script;
mod text;

use super::eval::Evaluator;
use super::eval::outcome::Outcome;
use crate::model::kinds::Type;

/// The field of an offer that is USD an hour.
pub const HOURLY_FIELD: &str = "hourly";

/// One function.
pub struct Function {
    /// snake_case, or the name CEL gives it.
    pub name: &'static str,
    /// What it takes; the target of a dot is the first.
    pub args: &'static [Arg],
    /// What it gives.
    pub returns: Returns,
    /// One sentence for authors of rules.
    pub doc: &'static str,
    /// An attribute that the resource's kind must declare.
    pub needs: Option<&'static str>,
    pub(super) call: fn(&Evaluator<'_>, &[Outcome]) -> Outcome,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.name)
    }
}

/// What an argument must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arg {
    /// A resource.
    Resource,
    /// A text.
    Text,
    /// A list of words.
    Words,
    /// A list, a map or a text.
    Collection,
    /// Anything.
    Any,
}

impl Arg {
    /// In words.
    pub fn noun(self) -> &'static str {
        match self {
            Arg::Resource => "a resource such as `r`",
            Arg::Text => "a text",
            Arg::Words => "a list of words",
            Arg::Collection => "a list, a map or a text",
            Arg::Any => "a value",
        }
    }
}

/// What a function gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returns {
    /// A truth value.
    Bool,
    /// A number.
    Number,
    /// USD.
    Money,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A machine with its price: `type` and `hourly`.
    Offer,
    /// An offer with its accelerators and how full it would be.
    Holding,
}

impl Returns {
    /// As a type of the vocabulary.
    pub fn ty(self) -> Type {
        match self {
            Returns::Bool => Type::Bool,
            Returns::Number | Returns::Money => Type::Number,
            Returns::Text => Type::String,
            Returns::Texts => Type::List(Box::new(Type::String)),
            Returns::Offer => record("offer", &[("type", Type::String), (HOURLY_FIELD, Type::Number)]),
            Returns::Holding => {
                let accelerators = [("accelerator", Type::String), ("accelerators", Type::Number)];
                let rest = [("type", Type::String), (HOURLY_FIELD, Type::Number), ("percent", Type::Number)];
                record("holding", &[&rest[..], &accelerators[..]].concat())
            }
        }
    }

    /// Whether it prints as an amount.
    pub fn is_money(self) -> bool {
        self == Returns::Money
    }
}

fn record(name: &str, fields: &[(&str, Type)]) -> Type {
    Type::Record(name.into(), fields.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect())
}

/// A function by name.
pub fn find(name: &str) -> Option<&'static Function> {
    TABLE.iter().find(|function| function.name == name)
}

const R: &[Arg] = &[Arg::Resource];
const T: &[Arg] = &[Arg::Text];
const TT: &[Arg] = &[Arg::Text, Arg::Text];

const fn about(
    name: &'static str,
    returns: Returns,
    needs: Option<&'static str>,
    call: fn(&Evaluator<'_>, &[Outcome]) -> Outcome,
    doc: &'static str,
) -> Function {
    Function { name, args: R, returns, doc, needs, call }
}

const fn plain(
    name: &'static str,
    args: &'static [Arg],
    returns: Returns,
    call: fn(&Evaluator<'_>, &[Outcome]) -> Outcome,
    doc: &'static str,
) -> Function {
    Function { name, args, returns, doc, needs: None, call }
}

const MACHINES: Option<&str> = Some("instances");
const SCRIPT: Option<&str> = Some("entry_point");
const MODEL: Option<&str> = Some("model_id");

/// Every function.
#[rustfmt::skip]
pub const TABLE: &[Function] = &[
    about("hourly", Returns::Money, MACHINES, money::hourly, "hourly(r): USD an hour on demand for all its instances; absent where a type has no listed price"),
    about("hourly_spot", Returns::Money, MACHINES, money::hourly_spot, "hourly_spot(r): typical USD an hour on spot for all its instances; absent where no spot price is known"),
    about("monthly", Returns::Money, MACHINES, rates::monthly, "monthly(r): hourly(r) for the hours of a month: 730, or what the config says"),
    about("hours", Returns::Number, None, rates::hours, "hours(r): hours a month that what always runs is counted with: 730, or what the config says"),
    about("rate", Returns::Money, MACHINES, rates::rate, "rate(r): USD an hour for all its instances as they are bought: typical spot price, on demand, or in between"),
    about("volumes_month", Returns::Money, Some("volumes"), rates::volumes_month, "volumes_month(r): USD a month for the disks declared with it"),
    plain("storage_month", &[Arg::Resource, Arg::Text, Arg::Any], Returns::Money, rates::storage_month, "storage_month(r, class, GiB): USD a month for storage of a class in the region of r"),
    plain("fee", &[Arg::Resource, Arg::Text], Returns::Money, rates::fee, "fee(r, item): USD an hour in the region of r for something that is paid for existing, such as \"nat-gateway\""),
    about("worst_case", Returns::Money, MACHINES, rates::worst_case, "worst_case(r): run limit × hourly on demand × trials; absent without a run limit"),
    about("has_price", Returns::Bool, MACHINES, money::has_price, "has_price(r): whether it has instances and the catalogue lists a price for each of their types"),
    about("accelerated", Returns::Bool, MACHINES, money::accelerated, "accelerated(r): whether any of its instance groups has accelerators"),
    about("accelerators", Returns::Number, MACHINES, money::accelerators, "accelerators(r): accelerators of one instance, of the largest group"),
    about("accelerator", Returns::Text, MACHINES, money::accelerator, "accelerator(r): name of its accelerator; absent where it has none"),
    about("replaced", Returns::Bool, MACHINES, money::replaced, "replaced(r): whether any of its types is of a family that newer ones replace"),
    about("retired", Returns::Bool, MACHINES, money::retired, "retired(r): whether any of its types is of a family that its provider no longer offers"),
    about("fewest_accelerators", Returns::Number, MACHINES, money::fewest, "fewest_accelerators(r): how many of its accelerator the smallest machine of the same provider has"),
    about("has_nvme", Returns::Bool, MACHINES, money::has_nvme, "has_nvme(r): whether any of its types has local NVMe storage"),
    about("cheaper_equal", Returns::Offer, MACHINES, offers::cheaper_equal, "cheaper_equal(r): the cheapest current type with at least its accelerators' memory and throughput, as {type, hourly}; absent where there is none"),
    about("cheaper_saving", Returns::Money, MACHINES, offers::cheaper_saving, "cheaper_saving(r): USD an hour that cheaper_equal(r) would save, for all its instances of the type"),
    about("smaller_host", Returns::Offer, MACHINES, offers::smaller_host, "smaller_host(r): the smallest type with the same accelerators, as {type, hourly}; absent where it is the smallest"),
    about("smallest_like", Returns::Offer, MACHINES, offers::smallest_like, "smallest_like(r): the cheapest type of the same service with fewer of its accelerators, as {type, hourly}; absent where there is none"),
    about("smallest_saving", Returns::Money, MACHINES, offers::smallest_saving, "smallest_saving(r): USD an hour that smallest_like(r) would save, for all its instances of the type"),
    plain("usage", &[Arg::Resource, Arg::Text], Returns::Number, measured::usage, "usage(r, measure): what the usage file says of it: \"gpu\", \"gpu_memory\", \"cpu\", \"memory\" in percent of all it has, \"hours\" a month, \"days\" measured; absent where it says nothing"),
    about("measured", Returns::Text, MACHINES, measured::measured, "measured(r): the measured use in words, for messages; absent where nothing was measured"),
    plain("holding", &[Arg::Resource, Arg::Any], Returns::Holding, measured::holding, "holding(r, percent): the cheapest current type of the same service that the measured use fills to this percentage at most, as {type, hourly, accelerator, accelerators, percent}; absent without a measurement or a cheaper type"),
    plain("holding_saving", &[Arg::Resource, Arg::Any], Returns::Money, measured::holding_saving, "holding_saving(r, percent): USD an hour that holding(r, percent) would save, for all its instances of the type"),
    about("algorithm_accelerators", Returns::Number, None, image::algorithm_accelerators, "algorithm_accelerators(r): how many accelerators of one instance its image's built-in algorithm can use: 0 or 1; absent where it can use all, or is none"),
    about("model_memory", Returns::Number, MODEL, fit::most, "model_memory(r): GiB that the weights of its model take at the most, by the model's name and what says how they are held; absent where the name says no size"),
    about("least_model_memory", Returns::Number, MODEL, fit::least, "least_model_memory(r): GiB that the weights of its model take at the least"),
    about("accelerator_memory", Returns::Number, MACHINES, fit::accelerator_memory, "accelerator_memory(r): GiB of memory that the accelerators of one of its instances have together"),
    plain("fitting", &[Arg::Resource, Arg::Any], Returns::Holding, fit::fitting, "fitting(r, percent): the cheapest current type of the same service whose accelerator memory the weights of its model fill to this percentage at most, as holding(r, percent)"),
    plain("fitting_saving", &[Arg::Resource, Arg::Any], Returns::Money, fit::fitting_saving, "fitting_saving(r, percent): USD an hour that fitting(r, percent) would save, for all its instances of the type"),
    about("environment", Returns::Text, None, purpose::environment, "environment(r): \"development\", \"production\" or absent, by tags, labels and name, else by its project"),
    about("environment_confidence", Returns::Text, None, purpose::environment_confidence, "environment_confidence(r): \"high\" by a tag, label, variable or workspace, \"low\" by a name or folder"),
    about("environment_signal", Returns::Text, None, purpose::environment_signal, "environment_signal(r): what says so, for messages"),
    about("serving", Returns::Bool, None, purpose::serving, "serving(r): whether its name, tags, labels, namespace or taints say that it serves"),
    about("dev_box", Returns::Bool, None, purpose::dev_box, "dev_box(r): a machine in a surely development environment, or named a workstation"),
    about("served", Returns::Text, None, image::served, "served(r): \"named\" where it is known which model it serves or over how many accelerators, \"large\" where its container is one for large models, \"other\" where it is another, absent where nothing is visible"),
    about("distribution", Returns::Text, None, purpose::distribution, "distribution(r): \"shown\" where its command, settings or script spread it over accelerators, \"not shown\" where the script is known and does not, absent where no script is known"),
    about("script", Returns::Text, SCRIPT, script::script, "script(r): path of the script that it runs, where that is in the project; absent elsewhere"),
    plain("script_shows", &[Arg::Resource, Arg::Text], Returns::Bool, script::shows, "script_shows(r, fact): whether its script, or a module of its own that it imports, shows a fact of rules/scripts.yaml: \"distribution\", \"gpu\", \"one_accelerator\", \"restore\", \"without_workers\" and others; absent without a script, unknown where it imports what is not known"),
    plain("script_place", &[Arg::Resource, Arg::Text], Returns::Text, script::place, "script_place(r, fact): where its script shows a fact first, as path:line"),
    about("ml_related", Returns::Bool, None, purpose::ml_related, "ml_related(r): a machine-learning resource is linked to it, or two words of its name, tags, address and folder say so"),
    about("other_purpose", Returns::Bool, None, purpose::other_purpose, "other_purpose(r): its name or address says that it holds logs, state, configuration or a website"),
    plain("called", &[Arg::Resource, Arg::Words], Returns::Bool, purpose::called, "called(r, words): whether its name or address, as far as they are known, has one of the words as a whole token"),
    about("used", Returns::Bool, None, purpose::used, "used(r): whether anything of the project points at it"),
    plain("has_word", &[Arg::Collection, Arg::Words], Returns::Bool, purpose::has_word, "has_word(text, list or map, words): whether one of the words stands in it as a whole token; of a map, in its values"),
    plain("told", &[Arg::Resource, Arg::Words], Returns::Bool, purpose::told, "told(r, words): whether one of the words stands in its command, or in the name or the value of one of its hyperparameters or environment variables"),
    plain("region_of", T, Returns::Text, place::region_of, "region_of(text): the region inside an ARN, URI, host, bucket name or zone; absent where there is none"),
    plain("registry_region", T, Returns::Text, place::registry_region, "registry_region(image): the region of an image's registry host; absent where it names none"),
    plain("elsewhere", TT, Returns::Bool, place::elsewhere, "elsewhere(place, region): whether a known region or multi-region location has no part in a known region"),
    plain("checkpoints_itself", T, Returns::Bool, image::checkpoints_itself, "checkpoints_itself(image): whether it is of a built-in algorithm that writes checkpoints by itself"),
    plain("size", &[Arg::Collection], Returns::Number, text::size, "size(x): elements of a list, entries of a map, characters of a text"),
    plain("startsWith", TT, Returns::Bool, text::starts_with, "text.startsWith(text)"),
    plain("endsWith", TT, Returns::Bool, text::ends_with, "text.endsWith(text)"),
    plain("contains", TT, Returns::Bool, text::contains, "text.contains(text)"),
    plain("lowerAscii", T, Returns::Text, text::lower, "text.lowerAscii()"),
    plain("split", TT, Returns::Texts, text::split, "text.split(separator)"),
    plain("decoded", T, Returns::Text, text::decoded, "decoded(text): what a text in base64 spells; any other text as it is"),
    plain("mentions", &[Arg::Text, Arg::Words], Returns::Bool, text::mentions, "mentions(program, words): whether one of the words stands anywhere in a program, in base64 or not, in any case; unknown where a whole line of it is not known"),
    plain("number", &[Arg::Any], Returns::Number, text::number, "number(x): the number a text spells; absent where it spells none"),
    plain("int", &[Arg::Any], Returns::Number, text::int, "int(x): the number without its fraction"),
];
