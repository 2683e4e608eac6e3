//! The quotes of TXT records.
//!
//! DNS has text in quoted pieces of at most 255 bytes. Users write the text alone, as they do in Terraform; a text of
//! several pieces may be written with `""` between them, or in one go.

const PIECE: usize = 255;
const BETWEEN: &str = "\" \"";

/// True for the types whose values are quoted text.
pub(super) fn is_quoted(kind: &str) -> bool {
    matches!(kind, "TXT" | "SPF")
}

/// Text as Route 53 wants it.
pub(super) fn quoted(text: &str) -> String {
    if text.len() <= PIECE || text.contains('"') {
        return format!("\"{text}\"");
    }
    let mut pieces: Vec<&str> = Vec::new();
    let mut rest = text;
    while rest.len() > PIECE {
        let mut end = PIECE;
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    format!("\"{}\"", pieces.join(BETWEEN))
}

/// Text as users write it.
pub(super) fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_string();
    };
    let joined = inner.replace(BETWEEN, "");
    // Only what we would cut in the same places was written in one go.
    if joined != inner && quoted(&joined) == value { joined } else { inner.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_as_it_was_written() {
        let long = "k=".repeat(300);
        for text in ["v=spf1 -all", "", &long, "first\"\"second", &"ü".repeat(200)] {
            assert_eq!(unquoted(&quoted(text)), text);
        }
    }

    #[test]
    fn pieces_are_at_most_255_bytes() {
        let value = quoted(&"ü".repeat(400));
        assert!(value.split(BETWEEN).all(|piece| piece.trim_matches('"').len() <= PIECE));
    }
}
