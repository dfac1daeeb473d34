#!/usr/bin/env python3
"""Writes data/places.csv: the countries of the world by their names in many languages.

Names come from Unicode CLDR through the package Babel (pip install babel); see data/NOTICE.
Run from the root of the repository: python3 tools/generate-places.py
"""
import csv
from babel import Locale

LANGUAGES = ["en", "fr", "id", "es", "pt", "de", "it", "vi", "ru", "uk", "ja", "zh", "zh_Hant", "ko", "ar"]
# Short forms that newspapers write and CLDR does not list.
SHORT = {
    "US": ["U.S.", "en:US", "en:America", "id:AS"], "GB": ["en:UK", "en:U.K.", "en:Britain", "fr:Grande-Bretagne", "id:Inggris"],
    "AE": ["en:UAE"], "CN": ["id:Tiongkok", "id:China"], "KR": ["id:Korea Selatan"], "ID": ["id:RI"],
}
# Places that are not countries but have statistics of their own.
EXTRA = [("EU", "European Union", "en:EU|fr:Union européenne|fr:UE|id:Uni Eropa"),
         ("EZ", "Eurozone", "en:euro zone|en:euro area|fr:zone euro|id:zona euro"),
         ("EUROPE", "Europe", "id:Eropa")]
# Words of their own in some language, or names that companies and people bear too.
SKIP = {"en": {"Jersey", "Guernsey", "Chad", "Jordan", "Georgia", "Mali", "Turkey", "Cuba"}, "fr": {"Jersey", "Cuba"}, "id": {"Mali", "Chad"}}

def main():
    english = Locale("en").territories
    rows = []
    for code in sorted(c for c in english if len(c) == 2 and c.isalpha() and c not in ("ZZ", "XA", "XB", "EU", "EZ", "UN", "QO")):
        name = english[code]
        aliases = []
        for lang in LANGUAGES:
            local = Locale.parse(lang).territories.get(code)
            tag = lang.replace("_", "-")
            if local and local != name and local not in SKIP.get(lang, ()):
                aliases.append(f"{tag}:{local}")
        aliases += SHORT.get(code, [])
        weak = name if name in SKIP["en"] else ""
        rows.append([f"PLACE-{code}", name, "place", "", code, "", "", "", "|".join(dict.fromkeys(aliases)), weak])
    for code, name, aliases in EXTRA:
        rows.append([f"PLACE-{code}", name, "place", "", "", "", "", "", aliases, ""])
    with open("data/places.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow("id,name,kind,parent,country,fiscal_year_end,tickers,former,aliases,weak".split(","))
        writer.writerows(rows)

if __name__ == "__main__":
    main()
