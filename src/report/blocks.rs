//! What is printed together: findings on one resource are one block, many of one rule in one group are another, and
//! very many of one rule in the whole project a third.
//!
//! Called by `pretty`. It must not know how a block looks.

use super::{Run, View};
use crate::finding::{Finding, Severity};
use std::collections::HashMap;

/// Findings of one rule in one group above which they fold into one block.
const FOLD_ABOVE: usize = 5;
/// Findings of one rule above which the whole project's fold into one block.
const FOLD_PROJECT_ABOVE: usize = 20;

/// One finding in full and others in short.
#[derive(Debug)]
pub struct Block<'a> {
    /// The one that matters most.
    pub lead: &'a Finding,
    /// The others, in order: on the same resource, or, if `folded`, of the same rule.
    pub others: Vec<&'a Finding>,
    /// Whether this block stands for one rule rather than one resource.
    pub folded: bool,
}

/// The findings to show, in order of the first of each block.
pub fn blocks<'a>(run: &'a Run, view: &View) -> Vec<Block<'a>> {
    let shown = || run.active().filter(|finding| view.notes || finding.severity > Severity::Note);
    let mut of_rule: HashMap<&str, usize> = HashMap::new();
    let mut in_group: HashMap<(&str, &str), usize> = HashMap::new();
    for finding in shown() {
        *of_rule.entry(&finding.rule).or_default() += 1;
        *in_group.entry((&finding.rule, &finding.subject.group)).or_default() += 1;
    }
    let key = |finding: &'a Finding| {
        let (rule, group) = (&*finding.rule, &*finding.subject.group);
        let above = |number: Option<&usize>, bound| number.is_some_and(|number| *number > bound);
        if above(of_rule.get(rule), FOLD_PROJECT_ABOVE) {
            Key::Rule(rule, None)
        } else if above(in_group.get(&(rule, group)), FOLD_ABOVE) {
            Key::Rule(rule, Some(group))
        } else {
            Key::Resource(group, &finding.subject.address)
        }
    };
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut index: HashMap<Key<'a>, usize> = HashMap::new();
    for finding in shown() {
        let key = key(finding);
        let at = *index.entry(key).or_insert(blocks.len());
        match blocks.get_mut(at) {
            Some(block) => block.add(finding),
            None => blocks.push(Block { lead: finding, others: Vec::new(), folded: matches!(key, Key::Rule(..)) }),
        }
    }
    blocks
}

/// What the findings of one block have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    /// A resource: its group and address.
    Resource(&'a str, &'a str),
    /// A rule, in one group or everywhere.
    Rule(&'a str, Option<&'a str>),
}

impl<'a> Block<'a> {
    fn add(&mut self, finding: &'a Finding) {
        if rank(finding) > rank(self.lead) {
            self.others.insert(0, self.lead);
            self.lead = finding;
        } else {
            self.others.push(finding);
        }
    }
}

/// Severity first, then what is saved for certain.
fn rank(finding: &Finding) -> (Severity, f64) {
    (finding.severity, finding.saving.as_ref().and_then(|saving| saving.usd_per_month).unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn findings_on_one_resource_stand_together_behind_the_worst() {
        let (mut run, _) = fixture::run();
        run.findings[1].severity = Severity::Error;
        let blocks = blocks(&run, &View::default());
        let rules = |block: &Block| -> Vec<String> {
            std::iter::once(&block.lead).chain(&block.others).map(|finding| finding.rule.to_string()).collect()
        };
        assert_eq!(rules(&blocks[0]), ["training-limit-too-long", "training-without-spot"]);
        assert_eq!(blocks.len(), 4);
        assert!(blocks.iter().all(|block| block.lead.severity > Severity::Note));
    }

    #[test]
    fn a_sixth_finding_of_a_rule_folds_them() {
        let (mut run, _) = fixture::run();
        let one = run.findings.remove(2);
        run.findings = (0..6).map(|number| numbered(&one, number)).collect();
        let folded = blocks(&run, &View::default());
        assert_eq!((folded.len(), folded[0].others.len(), folded[0].folded), (1, 5, true));
        run.findings.pop();
        assert_eq!(blocks(&run, &View::default()).len(), 5);
    }

    #[test]
    fn very_many_findings_of_a_rule_fold_across_groups() {
        let (mut run, _) = fixture::run();
        let one = run.findings.remove(2);
        run.findings = (0..21)
            .map(|number| {
                let mut finding = numbered(&one, number);
                finding.subject.group = format!("notebook {number}").into();
                finding
            })
            .collect();
        assert_eq!(blocks(&run, &View::default()).len(), 1);
        run.findings.pop();
        assert_eq!(blocks(&run, &View::default()).len(), 20);
    }

    fn numbered(finding: &Finding, number: usize) -> Finding {
        let mut finding = finding.clone();
        finding.subject.address = format!("aws_nat_gateway.n{number}");
        finding
    }
}
