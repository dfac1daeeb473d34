#!/usr/bin/env python3
"""Writes data/filings/filers.csv: whose Central Index Key (SEC) is which entity of data/entities.csv, where its id is
another. Run with a copy of https://www.sec.gov/files/company_tickers.json:

    tools/filers.py company_tickers.json

Entities with an id CIK########## need no row. The others are told by their names: a registered name, without legal
form, that one company of the catalogue alone bears as its name or alias in any language."""

import csv
import json
import pathlib
import re
import sys

FORMS = set(
    "inc incorporated corp corporation co company ltd limited llc lp plc ag se sa sas nv bv spa ab asa oyj kk tbk pte "
    "adr group holding holdings the de cv new".split()
)


def fold(name):
    """Lower case, no punctuation, no legal form at either end."""
    name = re.sub(r"/[A-Z ]*/?$", "", name)
    words = re.sub(r"[^\w&+ ]", " ", name.lower().replace(".", "").replace("'", "").replace("’", "")).split()
    while len(words) > 1 and words[-1] in FORMS:
        words.pop()
    while len(words) > 1 and words[0] == "the":
        words.pop(0)
    return " ".join(words)


def main():
    data = pathlib.Path(__file__).resolve().parent.parent / "data"
    owners, taken = {}, set()
    with open(data / "entities.csv", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if row["kind"] not in ("", "company"):
                continue
            if row["id"].startswith("CIK"):
                taken.add(int(row["id"][3:]))
                continue
            aliases = [a.split(":", 1)[-1] for a in row["aliases"].split("|") if a and not a.startswith("!")]
            weak = set(row["weak"].split("|"))
            for name in [row["name"], *aliases]:
                if name not in weak:
                    owners.setdefault(fold(name), set()).add(row["id"])
    registered = {}
    for company in json.load(open(sys.argv[1], encoding="utf-8")).values():
        registered.setdefault(int(company["cik_str"]), set()).add(fold(company["title"]))
    found, ids = {}, {}
    for cik, names in sorted(registered.items()):
        meant = set().union(*(owners.get(name, set()) for name in names))
        if cik not in taken and len(meant) == 1:
            found[cik] = meant.pop()
            ids.setdefault(found[cik], set()).add(cik)
    with open(data / "filings" / "filers.csv", "w", encoding="utf-8", newline="") as out:
        out.write("cik,id\n")
        for cik, entity in found.items():
            # Two registrants of one name are two companies, of which one is meant: nobody says which.
            if len(ids[entity]) == 1:
                out.write(f"{cik},{entity}\n")


main()
