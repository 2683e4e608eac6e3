//! Secrets that are made while they are stored: how they look, and how one is drawn where AWS has no call for it.

use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, ErrorKind, Problem, Value};

use super::convert::{filled, problem};

/// The classes of characters, as `GetRandomPassword` has them
/// (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html>).
const LOWERCASE: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NUMBERS: &str = "0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// The characters of a password that does not say how many it has.
pub(crate) const LENGTH: i64 = 32;

const NO_OBJECT: &str = "`template` is not an object in JSON";

/// How a password looks. The properties are those of `GetRandomPassword`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Password {
    /// Characters that it must not have.
    #[field(length = 0..=4096)]
    pub exclude_characters: Option<String>,
    /// Without lower-case letters.
    #[field(default = false)]
    pub exclude_lowercase: Option<bool>,
    /// Without digits.
    #[field(default = false)]
    pub exclude_numbers: Option<bool>,
    /// Without punctuation.
    #[field(default = false)]
    pub exclude_punctuation: Option<bool>,
    /// Without upper-case letters.
    #[field(default = false)]
    pub exclude_uppercase: Option<bool>,
    /// With spaces.
    #[field(default = false)]
    pub include_space: Option<bool>,
    /// The key under which it stands in `template`; without one, the password is all there is.
    #[field(length = 1..=512)]
    pub key: Option<String>,
    /// How many characters it has.
    #[field(default = 32, range = 1..=4096)]
    pub length: Option<i64>,
    /// Whether it has a character of each class.
    #[field(default = true)]
    pub require_each_included_type: Option<bool>,
    /// A document that the password becomes a part of: an object in JSON.
    #[field(json, needs = ["key"])]
    pub template: Option<String>,
    /// Another number makes a new one.
    #[field(default = 1)]
    pub version: Option<i64>,
}

impl Password {
    /// The characters of each class that it may have.
    fn classes(&self) -> Vec<Vec<char>> {
        let is = |flag: Option<bool>| flag == Some(true);
        let excluded = self.exclude_characters.as_deref().unwrap_or_default();
        [
            (is(self.exclude_lowercase), LOWERCASE),
            (is(self.exclude_uppercase), UPPERCASE),
            (is(self.exclude_numbers), NUMBERS),
            (is(self.exclude_punctuation), PUNCTUATION),
            (!is(self.include_space), " "),
        ]
        .into_iter()
        .filter(|(without, _)| !without)
        .map(|(_, class)| class.chars().filter(|character| !excluded.contains(*character)).collect::<Vec<_>>())
        .filter(|class| !class.is_empty())
        .collect()
    }

    fn needs_each(&self) -> bool {
        self.require_each_included_type != Some(false)
    }

    fn size(&self) -> usize {
        usize::try_from(self.length.unwrap_or(LENGTH)).unwrap_or_default()
    }

    /// What is stored: the password, or the document with it.
    pub fn stored(&self, password: String) -> Result<String, CloudError> {
        let Some(key) = filled(self.key.clone()) else { return Ok(password) };
        let mut document = self.document().ok_or_else(|| CloudError::new(ErrorKind::Rejected, NO_OBJECT))?;
        document.insert(key, password.into());
        Ok(serde_json::Value::Object(document).to_string())
    }

    fn document(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        match &self.template {
            Some(text) if !text.is_empty() => serde_json::from_str(text).ok(),
            _ => Some(serde_json::Map::new()),
        }
    }

    /// A new one, of the system's randomness.
    pub fn draw(&self) -> Result<String, CloudError> {
        let classes = self.classes();
        let all: Vec<char> = classes.concat();
        let mut random = Draw(SystemRandom::new());
        let mut drawn: Vec<char> = Vec::with_capacity(self.size());
        if self.needs_each() {
            for class in &classes {
                drawn.push(random.one(class)?);
            }
        }
        while drawn.len() < self.size() {
            drawn.push(random.one(&all)?);
        }
        // Fisher and Yates: the classes stand in any order.
        for last in (1..drawn.len()).rev() {
            let other = random.below(last + 1)?;
            drawn.swap(last, other);
        }
        Ok(drawn.into_iter().collect())
    }
}

/// What is wrong with a password that is declared at `property`.
pub(crate) fn validate(property: &str, declared: &Value) -> Option<Problem> {
    let known = declared.is_known() && !declared.is_null();
    let mut json = known.then(|| declared.to_json())?;
    // A document may be written as a map.
    if let Some(template) = json.get_mut("template").filter(|template| template.is_object()) {
        *template = template.to_string().into();
    }
    let password: Password = serde_json::from_value(json).ok()?;
    if password.document().is_none() {
        return Some(problem(property, NO_OBJECT));
    }
    let classes = password.classes();
    if classes.is_empty() {
        return Some(problem(property, "no character is left of which a password could be made"));
    }
    let few = password.needs_each() && password.size() < classes.len();
    few.then(|| {
        let text = format!("{} characters cannot be of {} classes", password.size(), classes.len());
        problem(property, text)
    })
}

struct Draw(SystemRandom);

impl Draw {
    /// A number below `bound`, each as likely as any other.
    fn below(&mut self, bound: usize) -> Result<usize, CloudError> {
        let bound = u32::try_from(bound).ok().filter(|bound| *bound > 0).ok_or_else(failed)?;
        // Numbers above the last multiple of the bound would favour the first ones.
        let limit = u32::MAX - u32::MAX % bound;
        loop {
            let mut bytes = [0; 4];
            self.0.fill(&mut bytes).map_err(|_| failed())?;
            let number = u32::from_le_bytes(bytes);
            if number < limit {
                return Ok((number % bound) as usize);
            }
        }
    }

    fn one(&mut self, of: &[char]) -> Result<char, CloudError> {
        let index = self.below(of.len())?;
        of.get(index).copied().ok_or_else(failed)
    }
}

fn failed() -> CloudError {
    CloudError::new(ErrorKind::Rejected, "no password could be made: the system gives no random numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, class: &str) -> bool {
        text.chars().any(|character| class.contains(character))
    }

    #[test]
    fn a_password_is_as_long_as_declared_and_has_every_class() {
        for length in [4, 5, 32, 4096] {
            let password = Password { length: Some(length), ..Password::default() };
            let drawn = password.draw().unwrap();
            assert_eq!(drawn.chars().count(), length as usize);
            assert!([LOWERCASE, UPPERCASE, NUMBERS, PUNCTUATION].iter().all(|class| has(&drawn, class)), "{drawn}");
        }
        assert_eq!(Password::default().draw().unwrap().len(), 32);
        assert_ne!(Password::default().draw().unwrap(), Password::default().draw().unwrap());
    }

    #[test]
    fn what_is_excluded_is_not_in_it() {
        let password = Password {
            exclude_characters: Some("abc0/@".into()),
            exclude_punctuation: Some(true),
            exclude_uppercase: Some(true),
            length: Some(2000),
            ..Password::default()
        };
        let drawn = password.draw().unwrap();
        assert!(!has(&drawn, "abc0/@ ") && !has(&drawn, PUNCTUATION) && !has(&drawn, UPPERCASE), "{drawn}");
        let spaced = Password { include_space: Some(true), length: Some(2000), ..Password::default() };
        assert!(has(&spaced.draw().unwrap(), " "));
    }

    #[test]
    fn each_number_is_as_likely_as_any_other() {
        let mut random = Draw(SystemRandom::new());
        let mut counts = [0_u32; 5];
        for _ in 0..50_000 {
            counts[random.below(5).unwrap()] += 1;
        }
        // 10,000 each; the standard deviation is below 90.
        assert!(counts.iter().all(|count| (9_300..=10_700).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_password_may_be_part_of_a_document() {
        let stored = |key: Option<&str>, template: Option<&str>| {
            let text = |text: &str| text.to_string();
            let password = Password { key: key.map(text), template: template.map(text), ..Password::default() };
            password.stored("pw".into()).map_err(|error| error.message)
        };
        assert_eq!(stored(None, None), Ok("pw".into()));
        assert_eq!(stored(Some("password"), None), Ok(r#"{"password":"pw"}"#.into()));
        let document = r#"{"username":"shop","port":5432}"#;
        assert_eq!(
            stored(Some("password"), Some(document)),
            Ok(r#"{"username":"shop","port":5432,"password":"pw"}"#.into())
        );
        assert_eq!(stored(Some("password"), Some("[1]")), Err(NO_OBJECT.into()));
    }

    #[test]
    fn a_password_that_cannot_be_is_told() {
        let check = |json: serde_json::Value| {
            validate("generate", &Value::from_json(json)).map(|problem| problem.message).unwrap_or_default()
        };
        assert_eq!(check(serde_json::json!({"length": 3})), "3 characters cannot be of 4 classes");
        assert_eq!(check(serde_json::json!({"length": 3, "require_each_included_type": false})), "");
        let nothing = serde_json::json!({"exclude_lowercase": true, "exclude_uppercase": true, "exclude_numbers": true, "exclude_punctuation": true});
        assert_eq!(check(nothing), "no character is left of which a password could be made");
        assert_eq!(check(serde_json::json!({"key": "a", "template": {"b": 1}})), "");
        assert_eq!(check(serde_json::json!({"key": "a", "template": "[]"})), NO_OBJECT);
        assert_eq!(check(serde_json::json!(null)), "");
    }
}
