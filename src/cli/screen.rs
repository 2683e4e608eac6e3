//! The way of text to a screen: what may pass, and what is drawn at the bottom of it meanwhile.
//!
//! Views make visible what is hidden in text of a stage, and so keep it on its line. Here everything that is printed passes
//! once more, whoever made it: line breaks and wildfire's own colours go through, and nothing else that a terminal obeys.

use std::borrow::Cow;
use std::io::Write;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use wildfire_engine::model::redactor;
use wildfire_engine::model::visible::{is_hidden, visible};

/// Text that is safe at a terminal. Escape sequences pass when they are colours that wildfire uses, and every other
/// character that a reader cannot see is written out.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_hidden(c)) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut parts = line.split('\u{1b}');
        out.push_str(&visible(parts.next().unwrap_or_default()));
        for part in parts {
            match colour(part) {
                Some((codes, rest)) => {
                    out.push('\u{1b}');
                    out.push_str(codes);
                    out.push_str(&visible(rest));
                }
                None => {
                    out.push_str("\\u{1b}");
                    out.push_str(&visible(part));
                }
            }
        }
    }
    Cow::Owned(out)
}

/// The codes of a colour that `text` begins with, and the rest: bold, dim, underlined, a dark or bright foreground other
/// than black and white, and the end of all of these. No sequence that hides text is among them.
fn colour(text: &str) -> Option<(&str, &str)> {
    let end = text.find('m')? + 1;
    let (codes, rest) = text.split_at(end);
    let inner = codes.strip_prefix('[')?.strip_suffix('m')?;
    let ours = |code: &str| matches!(code.as_bytes(), [] | [b'0' | b'1' | b'2' | b'4'] | [b'3' | b'9', b'1'..=b'6']);
    inner.split(';').all(ours).then_some((codes, rest))
}

/// Standard output and standard error, with what is drawn below the text while something is waited for.
#[derive(Clone, Default)]
pub struct Screen(Arc<Mutex<Option<MultiProgress>>>);

impl Screen {
    /// To standard output, whole lines. A closed pipe (`wildfire plan | head`) is no error.
    pub fn result(&self, text: &str) {
        self.around(|| {
            let mut stdout = anstream::stdout().lock();
            let _ = stdout.write_all(text.as_bytes());
            if !text.ends_with('\n') {
                let _ = stdout.write_all(b"\n");
            }
            let _ = stdout.flush();
        });
    }

    /// To standard error, whole lines, without the secrets that are known.
    pub fn note(&self, text: &str) {
        let text = redactor::filter(text);
        let text = safe(&text);
        self.around(|| {
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        });
    }

    /// Writes while nothing is drawn.
    fn around(&self, write: impl FnOnce()) {
        // Cloned, as whoever draws writes as well.
        let drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match drawn {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }

    /// Takes away what is drawn.
    pub fn clear(&self) {
        if let Some(bars) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = bars.clear();
        }
    }

    /// Bars below the text until the guard goes; nothing of them is left then.
    pub fn draw(&self) -> Drawing {
        let bars = MultiProgress::new();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(bars.clone());
        Drawing { screen: self.clone(), bars }
    }
}

/// Bars on the screen.
pub struct Drawing {
    screen: Screen,
    pub bars: MultiProgress,
}

impl Drop for Drawing {
    fn drop(&mut self) {
        self.screen.clear();
    }
}

/// A wait that is over before this shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);

/// Elsewhere than at a terminal a line says so often that a wait goes on.
const STILL: Duration = Duration::from_secs(30);

/// How long the end of a wait lets a terminal that takes no output hold it up.
const CLEARED: Duration = Duration::from_secs(1);

/// Says what is waited for, and for how long, until it is dropped.
///
/// From a thread of its own: a terminal that is stopped holds up whoever writes to it, and must not hold up the
/// heartbeat of a lock.
pub struct Waiting {
    /// Dropped to end it.
    end: Option<Sender<()>>,
    /// Disconnected when nothing of it is drawn any more.
    ended: Receiver<()>,
}

impl Waiting {
    /// At a terminal a line that is redrawn, elsewhere one line every half minute.
    pub fn new(screen: Screen, terminal: bool, what: &str) -> Self {
        let what = visible(what).into_owned();
        let (end, ends) = channel();
        let (done, ended) = channel();
        std::thread::spawn(move || {
            match terminal {
                true => draw_until(&ends, &screen, &what),
                false => tell_until(&ends, &screen, &what),
            }
            drop(done);
        });
        Self { end: Some(end), ended }
    }
}

fn draw_until(ends: &Receiver<()>, screen: &Screen, what: &str) {
    let since = Instant::now();
    if ends.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let drawing = screen.draw();
    let bar = drawing.bars.add(ProgressBar::new_spinner().with_elapsed(since.elapsed()));
    bar.set_style(style("{spinner} {msg} {elapsed}"));
    bar.set_message(what.to_string());
    bar.enable_steady_tick(Duration::from_millis(200));
    // Nothing is ever sent: it returns when the other end is dropped.
    let _ = ends.recv();
    bar.finish_and_clear();
}

fn tell_until(ends: &Receiver<()>, screen: &Screen, what: &str) {
    let since = Instant::now();
    while ends.recv_timeout(STILL) == Err(RecvTimeoutError::Timeout) {
        screen.note(&format!("Still {what} ({} s)", since.elapsed().as_secs()));
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.end = None;
        let _ = self.ended.recv_timeout(CLEARED);
    }
}

/// A style of bars; the templates are constants.
pub fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_of_ours_pass() {
        let own = "\u{1b}[1m\u{1b}[31mPlan:\u{1b}[0m\n\u{1b}[1;94mx\u{1b}[m";
        assert_eq!(safe(own), own);
        for (text, shown) in [
            ("\u{1b}[8mx", "\\u{1b}[8mx"),
            ("\u{1b}[30;40mx", "\\u{1b}[30;40mx"),
            ("\u{1b}[38;5;0mx", "\\u{1b}[38;5;0mx"),
            ("\u{1b}[330mx", "\\u{1b}[330mx"),
            ("\u{1b}[2Jx\u{1b}]0;t\u{7}", "\\u{1b}[2Jx\\u{1b}]0;t\\u{7}"),
            ("\u{1b}\u{1b}[1mx", "\\u{1b}\u{1b}[1mx"),
            ("a\rb\u{9b}1m\tc\u{202e}", "a\\rb\\u{9b}1m\\tc\\u{202e}"),
            ("a\n##[add-mask]b", "a\n#\\u{23}[add-mask]b"),
        ] {
            assert_eq!(safe(text), shown, "{text:?}");
        }
    }
}
