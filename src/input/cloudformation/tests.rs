//! Templates from text to natives: every intrinsic function, conditions, places, hostile input.

mod stacks;

use super::*;
use crate::files::{Nothing, Overlay};
use crate::input::Options;
use crate::model::native::{Exists, Group, Native};
use crate::model::value::{Attr, Piece, Value, Via, WhyCode};
use crate::source::SourceMap;
use std::collections::HashSet;

struct Read {
    sources: SourceMap,
    reading: Reading,
}

impl Read {
    fn group(&self) -> &Group {
        assert!(self.reading.errors.is_empty() && self.reading.skipped.is_empty(), "{:?}", self.reading.errors);
        &self.reading.groups[0]
    }

    fn native(&self, id: &str) -> &Native {
        self.group().natives.iter().find(|native| &*native.address == id).unwrap()
    }

    fn get(&self, key: &str) -> &Attr {
        let Value::Map(map) = &self.native("X").tree.value else { panic!() };
        map.get(key).unwrap()
    }

    /// A value of `X` as a person would note it.
    fn show(&self, key: &str) -> String {
        self.value_of("X", key)
    }

    fn value_of(&self, address: &str, key: &str) -> String {
        let Value::Map(map) = &self.native(address).tree.value else { panic!() };
        map.get(key).map_or_else(|| "absent".into(), |attr| show(&attr.value))
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => text.to_string(),
                Piece::Hole(hole) => format!("<{}>", hole.why.what),
            })
            .collect(),
        Value::OneOf(choices) => {
            let all: Vec<_> = choices.iter().map(|c| c.as_ref().map_or("absent".into(), |c| show(&c.value))).collect();
            all.join(" | ")
        }
        Value::List(list) => format!("[{}]", list.items.iter().map(|i| show(&i.value)).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let all: Vec<_> = map.entries.iter().map(|(key, attr)| format!("{key}: {}", show(&attr.value))).collect();
            format!("{{{}}}", all.join(", "))
        }
        Value::Unknown(unknown) => match &unknown.refers_to {
            Some(target) => format!("-> {} {}", target.address, target.attribute).trim_end().to_owned(),
            None => format!("? {} {}", unknown.why.code.name(), unknown.why.what),
        },
        other => other.scalar_text().unwrap().to_string(),
    }
}

/// Reads the files of a project as far as they are claimed.
fn read_project(files: &[(&str, &str)], options: &Options) -> Read {
    let sources = SourceMap::new();
    let claimed = files.iter().filter_map(|(path, text)| {
        let claim = CloudFormation.claim(path, text);
        let file = || ClaimedFile { path: (*path).into(), source: sources.add(*path, *text), claim };
        (claim != Claim::No).then(file)
    });
    let claimed: Vec<_> = claimed.collect();
    let files = Overlay::new(Nothing, files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let wanted = ["AWS::A::B", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"];
    let wanted: HashSet<Arc<str>> = wanted.into_iter().map(Arc::from).collect();
    let context = Context { files: &files, sources: &sources, wanted: &wanted, options, unread: &[] };
    let reading = CloudFormation.read(&context, &claimed);
    Read { sources, reading }
}

fn read_with(path: &str, text: &str, options: &Options) -> Read {
    read_project(&[(path, text)], options)
}

fn read(text: &str) -> Read {
    read_with("stack.yaml", text, &Options::default())
}

const SECTIONS: &str = r#"
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Size: {Type: String, Default: ml.g5.xlarge}
  Count: {Type: Number, Default: 2}
  Account: {Type: String, Default: 012345678901}
  Free: {Type: String}
  Env: {Type: String, AllowedValues: [dev, prod]}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Ami: {Type: "AWS::SSM::Parameter::Value<String>", Default: /aws/ami}
  Secret: {Type: String, Default: s3cret, NoEcho: true}
Mappings:
  Regions:
    us-east-1: {Ami: ami-1, Zones: [a, b]}
    eu-west-1: {Ami: ami-2}
Conditions:
  Yes: !Equals [!Ref Size, ml.g5.xlarge]
  No: !Not [!Condition Yes]
  Maybe: !Equals [!Ref Free, x]
  NoWay: !Equals [!Ref Env, test]
  IsDev: !Equals [!Ref Env, dev]
  NoAnd: !And [!Condition Maybe, !Condition No]
  YesOr: !Or [!Condition Maybe, {Condition: Yes}]
  Circle: !Not [!Condition Circle]
Resources:
  Other: {Type: AWS::C::D}
  X:
    Type: AWS::A::B
    Properties:
"#;

fn properties(lines: &str) -> Read {
    let indented: String = lines.lines().map(|line| format!("      {line}\n")).collect();
    read(&format!("{SECTIONS}{indented}"))
}

fn value(expression: &str) -> String {
    properties(&format!("V: {expression}")).show("V")
}

#[test]
fn references_resolve_as_far_as_the_template_says() {
    assert_eq!(value("!Ref Size"), "ml.g5.xlarge");
    assert_eq!(value("{Ref: Count}"), "2");
    assert_eq!(value("!Ref Account"), "012345678901");
    assert_eq!(value("!Ref Free"), "? variable_without_default Free");
    assert_eq!(value("!Ref Env"), "dev | prod");
    assert_eq!(value("!Ref Names"), "[a, b]");
    assert_eq!(value("!Ref Ami"), "? looked_up_at_deployment Ami");
    assert_eq!(value("!Ref AWS::Region"), "? region_not_stated AWS::Region");
    assert_eq!(value("!Ref AWS::AccountId"), "? known_after_apply AWS::AccountId");
    assert_eq!(value("!Ref AWS::NoValue"), "absent");
    assert_eq!(value("!Ref Other"), "-> Other");
    assert_eq!(value("!Ref Nobody"), "? unknown_name Nobody");
    assert_eq!(value("!GetAtt Other.A.Arn"), "-> Other A.Arn");
    assert_eq!(value("{Fn::GetAtt: [Other, Arn]}"), "-> Other Arn");
    assert_eq!(value("{Fn::GetAtt: Other.Arn}"), "-> Other Arn");
}

#[test]
fn text_functions_work_on_what_is_known() {
    assert_eq!(value("!Sub 'a-${Size}-${!Size}-${Free}-${Other.Arn}'"), "a-ml.g5.xlarge-${Size}-<Free>-<Other.Arn>");
    assert_eq!(value("!Sub ['${A}/${Count}', {A: !Ref Env}]"), "dev/2 | prod/2");
    assert_eq!(value("!Sub '${Other}'"), "-> Other");
    assert_eq!(value("!Join ['-', [a, !Ref Size, {'Fn::Sub': 'x${Count}'}]]"), "a-ml.g5.xlarge-x2");
    assert_eq!(value("!Join [',', !Ref Names]"), "a,b");
    assert_eq!(value("!Select [1, !Split ['.', !Ref Size]]"), "g5");
    assert_eq!(value("!Select ['0', !Ref Names]"), "a");
    assert_eq!(value("!Select [9, !Ref Names]"), "? invalid_expression Fn::Select");
    assert_eq!(value("!Select [0, !Split ['/', !Ref Free]]"), "? variable_without_default Free");
    assert_eq!(value("{'Fn::Base64': !Sub 'n=${Count}'}"), "n=2");
    assert_eq!(value("!Length [1, 2, 3]"), "3");
    assert_eq!(value("!Length {'Fn::Split': [',', !Ref Free]}"), "? variable_without_default Free");
    assert_eq!(value("!Cidr [10.0.0.0/16, 2, 8]"), "[10.0.0.0/24, 10.0.1.0/24]");
    assert_eq!(value("!Select [1, !Cidr [10.1.255.0/24, 4, 6]]"), "10.1.255.64/26");
    assert_eq!(value("!Cidr ['2001:db8::/56', 2, 64]"), "[2001:db8::/64, 2001:db8:0:1::/64]");
    assert_eq!(value("!Cidr [10.0.0.0/24, 3, 8]"), "? invalid_expression Fn::Cidr");
    assert_eq!(value("!Cidr [!Ref Free, 3, 8]"), "? variable_without_default Free");
    assert_eq!(
        value("!ToJsonString {a: [1, 'x\"'], b: !Ref Size, c: true}"),
        r#"{"a":[1,"x\""],"b":"ml.g5.xlarge","c":true}"#
    );
    assert_eq!(
        value("!ToJsonString {a: !Sub '\"${Free}\"', b: !Ref Other, c: {}}"),
        r#"{"a":"\"<Free>\"","b":"<Other>","c":{}}"#
    );
    assert_eq!(value("'{{resolve:ssm:/a:1}}'"), "? looked_up_at_deployment {{resolve:ssm:/a:1}}");
    assert_eq!(value("x{{resolve:ssm:/a}}y"), "x<{{resolve:ssm:/a}}>y");
    assert_eq!(value("!GetAZs ''"), "? looked_up_at_deployment Fn::GetAZs");
    assert_eq!(value("!ImportValue {'Fn::Sub': '${Free}-vpc'}"), "? looked_up_at_deployment Fn::ImportValue");
    assert_eq!(value("!Invented x"), "? not_evaluated Fn::Invented");
}

#[test]
fn maps_are_looked_up_with_what_is_known_of_the_keys() {
    assert_eq!(value("!FindInMap [Regions, us-east-1, Ami]"), "ami-1");
    assert_eq!(value("!FindInMap [Regions, us-east-1, Zones]"), "[a, b]");
    assert_eq!(value("!FindInMap [Regions, !Ref AWS::Region, Ami]"), "ami-1 | ami-2");
    assert_eq!(value("!FindInMap [Regions, mars, Ami, {DefaultValue: none}]"), "none");
    assert_eq!(value("!FindInMap [Regions, mars, Ami]"), "? unknown_name Regions");
    let options = Options { region: Some("eu-west-1".into()), ..Options::default() };
    let read =
        read_with("x.yml", &format!("{SECTIONS}      V: !FindInMap [Regions, !Ref AWS::Region, Ami]\n"), &options);
    assert_eq!(read.show("V"), "ami-2");
    assert_eq!(read.native("X").region.value.as_str(), Some("eu-west-1"));
}

#[test]
fn conditions_are_three_valued() {
    assert_eq!(value("!If [Yes, a, b]"), "a");
    assert_eq!(value("!If [No, a, b]"), "b");
    assert_eq!(value("!If [Maybe, a, b]"), "a | b");
    assert_eq!(value("!If [Maybe, a, a]"), "a");
    assert_eq!(value("!If [NoWay, a, b]"), "b");
    assert_eq!(value("!If [IsDev, a, b]"), "a | b");
    assert_eq!(value("!If [NoAnd, a, b]"), "b");
    assert_eq!(value("!If [YesOr, a, b]"), "a");
    assert_eq!(value("!If [Circle, a, b]"), "a | b");
    assert_eq!(value("!If [Undeclared, a, b]"), "a | b");
    assert_eq!(value("!If [Yes, !Ref AWS::NoValue, b]"), "absent");
    assert_eq!(value("{'Fn::If': [Maybe, {Ref: 'AWS::NoValue'}, {A: 1}]}"), "absent | {A: 1}");
    assert_eq!(value("[1, !If [No, 2, !Ref AWS::NoValue], 3]"), "[1, 3]");
}

#[test]
fn a_condition_may_choose_all_properties() {
    let of = |condition: &str| {
        let tail = format!("      !If [{condition}, {{A: 1, B: 2}}, {{A: 3}}]\n");
        let read = read(&format!("{SECTIONS}{tail}"));
        (read.show("A"), read.show("B"))
    };
    assert_eq!(of("Yes"), ("1".into(), "2".into()));
    assert_eq!(of("Maybe"), ("1 | 3".into(), "2 | absent".into()));
}

#[test]
fn a_resource_exists_under_its_condition() {
    let read = read(&format!(
        "{SECTIONS}      A: !Ref Free\n  No: {{Type: AWS::A::B, Condition: No}}\n  Maybe: {{Type: AWS::A::B, Condition: Maybe}}\n"
    ));
    let ids: Vec<_> = read.group().natives.iter().map(|native| native.address.to_string()).collect();
    assert_eq!(ids, ["X", "Maybe"]);
    assert!(matches!(&read.native("Maybe").exists, Exists::Unless(why) if &*why.what == "Maybe"));
}

#[test]
fn places_are_those_a_reader_would_underline() {
    let read = properties("Type: !Ref Size # é\nList:\n- a\n- !If [Yes, bé, c]\nSecret: !Ref Secret\n");
    let text = |attr: &Attr| (read.sources.text(attr.key.unwrap()), read.sources.text(attr.at));
    assert_eq!(text(read.get("Type")), ("Type".into(), "!Ref Size".into()));
    assert_eq!(read.sources.text(read.get("Type").decided_at()), "ml.g5.xlarge");
    assert_eq!(read.get("Type").origin.steps[0].via, Via::VariableDefault);
    let Value::List(list) = &read.get("List").value else { panic!() };
    assert_eq!(read.sources.text(list.items[1].at), "bé");
    assert!(read.get("Secret").sensitive);
    let native = read.native("X");
    assert_eq!(read.sources.text(native.head), "X");
    assert!(read.sources.text(native.body).starts_with("X:\n    Type:"));
    assert!(read.sources.text(native.body).ends_with("!Ref Secret"));
}

#[test]
fn json_templates_read_the_same() {
    let read = read_with(
        "a/stack.template",
        "{\"Resources\":\t{\"X\": {\"Type\": \"AWS::A::B\", \"Properties\": {\"A\": {\"Fn::Join\": [\"\", [\"s3:\\/\\/\", {\"Ref\": \"X\"}]]}, \"B\": \"true\", \"C\": 1.50}}}}",
        &Options::default(),
    );
    assert_eq!(
        (read.show("A").as_str(), read.show("B").as_str(), read.show("C").as_str()),
        ("s3://<X>", "true", "1.50")
    );
    assert_eq!(read.sources.text(read.native("X").head), "\"X\"");
    assert_eq!(read.group().name.as_ref(), "a/stack.template");
}

#[test]
fn given_parameters_win_over_defaults() {
    let mut options = Options::default();
    options.variables.insert("Size".into(), "ml.p4d.24xlarge".into());
    options.variables.insert("Env".into(), "prod".into());
    let read = read_with("x.yaml", &format!("{SECTIONS}      V: !Ref Size\n"), &options);
    assert_eq!(read.show("V"), "ml.p4d.24xlarge");
    assert!(read.get("V").origin.steps.is_empty());
    let signals: Vec<_> =
        read.group().signals.iter().map(|s| (s.source.to_string(), s.text.to_string(), s.strong)).collect();
    assert_eq!(signals, [("parameter Env".into(), "prod".into(), true), ("file name".into(), "x".into(), false)]);
}

#[test]
fn loops_over_literals_are_expanded_and_others_are_gaps() {
    let read = read(
        "Transform: AWS::LanguageExtensions\nParameters:\n  L: {Type: CommaDelimitedList}\nResources:\n  Fn::ForEach::Buckets:\n    - Name\n    - [a.1, b]\n    - 'Bucket&{Name}':\n        Type: AWS::A::B\n        Properties: {N: !Sub 'x-${Name}', R: !Ref Name}\n  Fn::ForEach::More: [N, !Ref L, {'M${N}': {Type: AWS::A::B}}]\n",
    );
    let ids: Vec<_> = read.group().natives.iter().map(|native| native.address.to_string()).collect();
    assert_eq!(ids, ["Bucketa1", "Bucketb"]);
    let Value::Map(map) = &read.native("Bucketb").tree.value else { panic!() };
    assert_eq!((show(&map.get("N").unwrap().value), show(&map.get("R").unwrap().value)), ("x-b".into(), "b".into()));
    assert_eq!(read.group().gaps.len(), 1);
    assert!(read.group().gaps[0].receives.is_none());
}

#[test]
fn what_cannot_be_followed_is_a_gap() {
    let read = read(
        "Transform: [AWS::Serverless-2016-10-31, MyMacro]\nResources:\n  X: {Type: AWS::A::B}\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: x, Parameters: {B: !Ref X, C: !Sub 'a${X.Arn}', D: [!GetAtt X.Name]}}\n",
    );
    let gaps = &read.group().gaps;
    assert_eq!((gaps.len(), gaps[0].why.code, gaps[1].why.code), (2, WhyCode::NotEvaluated, WhyCode::SourceNotRead));
    assert!(gaps[0].receives.is_none());
    assert_eq!(gaps[1].receives.as_ref().unwrap().len(), 3);
    assert!(gaps[1].receives.as_ref().unwrap().iter().all(|target| &*target.address == "X"));
}

#[test]
fn claims_look_at_bytes_only() {
    let claim = |text: &str| CloudFormation.claim("a.yaml", text);
    assert_eq!(claim("\u{feff}AWSTemplateFormatVersion: '2010-09-09'"), Claim::Surely);
    assert_eq!(claim("{\"AWSTemplateFormatVersion\" : \"2010-09-09\"}"), Claim::Surely);
    assert_eq!(claim("Resources:\n  A:\n    Type: AWS::S3::Bucket"), Claim::Surely);
    assert_eq!(claim("{\"Resources\":{\"A\":{\"Type\":\"AWS::S3::Bucket\"}}}"), Claim::Surely);
    assert_eq!(claim("resources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket"), Claim::Perhaps);
    assert_eq!(claim("text: \"{\\\"AWSTemplateFormatVersion\\\": 1}\""), Claim::No);
    assert_eq!(CloudFormation.claim("a.tf", "AWSTemplateFormatVersion: 1"), Claim::No);
}

#[test]
fn only_a_sure_template_that_does_not_parse_is_an_error() {
    let broken = read("AWSTemplateFormatVersion: 1\nResources:\n  A: [\n").reading;
    assert_eq!((broken.errors.len(), broken.errors[0].code), (1, "syntax-error"));
    assert!(broken.errors[0].span.is_some());
    let jinja = read("AWSTemplateFormatVersion: 1\n{% if x %}\nResources:\n").reading;
    assert_eq!((jinja.errors.len(), jinja.skipped.len()), (0, 1));
    let resolved = read("AWSTemplateFormatVersion: 1\nX: '{{resolve:ssm:/a}}'\nResources: [\n").reading;
    assert_eq!((resolved.errors.len(), resolved.skipped.len()), (1, 0));
    let other = read("x:\n  Resources: AWS::x").reading;
    assert_eq!((other.errors.len(), other.skipped.len()), (0, 1));
}

#[test]
fn keys_written_twice_are_reported_with_both_lines() {
    let read = read("Resources:\n  X:\n    Type: AWS::A::B\n    Properties:\n      A: 1\n      A: 2\n");
    assert_eq!(read.show("A"), "2");
    assert_eq!(read.reading.skipped_parts[0].reason, "line 5: `A` is set again in line 6, which counts");
}

#[test]
fn hostile_templates_end() {
    let mut nested = String::from("x");
    for _ in 0..60 {
        nested =
            format!("{{\"Fn::Sub\": [\"${{A}}${{A}}\", {{\"A\": {nested}}}]}}").replace("\"A\": x", "\"A\": \"x\"");
    }
    let head = "{\"Resources\": {\"X\": {\"Type\": \"AWS::A::B\", \"Properties\": {\"V\": ";
    assert!(matches!(read(&format!("{head}{nested}}}}}}}}}")).get("V").value, Value::Unknown(_) | Value::Text(_)));
    let deep = format!("{head}{}{}}}}}}}}}", "[".repeat(190), "]".repeat(190));
    assert!(read(&deep).show("V").contains("limit_reached"));
    let chain: String = (1..3_000).map(|n| format!("  C{n}: !Not [!Condition C{}]\n", n - 1)).collect();
    let text =
        format!("Conditions:\n  C0: !Equals [a, a]\n{chain}Resources:\n  X: {{Type: AWS::A::B, Condition: C2999}}\n");
    assert!(matches!(read(&text).native("X").exists, Exists::Unless(_)));
    let mut laughs = String::from("Resources:\n  X:\n    Type: AWS::A::B\n    Properties:\n      A0: &a0 [x]\n");
    for n in 1..30 {
        laughs += &format!("      A{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "));
    }
    assert_eq!(read(&laughs).show("A1"), format!("[{}]", ["[x]"; 9].join(", ")));
}
