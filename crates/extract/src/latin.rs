//! Names in Latin letters, for those that only a text in another script knows.
//!
//! A name that no catalogue has is called what an English reader would call it, so that sources in several scripts
//! speak of one entity: in the letters that the text itself gives it in brackets, else letter by letter as the
//! language's folder says (for Russian BGN/PCGN, for Ukrainian its national system, for kana Hepburn). A script in
//! which letters do not tell the sound stays as it is.

/// Letters and what they are written as; longer ones are tried first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Letters(Vec<(String, String)>);

impl Letters {
    /// From `letters=latin` entries; `^` and `$` stand for the ends of a word, `_` for a blank, `+` alone doubles the
    /// letter that follows.
    pub(crate) fn new(entries: &[String]) -> Letters {
        let pair = |entry: &String| {
            let (from, to) = entry.split_once('=')?;
            Some((from.to_owned(), to.replace('_', " ")))
        };
        let mut pairs: Vec<_> = entries.iter().filter_map(pair).collect();
        pairs.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        Letters(pairs)
    }

    /// A name in Latin letters; `None` where a letter has none, or nothing would change.
    pub(crate) fn write(&self, name: &str) -> Option<String> {
        if self.0.is_empty() || name.is_ascii() {
            return None;
        }
        let lower = name.to_lowercase();
        // Small letters may take other bytes than capitals; then places do not answer each other.
        let capitals: Vec<bool> = name.chars().map(char::is_uppercase).collect();
        if lower.chars().count() != capitals.len() {
            return None;
        }
        let mut written = String::new();
        let (mut at, mut double) = (0, false);
        while let Some(c) = lower[at..].chars().next() {
            let before = lower[..at].chars().next_back();
            let opens = before.is_none_or(|b| !b.is_alphabetic() && b != '\'' && b != '’');
            let rest = &lower[at..];
            let fits = |from: &str| {
                let (inner, open) = from.strip_prefix('^').map_or((from, false), |f| (f, true));
                let (inner, close) = inner.strip_suffix('$').map_or((inner, false), |f| (f, true));
                let ends = |n: usize| rest[n..].chars().next().is_none_or(|c| !c.is_alphabetic());
                let found = rest.starts_with(inner) && (!open || opens) && (!close || ends(inner.len()));
                (found && !inner.is_empty()).then_some(inner.len())
            };
            let (length, latin) = match self.0.iter().find_map(|(from, to)| Some((fits(from)?, to.as_str())))
            {
                Some(found) => found,
                None if c.is_ascii() || !c.is_alphabetic() => (c.len_utf8(), &rest[..c.len_utf8()]),
                None => return None,
            };
            if latin == "+" {
                double = true;
            } else {
                let capital = capitals[lower[..at].chars().count()] || opens && caseless(c);
                let mut letters = latin.chars();
                let first = letters.next();
                if let Some(first) = first.filter(|_| double) {
                    written.push(if first == 'c' { 't' } else { first });
                }
                double &= first.is_none();
                match first {
                    Some(first) if capital => written.extend(first.to_uppercase()),
                    Some(first) => written.push(first),
                    None => {}
                }
                written.push_str(letters.as_str());
            }
            at += length;
        }
        let shouted =
            capitals.len() > 1 && name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
        let written = if shouted { written.to_uppercase() } else { shorten(&written, &lower) };
        let written = written.trim();
        (!written.is_empty() && written != name).then(|| written.to_owned())
    }
}

/// Whether a letter is of a script without capitals.
fn caseless(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

/// Long vowels of kana are written once: Toukyou is Tokyo.
fn shorten(written: &str, name: &str) -> String {
    if !name.chars().any(caseless) {
        return written.to_owned();
    }
    written.replace("ou", "o").replace("uu", "u")
}

#[cfg(test)]
mod tests {
    use crate::Lexicon;

    #[test]
    fn names_are_written_in_latin_letters() {
        let check = |lang: &str, name: &str, expected: Option<&str>| {
            let lexicon = Lexicon::builtin();
            let letters = &lexicon.lang(lang).expect("a language").names.latin;
            assert_eq!(letters.write(name).as_deref(), expected, "{name}");
        };
        check("ru", "Детский мир", Some("Detsky mir"));
        check("ru", "Щукинская верфь", Some("Shchukinskaya verf"));
        check("ru", "Максима", Some("Maxima"));
        check("ru", "ФСК ЕЭС", Some("FSK EES"));
        check("uk", "Єлисаветград", Some("Yelysavethrad"));
        check("uk", "Запоріжжя Агро", Some("Zaporizhzhia Ahro"));
        check("uk", "Кам’янський", Some("Kamiansky"));
        check("ja", "ドウシシャ", Some("Doshisha"));
        check("ja", "ニッポン・マッチ", Some("Nippon Matchi"));
        check("ja", "キャノン", Some("Kyanon"));
        check("ja", "井村屋グループ", None);
        check("ru", "Polyus", None);
        check("zh", "常熟银行", None);
    }
}
