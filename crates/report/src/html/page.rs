//! The frame of the page: head with its policy, navigation, sections in order.

use std::io::{self, Write};

use consilience_claim::sha256_hex;
use maud::{DOCTYPE, html};

use super::{Report, conflicts, consensus, data, graph, ours, overview, reader, series, ties};
use crate::words::count;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// The views, in the order of the navigation: id and name.
const VIEWS: [(&str, &str); 9] = [
    ("overview", "Overview"),
    ("conflicts", "Conflicts"),
    ("figures", "Figures"),
    ("documents", "Documents"),
    ("sources", "Sources"),
    ("graph", "Graph"),
    ("series", "Over time"),
    ("checks", "Checks"),
    ("notes", "Notes"),
];

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let audit = report.audit;
    let title = format!("What {} claim", count(audit.documents.len(), "document"));
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let head = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) " – consilience" }
                link rel="icon" href="data:,";
                style { (ours(STYLE)) }
            }
        }
    };
    // The body is written piece by piece: it can be large.
    let head = head.into_string();
    out.write_all(head.strip_suffix("</html>").unwrap_or(&head).as_bytes())?;
    out.write_all(b"<body>")?;
    let bar = html! {
        a.skip href="#main" { "Skip to the report" }
        header.top {
            p.brand { "consilience" }
            nav aria-label="Views" {
                ul {
                    @for (id, name) in VIEWS {
                        li { a href={ "#" (id) } data-view=(id) { (name) } }
                    }
                }
            }
            button.script #help-open type="button" { "Keys " kbd { "?" } }
        }
        noscript {
            p.notice {
                "Without scripts this page shows everything one below the other; sorting, search and the parts of a \
                 large collection that are not written out need them."
            }
        }
    };
    piece(out, bar)?;
    out.write_all(b"<div class=\"frame\"><main id=\"main\" tabindex=\"-1\">")?;
    piece(out, overview::section(report))?;
    conflicts::section(report, out)?;
    piece(out, consensus::section(report))?;
    let written = reader::section(report, out)?;
    piece(out, ties::sources(report))?;
    piece(out, graph::section(report))?;
    piece(out, series::section(report))?;
    piece(out, ties::checks(report))?;
    piece(out, ties::notes(report))?;
    out.write_all(b"</main>")?;
    let rest = html! {
        aside #panel aria-label="The figure chosen" hidden {}
    };
    piece(out, rest)?;
    out.write_all(b"</div>")?;
    let end = html! {
        footer { p { "Written by consilience " (env!("CARGO_PKG_VERSION")) ". " (crate::summary(audit)) "." } }
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keys" }
            dl.keys {
                @for (keys, what) in [
                    (&["j", "n"][..], "next conflict"), (&["k", "p"], "previous conflict"),
                    (&["/"], "search the figures"), (&["Esc"], "close what is open"), (&["?"], "this list"),
                ] {
                    dt { @for key in keys { kbd { (key) } " " } }
                    dd { (what) }
                }
            }
            p { label { input #keys-on type="checkbox" checked; " single keys do something" } }
            button #help-close type="button" { "Close" }
        }
        p #said.unseen role="status" {}
    };
    piece(out, end)?;
    data::write(report, &written, out)?;
    let script = html! { script { (ours(SCRIPT)) } };
    piece(out, script)?;
    out.write_all(b"</body></html>\n")
}

pub(super) fn piece(out: &mut dyn Write, markup: maud::Markup) -> io::Result<()> {
    out.write_all(markup.into_string().as_bytes())
}

/// What a policy names a script or a style by.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hex = sha256_hex(text.as_bytes());
    // 32 bytes are 42 whole digits of base 64, one that is filled up with zero bits, and a `=`.
    let bits = |at: usize| hex.as_bytes().get(at).map_or(0, |d| char::from(*d).to_digit(16).unwrap_or(0));
    let digits = (0..43).map(|i| {
        let (first, skipped) = (i * 6 / 4, i * 6 % 4);
        let twelve = bits(first) << 8 | bits(first + 1) << 4 | bits(first + 2);
        char::from(DIGITS[(twelve >> (6 - skipped) & 63) as usize])
    });
    format!("sha256-{}=", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_in_base_64() {
        for (text, expected) in [
            ("", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            ("abc", "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ] {
            assert_eq!(hash(text), expected, "{text}");
        }
    }
}
