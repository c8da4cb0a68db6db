//! What the weights of a model take: how many parameters its name says it has, and how many bytes each takes.
//!
//! Called by rule functions through `catalog`. Names are read as model hubs write them: `org/Name-7B-Instruct-AWQ`. It
//! must not know resources.

use super::holding::{Holding, Load};
use super::machines::{Machine, accelerator, machine};
use super::prices::Prices;
use super::table::columns::{models, precisions};

/// Bytes to a parameter where nothing says how weights are held: servers of language models take 16 bits, others 32.
const UNSTATED: (f64, f64) = (2.0, 4.0);
/// The year since which accelerators calculate with bfloat16.
const BFLOAT16: u16 = 2020;
const GIB: f64 = (1_u64 << 30) as f64;

/// The weights of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// GiB that they take at the least.
    pub least: f64,
    /// GiB that they take at the most.
    pub most: f64,
}

/// The weights of the model with a name, held in a `precision` where that is stated, else as its name says, or as the
/// server with this image does by itself. `None` where the name says no size.
pub fn weights(model: &str, precision: Option<&str>, image: Option<&str>) -> Option<Weights> {
    let model = model.trim_end_matches('/');
    let name = model.rsplit('/').next()?.to_ascii_lowercase();
    let known = known(&name, model.contains('/'));
    let (fewest, most) = match known {
        // The rest of a name may say another size: that of a smaller model made with this one.
        Some((end, parameters, _)) if sizes(name.get(end..)?).is_none() => (parameters, parameters),
        _ => sizes(&name)?,
    };
    let stated = precision.and_then(bytes).or_else(|| bytes(&name));
    let native = || known.and_then(|(.., precision)| bytes(precision?));
    let of_server = || image.and_then(bytes);
    let (least_bytes, most_bytes) = stated.or_else(native).or_else(of_server).unwrap_or(UNSTATED);
    let gib = |billions: f64, bytes: f64| billions * 1e9 * bytes / GIB;
    Some(Weights { least: gib(fewest, least_bytes), most: gib(most, most_bytes) })
}

/// The longest listed name that a name begins with, or has at the start of a word where no `owner/` stands before it:
/// catalogues put what a model is for in front. Where it ends, billions of parameters, and the format it comes in.
fn known(name: &str, owned: bool) -> Option<(usize, f64, Option<&'static str>)> {
    let is_word = |at: usize, listed: &str| {
        let ends = !name.get(at + listed.len()..).unwrap_or_default().starts_with(|c: char| c.is_ascii_alphanumeric());
        ends && (at == 0 || !owned && name.get(..at).unwrap_or_default().ends_with(['-', '_']))
    };
    let rows = models::TABLE.all().filter_map(|row| {
        let listed = row.text(models::NAME)?;
        let (at, _) = name.match_indices(listed).find(|(at, _)| is_word(*at, listed))?;
        Some((listed.len(), (at + listed.len(), row.number(models::PARAMETERS)?, row.text(models::PRECISION))))
    });
    rows.max_by_key(|(length, _)| *length).map(|(_, known)| known)
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', ':', '/', ' ', ',', '@'])
}

/// The smallest and the largest size that a name says, in billions. `None` where it says none, or only that of one of
/// several experts.
fn sizes(name: &str) -> Option<(f64, f64)> {
    let experts = |word: &str| word.strip_suffix('e').is_some_and(|count| count.parse::<u32>().is_ok());
    if words(name).any(experts) {
        return None;
    }
    let billions = |word: &str| {
        let (count, each) = word.strip_suffix('b')?.split_once('x').unwrap_or(("1", word.strip_suffix('b')?));
        Some(count.parse::<u32>().ok().map(f64::from)? * number(each)?)
    };
    let millions = |word: &str| Some(number(word.strip_suffix('m')?)? / 1e3);
    let range = |all: &mut dyn Iterator<Item = f64>| {
        all.fold(None, |range, size| {
            let (least, most) = range.unwrap_or((size, size));
            Some((size.min(least), size.max(most)))
        })
    };
    range(&mut words(name).filter_map(billions)).or_else(|| range(&mut words(name).filter_map(millions)))
}

/// A plain number, such as `7` or `1.5`.
fn number(text: &str) -> Option<f64> {
    let plain = text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse().ok().filter(|number| plain && *number > 0.0)
}

/// Bytes to a parameter at the least and at the most, as all the formats together say that a text names.
fn bytes(text: &str) -> Option<(f64, f64)> {
    let text = text.to_ascii_lowercase();
    let listed = words(&text).filter_map(|word| {
        let row = precisions::TABLE.find(&[word])?;
        Some((row.number(precisions::LEAST)?, row.number(precisions::MOST)?))
    });
    let both = listed.reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)));
    both.filter(|(least, most)| least <= most)
}

/// GiB of accelerator memory of one machine of a type.
pub fn accelerator_memory(name: &str) -> Option<f64> {
    let machine = machine(name)?;
    Some(accelerator(machine.accelerator?)?.memory_gib? * machine.accelerator_count)
}

impl Prices {
    /// The cheapest current machine of the same provider and service with less accelerator memory, of which weights of
    /// this many GiB fill a share at most, cheaper than the one they are on. How fast it calculates is not looked at, but
    /// that it does so in the numbers that models come in.
    pub fn fitting(&self, name: &str, gib: f64, most: f64, region: Option<&str>, spot: bool) -> Option<Holding> {
        let (memory, host) = (accelerator_memory(name)?, machine(name)?.memory_gib?);
        let load = Load { gpu: Some(0.0), gpu_memory: Some(gib / memory), cpu: Some(0.0), memory: Some(gib / host) };
        let is_old = |other: &Machine| {
            let year = |of: &Machine| accelerator(of.accelerator?)?.year;
            year(other).is_none_or(|year| year < BFLOAT16)
        };
        let fits = |other: &Machine| !is_old(other) && accelerator_memory(other.name).is_some_and(|own| own < memory);
        self.holding_among(name, &load, most, region, spot, fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gib(model: &str, precision: Option<&str>) -> Option<(f64, f64)> {
        weights(model, precision, None).map(|found| (found.least.round(), found.most.round()))
    }

    #[test]
    fn names_say_how_large_a_model_is() {
        assert_eq!(gib("meta-llama/Llama-2-7b-chat-hf", None), Some((13.0, 26.0)));
        assert_eq!(gib("Qwen/Qwen2.5-1.5B-Instruct", Some("bf16")), Some((3.0, 3.0)));
        assert_eq!(gib("facebook/opt-350m", Some("fp32")), Some((1.0, 1.0)));
        assert_eq!(gib("meta-textgeneration-llama-2-70b-f", Some("fp16")), Some((130.0, 130.0)));
        assert_eq!(gib("Qwen/Qwen3-30B-A3B", Some("fp8")).unwrap().0, 28.0, "active parameters do not count");
        for silent in ["/opt/ml/model", "mistralai/Mistral-Large", "llama-3.1", "Llama-4-Scout-17B-16E", "b", "xb", ""]
        {
            assert_eq!(weights(silent, None, None), None, "{silent}");
        }
    }

    #[test]
    fn names_and_settings_say_how_weights_are_held() {
        assert_eq!(gib("TheBloke/Llama-2-70B-Chat-AWQ", None), Some((33.0, 46.0)));
        assert_eq!(gib("llama-2-70b", Some("bitsandbytes-nf4")), Some((33.0, 46.0)));
        assert_eq!(gib("llama-2-70b", Some("auto")), gib("llama-2-70b", None));
        let image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu";
        assert_eq!(weights("llama-2-7b", None, Some(image)), weights("llama-2-7b", Some("fp16"), None));
    }

    #[test]
    fn listed_models_need_no_size_in_their_names() {
        assert_eq!(gib("mistralai/Mixtral-8x7B-Instruct-v0.1", Some("fp16")), Some((87.0, 87.0)));
        assert_eq!(gib("upstage/other-8x7b", Some("fp16")), Some((104.0, 104.0)));
        assert!(weights("distilbert-base-uncased-finetuned-sst-2-english", None, None).unwrap().most < 0.3);
        assert_eq!(gib("openai/gpt-oss-120b", None), Some((54.0, 76.0)), "in the format it comes in");
        assert_eq!(gib("openai-reasoning-gpt-oss-20b", None), Some((10.0, 14.0)), "behind what it is for");
        assert!(weights("huggingface-sentencesimilarity-bge-base-en-v1-5", None, None).unwrap().most < 0.5);
        assert!(weights("intfloat/multilingual-e5-large", None, None).unwrap().most > 2.0);
        assert_eq!(weights("acme/our-e5-large", None, None), None);
        assert_eq!(weights("gpt2world", None, None), None);
    }

    #[test]
    fn the_cheapest_machine_with_room_is_found() {
        let fits = |gib: f64| {
            let found = Prices::default().fitting("ml.g5.48xlarge", gib, 0.67, Some("us-east-1"), false);
            found.map(|found| (found.name, found.accelerators))
        };
        let (name, accelerators) = fits(14.0).unwrap();
        assert!(accelerators == 1.0 && name.starts_with("ml.g"), "{name}");
        assert_eq!(fits(180.0), None);
        let small = Prices::default().fitting("ml.g5.xlarge", 1.0, 0.67, Some("us-east-1"), false);
        assert_eq!(small, None, "nothing newer has less memory");
    }
}
