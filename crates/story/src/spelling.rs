//! What was likely meant: the nearest of the names that are there.

/// The candidate nearest to `found`, where one is near enough: one slip in up to four letters, one more
/// for each three after that. Of equally near ones the first by name, so that the answer is stable.
pub(crate) fn nearest<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let letters: Vec<char> = found.chars().flat_map(char::to_lowercase).collect();
    let limit = 1 + letters.len().saturating_sub(2) / 3;
    candidates
        .into_iter()
        .filter(|candidate| *candidate != found)
        .filter_map(|candidate| {
            let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            if other.len().abs_diff(letters.len()) > limit || letters.len() > 200 {
                return None;
            }
            let distance = slips(&letters, &other);
            (distance <= limit && distance < letters.len().max(2)).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}

/// Optimal string alignment: insert, delete, replace, swap of neighbours, each one slip.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_find_their_name() {
        assert_eq!(
            nearest("dekc", ["dock_yard", "deck", "desk"]).as_deref(),
            Some("deck")
        );
    }

    #[test]
    fn a_far_name_is_not_proposed() {
        assert_eq!(nearest("deck", ["ferryman"]), None);
    }

    #[test]
    fn case_is_no_slip() {
        assert_eq!(nearest("Deck", ["deck"]).as_deref(), Some("deck"));
    }
}
