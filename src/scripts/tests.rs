//! What scripts show, and how they are found.

use super::*;
use crate::files::{Nothing, Overlay};
use crate::input::Options;
use crate::source::SourceMap;
use named::What;
use std::collections::HashSet;

/// What a command shows of a fact.
fn started(fact: &str, line: &str, files: &[(&str, &str)]) -> Option<String> {
    let overlay = Overlay::new(Nothing, files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let (sources, wanted, options) = (SourceMap::new(), HashSet::new(), Options::default());
    let context = Context { files: &overlay, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let what =
        What::Words(line.split(' ').map(|word| Some(word.replace('_', " ")).filter(|word| word != "?")).collect());
    let named = Named { what, written: "job.yaml".to_owned(), line: 7, folders: vec!["src".to_owned(), String::new()] };
    let script = launch::read(&context, &named, &HashMap::new())?;
    Some(match script.shows(fact).unwrap() {
        Shown::Yes(place) => place.to_owned(),
        Shown::No => "no".to_owned(),
        Shown::Unknown(why) => why.what.to_string(),
    })
}

/// What a script with modules of its own shows of a fact.
fn shows(fact: &str, files: &[(&str, &str)]) -> String {
    started(fact, files[0].0, files).unwrap()
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
    assert_eq!(shows("distribution", &[("train.py", "# distributed as is\nimport json\n")]), "no");
    assert_eq!(shows("restore", &[("train.py", "import json\ndownload_model()\n")]), "no");
    assert_eq!(shows("restore", &[("train.py", "import json\nmodel.load_model(path)\n")]), "train.py:2");
    assert_eq!(shows("gpu", &[("train.py", "import xgboost\n")]), "no");
    assert_eq!(shows("gpu", &[("train.py", "import xgboost\nparams = {'tree_method': 'gpu_hist'}\n")]), "train.py:2");
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
        "DataLoader(data)\ntrain = DataLoader(data, num_workers=4)",
    ] {
        assert_eq!(at(fine), "no", "{fine}");
    }
}

#[test]
fn commands_are_followed_to_the_scripts_they_start() {
    let python = ("src/fit.py", "import json\n");
    let torch = ("src/lib/net.py", "import torch\n");
    let of = |line: &str| started("gpu", line, &[python, torch]).unwrap_or_default();
    for plain in ["python fit.py", "python3 -u /opt/ml/code/fit.py --x y.py", "nohup python src/fit.py", "fit.py"] {
        assert_eq!(of(plain), "no", "{plain}");
    }
    assert_eq!(of("python -m lib.net"), "src/lib/net.py:1");
    assert_eq!(of("torchrun --nproc_per_node 2 -m lib.net"), "src/lib/net.py:1");
    assert_eq!(of("spark-submit --py-files lib/net.py fit.py"), "no");
    assert_eq!(of("bash -c cd_lib;_python_net.py"), "src/lib/net.py:1");
    assert_eq!(of("bash -c pip_install_x_&&_./bin/train_&&_python_fit.py"), "train");
    assert_eq!(of("python ? fit.py"), "no");
    for silent in ["python gone.py", "? fit.py", "train", "java -jar x.jar", "bash"] {
        assert_eq!(of(silent), "", "{silent}");
    }
}

#[test]
fn scripts_of_the_shell_are_followed() {
    let shell = "#!/bin/bash\nset -e\ncommand -v deepspeed || exit 1\nDIR=lib\npip install x\ncd $DIR\nif [ -n \"$A\" ]; then exec python net.py; fi\n";
    let files = [("src/run.sh", shell), ("src/lib/net.py", "import torch\n")];
    assert_eq!(shows("gpu", &files), "src/lib/net.py:1");
    assert_eq!(shows("distribution", &files), "no");
    let again = "bash a.sh\nbash b.sh\nbash c.sh\n".repeat(300);
    let files = [("a.sh", again.as_str()), ("b.sh", again.as_str()), ("c.sh", again.as_str())];
    assert_eq!(shows("gpu", &files), "no", "they start each other");
    assert_eq!(
        shows("gpu", &[("a.sh", "bash b.sh\n"), ("b.sh", "bash a.sh\npython c.py\n"), ("c.py", "import torch\n")]),
        "c.py:1"
    );
    assert_eq!(shows("gpu", &[("a.sh", "make train\n")]), "make");
    assert_eq!(shows("gpu", &[("a.sh", "set -e\npython -c 'import torch'\n")]), "a.sh:2");
    assert_eq!(shows("gpu", &[("a.sh", "python <<END\nimport json\nimport torch\nEND\n")]), "a.sh:3");
}

#[test]
fn work_on_one_accelerator_shows() {
    let on_one = |line: &str, text: &str| started("one_accelerator", line, &[("src/fit.py", text)]).unwrap();
    let torch = "import torch.distributed\n";
    for one in ["torchrun fit.py", "torchrun --nproc-per-node=1 fit.py", "torchrun --nproc-per-node 1 fit.py"] {
        assert_eq!(on_one(one, torch), "job.yaml:7", "{one}");
    }
    for many in [
        "torchrun --nproc-per-node 8 fit.py",
        "torchrun --nproc-per-node ? fit.py",
        "torchrun ? fit.py",
        "accelerate launch fit.py",
        "python fit.py",
    ] {
        assert_eq!(on_one(many, torch), "no", "{many}");
    }
    assert_eq!(on_one("torchrun fit.py", "net = load(device_map='auto')\n"), "no", "one process works on all");
    assert_eq!(on_one("torchrun fit.py", "import mystery\n"), "what mystery does");
    for set in ["os.environ['CUDA_VISIBLE_DEVICES'] = '0'\n", "\nos.environ[\"CUDA_VISIBLE_DEVICES\"]=\"1\""] {
        assert!(on_one("python fit.py", set).starts_with("src/fit.py"), "{set}");
    }
    let shell = |text: &str| shows("one_accelerator", &[("a.sh", text), ("fit.py", "")]);
    assert_eq!(shell("CUDA_VISIBLE_DEVICES=0 python fit.py\n"), "a.sh:1");
    assert_eq!(shell("CUDA_VISIBLE_DEVICES=0,1 python fit.py\n"), "no");
    assert_eq!(shell("CUDA_VISIBLE_DEVICES=0 python fit.py &\nCUDA_VISIBLE_DEVICES=1 python fit.py\n"), "no");
}
