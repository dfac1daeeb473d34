//! Words and their letters, in scripts with and without blanks between them.

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

/// The first bytes of a text, at most so many, in whole characters.
pub(crate) fn first_bytes(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether a character is part of a word; the answer of [`char::is_alphanumeric`], quicker for the letters that
/// most text is written in.
pub(crate) fn is_word_char(c: char) -> bool {
    match c {
        'a'..='z'
        | 'A'..='Z'
        | '0'..='9'
        | 'а'..='я'
        | 'А'..='Я'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{3041}'..='\u{3096}' => true,
        '\0'..='\u{a9}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' => false,
        c => c.is_alphanumeric(),
    }
}

/// Appends a text in lower case; the same as [`char::to_lowercase`] of each character, quicker for the letters that
/// most text is written in.
pub(crate) fn push_lower(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '\0'..='\u{7f}' => into.push(c.to_ascii_lowercase()),
            'а'..='я'
            | 'ß'..='ö'
            | 'ø'..='ÿ'
            | '\u{2000}'..='\u{20ff}'
            | '\u{3000}'..='\u{a63f}'
            | '\u{ac00}'..='\u{d7ff}' => into.push(c),
            c => into.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_answers_are_the_right_ones() {
        let mut lower = String::new();
        for c in '\0'..=char::MAX {
            assert_eq!(is_word_char(c), c.is_alphanumeric(), "{c:?}");
            lower.clear();
            push_lower(c.encode_utf8(&mut [0; 4]), &mut lower);
            assert_eq!(lower, c.to_lowercase().collect::<String>(), "{c:?}");
        }
    }

    #[test]
    fn words_are_counted_with_and_without_blanks() {
        for (text, expected) in [
            ("", 0),
            ("a b-c 5 —", 3),
            ("公司营业收入", 3),
            ("公司 Meta 收入", 3),
            ("one two three four five six", 5),
        ] {
            assert_eq!(words_up_to(text, 5), expected, "{text}");
        }
    }
}
