//! Counting words, in scripts with and without blanks between them.

use crate::language::is_unspaced;

/// How many words a passage has, counted no further than `limit`; without blanks two characters make a word.
pub(super) fn words_up_to(text: &str, limit: usize) -> usize {
    let mut words = 0;
    for word in text.split_whitespace() {
        if word.is_ascii() {
            words += usize::from(word.bytes().any(|b| b.is_ascii_alphanumeric()));
        } else {
            let unspaced = word.chars().take(2 * limit).filter(|c| is_unspaced(*c)).count();
            words += if unspaced > 0 {
                unspaced.div_ceil(2)
            } else {
                usize::from(word.chars().any(char::is_alphanumeric))
            };
        }
        if words >= limit {
            return limit;
        }
    }
    words
}

/// Whether a passage has no more than so many words.
pub(super) fn is_short(text: &str, words: usize) -> bool {
    text.len() <= words * 60 && words_up_to(text, words + 1) <= words
}
