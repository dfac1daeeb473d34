//! A headless Chromium, driven over WebDriver.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A browser with one page open.
pub(crate) struct Browser {
    driver: Child,
    agent: ureq::Agent,
    /// Address of the session.
    session: String,
    _profile: tempfile::TempDir,
}

/// What a page looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
    pub(crate) scripts: bool,
}

pub(crate) const DESK: Screen = Screen { width: 1280, height: 900, dark: false, scripts: true };

/// Keys that have no character, as WebDriver writes them.
pub(crate) const ESCAPE: &str = "\u{e00c}";
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";

impl Browser {
    /// A browser, or none where there is no Chromium; then a line says that a test is skipped.
    pub(crate) fn open(screen: Screen) -> Option<Browser> {
        let started = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let chromium = Command::new("chromium").arg("--version").output().is_ok_and(|o| o.status.success());
        let Ok(mut driver) = started else {
            say("skipped: chromedriver is not installed");
            return None;
        };
        if !chromium {
            say("skipped: chromium is not installed");
            let _ = driver.kill().and_then(|()| driver.wait());
            return None;
        }
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let port = line.split_once("started successfully on port ")?.1;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(120)))
            .http_status_as_error(false)
            .build()
            .into();
        let profile = tempfile::tempdir().unwrap();
        let data = format!("--user-data-dir={}", profile.path().display());
        let mut options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", data,
        ] });
        if !screen.scripts {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let mut browser = Browser {
            driver,
            agent,
            session: format!("http://127.0.0.1:{}/session", port.unwrap()),
            _profile: profile,
        };
        let created = browser.post(
            "",
            json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } }),
        );
        browser.session = format!("{}/{}", browser.session, created["sessionId"].as_str().unwrap());
        browser.look(screen);
        Some(browser)
    }

    /// Another size, another scheme of colours.
    pub(crate) fn look(&self, screen: Screen) {
        let size = json!({ "width": screen.width, "height": screen.height, "deviceScaleFactor": 1, "mobile": false });
        self.tools("Emulation.setDeviceMetricsOverride", size);
        let scheme = if screen.dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.tools("Emulation.setEmulatedMedia", features);
    }

    fn post(&self, path: &str, body: Value) -> Value {
        let mut answer = self.agent.post(format!("{}{path}", self.session)).send_json(&body).unwrap();
        let text = answer.body_mut().with_config().limit(1 << 28).read_to_string().unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        let value = value["value"].take();
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }

    /// The developer tools of the browser.
    pub(crate) fn tools(&self, command: &str, params: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": params }))
    }

    pub(crate) fn go(&self, file: &Path, fragment: &str) {
        self.post("/url", json!({ "url": format!("file://{}{fragment}", file.display()) }));
    }

    /// What a piece of script returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
    }

    /// What a piece of script hands to `done`.
    pub(crate) fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        self.post("/execute/async", json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait(&self, expression: &str) {
        let start = Instant::now();
        while self.run(&format!("return Boolean({expression})")) != Value::Bool(true) {
            assert!(start.elapsed() < Duration::from_secs(20), "never true: {expression}\n{}", self.state());
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    fn state(&self) -> Value {
        self.run("return [location.hash, document.activeElement?.outerHTML.slice(0, 200)]")
    }

    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let found = self.post("/element", json!({ "using": "css selector", "value": selector }));
        let id = found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned();
        self.post(&format!("/element/{id}/click"), json!({}));
    }

    /// Keys pressed one after the other, wherever the focus is.
    pub(crate) fn press(&self, keys: &[&str]) {
        let actions = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })));
        let actions: Vec<Value> = actions.collect();
        self.post("/actions", json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
    }

    /// What the console said, and every address that was asked for.
    pub(crate) fn said_and_asked(&self) -> (Vec<String>, Vec<String>) {
        let log = |kind: &str| self.post("/se/log", json!({ "type": kind })).as_array().unwrap().clone();
        let (console, network) = (log("browser"), log("performance"));
        let said = console.iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect();
        let asked = network.iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            // What the page asks for, and not the browser's own pages.
            let asked = &message["params"];
            let request = message["method"] == "Network.requestWillBeSent"
                && asked["documentURL"].as_str()?.starts_with("file:");
            request.then(|| asked["request"]["url"].as_str().unwrap_or_default().to_owned())
        });
        (said, asked.collect())
    }

    /// A picture of what is on the screen, as PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let found = self.tools("Page.captureScreenshot", json!({ "format": "png" }));
        unbase64(found["data"].as_str().unwrap())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

fn unbase64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0u32, 0, Vec::with_capacity(text.len() / 4 * 3));
    for digit in text.chars().filter_map(|c| DIGITS.find(c)) {
        bits = bits << 6 | u32::try_from(digit).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    out
}
