//! What scripts show, and how they are found.

use super::*;
use crate::files::{Nothing, Overlay};
use crate::input::Options;
use crate::source::SourceMap;
use std::collections::HashSet;

/// What a script with modules of its own shows of a fact.
fn shows(fact: &str, files: &[(&str, &str)]) -> String {
    let overlay = Overlay::new(Nothing, files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let (sources, wanted, options) = (SourceMap::new(), HashSet::new(), Options::default());
    let context = Context { files: &overlay, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let (path, _) = files[0];
    let script = follow::read(&context, path, files::parent(path)).unwrap();
    match script.shows(fact).unwrap() {
        Shown::Yes(place) => place.to_owned(),
        Shown::No => "no".to_owned(),
        Shown::Unknown(why) => why.what.to_string(),
    }
}

#[test]
fn modules_and_words_show_what_a_script_does() {
    let plain = "import os, argparse\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\n";
    assert_eq!(shows("gpu", &[("train.py", plain)]), "no");
    assert_eq!(shows("gpu", &[("train.py", "import os\nimport torch.nn as nn\n")]), "train.py:2");
    assert_eq!(shows("distribution", &[("train.py", "import torch\n")]), "no");
    let named = "import json\nfrom apex import (\n  amp,\n  parallel as p)\n";
    assert_eq!(shows("distribution", &[("train.py", named)]), "train.py:2");
    assert_eq!(shows("restore", &[("train.py", "import torch\n\nmodel = torch.load(path)\n")]), "train.py:3");
}

#[test]
fn what_may_do_anything_leaves_facts_unknown() {
    assert_eq!(shows("gpu", &[("train.py", "import mystery.lib\n")]), "what mystery.lib does");
    assert_eq!(shows("gpu", &[("train.py", "import subprocess\n")]), "what subprocess does");
    assert_eq!(shows("gpu", &[("train.py", "from . import gone\n")]), ".");
    assert_eq!(shows("gpu", &[("train.py", "import mystery, torch\n")]), "train.py:1", "known in any case");
}

#[test]
fn modules_of_the_script_are_followed() {
    let main = "from lib.model import Net\nfrom lib import (data,\n    more)\nimport helper\n";
    let files = [
        ("src/train.py", main),
        ("src/lib/__init__.py", ""),
        ("src/lib/model.py", "from .deep import x\n"),
        ("src/lib/deep.py", "import json\n"),
        ("src/lib/data.py", "import pandas\n"),
        ("src/lib/more.py", "import csv\n"),
        ("src/helper.py", "import train\n"),
    ];
    assert_eq!(shows("gpu", &files), "no");
    let mut found = files;
    found[3].1 = "import torch\n";
    assert_eq!(shows("gpu", &found), "src/lib/deep.py:1");
}

#[test]
fn loaders_without_workers_are_found() {
    let at = |text: &str| shows("without_workers", &[("t.py", text)]);
    assert_eq!(at("x = 1\nloader = DataLoader(data, batch_size=f(2))\n"), "t.py:2");
    assert_eq!(at("loader = torch.utils.data.DataLoader(data, num_workers = 0)"), "t.py:1");
    for fine in [
        "DataLoader(data, num_workers=4)",
        "DataLoader(data, num_workers=args.workers)",
        "DataLoader(data, **options)",
        "class MyDataLoader(DataLoader):",
        "# DataLoader(data)",
        "DataLoader(data",
    ] {
        assert_eq!(at(fine), "no", "{fine}");
    }
}
