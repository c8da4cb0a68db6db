//! The README tells the truth: its excerpts are what the command prints, its picture is drawn from it.

use crate::support::{command, repository};
use std::fs;

/// Runs over the showcase as in a terminal of this width.
fn showcase(colour: bool) -> String {
    let mut command = command(&repository());
    command.env("COLUMNS", "100").arg("testdata/showcase");
    if colour {
        command.env("CLICOLOR_FORCE", "1");
    }
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn every_excerpt_is_printed() {
    let readme = crate::support::text("README.md");
    let printed = showcase(false);
    let excerpts: Vec<&str> = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!excerpts.is_empty(), "README shows nothing");
    for excerpt in excerpts {
        assert!(printed.contains(excerpt), "README shows what is not printed:\n{excerpt}\nprinted:\n{printed}");
    }
}

#[test]
fn the_picture_is_drawn_from_what_is_printed() {
    let path = repository().join("docs/showcase.svg");
    let drawn = anstyle_svg::Term::new().min_width_px(860).render_svg(&showcase(true));
    if std::env::var_os("MLCOST_LINT_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &drawn).unwrap();
    }
    let stored = crate::support::text("docs/showcase.svg");
    assert!(stored == drawn, "docs/showcase.svg is stale: `just docs` draws it again");
}
