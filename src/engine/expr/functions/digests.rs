//! Digests of texts and of files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Function, files};
use crate::expr::Digest as Way;

fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

fn sha1(bytes: &[u8]) -> String {
    hex::encode(Sha1::digest(bytes))
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn sha512(bytes: &[u8]) -> String {
    hex::encode(Sha512::digest(bytes))
}

fn base64sha256(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

fn base64sha512(bytes: &[u8]) -> String {
    STANDARD.encode(Sha512::digest(bytes))
}

/// A row for the digest of a text, and one for that of a file.
macro_rules! rows {
    ($($digest:ident, $name:literal, $of_file:literal, $doc:literal;)*) => {
        pub(super) fn of_text() -> Vec<Function> {
            vec![$(Function::new(
                concat!($name, "(text)"), $name, 1, Some(1),
                |a| Ok($digest(a.text(0)?.as_bytes()).into()),
                concat!("The ", $doc, " of text", "."),
            ),)*]
        }

        pub(super) fn of_files() -> Vec<Function> {
            vec![$(Function::new(
                concat!($of_file, "(path)"), $of_file, 1, Some(1),
                |a| files::digest(a, Way { name: $name, of: $digest }),
                concat!("The ", $doc, " of a file", "."),
            ),)*]
        }
    };
}

rows! {
    md5, "md5", "filemd5", "MD5 (hexadecimal digits)";
    sha1, "sha1", "filesha1", "SHA-1 (hexadecimal digits)";
    sha256, "sha256", "filesha256", "SHA-256 (hexadecimal digits)";
    sha512, "sha512", "filesha512", "SHA-512 (hexadecimal digits)";
    base64sha256, "base64sha256", "filebase64sha256", "SHA-256 (Base64)";
    base64sha512, "base64sha512", "filebase64sha512", "SHA-512 (Base64)";
}
