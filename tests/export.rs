//! The feed for dashboards: what is in the folder, and that every query of `dashboards/` finds its columns there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod schema;
#[expect(dead_code, reason = "the tests of the commands need more of it")]
mod util;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use util::Folder;

const FILES: [&str; 6] =
    ["figures.csv", "figures.json", "figures.parquet", "figures.sqlite", "report.html", "withdrawn.csv"];

const VIEWS: [&str; 6] = ["consensus", "conflicts", "claims", "provenance", "sources", "withdrawn"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the feed of the sample in `feed/`.
fn sample() -> Folder {
    let folder = Folder::with(&[]);
    let sample = root().join("data/sample");
    folder
        .run(&["export", "--out", "feed", sample.to_str().unwrap()])
        .exits(0)
        .says(" published, ")
        .says(" withheld (");
    folder
}

fn contents(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let listed = fs::read_dir(folder.path().join("feed")).unwrap().map(Result::unwrap);
    listed.map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap())).collect()
}

fn json(folder: &Folder) -> Value {
    serde_json::from_slice(&contents(folder)["figures.json"]).unwrap()
}

fn database(folder: &Folder) -> Connection {
    let path = folder.path().join("feed/figures.sqlite");
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join("dashboards").join(path)).unwrap()
}

/// Runs a query and gives the names of its columns and how many rows it has.
fn found(database: &Connection, sql: &str) -> (Vec<String>, usize) {
    let mut query = database.prepare(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    let names = query.column_names().map(str::to_owned).collect();
    for place in 1..=query.parameter_count() {
        query.raw_bind_parameter(place, "").unwrap();
    }
    let mut rows = query.raw_query();
    let mut count = 0;
    while rows.next().unwrap().is_some() {
        count += 1;
    }
    (names, count)
}

#[test]
fn the_same_input_leaves_every_byte_as_it_is() {
    let folder = sample();
    let first = contents(&folder);
    assert_eq!(first.keys().collect::<Vec<_>>(), FILES);
    let written =
        |name: &str| fs::metadata(folder.path().join("feed").join(name)).unwrap().modified().unwrap();
    let before: Vec<_> = FILES.map(written).into();
    let sample = root().join("data/sample");
    folder.run(&["export", "--threads", "1", "--out", "feed", sample.to_str().unwrap()]).exits(0);
    assert!(contents(&folder) == first, "a second run changed bytes");
    assert_eq!(FILES.map(written).to_vec(), before, "a file was written again");
    folder.run(&["extract", "--format", "json", "."]).exits(0).says("skipped");
}

#[test]
fn each_figure_leads_to_its_place_in_the_report() {
    let folder = sample();
    let report = String::from_utf8(contents(&folder)["report.html"].clone()).unwrap();
    let feed = json(&folder);
    let figures = feed["figures"].as_array().unwrap();
    assert!(figures.len() > 5, "{}", figures.len());
    for figure in figures {
        let anchor = figure["proof"].as_str().unwrap().strip_prefix("report.html#").unwrap();
        assert!(report.contains(&format!("id=\"{anchor}\"")), "{anchor} of {figure}");
        assert_eq!(figure["schema_version"], 1);
        assert_eq!(figure["verdict"], "agreed");
        assert!(figure["n_origins"].as_u64() >= Some(2) && figure["confidence"].as_f64() >= Some(0.8));
    }
    let database = database(&folder);
    for view in ["conflicts", "claims"] {
        let mut query = database.prepare(&format!("SELECT proof FROM {view}")).unwrap();
        let proofs = query.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
        for proof in proofs {
            let anchor = proof.strip_prefix("report.html#").unwrap();
            assert!(report.contains(&format!("id=\"{anchor}\"")), "{view}: {anchor}");
        }
    }
}

#[test]
fn the_json_is_as_its_schema_has_it() {
    let folder = sample();
    assert_eq!(schema::departures("figures", &json(&folder)), Vec::<String>::new());
    fs::write(folder.path().join("strict.toml"), "min_origins = 99\n").unwrap();
    let sample = root().join("data/sample");
    folder.run(&["export", "--policy", "strict.toml", "--out", "feed", sample.to_str().unwrap()]).exits(0);
    let withdrawn = json(&folder);
    assert!(!withdrawn["withdrawn"].as_array().unwrap().is_empty());
    assert_eq!(schema::departures("figures", &withdrawn), Vec::<String>::new());
}

#[test]
fn every_format_has_the_same_figures() {
    let folder = sample();
    let feed = json(&folder);
    let figures = feed["figures"].as_array().unwrap();
    let files = contents(&folder);
    let mut csv = csv::Reader::from_reader(&files["figures.csv"][..]);
    let at = csv.headers().unwrap().iter().position(|name| name == "value").unwrap();
    let values: Vec<String> = csv.records().map(|row| row.unwrap()[at].to_owned()).collect();
    let expected: Vec<&str> = figures.iter().map(|f| f["value"].as_str().unwrap()).collect();
    assert_eq!(values, expected);
    let parquet = consilience_columns::Table::open(&folder.path().join("feed/figures.parquet")).unwrap();
    let rows: Vec<_> = parquet.into_rows().unwrap().map(Result::unwrap).collect();
    for (row, figure) in rows.iter().zip(figures) {
        for (name, value) in row {
            assert_eq!(value, &figure[name], "{name}");
        }
    }
    let database = database(&folder);
    for (sql, expected) in [("SELECT * FROM consensus", figures.len()), ("SELECT * FROM withdrawn", 0)] {
        assert_eq!(found(&database, sql).1, expected);
    }
    // Every published figure has words behind it, of as many origins as it says.
    let mut query = database
        .prepare("SELECT figure, n_origins, count(DISTINCT origin) FROM provenance WHERE stance IN ('supports', 'echoes') GROUP BY figure, n_origins")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))).unwrap();
    let rows: Vec<(i64, i64)> = rows.map(Result::unwrap).collect();
    assert_eq!(rows.len(), figures.len());
    assert!(rows.iter().all(|(said, counted)| said == counted), "{rows:?}");
}

#[test]
fn what_a_later_feed_does_not_publish_is_withdrawn() {
    let folder = sample();
    let published = json(&folder)["figures"].as_array().unwrap().len();
    fs::write(folder.path().join("strict.toml"), "min_origins = 99\n").unwrap();
    let sample = root().join("data/sample");
    let sample = sample.to_str().unwrap();
    let strict = ["export", "--policy", "strict.toml", "--out", "feed", sample];
    folder.run(&strict).exits(0).says(&format!("{published} withdrawn"));
    let withdrawn = contents(&folder);
    assert_eq!(json(&folder)["withdrawn"][0]["reason"], "below_policy");
    folder.run(&strict).exits(0);
    assert!(contents(&folder) == withdrawn, "what was withdrawn once was forgotten");
    folder.run(&["export", "--out", "feed", sample]).exits(0).says("0 withdrawn");
}

#[test]
fn what_stands_in_the_way_is_said() {
    let folder = Folder::with(&[("a.txt", b"x"), ("p.toml", b"min_origin = 1"), ("feed/figures.json", b"{")]);
    folder.run(&["export", "a.txt"]).exits(2);
    folder.run(&["export", "--out", "new", "--policy", "p.toml", "a.txt"]).exits(2).says("unknown field");
    folder.run(&["export", "--out", "new", "--policy", "none.toml", "a.txt"]).exits(2).says("none.toml");
    folder
        .run(&["export", "--out", "feed", "a.txt"])
        .exits(2)
        .says("no figures of an earlier export")
        .says("help: bring it back");
    assert!(!folder.path().join("new").exists());
}

/// `${name:sqlstring}` as Grafana fills it in: with the first value of the variable's own query.
fn filled(database: &Connection, sql: &str, variables: &[(String, String)]) -> String {
    let mut sql = sql.to_owned();
    for (name, query) in variables {
        let place = format!("${{{name}:sqlstring}}");
        if sql.contains(&place) {
            let query = filled(database, query, variables);
            let value: String = database.query_row(&query, [], |row| row.get(0)).unwrap();
            sql = sql.replace(&place, &format!("'{}'", value.replace('\'', "''")));
        }
    }
    assert!(!sql.contains("${"), "{sql}");
    sql
}

#[test]
fn the_dashboard_of_grafana_is_whole_and_its_queries_run() {
    let folder = sample();
    let database = database(&folder);
    let dashboard: Value = serde_json::from_str(&text("grafana/dashboards/figures.json")).unwrap();
    let source: Value =
        serde_saphyr::from_str(&text("grafana/provisioning/datasources/consilience.yaml")).unwrap();
    let source = &source["datasources"][0];
    let provider: Value =
        serde_saphyr::from_str(&text("grafana/provisioning/dashboards/consilience.yaml")).unwrap();
    assert_eq!((&provider["apiVersion"], &provider["providers"][0]["type"]), (&1.into(), &"file".into()));
    assert!(source["jsonData"]["path"].as_str().unwrap().ends_with("figures.sqlite"));
    let of_source = |value: &Value| {
        assert_eq!((&value["type"], &value["uid"]), (&source["type"], &source["uid"]), "{value}");
    };
    for field in ["uid", "title", "schemaVersion", "templating", "time"] {
        assert!(!dashboard[field].is_null(), "{field}");
    }
    let string = |value: &Value| value.as_str().unwrap().to_owned();
    let variables: Vec<(String, String)> = dashboard["templating"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|variable| variable["type"] == "query")
        .map(|variable| {
            of_source(&variable["datasource"]);
            (string(&variable["name"]), string(&variable["query"]))
        })
        .collect();
    assert_eq!(variables.len(), 3);
    let mut ids = Vec::new();
    let mut places: Vec<[u64; 4]> = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = &panel["title"];
        ids.push(panel["id"].as_u64().unwrap());
        assert!(["stat", "table", "timeseries"].contains(&panel["type"].as_str().unwrap()), "{title}");
        of_source(&panel["datasource"]);
        let place = ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
        let [x, y, w, h] = place;
        assert!(x + w <= 24, "{title} is wider than the page");
        let apart = |[a, b, c, d]: &[u64; 4]| x + w <= *a || a + c <= x || y + h <= *b || b + d <= y;
        assert!(places.iter().all(apart), "{title} lies over another");
        places.push(place);
        for target in panel["targets"].as_array().unwrap() {
            of_source(&target["datasource"]);
            assert_eq!(target["queryText"], target["rawQueryText"], "{title}");
            let sql = filled(&database, target["queryText"].as_str().unwrap(), &variables);
            let (names, rows) = found(&database, &sql);
            assert!(rows > 0 || title == "Withdrawn figures", "{title} shows nothing of the sample");
            for time in target["timeColumns"].as_array().unwrap() {
                assert!(names.iter().any(|name| time == name), "{title}: no column {time}");
            }
            for column in panel["fieldConfig"]["overrides"].as_array().unwrap() {
                let options = &column["matcher"]["options"];
                assert!(names.iter().any(|name| options == name), "{title}: no column {options}");
            }
        }
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "two panels have one id");
}

/// The columns of a view or table.
fn columns(database: &Connection, table: &str) -> Vec<String> {
    found(database, &format!("SELECT * FROM \"{table}\"")).0
}

#[test]
fn what_datasette_is_told_exists() {
    let folder = sample();
    let database = database(&folder);
    let metadata: Value = serde_saphyr::from_str(&text("datasette/metadata.yaml")).unwrap();
    let known = metadata["databases"]["figures"].as_object().unwrap();
    let tables = known["tables"].as_object().unwrap();
    assert!(VIEWS.iter().all(|view| view == &"provenance" || tables.contains_key(*view)));
    for (name, table) in tables {
        let there = columns(&database, name);
        let facets = table["facets"].as_array().into_iter().flatten().map(|f| f.as_str().unwrap());
        let described = table["columns"].as_object().into_iter().flat_map(|c| c.keys().map(String::as_str));
        for column in facets.chain(described) {
            assert!(there.iter().any(|c| c == column), "{name} has no column {column}");
        }
    }
    for (name, query) in known["queries"].as_object().unwrap() {
        let (columns, _) = found(&database, query["sql"].as_str().unwrap());
        assert!(!columns.is_empty(), "{name}");
    }
}

#[test]
fn the_questions_for_metabase_run() {
    let folder = sample();
    let database = database(&folder);
    let questions = text("metabase/questions.sql");
    let mut all = 0;
    for question in questions.split("-- name: ").skip(1) {
        let (name, sql) = question.split_once('\n').unwrap();
        let (_, rows) = found(&database, sql.trim().trim_end_matches(';'));
        assert!(rows > 0 || name.starts_with("Withdrawn"), "{name}");
        all += 1;
    }
    assert_eq!(all, 6);
    for row in csv::Reader::from_reader(text("metabase/metadata.csv").as_bytes()).records() {
        let row = row.unwrap();
        assert!(columns(&database, &row[0]).iter().any(|c| *c == row[1]), "{row:?}");
    }
}

#[test]
fn the_page_for_evidence_asks_for_what_there_is() {
    let folder = sample();
    let connection: Value =
        serde_saphyr::from_str(&text("evidence/sources/consilience/connection.yaml")).unwrap();
    assert_eq!(
        (&connection["type"], &connection["options"]["filename"]),
        (&"sqlite".into(), &"figures.sqlite".into())
    );
    // Evidence keeps what each source file asks for under its name, in the schema of the source.
    let whole = Connection::open_in_memory().unwrap();
    whole.execute_batch("ATTACH ':memory:' AS consilience").unwrap();
    let feed = folder.path().join("feed/figures.sqlite");
    whole.execute("ATTACH ? AS feed", [feed.to_str().unwrap()]).unwrap();
    for file in fs::read_dir(root().join("dashboards/evidence/sources/consilience")).unwrap() {
        let path: PathBuf = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_some_and(|e| e == "sql") {
            let sql = fs::read_to_string(&path).unwrap().replace("FROM ", "FROM feed.");
            whole.execute_batch(&format!("CREATE TABLE consilience.{name} AS {sql}")).unwrap();
        }
    }
    let page = text("evidence/pages/index.md");
    let mut queries: BTreeMap<&str, String> = BTreeMap::new();
    for block in page.split("```sql ").skip(1) {
        let (name, rest) = block.split_once('\n').unwrap();
        let mut sql = rest.split("```").next().unwrap().trim().to_owned();
        for (other, text) in &queries {
            sql = sql.replace(&format!("${{{other}}}"), &format!("({text})"));
        }
        sql = sql.replace("${inputs.entity.value}", "Netflix");
        assert!(!sql.contains("${"), "{name}: {sql}");
        queries.insert(name, sql);
    }
    let of: BTreeMap<&str, Vec<String>> = queries
        .iter()
        .map(|(name, sql)| {
            let (columns, rows) = found(&whole, sql);
            assert!(rows > 0 || *name == "gone", "{name}");
            (*name, columns)
        })
        .collect();
    for component in page.split('<').skip(1).filter(|tag| tag.contains("data={")) {
        let data = component.split("data={").nth(1).unwrap().split('}').next().unwrap();
        let columns = of.get(data).unwrap_or_else(|| panic!("no query {data}"));
        for attribute in ["value=", "x="] {
            if let Some(rest) = component.split(attribute).nth(1) {
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(columns.contains(&name), "{data} has no column {name}");
            }
        }
    }
}

/// Ends what was started with it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(port: u16, path: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    assert!(head.contains(" 200 "), "{path}: {head}\n{body}");
    serde_json::from_str(body).ok()
}

/// The program named by `DATASETTE`, else the one on the path.
#[test]
fn datasette_serves_the_feed() {
    let program = std::env::var("DATASETTE").unwrap_or_else(|_| "datasette".to_owned());
    if !Command::new(&program).arg("--version").output().is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no datasette (pip install datasette, or DATASETTE=…)");
        return;
    }
    let folder = sample();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let metadata = root().join("dashboards/datasette/metadata.yaml");
    let child = Command::new(&program)
        .args(["serve", "--immutable", "feed/figures.sqlite", "--port", &port.to_string(), "--metadata"])
        .arg(metadata)
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _running = Running(child);
    let since = Instant::now();
    let views = loop {
        if let Some(views) = get(port, "/figures.json") {
            break views;
        }
        assert!(since.elapsed() < Duration::from_secs(60), "datasette does not answer");
        std::thread::sleep(Duration::from_millis(200));
    };
    let named: Vec<&str> =
        views["views"].as_array().unwrap().iter().map(|v| v["name"].as_str().unwrap()).collect();
    let database = database(&folder);
    for view in VIEWS {
        assert!(named.contains(&view), "{named:?}");
        let rows = get(port, &format!("/figures/{view}.json?_shape=array&_size=max")).unwrap();
        assert_eq!(
            rows.as_array().unwrap().len(),
            found(&database, &format!("SELECT * FROM {view}")).1,
            "{view}"
        );
    }
    let rows = get(port, "/figures/consensus.json?_shape=array&_size=max").unwrap();
    let feed = json(&folder);
    for (row, figure) in rows.as_array().unwrap().iter().zip(feed["figures"].as_array().unwrap()) {
        for field in ["id", "entity", "value", "verdict", "n_origins", "proof", "schema_version"] {
            assert_eq!(row[field], figure[field], "{field}");
        }
        assert_eq!(row["number"].as_f64().unwrap().to_string(), figure["value"].as_str().unwrap());
    }
    for query in
        ["disputed_sources", "series?entity=Netflix&metric=revenue", "words?entity=Netflix&metric=revenue"]
    {
        let path = format!("/figures/{}", query.replacen('?', ".json?_shape=array&", 1));
        let path = if query.contains('?') { path } else { format!("{path}.json?_shape=array") };
        assert!(!get(port, &path).unwrap().as_array().unwrap().is_empty(), "{query}");
    }
}
