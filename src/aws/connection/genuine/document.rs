//! What an XML document is, as far as it tells who wrote it.

use xmlparser::{ElementEnd, Token, Tokenizer};

/// A document that is whole: every element is closed, and nothing follows the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Document<'a> {
    /// The local name of the root element.
    pub root: &'a str,
    /// The text of the first `Code`.
    pub code: Option<&'a str>,
    /// The texts of every `Message`.
    pub messages: Vec<&'a str>,
}

impl<'a> Document<'a> {
    /// `None` for what is no XML, or not the whole of it.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut document = Self::default();
        let mut open: Vec<(&str, &str)> = Vec::new();
        let mut closed = false;
        for token in Tokenizer::from(text) {
            match token.ok()? {
                Token::ElementStart { prefix, local, .. } => {
                    if open.is_empty() {
                        document.root = local.as_str();
                    }
                    open.push((prefix.as_str(), local.as_str()));
                }
                Token::ElementEnd { end: ElementEnd::Empty, .. } => drop(open.pop()?),
                Token::ElementEnd { end: ElementEnd::Close(prefix, local), .. } => {
                    if open.pop()? != (prefix.as_str(), local.as_str()) {
                        return None;
                    }
                }
                Token::Text { text } => document.note(open.last(), text.as_str().trim()),
                Token::Cdata { text, .. } => document.note(open.last(), text.as_str().trim()),
                _ => continue,
            }
            closed = open.is_empty();
        }
        (closed && !document.root.is_empty()).then_some(document)
    }

    /// The messages in one line, with entities as what they stand for.
    pub fn message(&self) -> String {
        self.messages.iter().map(|text| unescaped(text)).collect::<Vec<_>>().join("; ")
    }

    fn note(&mut self, element: Option<&(&str, &str)>, text: &'a str) {
        match element {
            _ if text.is_empty() => {}
            Some((_, "Code")) => drop(self.code.get_or_insert(text)),
            Some((_, "Message")) => self.messages.push(text),
            _ => {}
        }
    }
}

/// Text with the five entities that XML has without a declaration, and characters by number.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').map(|end| &rest[1..end]);
        match entity.and_then(entity_value) {
            Some(value) => {
                out.push(value);
                rest = &rest[entity.map_or(0, str::len) + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity_value(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_document_says_what_it_is() {
        let error =
            b"<?xml version=\"1.0\"?>\n<e:ErrorResponse xmlns:e=\"x\"><Error><Code> Gone </Code><Message>a</Message>\
                      <Message><![CDATA[b]]></Message></Error></e:ErrorResponse>\n";
        let read = Document::read(error).expect("a document");
        assert_eq!((read.root, read.code, read.messages), ("ErrorResponse", Some("Gone"), vec!["a", "b"]));
        assert_eq!(Document::read(b"<DeleteVpcResponse/>").expect("a document").root, "DeleteVpcResponse");
    }

    #[test]
    fn entities_are_read() {
        let read = |text: &str| unescaped(text);
        assert_eq!(read("[name=&apos;a.&apos;] &#x26; &amp;lt; &#39;b&quot;"), "[name='a.'] & &lt; 'b\"");
        assert_eq!(read("a & b; &nope; &#xD800; &"), "a & b; &nope; &#xD800; &");
    }

    #[test]
    fn what_is_cut_short_or_no_xml_is_none() {
        let whole = "<A><B>1</B><C/></A>";
        for end in 0..whole.len() {
            assert_eq!(Document::read(&whole.as_bytes()[..end]), None, "{}", &whole[..end]);
        }
        for text in ["", "{}", "null", "ok", "<A></B>", "<A/><B/>", "</A>", "<!DOCTYPE html><p>Hello<br></p>", "<"] {
            assert_eq!(Document::read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Document::read(b"\x1f\x8b\x08\x00\xff"), None);
    }
}
