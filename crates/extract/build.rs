//! Embeds every folder of `data/lang/` and the catalogue tables, so that adding a language is adding a folder.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    // Asked for when it runs: a build folder may have been copied from another checkout.
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let data = Path::new(&root).join("../../data");
    println!("cargo::rerun-if-changed={}", data.join("lang").display());
    println!("cargo::rerun-if-changed={}", data.display());
    let mut code = String::from("pub(crate) static LANGUAGES: &[(&str, &[(&str, &str)])] = &[\n");
    let mut folders: Vec<_> = fs::read_dir(data.join("lang"))
        .expect("data/lang is part of the sources")
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let _ = writeln!(code, "    ({name:?}, &[");
        let mut files: Vec<_> = fs::read_dir(&folder)
            .expect("a language folder can be read")
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .collect();
        files.sort();
        for file in files {
            println!("cargo::rerun-if-changed={}", file.display());
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let path = file.canonicalize().expect("the file was just listed");
            let _ = writeln!(code, "        ({stem:?}, include_str!({path:?})),");
        }
        let _ = writeln!(code, "    ]),");
    }
    code.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("languages.rs");
    fs::write(out, code).expect("OUT_DIR is writable");
}
