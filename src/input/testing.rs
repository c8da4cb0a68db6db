//! Natives as one line of text, for the tests of frontends of code.

use crate::model::native::{Exists, Native};
use crate::model::value::{Attr, Piece, Value};

/// `type address{key=value…} if condition`; alternatives with `|`, the unknown as `?what`, an open map with `..`.
pub fn show(native: &Native) -> String {
    let exists = match &native.exists {
        Exists::Yes => String::new(),
        Exists::Unless(why) => format!(" if {}", why.what),
    };
    format!("{} {}{}{exists}", native.native_type, native.address, value(&native.tree))
}

fn value(attr: &Attr) -> String {
    match &attr.value {
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(key, attr)| format!("{key}={}", value(attr)));
            let open = map.open.iter().map(|_| "..".to_owned());
            format!("{{{}}}", entries.chain(open).collect::<Vec<_>>().join(" "))
        }
        Value::List(list) => {
            format!("[{}]", list.items.iter().map(value).collect::<Vec<_>>().join(" "))
        }
        Value::OneOf(all) => all.iter().map(|one| one.as_ref().map_or("-".into(), value)).collect::<Vec<_>>().join("|"),
        Value::Unknown(unknown) => format!("?{}", unknown.why.what),
        Value::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => text.to_string(),
                Piece::Hole(unknown) => format!("?{}", unknown.why.what),
            })
            .collect(),
        other => other.scalar_text().map_or_else(String::new, |text| text.to_string()),
    }
}
