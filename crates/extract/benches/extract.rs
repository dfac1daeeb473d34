//! How fast articles become claims: `cargo bench -p consilience-extract` prints MB/s of one core.
//!
//! The input is ten megabytes of separate documents: the sample corpus and, where it is at hand, the real articles
//! of `../shared`, over and over with their digits varied by a fixed seed, so that no two documents have the same
//! figures. Nothing is kept between documents but the lexicon, which a run loads once.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use consilience_extract::{Article, Document, Lexicon, extract, read};
use divan::Bencher;
use divan::counter::BytesCount;

const BYTES: usize = 10_000_000;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn reading(bencher: Bencher<'_, '_>) {
    let (articles, lexicon) = (articles(), Lexicon::builtin());
    bencher.counter(bytes_of(&articles)).bench_local(|| {
        for (doc, bytes) in &articles {
            black_box(read(&Article { doc, bytes }, lexicon));
        }
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn extracting(bencher: Bencher<'_, '_>) {
    let (articles, lexicon) = (articles(), Lexicon::builtin());
    let documents: Vec<Document> =
        articles.iter().map(|(doc, bytes)| read(&Article { doc, bytes }, lexicon)).collect();
    bencher.with_inputs(|| documents.clone()).counter(bytes_of(&articles)).bench_local_values(|documents| {
        for (document, (doc, bytes)) in documents.into_iter().zip(&articles) {
            black_box(extract(document, &Article { doc, bytes }, lexicon));
        }
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn both(bencher: Bencher<'_, '_>) {
    let (articles, lexicon) = (articles(), Lexicon::builtin());
    bencher.counter(bytes_of(&articles)).bench_local(|| {
        for (doc, bytes) in &articles {
            let article = Article { doc, bytes };
            black_box(extract(read(&article, lexicon), &article, lexicon));
        }
    });
}

fn bytes_of(articles: &[(String, Vec<u8>)]) -> BytesCount {
    BytesCount::new(articles.iter().map(|(_, bytes)| bytes.len()).sum::<usize>())
}

/// Ten megabytes of documents, the same in every run.
fn articles() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files: Vec<PathBuf> = ["data/sample", "../shared/articles"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(root.join(folder)).ok())
        .flat_map(|entries| entries.map(|entry| entry.unwrap().path()))
        .collect();
    files.sort();
    let originals: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(file).unwrap()))
        .collect();
    assert!(!originals.is_empty(), "no articles in data/sample");
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut articles, mut total) = (Vec::new(), 0);
    for (name, bytes) in originals.iter().cycle() {
        if total >= BYTES {
            break;
        }
        total += bytes.len();
        articles.push((format!("{}/{name}", articles.len()), varied(bytes, &mut random)));
    }
    articles
}

/// Other digits in the same places. Years stay, or the text would speak of no time; zeros stay, so that round
/// figures stay round.
fn varied(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < out.len() {
        let end = at + out[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let year = end - at == 4 && (out[at..].starts_with(b"19") || out[at..].starts_with(b"20"));
        if !year {
            for digit in out[at..end].iter_mut().filter(|digit| **digit != b'0') {
                *digit = b'1' + random.below(9);
            }
        }
        at = end + 1;
    }
    out
}

/// Marsaglia's xorshift: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u8::try_from(self.0 % u64::from(n)).unwrap_or(0)
    }
}
