//! Jupyter notebooks: their code cells, in order, as one Python program; lines for the shell as scripts.
//!
//! Called through [`Frontend`]. A cell that does not parse costs only itself. Nothing is executed. It must not know
//! kinds.

mod cell;

use super::calls::any_called_in;
use super::python;
use super::shell::{self, Script};
use super::tree::{self, Node};
use super::view::View;
use super::{Claim, ClaimedFile, Context, Frontend, Reading, Skipped};
use crate::files;
use crate::model::native::{Exists, Group};
use crate::source::{SourceId, SourceMap, Span};
use crate::suppress::{Covers, Suppression, scan_comments};
use cell::Cell;
use rayon::prelude::*;
use std::sync::Arc;

/// The frontend of notebooks.
pub struct Notebook;

impl Frontend for Notebook {
    fn name(&self) -> &'static str {
        "notebook"
    }

    fn example_path(&self) -> &'static str {
        "train.ipynb"
    }

    fn may_read(&self, path: &str) -> bool {
        path.ends_with(".ipynb") && !path.contains(".ipynb_checkpoints")
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        let occurs = || any_called_in(text) || shell::occurs_in(text);
        match self.may_read(path) && text.contains("\"cells\"") && occurs() {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let read = |file: &ClaimedFile| {
            read_file(context, file).map_err(|reason| Skipped { path: Arc::clone(&file.path), reason })
        };
        let outcomes: Vec<Result<_, Skipped>> = files.par_iter().map(read).collect();
        let mut reading = Reading::default();
        for outcome in outcomes {
            match outcome {
                Ok((group, suppressions)) => {
                    reading.groups.push(group);
                    reading.suppressions.extend(suppressions);
                }
                Err(skipped) => reading.skipped.push(skipped),
            }
        }
        reading
    }
}

fn read_file(context: &Context<'_>, file: &ClaimedFile) -> Result<(Group, Vec<Suppression>), String> {
    let root =
        tree::parse_json(context.sources, file.source).map_err(|error| format!("does not parse: {}", error.message))?;
    let language = root.get("metadata").and_then(|metadata| metadata.get("kernelspec")?.get("language")?.as_str());
    if language.is_some_and(|language| !language.eq_ignore_ascii_case("python")) {
        return Err("a notebook of another language than Python".into());
    }
    let cells: Vec<Cell> =
        code_cells(&root).filter_map(|(number, node)| Cell::read(context.sources, number, node)).collect();
    let suppressions = cells.iter().flat_map(|cell| suppressions(context.sources, cell.source)).collect();
    let scripts: Vec<View> =
        cells.iter().filter_map(|cell| Some(View::overlaid(cell.source, cell.script.clone()?))).collect();
    let programs: Vec<View> = cells.into_iter().map(|cell| View::overlaid(cell.source, cell.program)).collect();
    let programs = python::Followed::new(context, &file.path, &programs);
    let scripts = scripts.into_iter().chain(programs.commands()).collect();
    let script = Script { texts: scripts, variables: Vec::new(), exists: Exists::Yes };
    let scripts = shell::Followed::new(context, &file.path, &[script]);
    // What a line for the shell deletes does not last, and the reverse.
    let is_undone = |undoing: &[String]| programs.undoes(undoing) || scripts.undoes(undoing);
    let mut natives = programs.natives(&is_undone);
    natives.append(&mut scripts.natives(&is_undone));
    natives.sort_by_key(|native| native.head);
    Ok((Group::of_file(&file.path, files::stem(&file.path), natives), suppressions))
}

/// The suppressing comments of a cell, each for the line of the file that it covers.
fn suppressions(sources: &SourceMap, cell: SourceId) -> Vec<Suppression> {
    let cell = sources.get(cell);
    let in_file = |mut suppression: Suppression| {
        if let Covers::Line(line) = suppression.covers {
            let place = sources.in_file(Span::new(cell.id, cell.line_range(line)));
            suppression.covers = Covers::Line(sources.get(place.source).line_of(place.start));
        }
        suppression
    };
    scan_comments(&cell).into_iter().map(in_file).collect()
}

/// The code cells with their numbers from 1, other cells counted.
fn code_cells(root: &Node) -> impl Iterator<Item = (u32, &Node)> {
    let cells = root.get("cells").map_or(&[][..], Node::items);
    (1..).zip(cells).filter(|(_, cell)| cell.get("cell_type").and_then(Node::as_str) == Some("code"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Nothing;
    use crate::input::Options;
    use crate::input::testing::show;
    use crate::source::SourceMap;
    use std::collections::HashSet;

    fn read(text: &str) -> (SourceMap, Reading) {
        let sources = SourceMap::new();
        let file = ClaimedFile { path: "a.ipynb".into(), source: sources.add("a.ipynb", text), claim: Claim::Perhaps };
        assert_eq!(Notebook.claim("a.ipynb", text), Claim::Perhaps);
        let wanted: HashSet<Arc<str>> =
            ["sagemaker:CreateTrainingJob", "s3:CreateBucket", "sagemaker:CreateEndpointConfig"].map(Arc::from).into();
        let options = Options::default();
        let context = Context { files: &Nothing, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
        let reading = Notebook.read(&context, &[file]);
        (sources, reading)
    }

    const NOTEBOOK: &str = r##"{"cells": [
  {"cell_type": "markdown", "source": ["# PyTorch(instance_type='ml.p3.2xlarge')"]},
  {"cell_type": "code", "source": ["%matplotlib inline\n", "from sagemaker.pytorch import PyTorch\n", "TYPE = \"ml.p3.2xlarge\"\n", "!pip install x \\\n", "  y"]},
  {"cell_type": "code", "source": "def broken(:\n  ("},
  {"cell_type": "code", "source": ["# train\n", "e = PyTorch(instance_count=1,\n", "            instance_type=TYPE)\n", "files = !ls\n", "!aws s3 mb s3://{bucket}-data --region us-east-1\n"]},
  {"cell_type": "code", "source": "%%bash\nB=data\naws s3 mb s3://$B\n"}
], "metadata": {"kernelspec": {"language": "python"}}}"##;

    #[test]
    fn cells_are_one_program_and_their_shell_lines_scripts() {
        let (sources, reading) = read(NOTEBOOK);
        let natives = &reading.groups[0].natives;
        assert_eq!(
            natives.iter().map(show).collect::<Vec<_>>(),
            [
                "sagemaker:CreateTrainingJob a.PyTorch{resource_config={instance_count=1 instance_type=ml.p3.2xlarge}}",
                "s3:CreateBucket a.s3-mb{region=us-east-1 bucket=?{bucket}-data}",
                "s3:CreateBucket data{bucket=data}"
            ]
        );
        let head = natives[0].head;
        let cell = sources.get(head.source);
        assert_eq!((cell.position(head.start).line, sources.text(head)), (2, "PyTorch".into()));
        assert_eq!(cell.embedding.as_ref().unwrap().kind.cell(), Some(4));
        let outer = sources.in_file(head);
        assert_eq!(sources.text(outer), "PyTorch");
        assert_eq!(sources.get(outer.source).position(outer.start).line, 5);
    }

    #[test]
    fn what_either_language_deletes_does_not_last() {
        let deployed = NOTEBOOK
            .replace("e = PyTorch", "p = PyTorch(entry_point='x').deploy(1, 'ml.g5.xlarge')\\n\", \"e = PyTorch");
        let count = |text: &str| read(text).1.groups[0].natives.len();
        let before = count(&deployed);
        let deleted = deployed.replace("files = !ls", "!aws sagemaker delete-endpoint --endpoint-name x");
        assert_eq!(count(&deleted), before - 1);
        let emptied = deployed.replace("files = !ls", "boto3.client('s3').delete_bucket(Bucket='x')");
        assert_eq!(count(&emptied), before - 2);
    }

    #[test]
    fn comments_in_cells_cover_lines_of_the_file() {
        let (_, reading) = read(&NOTEBOOK.replace("# train", "# mlcost-lint: ignore[training-without-spot] once"));
        assert_eq!(reading.suppressions.len(), 1);
        assert_eq!(reading.suppressions[0].covers, Covers::Line(4));
        assert_eq!(&*reading.suppressions[0].reason, "once");
    }

    #[test]
    fn other_languages_and_broken_files_are_left_out() {
        let other = NOTEBOOK.replace("\"language\": \"python\"", "\"language\": \"R\"");
        let (_, reading) = read(&other);
        assert_eq!((reading.groups.len(), reading.skipped.len()), (0, 1));
        let (_, reading) = read(&NOTEBOOK.replace("], \"metadata\"", ", \"metadata\""));
        assert_eq!((reading.errors.len(), reading.skipped.len()), (0, 1));
    }
}
