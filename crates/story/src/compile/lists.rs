//! Lists in declarations.
//!
//! In `VAR bag = (lamp, rope)` the compiler does not look up whose items these are, and the runtime
//! breaks down on an item of no list.

use serde_json::{Map, Value};

/// Gives items that lack it their list and value. Whether there were any.
pub(crate) fn mend(story: &mut Value) -> bool {
    let Some(Value::Object(lists)) = story.get("listDefs").cloned() else {
        return false;
    };
    let mut mended = false;
    if !lists.is_empty()
        && let Some(root) = story.get_mut("root")
    {
        walk(root, &lists, &mut mended);
    }
    mended
}

fn walk(node: &mut Value, lists: &Map<String, Value>, mended: &mut bool) {
    match node {
        Value::Array(content) => content
            .iter_mut()
            .for_each(|inner| walk(inner, lists, mended)),
        Value::Object(object) => {
            if let Some(Value::Object(items)) = object.get_mut("list") {
                if items.keys().any(|name| !name.contains('.')) {
                    *items = std::mem::take(items)
                        .into_iter()
                        .filter_map(|(name, value)| qualified(name, value, lists))
                        .collect();
                    *mended = true;
                }
            } else {
                object
                    .values_mut()
                    .for_each(|inner| walk(inner, lists, mended));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The item with its list. One that no list has is left out: the problems say so.
fn qualified(name: String, value: Value, lists: &Map<String, Value>) -> Option<(String, Value)> {
    if name.contains('.') {
        return Some((name, value));
    }
    lists.iter().find_map(|(list, items)| {
        let value = items.get(&name)?;
        Some((format!("{list}.{name}"), value.clone()))
    })
}

#[cfg(test)]
mod tests {
    use crate::{Library, Limits, Player, Start};

    #[test]
    fn a_variable_may_begin_as_several_items() {
        let text = "LIST 情 = 喜, 怒, 哀\nVAR e = (喜, 哀)\nVAR f = (怒)\n{e} {f} {LIST_COUNT(e)} {e ? 喜} {LIST_VALUE(f)}\n{e == (): empty|full} {f - 怒 == (): empty}\n{ f == ():\n- else: full\n}\n-> END\n";
        let player = Player::start(
            text,
            &Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        let lines: Vec<&str> = player
            .turn()
            .lines
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(lines, ["喜, 哀 怒 2 true 2", "full empty", "full"]);
    }
}
