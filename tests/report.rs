//! The page of an audit, as a browser shows it. Needs Chromium and its driver (Debian: `chromium chromium-driver`) and
//! says that it skips where they are missing; accessibility is checked with axe-core where `AXE_CORE` names its
//! `axe.min.js` (npm: `axe-core`). `SCREENSHOTS=DIR` keeps a picture of each view.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod browser;
#[expect(dead_code, reason = "shared with tests of other outputs")]
mod util;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use browser::{Browser, DESK, ENTER, ESCAPE, Screen, TAB, say};
use consilience_extract::Lexicon;
use html5gum::{Token, Tokenizer};
use serde_json::json;
use util::Folder;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample");

/// A folder with the page of some documents, and the place of the page.
fn page(folder: Folder, documents: &str) -> (Folder, PathBuf) {
    let run = folder.run(&[
        "audit",
        documents,
        "--out",
        "out",
        "--quiet",
        "--fail-on",
        "never",
        "--format",
        "json",
    ]);
    run.exits(0);
    let report = folder.path().join("out/report.html");
    (folder, report)
}

fn sample() -> (Folder, PathBuf) {
    page(Folder::with(&[]), SAMPLE)
}

/// Nothing on the console, and nothing asked for but the page itself.
#[track_caller]
fn quiet(browser: &Browser, page: &Path) {
    let (said, asked) = browser.said_and_asked();
    assert!(said.is_empty(), "{said:#?}");
    let own = format!("file://{}", page.display());
    let strangers: Vec<&String> = asked.iter().filter(|a| !a.starts_with(&own) && *a != "data:,").collect();
    assert!(strangers.is_empty() && !asked.is_empty(), "{asked:#?}");
}

#[test]
fn a_figure_is_followed_to_its_words_and_back() {
    let Some(browser) = Browser::open(DESK) else { return };
    let (_folder, page) = sample();
    browser.go(&page, "");
    browser.wait("document.querySelector('#overview h1').textContent.includes('contested')");
    browser.click(".top [data-view=figures]");
    browser.wait("document.querySelectorAll('.rows tbody tr').length > 5");
    let all =
        browser.run("return Number(document.querySelector('.rows table').getAttribute('aria-rowcount'))");
    // A facet, then words.
    browser.click("[data-facet='Verdict 0']");
    browser.wait(
        "[...document.querySelectorAll('.rows tbody .tag')].every(t => t.textContent.includes('contested'))",
    );
    browser.click("#search");
    browser.press(&["n", "e", "t", "f", "l", "i", "x"]);
    browser.wait("[...document.querySelectorAll('.rows tbody th')].every(t => t.textContent === 'Netflix')");
    let left =
        browser.run("return Number(document.querySelector('.rows table').getAttribute('aria-rowcount'))");
    assert!(left.as_u64() > Some(1) && left.as_u64() < all.as_u64(), "{left} of {all}");
    // The row, its claim in the document, and back.
    browser.click(".rows tbody th a");
    browser.wait("location.hash.startsWith('#row-') && document.querySelectorAll('#panel li a').length > 1");
    let row = browser.run("return location.hash");
    let claim = browser.run("return document.querySelector('#panel li a').getAttribute('href')");
    let quote = browser.run(
        "return document.querySelector('#panel li bdi:nth-of-type(1) ~ bdi, #panel li > bdi').textContent",
    );
    browser.click("#panel li a");
    browser.wait(&format!("location.hash === {claim} && document.querySelector({claim})?.checkVisibility()"));
    let marked = browser.run(&format!("return `“${{document.querySelector({claim}).textContent}}”`"));
    assert_eq!(marked, quote);
    browser.click(&format!("{} mark", claim.as_str().unwrap()));
    browser.wait(&format!("location.hash === {row} && !document.querySelector('#figures').hidden"));
    browser.run("history.back()");
    browser.wait(&format!("location.hash === {claim} && !document.querySelector('#documents').hidden"));
    quiet(&browser, &page);
}

#[test]
fn keys_alone_lead_everywhere() {
    let Some(browser) = Browser::open(DESK) else { return };
    let (_folder, page) = sample();
    browser.go(&page, "");
    browser.wait("document.documentElement.classList.contains('js')");
    browser.press(&["n"]);
    browser.wait("location.hash.startsWith('#conflict-') && document.activeElement.matches('.card')");
    let first = browser.run("return location.hash");
    browser.press(&["j", "p"]);
    browser.wait(&format!("location.hash === {first}"));
    browser.press(&["/"]);
    browser.wait("document.activeElement.id === 'search' && location.hash === '#figures'");
    // In a field a key is a letter.
    browser.press(&["n", "e", "t"]);
    browser.wait("document.activeElement.value === 'net' && location.hash === '#figures'");
    browser.press(&["t", "x", "q"]);
    browser.wait("document.querySelectorAll('.rows tbody th').length === 0");
    browser
        .run("document.activeElement.value = ''; document.activeElement.dispatchEvent(new Event('input'))");
    browser.wait("document.querySelectorAll('.rows tbody th').length > 5");
    browser.run("document.querySelector('.rows').focus()");
    browser.press(&[TAB]);
    for _ in 0..9 {
        if browser.run("return document.activeElement.matches('tbody th a')") == json!(true) {
            break;
        }
        browser.press(&[TAB]);
    }
    browser.press(&[ENTER]);
    browser.wait("location.hash.startsWith('#row-') && !document.querySelector('#panel').hidden");
    browser.press(&[ESCAPE]);
    browser.wait("document.querySelector('#panel').hidden");
    browser.press(&["?"]);
    browser.wait("document.querySelector('#help').open");
    browser.press(&[ESCAPE]);
    browser.wait("!document.querySelector('#help').open");
    quiet(&browser, &page);
}

#[test]
fn links_survive_another_run_and_another_document() {
    let Some(browser) = Browser::open(DESK) else { return };
    let (_folder, page_of_all) = sample();
    browser.go(&page_of_all, "#conflicts");
    browser.wait("document.querySelector('.card')");
    let links = browser.run(
        "return ['.card', '.doc', '.m[id]', '#figures-plain tbody tr'].map(s => '#' + document.querySelector(s).id)",
    );
    let files: Vec<(String, Vec<u8>)> = std::fs::read_dir(SAMPLE)
        .unwrap()
        .map(|f| f.unwrap().path())
        .map(|f| (format!("in/{}", f.file_name().unwrap().to_str().unwrap()), std::fs::read(f).unwrap()))
        .chain([(
            "in/aa-new.txt".to_owned(),
            b"Umbrella Corp had revenue of $3.1 billion in 2021.\n".to_vec(),
        )])
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let (_other, page_of_more) = page(Folder::with(&files), "in");
    for link in links.as_array().unwrap() {
        browser.go(&page_of_more, link.as_str().unwrap());
        browser.wait("document.querySelector('main > section:not([hidden])').id !== 'overview'");
        assert_eq!(browser.run("return document.querySelector('#said').textContent"), "", "{link}");
    }
}

#[test]
fn everything_can_be_read_without_scripts() {
    let Some(browser) = Browser::open(Screen { scripts: false, ..DESK }) else { return };
    let (_folder, page) = sample();
    browser.go(&page, "");
    for seen in [
        "#overview h1",
        ".card .line",
        ".card blockquote mark",
        "#figures-plain tbody tr",
        ".doc .m mark",
        "#checks td",
    ] {
        browser.wait(&format!("document.querySelector('{seen}')?.checkVisibility()"));
    }
    let dangling = browser.run(
        "return [...document.querySelectorAll('main a')].map(a => a.getAttribute('href')).filter(h => !document.getElementById(h.slice(1)))",
    );
    assert_eq!(dangling, json!([]));
}

const VIEWS: [&str; 9] =
    ["overview", "conflicts", "figures", "documents", "sources", "graph", "series", "checks", "notes"];

#[test]
fn the_page_is_accessible_in_light_and_dark() {
    let Some(axe) = std::env::var_os("AXE_CORE") else {
        say("skipped: AXE_CORE does not name the axe.min.js of axe-core");
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    let Some(browser) = Browser::open(DESK) else { return };
    let (_folder, page) = sample();
    for screen in [DESK, Screen { dark: true, ..DESK }, Screen { width: 390, height: 844, ..DESK }] {
        browser.look(screen);
        browser.go(&page, "");
        browser.run(&axe);
        for view in VIEWS {
            browser.run(&format!("location.hash = '{view}'"));
            browser.wait(&format!("!document.querySelector('#{view}').hidden"));
            browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })");
            if view == "figures" {
                browser.run("document.querySelector('.rows tbody th a').click()");
                browser.wait("!document.querySelector('#panel').hidden");
            }
            let found = browser.run_until_done(
                "axe.run(document, { resultTypes: ['violations'] }).then(r => done(r.violations
                    .filter(v => ['serious', 'critical'].includes(v.impact))
                    .map(v => [v.id, v.help, v.nodes.length, v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary)])), e => done(String(e)))",
            );
            assert_eq!(found, json!([]), "{view} {screen:?}: {found:#}");
        }
    }
}

#[test]
fn nothing_is_cut_off_on_a_narrow_screen() {
    let Some(browser) = Browser::open(Screen { width: 390, height: 844, ..DESK }) else { return };
    let (_folder, page) = sample();
    browser.go(&page, "");
    for view in VIEWS {
        browser.run(&format!("location.hash = '{view}'"));
        browser.wait(&format!("!document.querySelector('#{view}').hidden"));
        let width = browser.run("return document.documentElement.scrollWidth");
        assert!(width.as_u64() <= Some(390), "{view} is {width} wide");
    }
}

#[test]
fn pictures_of_every_view() {
    let Some(folder) = std::env::var_os("SCREENSHOTS").map(PathBuf::from) else { return };
    let Some(browser) = Browser::open(DESK) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    let (_folder, page) = sample();
    browser.go(&page, "");
    for (name, screen) in [
        ("1280-light", DESK),
        ("1280-dark", Screen { dark: true, ..DESK }),
        ("390-light", Screen { width: 390, height: 844, ..DESK }),
        ("390-dark", Screen { width: 390, height: 844, dark: true, ..DESK }),
    ] {
        browser.look(screen);
        for view in VIEWS {
            browser.run(&format!("location.hash = '{view}'"));
            browser.wait(&format!("!document.querySelector('#{view}').hidden"));
            std::thread::sleep(std::time::Duration::from_millis(150));
            std::fs::write(folder.join(format!("{view}-{name}.png")), browser.picture()).unwrap();
        }
    }
}

/// Articles whose words, titles and names would do harm if they were taken for more than words.
fn hostile() -> Folder {
    let article = "<script>document.title='owned'</script> \"'><img src=x onerror=alert(1)>\n\n\
        Netflix</script><script>alert(2)</script> said revenue for the third quarter of 2023 was $8.54 billion, up 8%.\n\n\
        {{7*7}} ${7*7} <%= 7*7 %> [click](javascript:alert(3)) javascript:alert(4) \u{202e}drawkcab\u{202c} zero\u{200b}width\u{feff} \
        \u{1b}[31mred\u{1b}]8;;http://evil.example\u{7}link\u{1b}]8;;\u{7} \u{2028} \u{2029} ]]> <!-- <svg/onload=alert(5)> &lt;b&gt;\n";
    let other = "Netflix said revenue for the third quarter of 2023 was $9.54 billion, up 8%.\n";
    let markdown = "---\ntitle: \"<img src=x onerror=alert(6)>\"\nsource: \"\\\"><svg onload=alert(7)>\"\n\
        published: 2023-10-19\n---\n\n# <a href=\"javascript:alert(8)\">x</a>\n\nNetflix said revenue for the third quarter of 2023 was $8.64 billion.\n";
    let page = "<!doctype html><html lang='\"><script>alert(9)</script>'><head><title>&lt;script&gt;alert(10)&lt;/script&gt;</title>\
        <meta name=author content='\"onmouseover=alert(11)'></head><body onload=alert(12)><p style='x'>Netflix said revenue for the \
        third quarter of 2023 was $8.74 billion, and &lt;img src=x onerror=alert(13)&gt; operating income $1.9 billion.</p></body></html>";
    let claims = format!(
        "{}\n",
        json!({
            "doc": "t\"><script>alert(14)</script>", "start": 0, "end": 3, "quote": "<b onclick=alert(15)>", "lang": "\"><x>",
            "entity": "Netflix <img src=x onerror=alert(16)>", "metric": "revenue<svg onload=alert(17)>", "period": "2023-Q3",
            "value": "8540000000", "unit": "USD", "id": "x\" onfocus=\"alert(18)", "source": "=cmd()", "qualifiers": ["<i>"],
        })
    );
    Folder::with(&[
        ("in/a\"><img src=x onerror=alert(19)>.txt", article.as_bytes()),
        ("in/b';alert(20);'.txt", other.as_bytes()),
        ("in/{{c}}\u{202e}gpj.md", markdown.as_bytes()),
        ("in/d&lt;.html", page.as_bytes()),
        ("in/e.jsonl", claims.as_bytes()),
    ])
}

/// Elements and attributes that the template writes.
fn vocabulary(html: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut elements, mut attributes) = (BTreeSet::new(), BTreeSet::new());
    for token in Tokenizer::new(html) {
        let Ok(Token::StartTag(tag)) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute).into_owned();
            let value = String::from_utf8_lossy(value).into_owned();
            assert!(!attribute.starts_with("on") && attribute != "style", "{name} {attribute}={value}");
            if attribute == "href" || attribute == "src" {
                assert!(value.starts_with('#') || value == "data:,", "{name} {attribute}={value}");
            }
            attributes.insert(format!("{name} {attribute}"));
        }
        elements.insert(name);
    }
    (elements, attributes)
}

#[test]
fn hostile_words_stay_words() {
    let (_tame, plain) = sample();
    let (tame, tame_attributes) = vocabulary(&std::fs::read_to_string(plain).unwrap());
    let (_folder, page) = page(hostile(), "in");
    let html = std::fs::read_to_string(&page).unwrap();
    let (wild, wild_attributes) = vocabulary(&html);
    // What a page of harmless documents may lack: problems, figures without words, decisions.
    let more = |set: &BTreeSet<String>, of: &BTreeSet<String>| -> Vec<String> {
        set.difference(of).cloned().collect()
    };
    assert_eq!(more(&wild, &tame), Vec::<String>::new());
    assert_eq!(more(&wild_attributes, &tame_attributes), Vec::<String>::new());
    // Scripts: one of ours, and blocks of data.
    let scripts = Tokenizer::new(html.as_str())
        .flatten()
        .filter(|t| matches!(t, Token::StartTag(t) if *t.name == b"script"[..]));
    let ours = scripts.filter(|t| matches!(t, Token::StartTag(t) if t.attributes.is_empty())).count();
    assert_eq!(ours, 1);
    assert!(
        !html.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{2028}', '\u{7}']),
        "controls are written as signs"
    );
    assert!(html.contains("&lt;U+202E&gt;") && html.contains("␛[31m"));
    let Some(browser) = Browser::open(DESK) else { return };
    browser.go(&page, "");
    for view in VIEWS {
        browser.run(&format!("location.hash = '{view}'"));
        browser.wait(&format!("!document.querySelector('#{view}').hidden"));
        browser.run("document.querySelector('.rows tbody th a')?.click()");
    }
    let documents =
        browser.run("return [...document.querySelectorAll('#documents nav.shelf a')].map(a => a.hash)");
    for document in documents.as_array().unwrap() {
        browser.go(&page, document.as_str().unwrap());
        browser.wait(&format!("document.getElementById({document}.slice(1))?.checkVisibility()"));
    }
    let strangers = browser.run(
        "return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes].map(a => [e.localName, a.name, a.value]))
            .filter(([e, n, v]) => n.startsWith('on') || ((n === 'href' || n === 'src') && !v.startsWith('#') && v !== 'data:,')
                || (n === 'style' && e !== 'td'))
            .concat([...document.querySelectorAll('img, iframe, object, embed, form, base')].map(e => e.outerHTML))",
    );
    assert_eq!(strangers, json!([]));
    assert_eq!(browser.run("return document.title").as_str().map(|t| t.contains("owned")), Some(false));
    quiet(&browser, &page);
}

#[test]
fn a_page_is_the_same_in_every_run() {
    let read = |(_folder, page): (Folder, PathBuf)| std::fs::read(page).unwrap();
    assert!(read(sample()) == read(sample()));
}

/// A number in which every bit of the given one counts (SplitMix64).
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Documents, as lines of JSON, of fifty sentences with a figure each; one figure in fifty is wrong.
fn many(documents: u64) -> String {
    let companies: Vec<String> =
        Lexicon::builtin().entities().into_iter().map(|e| e.name).take(400).collect();
    let metrics = ["revenue", "operating income", "net income", "free cash flow", "capital expenditures"];
    let quarters = ["first", "second", "third", "fourth"];
    let mut out = String::new();
    for doc in 0..documents {
        let mut text = format!("Results of week {doc}\n");
        for line in 0..50 {
            let draw = mixed(doc * 64 + line);
            let of = |shift: u32, n: usize| usize::try_from(draw >> shift).unwrap() % n;
            let (company, metric, quarter, year) = (of(0, companies.len()), of(20, 5), of(30, 4), of(40, 10));
            let row = ((company * 5 + metric) * 4 + quarter) * 10 + year;
            let slip = if mixed(draw).is_multiple_of(50) { 1000 } else { 0 };
            let cents = 1000 + mixed(row as u64) % 90_000 + slip;
            write!(
                text,
                "\n{} had {} of ${}.{:02} billion in the {} quarter of {}.\n",
                companies[company],
                metrics[metric],
                cents / 100,
                cents % 100,
                quarters[quarter],
                2014 + year
            )
            .unwrap();
        }
        let line = json!({ "doc": format!("d{doc:05}.txt"), "text": text, "source": format!("Outlet {}", doc % 200) });
        writeln!(out, "{line}").unwrap();
    }
    out
}

/// 10,000 documents with 500,000 claims, by the program as it ships.
#[test]
#[ignore = "takes minutes: cargo test --release --test report -- --ignored --nocapture"]
fn a_large_collection_is_written_and_opened_in_seconds() {
    let folder = Folder::with(&[("many.jsonl", many(10_000).as_bytes())]);
    let timed = |format: &str| {
        let start = Instant::now();
        let run = folder
            .run(&["audit", "many.jsonl", "--quiet", "--fail-on", "never", "--format", format])
            .exits(0);
        (run.out, start.elapsed())
    };
    let (_, without) = timed("csv");
    let (html, with) = timed("html");
    let written = with.saturating_sub(without);
    let page = folder.path().join("report.html");
    std::fs::write(&page, &html).unwrap();
    say(&format!("{} MB, written in {written:.1?} (the audit itself {without:.1?})", html.len() >> 20));
    assert!(written < Duration::from_secs(10), "{written:?}");
    let Some(browser) = Browser::open(DESK) else { return };
    let start = Instant::now();
    browser.go(&page, "#figures");
    browser.wait("document.querySelectorAll('.rows tbody th').length > 5");
    let opened = start.elapsed();
    let rows = browser.run("return document.querySelector('.tools p').textContent");
    let filtered = browser.run_until_done(
        "const start = performance.now();
         const told = document.querySelector('.tools p');
         new MutationObserver(() => done(performance.now() - start)).observe(told, { childList: true });
         const search = document.querySelector('#search');
         search.value = 'toyota revenue';
         search.dispatchEvent(new Event('input'));",
    );
    say(&format!("{rows}: opened in {opened:.1?}, filtered in {filtered} ms"));
    assert!(opened < Duration::from_secs(2), "{opened:?}");
    assert!(filtered.as_f64() < Some(2000.0), "{filtered}");
    // A document that is not written out is built when it is asked for.
    browser.click(".rows tbody th a");
    browser.wait("document.querySelectorAll('#panel li a').length > 0");
    browser.click("#panel li a");
    browser.wait("document.querySelector('#documents .doc:not([hidden]) .m.here mark')?.checkVisibility()");
    quiet(&browser, &page);
}
