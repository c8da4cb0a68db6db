//! The tree: places in awkward texts, YAML and JSON alike, hostile input.

use super::*;
use crate::model::value::Value;
use crate::source::EmbeddedKind;

fn yaml(text: &str) -> (SourceMap, Result<Vec<Node>, TreeError>) {
    let sources = SourceMap::new();
    let id = sources.add("x.yaml", text);
    let parsed = parse_yaml(&sources, id);
    (sources, parsed)
}

fn json(text: &str) -> (SourceMap, Result<Node, TreeError>) {
    let sources = SourceMap::new();
    let id = sources.add("x.json", text);
    let parsed = parse_json(&sources, id);
    (sources, parsed)
}

fn root(text: &str) -> (SourceMap, Node) {
    let (sources, parsed) = yaml(text);
    (sources, parsed.unwrap().remove(0))
}

#[test]
fn spans_are_exact_through_bom_crlf_tabs_and_multi_byte_text() {
    let (sources, node) =
        root("\u{feff}schlüssel: \"wért\\\"\"\r\nlist:\r\n  - 'eins'\t# é\r\n  - zwei drei\r\nmap: {a: [1, 2]}\r\n");
    let text = |span| sources.text(span);
    let (key, value) = node.entry("schlüssel").unwrap();
    assert_eq!((text(key.span()).as_str(), text(value.span()).as_str()), ("schlüssel", "\"wért\\\"\""));
    assert_eq!(value.as_str(), Some("wért\""));
    let list = node.get("list").unwrap();
    assert_eq!(text(list.span()), "- 'eins'\t# é\r\n  - zwei drei");
    assert_eq!(text(list.items()[0].span()), "'eins'");
    assert_eq!(text(node.get("map").unwrap().span()), "{a: [1, 2]}");
    assert_eq!(text(node.span()).trim_end(), sources.get(node.span().source).text[3..].trim_end());
}

#[test]
fn block_scalars_are_spanned_by_their_content() {
    let (sources, node) = root("when: |\n  a &&\n  b\n\nnext: >-\n   c\n   d\n\nlast:\n");
    assert_eq!(sources.text(node.get("when").unwrap().span()), "a &&\n  b");
    assert_eq!(node.get("when").unwrap().as_str(), Some("a &&\nb\n"));
    assert_eq!(sources.text(node.get("next").unwrap().span()), "c\n   d");
    assert_eq!(node.get("next").unwrap().scalar().unwrap().style, Style::Folded);
    assert!(node.get("last").unwrap().is_null());
}

#[test]
fn blocks_begin_with_their_first_dash_and_end_with_their_last_value() {
    let (sources, node) = root("a:\n- !Ref x\n- y\nb:\n- - 1\n  - 2\nc:\n  - -1\nd:\n-\n  k: v\n");
    let text = |key: &str| sources.text(node.get(key).unwrap().span());
    assert_eq!(text("a"), "- !Ref x\n- y");
    assert_eq!(text("b"), "- - 1\n  - 2");
    assert_eq!((text("c"), text("d")), ("- -1".into(), "-\n  k: v".into()));
    assert_eq!(sources.text(node.get("b").unwrap().items()[0].span()), "- 1\n  - 2");
    let (sources, node) = root("a:\n  b: 1\n  c:\n\n# d\ne: f\n");
    assert_eq!(sources.text(node.get("a").unwrap().span()), "b: 1\n  c:");
}

#[test]
fn tags_belong_to_the_expression() {
    let (sources, node) = root("a: !GetAtt B.Arn\nb: !Sub\n  - x\n  - {}\nc: !!str 12\n");
    let a = node.get("a").unwrap();
    assert_eq!((a.tag(), sources.text(a.span()).as_str()), (Some("!GetAtt"), "!GetAtt B.Arn"));
    assert_eq!(sources.text(a.content()), "B.Arn");
    assert_eq!(sources.text(node.get("b").unwrap().span()), "!Sub\n  - x\n  - {}");
    assert!(matches!(Schema::Core.read(node.get("c").unwrap()), Some(Value::String(_))));
}

#[test]
fn of_equal_keys_the_last_counts() {
    let (_, node) = root("a: 1\nb: 2\na: 3\n");
    assert_eq!(node.get("a").unwrap().as_str(), Some("3"));
    let names: Vec<_> = node.entries().iter().map(|(k, v)| (k.as_str().unwrap(), v.as_str().unwrap())).collect();
    assert_eq!(names, [("a", "3"), ("b", "2")]);
    assert_eq!(json(r#"{"a": 1, "a": 2}"#).1.unwrap().get("a").unwrap().as_str(), Some("2"));
}

#[test]
fn keys_written_twice_are_told() {
    let (sources, node) =
        root("a: {x: 1, y: 2, x: 3, x: 4}\nb: &b [{k: 1, k: 2}]\nc: *b\nd: {<<: {x: 1}, <<: {y: 1}}\n");
    let places = |(key, counts): &(&Node, &Node)| (key.span().start, sources.text(counts.span()));
    let found: Vec<_> = node.duplicate_keys().iter().map(places).collect();
    assert_eq!(found.len(), 3);
    assert!(found.contains(&(4, "x".into())) && found.contains(&(16, "x".into())));
    assert!(found.iter().any(|(_, text)| text == "k"));
}

#[test]
fn merge_keys_yield_to_own_keys() {
    let (_, node) = root("one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nx:\n  <<: [*one, *two]\n  a: 0\n");
    let x = node.get("x").unwrap();
    let names: Vec<_> = x.entries().iter().map(|(k, v)| (k.as_str().unwrap(), v.as_str().unwrap())).collect();
    assert_eq!(names, [("a", "0"), ("b", "1"), ("c", "2")]);
    assert_eq!(x.get("b").unwrap().as_str(), Some("1"));
    assert_eq!(x.get("c").unwrap().as_str(), Some("2"));
}

#[test]
fn an_alias_points_at_itself_and_comes_from_its_target() {
    let (sources, node) = root("a: &x ml.p3.2xlarge\nb: *x\n");
    let Value::Map(map) = attr(&node, Schema::Core).value else { panic!() };
    let b = map.get("b").unwrap();
    assert_eq!((sources.text(b.at).as_str(), sources.text(b.decided_at()).as_str()), ("*x", "ml.p3.2xlarge"));
    assert_eq!(b.value.as_str(), Some("ml.p3.2xlarge"));
}

#[test]
fn a_billion_laughs_cost_nothing() {
    let mut text = String::from("a0: &a0 [lol]\n");
    for n in 1..60 {
        let alias = format!("*a{}", n - 1);
        text += &format!("a{n}: &a{n} [{}]\n", [alias.as_str(); 9].join(", "));
    }
    text += "m0: &m0 {x0: 1}\n";
    for n in 1..60 {
        text += &format!("m{n}: &m{n} {{<<: [{}]}}\n", [format!("*m{}", n - 1).as_str(); 9].join(", "));
    }
    let (_, node) = root(&text);
    assert_eq!(node.get("m59").unwrap().get("x0").unwrap().as_str(), Some("1"));
    assert!(matches!(attr(&node, Schema::Core).value, Value::Map(_)));
}

#[test]
fn hostile_nesting_is_an_error_with_a_place() {
    let deep = |open: &str, close: &str| open.repeat(5_000) + &close.repeat(5_000);
    assert!(json(&deep("[", "]")).1.unwrap_err().message.contains("200"));
    assert!(json(&deep("{\"a\":", "}")).1.unwrap_err().message.contains("200"));
    assert!(yaml(&deep("[", "]")).1.is_err());
    assert!(yaml(&deep("{a: ", "}")).1.is_err());
    assert!(yaml(&"- ".repeat(5_000)).1.is_err());
    let block: String = (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert!(yaml(&block).1.unwrap_err().message.contains("nest"));
    let chain: String = (1..5_000).map(|n| format!("- &a{n} [*a{}]\n", n - 1)).collect();
    assert!(yaml(&format!("- &a0 x\n{chain}")).1.unwrap_err().message.contains("200"));
    assert!(yaml("a: &a [*a]").1.is_err());
}

#[test]
fn json_is_exact() {
    let (sources, node) = json(
        "\u{feff}{\"a\\/\\u00e9\":\t\"\\ud83e\\udd80 \\ud800 é\",\r\n\"n\": 123456789012345678901234567890, \"e\": [1e3, -0.5, true, null]}",
    );
    let node = node.unwrap();
    assert_eq!(node.get("a/é").unwrap().as_str(), Some("🦀 \u{fffd} é"));
    assert_eq!(sources.text(node.entry("a/é").unwrap().0.span()), "\"a\\/\\u00e9\"");
    let Value::Map(map) = attr(&node, Schema::Yaml11).value else { panic!() };
    assert_eq!(map.get("n").unwrap().value.scalar_text().unwrap().as_ref(), "123456789012345678901234567890");
    let Value::List(list) = &map.get("e").unwrap().value else { panic!() };
    assert_eq!(list.items[0].value.as_number().unwrap().to_i64(), Some(1000));
    assert!(matches!(list.items[3].value, Value::Null));
}

#[test]
fn json_errors_have_a_place() {
    for (text, at) in [
        ("{\"a\": }", "}"),
        ("{\"a\" 1}", "1"),
        ("[1 2]", "2"),
        ("[01]", "0"),
        ("[1,]", "]"),
        ("{a: 1}", "a"),
        ("[\"\\x\"]", "\\"),
        ("[1] 2", "2"),
        ("", ""),
        ("[\"abc", "\""),
    ] {
        let (sources, parsed) = json(text);
        assert_eq!(sources.text(parsed.unwrap_err().span), at, "{text}");
    }
}

#[test]
fn either_format_is_told_by_its_text() {
    let parsed = |text: &str| {
        let sources = SourceMap::new();
        parse(&sources, sources.add("x", text))
    };
    assert_eq!(parsed("{\"a\": [1,], } # tolerated").unwrap()[0].get("a").unwrap().items().len(), 1);
    assert_eq!(parsed("a: 1\n---\nb: 2\n").unwrap().len(), 2);
    assert_eq!(parsed("").unwrap().len(), 0);
    assert!(parsed("{\"a\": 1").unwrap_err().message.contains("`,` or `}`"));
    assert!(parsed("a: b: c").is_err());
}

#[test]
fn scalars_follow_the_reading_asked_for() {
    let both = |text: &str| {
        let (_, node) = root(&format!("- {text}"));
        let show = |schema: Schema| match schema.read(&node.items()[0]).unwrap() {
            Value::Null => "null".to_owned(),
            Value::Bool(truth) => format!("{truth}!"),
            Value::Number(scalar) => format!("{}#", scalar.number),
            Value::String(text) => text.to_string(),
            _ => unreachable!(),
        };
        (show(Schema::Yaml11), show(Schema::Core))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(both("yes"), pair("true!", "yes"));
    assert_eq!(both("Off"), pair("false!", "Off"));
    assert_eq!(both("0123"), pair("83#", "123#"));
    assert_eq!(both("012345678901"), pair("012345678901", "12345678901#"));
    assert_eq!(both("0o17"), pair("0o17", "15#"));
    assert_eq!(both("0x1F"), pair("31#", "31#"));
    assert_eq!(both("1_000"), pair("1000#", "1_000"));
    assert_eq!(both("-1.50"), pair("-1.5#", "-1.5#"));
    assert_eq!(both("22:30"), pair("22:30", "22:30"));
    assert_eq!(both("2010-09-09"), pair("2010-09-09", "2010-09-09"));
    assert_eq!(both("'true'"), pair("true", "true"));
    assert_eq!(both("~"), pair("null", "null"));
    assert_eq!(both("1e400000000"), pair("1e400000000", "1e400000000"));
    assert_eq!(both(".inf"), pair(".inf", ".inf"));
}

#[test]
fn embedded_text_maps_back_to_what_is_written() {
    let text = "lit: |\r\n    r.spot == 'é'\r\n      && on\r\n\r\n    last\r\nfold: >-\r\n  a\r\n  b\r\nsingle: 'it''s x'\r\ndouble: \"t\\tab \\u00e9 \\\\ \\uD83E\\uDD80 \\n\r\n   end\"\r\nplain: one\r\n  two\r\n";
    let (sources, node) = root(text);
    let outward = |key: &str, part: &str| {
        let id = node.get(key).unwrap().embed(&sources, EmbeddedKind::Document).unwrap();
        let at = sources.get(id).text.find(part).unwrap_or_else(|| panic!("{part}"));
        sources.text(sources.in_file(Span::new(id, at..at + part.len())))
    };
    for (key, part) in
        [("lit", "r.spot"), ("lit", "'é'"), ("lit", "&&"), ("lit", "last"), ("fold", "b"), ("plain", "two")]
    {
        assert_eq!(outward(key, part), part);
    }
    assert_eq!(outward("single", "it's"), "it''s");
    assert_eq!(outward("single", "x"), "x");
    assert_eq!(outward("double", "é"), "\\u00e9");
    assert_eq!(outward("double", "\\"), "\\\\");
    assert_eq!(outward("double", "🦀"), "\\uD83E\\uDD80");
    assert_eq!(outward("double", "end"), "end");
    assert_eq!(outward("lit", "on\n\nlast"), "on\r\n\r\n    last");
}

#[test]
fn toml_is_a_tree_of_the_same_kind() {
    let sources = SourceMap::new();
    let text =
        "\u{feff}version = 0.1\n[default.deploy.parameters]\nlist = ['é', 2]\nquoted = \"a\\tb\"\n[[job]]\non = true\n";
    let node = parse_toml(&sources, sources.add("x.toml", text)).unwrap();
    let keys: Vec<_> = node.pairs().iter().map(|(key, _)| sources.text(key.span())).collect();
    assert_eq!(keys, ["version", "default", "job"]);
    let parameters = node.get("default").unwrap().get("deploy").unwrap().get("parameters").unwrap();
    let list = parameters.get("list").unwrap();
    assert_eq!((sources.text(list.span()), sources.text(list.items()[0].span())), ("['é', 2]".into(), "'é'".into()));
    assert_eq!(parameters.get("quoted").unwrap().as_str(), Some("a\tb"));
    let job = &node.get("job").unwrap().items()[0];
    assert!(matches!(Schema::Core.read(job.get("on").unwrap()), Some(Value::Bool(true))));
    let error = parse_toml(&sources, sources.add("y.toml", "a = 1\nb = \n")).unwrap_err();
    assert_eq!(error.span.start, 10);
    assert!(parse_toml(&sources, sources.add("z.toml", format!("a = {}", "[".repeat(5_000)))).is_err());
}
