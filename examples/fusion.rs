//! How often each method of truth discovery is right, on a folder of data sets with known values:
//!
//! ```sh
//! cargo run --release --example fusion -- ../shared/benchmarks/fusion            # all methods
//! cargo run --release --example fusion -- ../shared/benchmarks/fusion vote auto  # these
//! cargo run --release --example fusion -- ../shared/benchmarks/fusion --leave-one-out
//! ```
//!
//! The last chooses the constants of `auto` on all data sets but one, and says what they come to on that one.
//!
//! Each data set is a folder with `claims.csv` and `truth.csv`, plain or gzip. Prints a table in Markdown: exact and, in
//! brackets, tolerant accuracy, with the figures of other programs from the README of the folder below. The
//! folder's own scorer decides (`../../tools/score_fusion.py` beside it, with python3); without it, exact only, by
//! the rule of `fuse --truth`. Seconds are of the computation alone.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "the table is for reading")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use consilience_reconcile::fusion::{
    Auto, Constants, Knowledge, Known, METHODS, Method, Table, TableBuilder, discover,
};
use consilience_report::fused::Fusion;
use consilience_tables::{Options, read};

/// A data set, or what is left of one without some sources.
struct Case {
    /// As the README heads its column.
    title: String,
    folder: PathBuf,
    dropped: Vec<String>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().expect("the folder with the data sets"));
    let wanted: Vec<String> = arguments.collect();
    let readme = fs::read_to_string(root.join("README.md")).unwrap_or_default();
    let (cases, rivals) = cases(&root, &readme);
    if wanted.iter().any(|w| w == "--leave-one-out") {
        return leave_one_out(&cases);
    }
    let methods =
        || METHODS.iter().filter(|method| wanted.is_empty() || wanted.iter().any(|w| w == method.name()));

    let mut cells: Vec<Vec<String>> = methods().map(|method| vec![method.name().to_owned()]).collect();
    for case in &cases {
        let table = claims(&case.folder, &case.dropped);
        let judge = Judge::new(&root, case);
        for (row, method) in cells.iter_mut().zip(methods()) {
            row.push(judge.score(&table, *method));
        }
    }
    let titles: Vec<&str> = cases.iter().map(|case| case.title.as_str()).collect();
    println!("| method | {} |\n|---|{}", titles.join(" | "), "---|".repeat(cases.len()));
    for row in cells.iter().chain(&rivals) {
        println!("| {} |", row.join(" | "));
    }
}

/// Chooses the constants of `auto` among those around its own on all data sets but one, by the mean of the shares that
/// are right, and prints what they come to on that one. Parts of one data set are never on both sides: of those that
/// share the beginning of their name, the smallest stands for all.
fn leave_one_out(cases: &[Case]) {
    let mut sets: Vec<(&str, Table, Known)> = Vec::new();
    let sizes = |case: &&Case| one(&case.folder, "claims").unwrap().metadata().unwrap().len();
    let mut whole: Vec<&Case> = cases.iter().filter(|case| case.dropped.is_empty()).collect();
    whole.sort_by_key(sizes);
    for case in whole {
        let name = case.folder.file_name().unwrap().to_str().unwrap();
        let family = |name: &str| name.split('_').next().unwrap().to_owned();
        if !sets.iter().any(|(taken, ..)| family(taken) == family(name)) {
            sets.push((name, claims(&case.folder, &[]), known(&case.folder)));
        }
    }
    let own = Constants::default;
    let mut grid = vec![own()];
    for copy_power in [2, 3, 5] {
        for own_record in [0.5, 0.75, 0.9] {
            for own_vote in [0.25, 0.5, 0.75] {
                grid.push(Constants { copy_power, own: own_record, own_vote, ..own() });
            }
        }
    }
    grid.extend([1.0, 5.0].map(|source_prior| Constants { source_prior, ..own() }));
    grid.extend([0.1, 0.4].map(|coincidence| Constants { coincidence, ..own() }));
    grid.extend([5.0, 20.0].map(|size_prior| Constants { size_prior, ..own() }));
    grid.extend([0.25, 0.75].map(|cover| Constants { cover, ..own() }));
    let right = |constants: &Constants, (_, table, known): &(&str, Table, Known)| {
        let outcome = discover(table, &Knowledge::default(), constants);
        let fusion = Fusion::of_auto(table, &outcome);
        let scores = known.score(table, |item| fusion.value(item));
        let (right, items) = scores.iter().fold((0, 0), |sum, s| (sum.0 + s.right, sum.1 + s.items));
        right as f64 / items.max(1) as f64
    };
    let shares: Vec<Vec<f64>> =
        grid.iter().map(|constants| sets.iter().map(|set| right(constants, set)).collect()).collect();
    println!(
        "| left out | chosen on the others: power, own record, own vote | right there | with auto's own | least and most of all {} |",
        grid.len()
    );
    println!("|---|---|---|---|---|");
    for (left, (name, ..)) in sets.iter().enumerate() {
        let others = |row: &Vec<f64>| row.iter().sum::<f64>() - row[left];
        let best =
            (0..grid.len()).rev().max_by(|&a, &b| others(&shares[a]).total_cmp(&others(&shares[b]))).unwrap();
        let column = || shares.iter().map(|row| row[left]);
        let Constants { copy_power, own, own_vote, .. } = grid[best];
        println!(
            "| {name} | {copy_power}, {own}, {own_vote} | {:.4} | {:.4} | {:.4}, {:.4} |",
            shares[best][left],
            shares[0][left],
            column().fold(f64::INFINITY, f64::min),
            column().fold(0.0, f64::max)
        );
    }
}

/// The data sets in the order of the README's table, and its rows; without such a table, every folder with claims.
fn cases(root: &Path, readme: &str) -> (Vec<Case>, Vec<Vec<String>>) {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = readme.lines().skip_while(|line| !line.starts_with("| method"));
    let Some(head) = lines.next() else {
        let mut folders: Vec<PathBuf> =
            fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        let cases = folders.into_iter().filter(|folder| one(folder, "claims").is_some()).map(|folder| Case {
            title: folder.file_name().unwrap().to_string_lossy().into_owned(),
            folder,
            dropped: Vec::new(),
        });
        return (cases.collect(), Vec::new());
    };
    let mut cases: Vec<Case> = Vec::new();
    for title in cells(head).into_iter().skip(1) {
        let without = title.strip_prefix("the same without sources ");
        let dropped = without.map(|names| names.split(", ").map(str::to_owned).collect()).unwrap_or_default();
        let folder = match cases.last() {
            Some(last) if without.is_some() => last.folder.clone(),
            _ => root.join(title.split([',', ' ']).next().unwrap()),
        };
        cases.push(Case { title, folder, dropped });
    }
    let rows = lines.skip(1).take_while(|line| line.starts_with('|')).map(cells);
    (cases, rows.filter(|row| row[0] != "ceiling").collect())
}

/// `name.csv`, plain or packed.
fn one(folder: &Path, name: &str) -> Option<PathBuf> {
    [".csv", ".csv.gz"].map(|end| folder.join(format!("{name}{end}"))).into_iter().find(|path| path.exists())
}

fn claims(folder: &Path, dropped: &[String]) -> Table {
    let mut builder = TableBuilder::default();
    let file = File::open(one(folder, "claims").expect("claims")).unwrap();
    let columns = ["source", "entity", "attribute", "value"];
    let mut take = |[source, entity, attribute, value]: [&str; 4]| {
        if !value.is_empty() && !dropped.iter().any(|name| name == source) {
            builder.add(source, entity, attribute, value);
        }
        Ok(())
    };
    read(file, columns, Options::default(), &mut take).unwrap();
    builder.finish()
}

fn known(folder: &Path) -> Known {
    let mut known = Known::default();
    let file = File::open(one(folder, "truth").expect("truth")).unwrap();
    let mut take = |[entity, attribute, value]: [&str; 3]| {
        known.add(entity, attribute, value);
        Ok(())
    };
    read(file, ["entity", "attribute", "value"], Options::default(), &mut take).unwrap();
    known
}

/// Who says how many answers are right.
struct Judge<'a> {
    case: &'a Case,
    scorer: PathBuf,
    known: Known,
}

impl<'a> Judge<'a> {
    fn new(root: &Path, case: &'a Case) -> Judge<'a> {
        Judge { case, scorer: root.join("../../tools/score_fusion.py"), known: known(&case.folder) }
    }

    /// `.822 (.866), 1.2 s`
    fn score(&self, table: &Table, method: &dyn Method) -> String {
        let start = Instant::now();
        let (outcome, fused);
        let fusion = if method.name() == Auto.name() {
            outcome = discover(table, &Knowledge::default(), &Constants::default());
            Fusion::of_auto(table, &outcome)
        } else {
            fused = method.fuse(table);
            Fusion::of(table, method, &fused)
        };
        let seconds = start.elapsed().as_secs_f64();
        let figures = if self.scorer.exists() {
            self.decided(&fusion)
        } else {
            let scores = self.known.score(table, |item| fusion.value(item));
            let (right, items) = scores.iter().fold((0, 0), |sum, s| (sum.0 + s.right, sum.1 + s.items));
            short(&(right as f64 / items.max(1) as f64).to_string())
        };
        format!("{figures}, {seconds:.1} s")
    }

    fn decided(&self, fusion: &Fusion<'_>) -> String {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut out = BufWriter::new(file.as_file_mut());
        fusion.csv(&mut out).unwrap();
        out.flush().unwrap();
        drop(out);
        let mut python = Command::new("python3");
        python.arg(&self.scorer).arg(&self.case.folder).arg(file.path());
        if !self.case.dropped.is_empty() {
            python.args(["--drop-sources", &self.case.dropped.join(",")]);
        }
        let output = python.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let last = text.lines().last().unwrap();
        let figure = |name: &str| {
            let after = last.split(name).nth(1).unwrap();
            short(after.split(' ').next().unwrap())
        };
        format!("{} ({})", figure("exact="), figure("tolerant="))
    }
}

/// `.822`, as the README has it.
fn short(share: &str) -> String {
    let share: f64 = share.parse().unwrap();
    format!("{share:.3}").trim_start_matches('0').to_owned()
}
