//! What a page prints around an article, told from the article by its form; the word lists are data.

use super::plain::{Draft, ends_sentence};
use super::words::is_short;
use crate::document::BlockKind;

/// Lines no longer than this many words may be menu entries.
const MENU_WORDS: usize = 4;
/// So many of them make a menu: without blank lines between them, and with.
const MENU_LINES: usize = 3;
const MENU_LINES_APART: usize = 4;
/// A passage of this many bytes is no menu entry, headline or notice.
const LONG: usize = 400;

/// What stands before the name of who made a picture.
const CREDITS: &[&str] = &[
    "image credit",
    "image credits",
    "photo credit",
    "photo",
    "photos",
    "photo by",
    "photograph",
    "picture",
    "credit",
    "image",
    "image source",
    "source de l'image",
    "crédit photo",
    "crédits photo",
    "crédit image",
    "foto",
    "fotos",
    "bild",
    "bildquelle",
    "bildnachweis",
    "sumber gambar",
    "sumber foto",
    "crédito",
    "créditos",
    "imagen",
    "fuente de la imagen",
    "immagine",
    "crediti",
    "图片来源",
    "圖片來源",
    "图源",
    "写真",
];

/// The title of another article is at most so long, with what stands before it.
const ONE_TITLE: usize = 220;

/// A line of its own with these words opens a list of other articles.
const RELATED: &[&str] = &[
    "related",
    "related news",
    "related articles",
    "related article",
    "related stories",
    "related topics",
    "related resource",
    "related resources",
    "related content",
    "related posts",
    "read more",
    "read next",
    "read also",
    "also read",
    "see also",
    "more on this",
    "more from",
    "most read",
    "most popular",
    "recommended",
    "recommended for you",
    "you may also like",
    "you might also like",
    "trending",
    "latest news",
    "up next",
    "lire aussi",
    "à lire aussi",
    "voir aussi",
    "articles similaires",
    "articles liés",
    "sur le même sujet",
    "baca juga",
    "artikel terkait",
    "berita terkait",
    "mehr zum thema",
    "lesen sie auch",
    "auch interessant",
    "verwandte artikel",
    "lea también",
    "artículos relacionados",
    "noticias relacionadas",
    "leia também",
    "leia mais",
    "veja também",
    "leggi anche",
    "articoli correlati",
    "lees ook",
    "czytaj także",
    "читайте также",
    "читайте також",
    "相关阅读",
    "相关新闻",
    "相關新聞",
    "相關閱讀",
    "推荐阅读",
    "関連記事",
    "관련기사",
    "관련 기사",
];

/// A line of its own with these words is something to press, not to read.
const BUTTONS: &[&str] = &[
    "share",
    "comment",
    "comments",
    "download now",
    "sign up",
    "subscribe",
    "log in",
    "sign in",
    "follow us",
    "advertisement",
    "print",
    "back to top",
    "view original",
    "show more",
    "load more",
    "partager",
    "commentaire",
    "commentaires",
    "s'abonner",
    "se connecter",
    "publicité",
    "voir l'original",
    "bagikan",
    "komentar",
    "iklan",
    "langganan",
    "teilen",
    "kommentare",
    "anzeige",
    "abonnieren",
    "anmelden",
    "compartir",
    "comentarios",
    "publicidad",
    "suscribirse",
    "compartilhar",
    "comentários",
    "publicidade",
    "condividi",
    "commenti",
    "pubblicità",
    "delen",
    "reacties",
    "поделиться",
    "комментарии",
    "分享",
    "评论",
    "評論",
    "广告",
    "廣告",
    "シェア",
    "コメント",
    "広告",
    "공유",
    "댓글",
    "광고",
];

/// A line that begins with these words and a colon lists keywords.
const TAGS: &[&str] = &[
    "tag",
    "tags",
    "keywords",
    "topics",
    "filed under",
    "mots-clés",
    "mots clés",
    "étiquettes",
    "schlagwörter",
    "etiquetas",
    "标签",
    "標籤",
    "タグ",
];

/// Words of a consent notice, beside the cookies themselves.
const CONSENT: &[&str] = &[
    "accept",
    "consent",
    "policy",
    "we use",
    "preferences",
    "accepter",
    "politique",
    "nous utilisons",
    "akzeptieren",
    "zustimm",
    "wir verwenden",
    "aceptar",
    "política",
    "utilizamos",
    "accetta",
    "utilizziamo",
    "setuju",
    "kebijakan",
    "kami menggunakan",
    "aceitar",
    "同意",
    "接受",
];

/// Marks passages that are no part of the article.
pub(super) fn mark(text: &str, drafts: &mut [Draft]) {
    for draft in drafts.iter_mut().filter(|d| d.range.len() <= LONG) {
        if is_furniture(&text[draft.range.clone()]) {
            draft.kind = BlockKind::Furniture;
        }
    }
    menus(text, drafts);
    let mut after_label = false;
    for draft in drafts.iter_mut() {
        let long = draft.range.len() > LONG;
        let passage = &text[draft.range.clone()];
        // "Baca juga: …": one other article, on one line with its label.
        let labelled = passage.split_once([':', '：']).is_some_and(|(label, title)| {
            label.len() <= 30 && !title.trim().is_empty() && RELATED.contains(&bare(label).as_str())
        });
        if !after_label && !long && passage.len() <= ONE_TITLE && labelled {
            draft.kind = BlockKind::Furniture;
            continue;
        }
        if !long && draft.range.len() <= 60 && RELATED.contains(&bare(&text[draft.range.clone()]).as_str()) {
            after_label = true;
            draft.kind = BlockKind::Furniture;
        } else if after_label {
            // The list ends where running text begins again.
            after_label =
                !long && (draft.kind == BlockKind::Furniture || !ends_sentence(&text[draft.range.clone()]));
            if after_label {
                draft.kind = BlockKind::Furniture;
            }
        }
    }
}

/// Whether a passage is furniture whatever stands around it.
pub(super) fn is_furniture(passage: &str) -> bool {
    is_counter(passage) || is_credit(passage) || is_button(passage) || is_tags(passage) || is_consent(passage)
}

/// Whether a passage could be an entry of a menu: a few words that say nothing by themselves.
pub(super) fn is_menu_entry(passage: &str) -> bool {
    is_short(passage, MENU_WORDS)
        && !ends_sentence(passage)
        && !passage.bytes().any(|b| b.is_ascii_digit())
        && !passage.ends_with([':', ',', '：', '，'])
}

fn menus(text: &str, drafts: &mut [Draft]) {
    let mut i = 0;
    while i < drafts.len() {
        let entry = |d: &Draft| d.kind == BlockKind::Furniture || is_menu_entry(&text[d.range.clone()]);
        let mut end = i;
        while drafts.get(end).is_some_and(entry) {
            end += 1;
        }
        if end == i {
            i += 1;
            continue;
        }
        let next = end;
        // The last entry is a heading where a blank line parts it from the menu and a passage follows.
        if drafts[end - 1].apart && drafts.get(end).is_some_and(|d| d.range.len() > 80) {
            end -= 1;
        }
        let tight = drafts[i..end].iter().skip(1).filter(|d| !d.apart).count() + 1;
        if tight >= MENU_LINES || end - i >= MENU_LINES_APART {
            drafts[i..end].iter_mut().for_each(|d| d.kind = BlockKind::Furniture);
        }
        i = next;
    }
}

/// `0/400`: how many characters a comment has so far, which picture of how many.
fn is_counter(passage: &str) -> bool {
    let Some((a, b)) = passage.split_once('/') else { return false };
    let digits = |t: &str| (1..=5).contains(&t.trim().len()) && t.trim().bytes().all(|c| c.is_ascii_digit());
    digits(a) && digits(b)
}

fn is_credit(passage: &str) -> bool {
    if passage.len() > 160 {
        return false;
    }
    let inner = passage.strip_prefix(['(', '[', '（']).map(|p| p.trim_end_matches([')', ']', '）', '.']));
    let Some((label, name)) = inner.unwrap_or(passage).split_once([':', '：', '/', '©']) else {
        return false;
    };
    is_short(name, 8) && !name.ends_with('.') && CREDITS.contains(&bare(label).as_str())
}

fn is_button(passage: &str) -> bool {
    passage.len() <= 40 && BUTTONS.contains(&bare(passage).as_str())
}

fn is_tags(passage: &str) -> bool {
    let separators = passage.chars().filter(|c| matches!(c, '·' | '|' | '#' | '•' | '›' | '»' | '>')).count();
    let listed =
        separators >= 3 && separators * 30 > passage.len() && !passage.bytes().any(|b| b.is_ascii_digit());
    listed
        || passage
            .split_once([':', '：'])
            .is_some_and(|(label, _)| label.len() <= 20 && TAGS.contains(&bare(label).as_str()))
}

fn is_consent(passage: &str) -> bool {
    // Nearly every passage is decided by its letters alone.
    if !passage.contains("ookie") && !passage.contains("OOKIE") {
        return false;
    }
    let lower = passage.to_lowercase();
    CONSENT.iter().any(|word| lower.contains(word)) && !passage.bytes().any(|b| b.is_ascii_digit())
}

/// A line in lower case without what surrounds its words.
fn bare(line: &str) -> String {
    line.trim_matches(|c: char| !c.is_alphanumeric()).replace('’', "'").to_lowercase()
}
