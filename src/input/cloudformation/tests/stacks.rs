//! Several files together: nested stacks, includes, serverless resources, synthesised templates, parameters files.

use super::*;

const PARENT: &str = "\
Parameters: {Size: {Type: String, Default: ml.g5.xlarge}}
Conditions: {Maybe: !Equals [!Ref AWS::AccountId, x]}
Resources:
  Other: {Type: AWS::A::B}
  Net:
    Type: AWS::CloudFormation::Stack
    Condition: Maybe
    Properties:
      TemplateURL: ./parts/child.yaml
      Parameters: {Type: !Ref Size, Count: '3', Names: !Join [',', [a, b]], Link: !Ref Other}
  User: {Type: AWS::A::B, Properties: {Bucket: !GetAtt Net.Outputs.Bucket, Type: !Sub '${Net.Outputs.Type}!', No: !GetAtt Net.Outputs.No}}
";
const CHILD: &str = "\
Parameters:
  Type: {Type: String}
  Count: {Type: Number}
  Names: {Type: CommaDelimitedList}
  Link: {Type: String}
  Own: {Type: String, Default: own}
Resources:
  X: {Type: AWS::A::B, Properties: {T: !Ref Type, C: !Ref Count, N: !Ref Names, L: !Ref Link, O: !Ref Own}}
Outputs:
  Bucket: {Value: !Ref X}
  Type: {Value: !Ref Type}
";

fn addresses(read: &Read) -> Vec<String> {
    let natives = read.reading.groups.iter().flat_map(|group| &group.natives);
    natives.map(|native| native.address.to_string()).collect()
}

#[test]
fn a_nested_stack_is_read_with_its_inputs_and_gives_its_outputs() {
    let read = read_project(&[("a/main.yaml", PARENT), ("a/parts/child.yaml", CHILD)], &Options::default());
    assert_eq!(addresses(&read), ["Other", "Net/X", "User"]);
    let nested = read.native("Net/X");
    let values = ["T", "C", "N", "L", "O"].map(|key| read.value_of("Net/X", key));
    assert_eq!(values, ["ml.g5.xlarge", "3", "[a, b]", "-> Other", "own"]);
    assert!(matches!(&nested.exists, Exists::Unless(why) if &*why.what == "Maybe"));
    assert_eq!((&*nested.scope, nested.calls.len(), &*nested.calls[0].name), ("a/main.yaml", 1, "Net"));
    let Value::Map(map) = &nested.tree.value else { panic!() };
    let steps: Vec<_> = map.get("T").unwrap().origin.steps.iter().map(|step| read.sources.text(step.at)).collect();
    assert_eq!(steps, ["!Ref Size", "ml.g5.xlarge"]);
    let values = ["Bucket", "Type", "No"].map(|key| read.value_of("User", key));
    assert_eq!(values, ["-> Net/X", "ml.g5.xlarge!", "? unknown_name Net.No"]);
    assert!(read.group().gaps.is_empty());
}

#[test]
fn an_uploaded_template_is_the_file_with_the_end_of_its_address() {
    let nested = |address: &str, others: &[(&str, &str)]| {
        let parent = PARENT.replace("./parts/child.yaml", address);
        let files = [&[("a/main.yaml", parent.as_str()), ("a/parts/child.yaml", CHILD)], others].concat();
        let read = read_project(&files, &Options::default());
        addresses(&read).contains(&"Net/X".to_owned())
    };
    let addresses = [
        "https://s3.amazonaws.com/bucket/v1/parts/child.yaml",
        "!Sub 'https://${Bucket}.s3.amazonaws.com/${Prefix}parts/child.yaml'",
        "!Sub ['https://${B}.s3.amazonaws.com/${Prefix}/child.yaml', {B: !Ref Size}]",
        "!Join ['/', [!Ref Size, parts/child.yaml]]",
    ];
    for address in addresses {
        assert!(nested(address, &[]), "{address}");
        assert!(!nested(&address.replace("child.yaml", "other.yaml"), &[]), "{address}");
    }
    let copy = [("b/parts/child.yaml", CHILD)];
    assert!(!nested("!Sub 'https://${B}/parts/child.yaml'", &copy), "one of two");
    assert!(nested("!Sub 'https://${B}/a/parts/child.yaml'", &copy));
    assert!(nested("!Sub 'https://${B}/child.yaml'", &[("a/child.yaml", CHILD)]), "beside the parent");
}

#[test]
fn stacks_that_nest_each_other_end() {
    let nest = |url: &str| {
        format!(
            "Resources:\n  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {url}, Parameters: {{P: !GetAtt S.Outputs.O}}}}}}\n  X: {{Type: AWS::A::B, Properties: {{V: !GetAtt S.Outputs.O}}}}\nParameters: {{P: {{Type: String}}}}\nOutputs: {{O: {{Value: !Ref P}}}}\n"
        )
    };
    let (a, b) = (nest("b.yaml"), nest("a.yaml"));
    let read = read_project(&[("a.yaml", &a), ("b.yaml", &b)], &Options::default());
    assert_eq!(addresses(&read), ["S/X", "X"]);
    assert_eq!(read.group().gaps[0].why.code, WhyCode::ReferenceCycle);
    assert_eq!(read.value_of("X", "V"), "? reference_cycle S.O");
}

#[test]
fn many_outputs_of_one_stack_are_one_stack() {
    let outputs: String = (0..600).map(|n| format!("  O{n}: {{Value: v{n}}}\n")).collect();
    let child = format!("Resources: {{Y: {{Type: AWS::A::B}}}}\nOutputs:\n{outputs}");
    let wanted: String = (0..600).map(|n| format!("      P{n}: !GetAtt S.Outputs.O{n}\n")).collect();
    let parent = format!(
        "Resources:\n  X:\n    Type: AWS::A::B\n    Properties:\n{wanted}  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: c.yaml}}}}\n"
    );
    let read = read_project(&[("p.yaml", &parent), ("c.yaml", &child)], &Options::default());
    assert_eq!((read.value_of("X", "P599"), addresses(&read).len()), ("v599".into(), 2));
}

#[test]
fn stacks_that_fan_out_are_bounded() {
    let level = |below: usize| {
        let stack = |n: usize| {
            format!("  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: l{below}.yaml}}}}\n")
        };
        format!("Resources:\n{}", (0..8).map(stack).collect::<String>())
    };
    let mut files: Vec<(String, String)> = (0..9).map(|n| (format!("l{n}.yaml"), level(n + 1))).collect();
    files.push(("l9.yaml".into(), "Resources: {X: {Type: AWS::A::B}}".into()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let read = read_project(&files, &Options::default());
    assert!(addresses(&read).len() <= 500);
    assert!(read.group().gaps.iter().any(|gap| gap.why.code == WhyCode::LimitReached));
}

#[test]
fn serverless_resources_have_globals_and_their_deployed_type() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Timeout: 3, Layers: [a], Environment: {Variables: {A: 1, B: 1}}}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Timeout: 9, Layers: [b], Environment: {Variables: {B: 2}}}}
  App: {Type: AWS::Serverless::Application, Properties: {Location: ./sub/app.yaml}}
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: flow/train.asl.json
      DefinitionSubstitutions: {Type: ml.p3.2xlarge, Role: !GetAtt F.Arn}
";
    let asl =
        r#"{"States": {"T": {"Parameters": {"InstanceType": "${Type}", "Role": "x/${Role}", "Other": "${Other}"}}}}"#;
    let app = "Resources: {G: {Type: AWS::Serverless::Function, Properties: {Timeout: 1}}}";
    let files = [("t.yaml", template), ("flow/train.asl.json", asl), ("sub/app.yaml", app)];
    let read = read_project(&files, &Options::default());
    assert_eq!(addresses(&read), ["F", "App/G", "M"]);
    assert_eq!(&*read.native("F").native_type, "AWS::Lambda::Function");
    let values = ["Timeout", "Runtime", "Layers", "Environment"].map(|key| read.value_of("F", key));
    assert_eq!(values, ["9", "python3.12", "[a, b]", "{Variables: {B: 2, A: 1}}"]);
    let definition = read.value_of("M", "Definition");
    assert_eq!(
        definition,
        "{States: {T: {Parameters: {InstanceType: ml.p3.2xlarge, Role: x/<F.Arn>, Other: ${Other}}}}}"
    );
}

#[test]
fn local_includes_stand_in_place() {
    let template = "\
Transform: {Name: AWS::Include, Parameters: {Location: shared/all.yaml}}
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./shared/more.yaml}}
  X:
    Type: AWS::A::B
    Properties:
      A: 1
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: shared/props.json}}
      C: !FindInMap [M, a, b]
      D: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: shared/props.json}}}
  Y: {Type: AWS::A::B, Properties: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/x.yaml'}}}}
";
    let files = [
        ("t.yaml", template),
        ("shared/all.yaml", "Mappings: {M: {a: {b: c}}}"),
        ("shared/more.yaml", "More: {Type: AWS::A::B}"),
        ("shared/props.json", r#"{"B": {"Ref": "More"}}"#),
    ];
    let read = read_project(&files, &Options::default());
    assert_eq!(addresses(&read), ["More", "X", "Y"]);
    assert_eq!(["A", "B", "C", "D"].map(|key| read.value_of("X", key)), ["1", "-> More", "c", "{B: -> More}"]);
    let Value::Map(map) = &read.native("Y").tree.value else { panic!() };
    assert!(map.open.as_ref().is_some_and(|why| why.code == WhyCode::SourceNotRead));
}

#[test]
fn loops_unroll_in_every_section() {
    let read = read_project(
        &[
            (
                "t.yaml",
                "Transform: AWS::LanguageExtensions\nResources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}\n  X: {Type: AWS::A::B, Properties: {V: !GetAtt S.Outputs.Outb}}\n",
            ),
            (
                "c.yaml",
                "\
Transform: AWS::LanguageExtensions
Parameters: {Env: {Type: String, Default: a}}
Conditions:
  Fn::ForEach::Each: [N, [a, b], {'Is${N}': !Equals [!Ref Env, !Ref N]}]
Resources:
  Fn::ForEach::Each:
    - N
    - [a, b]
    - 'R${N}':
        Type: AWS::A::B
        Condition: 'Is${N}'
        Properties:
          Fn::ForEach::Inner: [K, [x, y], {'Key${K}': !Sub '${N}-${K}'}]
Outputs:
  Fn::ForEach::Each: [N, [a, b], {'Out${N}': {Value: !GetAtt ['R${N}', Arn]}}]
",
            ),
        ],
        &Options::default(),
    );
    assert_eq!(addresses(&read), ["S/Ra", "X"]);
    assert_eq!(["Keyx", "Keyy"].map(|key| read.value_of("S/Ra", key)), ["a-x", "a-y"]);
    assert_eq!(read.value_of("X", "V"), "-> S/Rb Arn");
}

#[test]
fn synthesised_templates_have_the_addresses_of_their_constructs() {
    let parent = r#"{"Resources": {"NestedA1": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}]]}},
        "Metadata": {"aws:cdk:path": "App/Nested.NestedStack/Nested.NestedStackResource", "aws:asset:path": "AppNested.nested.template.json", "aws:asset:property": "TemplateURL"}},
        "JobF00D": {"Type": "AWS::A::B", "Properties": {"V": {"Ref": "Other1"}}, "Metadata": {"aws:cdk:path": "App/Job/Resource"}},
        "Other1": {"Type": "AWS::C::D", "Metadata": {"aws:cdk:path": "App/Other/Resource"}}}}"#;
    let child =
        r#"{"Resources": {"B1": {"Type": "AWS::A::B", "Metadata": {"aws:cdk:path": "App/Nested/B/Resource"}}}}"#;
    let files = [("cdk.out/App.template.json", parent), ("cdk.out/AppNested.nested.template.json", child)];
    let read = read_project(&files, &Options::default());
    assert_eq!(addresses(&read), ["App/Nested/B", "App/Job"]);
    assert_eq!(read.value_of("App/Job", "V"), "-> App/Other");
}

#[test]
fn parameters_files_are_for_root_stacks() {
    let options = Options { parameter_files: vec!["p.json".into()], ..Options::default() };
    let files = [
        ("a/main.yaml", PARENT),
        ("a/parts/child.yaml", CHILD),
        ("p.json", r#"{"Parameters": {"Size": "ml.p4d.24xlarge", "Own": "given"}}"#),
    ];
    let read = read_project(&files, &options);
    assert_eq!(["T", "O"].map(|key| read.value_of("Net/X", key)), ["ml.p4d.24xlarge", "own"]);
    let Value::Map(map) = &read.native("Net/X").tree.value else { panic!() };
    assert_eq!(read.sources.text(map.get("T").unwrap().decided_at()), "\"ml.p4d.24xlarge\"");
}

#[test]
fn every_document_of_a_file_is_a_template_of_its_own() {
    let one = "Resources: {X: {Type: AWS::A::B}}\n";
    let read = read_project(&[("t.yaml", &format!("note: x\n---\n{one}---\n{one}"))], &Options::default());
    let scopes: Vec<_> = read.reading.groups.iter().map(|group| group.scope.to_string()).collect();
    assert_eq!(scopes, ["t.yaml", "t.yaml#2"]);
}

/// The value and the place of `T` in the document that property `D` of `X` holds.
fn held(template: &str, json: bool) -> (String, String) {
    let path = if json { "t.json" } else { "t.yaml" };
    let read = read_project(&[(path, template)], &Options::default());
    let Value::Map(map) = &read.native("X").tree.value else { panic!() };
    let documents = crate::input::document::read(&read.sources, map.get("D").unwrap(), tree::Schema::Core);
    let Value::Map(document) = &documents[0].value else { panic!("{documents:?}") };
    let found = document.get("T").unwrap();
    (show(&found.value), read.sources.text(read.sources.in_file(found.at)))
}

#[test]
fn documents_in_strings_have_the_places_of_what_is_written() {
    let yaml = |value: &str| {
        let head = "Parameters: {P: {Type: String, Default: ml.p3.2xlarge}, F: {Type: String}}\nResources:\n";
        held(&format!("{head}  X:\n    Type: AWS::A::B\n    Properties:\n      D: {value}\n"), false)
    };
    let pair = |value: &str, place: &str| (value.to_owned(), place.to_owned());
    assert_eq!(yaml("|\n        {\n          \"T\": \"ml.é\"\n        }"), pair("ml.é", "\"ml.é\""));
    assert_eq!(yaml("'{\"T\": \"x\"}'"), pair("x", "\"x\""));
    assert_eq!(
        yaml("!Sub |\n        {\n          \"A\": \"${F}\",\n          \"T\": \"${P}\"\n        }"),
        pair("ml.p3.2xlarge", "\"${P}\"")
    );
    assert_eq!(yaml("!Sub ['{\"T\": \"${ Q }-${!R}\"}', {Q: !Ref F}]"), pair("<F>-${R}", "\"${ Q }-${!R}\""));
    assert_eq!(yaml("!ToJsonString {T: !Ref P, A: !If [C, 1, 2]}"), pair("ml.p3.2xlarge", "!Ref P"));
    assert_eq!(yaml("!Join ['', ['{\"A\": 1, ', '\"T\": \"', !Ref P, '\"}']]").0, "ml.p3.2xlarge");
    let json = r#"{"Resources": {"X": {"Type": "AWS::A::B", "Properties": {"D": "{\n \"A\": \"\", \"T\": \"x\"}"}}}}"#;
    assert_eq!(held(json, true), pair("x", r#"\"x\""#));
    let json = r#"{"Resources": {"X": {"Type": "AWS::A::B", "Properties": {"D": {"Fn::Join": ["\n", ["{", "  \"T\": \"x\"", "}"]]}}}}}"#;
    assert_eq!(held(json, true), pair("x", r#"\"x\""#));
}
