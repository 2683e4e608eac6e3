//! Two texts, line by line.

/// The lines of both, `-` before those of `expected` alone and `+` before those of `found` alone; `None` when they are
/// the same. Takes time in the product of their lengths.
pub fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (left, right): (Vec<&str>, Vec<&str>) = (expected.split('\n').collect(), found.split('\n').collect());
    // common[i][j]: the length of the longest common subsequence of left[i..] and right[j..].
    let mut common = vec![vec![0_usize; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            common[i][j] = match left[i] == right[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            lines.push(format!("  {}", left[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == right.len() || (i < left.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(format!("- {}", left[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", right[j]));
            j += 1;
        }
    }
    Some(lines.join("\n"))
}

#[test]
fn a_changed_line_is_shown_among_the_others() {
    assert_eq!(difference("a\nb\nc", "a\nb\nc"), None);
    assert_eq!(difference("a\nb\nc", "a\nx\nc").as_deref(), Some("  a\n- b\n+ x\n  c"));
}
