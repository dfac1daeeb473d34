#!/usr/bin/env python3
"""Writes data/places.csv: the countries of the world by their names in many languages.

Names come from Unicode CLDR through the package Babel (pip install babel); see data/NOTICE. What newspapers write
besides, and regions and cities, are in places-more.txt; its Chinese names are put into traditional characters where it has
none (pip install opencc-python-reimplemented).
Run from the root of the repository: python3 tools/generate-places.py
"""
import csv
import os
import re
import unicodedata
from babel import Locale
from opencc import OpenCC

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
SKIP = {"en": {"Jersey", "Guernsey", "Chad", "Jordan", "Georgia", "Mali", "Turkey", "Cuba"}, "fr": {"Jersey", "Cuba"}, "id": {"Mali", "Chad"}, "ar": {"مالي", "بنين"}}
MORE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "places-more.txt")
TRADITIONAL = OpenCC("s2t")
# What OpenCC writes and newspapers do not.
USUAL = str.maketrans("臺爲羣衆裏峯", "台為群眾里峰")
# As the regions of cues.toml are called.
IDS = {"Latin America": "LATAM"}
# Short names of places that CLDR calls by their status or by two.
NAMES = {"HK": "Hong Kong", "MO": "Macau", "MM": "Myanmar", "CD": "DR Congo", "CG": "Republic of the Congo"}

def declined(alias):
    """A Russian or Ukrainian name with its cases; any other as it is."""
    lang, _, name = alias.partition(":")
    if lang not in ("ru", "uk"):
        return [alias]
    if name.startswith("="):
        return [f"{lang}:{name[1:]}"]
    ru = lang == "ru"
    area = re.match(r"(.+)(ая область|[ьс]?ка область)$", name)
    if area:
        stem = re.sub("(ая|а) (область)$", "", name)
        ends = ["ая область", "ой области", "ую область", "ой областью"] if ru else ["а область", "ої області", "ій області", "у область", "ою областю"]
        return [f"{lang}:{stem}{end}" for end in ends]
    krai = re.match(r"(.+[сц]к)ий край$", name)
    if krai:
        ends = ["ий край", "ого края", "ому краю", "им краем", "ом крае"]
        return [f"{lang}:{krai[1]}{end}" for end in ends]
    if " " in name or not re.search("[а-яіїєґ]$", name):
        return [alias]
    last, stem = name[-1], name[:-1]
    if last == "а":
        soft = stem[-1] in "гкхжчшщ"
        ends = ["а", "и" if soft and ru or not ru else "ы", "е" if ru else "і", "у", "ой" if ru else "ою"]
        if not ru and stem[-1] in "гкх":
            # Before the ending of the locative these change: Америка, в Америці.
            return [f"{lang}:{stem}{end}" for end in ("а", "и", "у", "ою")] + [f"{lang}:{stem[:-1]}{dict(г='з', к='ц', х='с')[stem[-1]]}і"]
    elif last == "я":
        ends = ["я", "и" if ru else "ї", "ю", "ей" if ru else "єю"] if stem[-1] in "иіїь" else ["я", "и" if ru else "і", "е" if ru else "і", "ю", "ей" if ru else "ею"]
        if stem[-1] in "и" and ru:
            ends = ["я", "и", "ю", "ей"]
    elif last == "ь":
        ends = ["ь", "и" if ru else "і", "ю", "я", "е" if ru else "ем", "ью" if ru else "ю"]
    elif last == "й":
        ends = ["й", "я", "ю", "ем" if ru else "єм", "е" if ru else "ї"]
    elif last in "бвгдзклмнпрстфхцчшщ":
        stem, ends = name, ["", "а", "у", "ом", "е" if ru else "і"]
    else:
        return [alias]
    return [f"{lang}:{stem}{end}" for end in ends]

def more():
    """Additions to countries, names to take from them, and places of their own."""
    add, take, own = {}, {}, []
    for line in open(MORE, encoding="utf-8"):
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        fields = line.lstrip("+-").split(";")
        if line[0] == "+":
            add.setdefault(fields[0], []).extend(a for part in fields[1:] for a in part.split("|") if a)
        elif line[0] == "-":
            take.setdefault(fields[0], set()).update(fields[1].split("|"))
        else:
            own.append((fields + ["", ""])[:4])
    return add, take, own

def spread(name, aliases, cldr=()):
    """Aliases with cases and traditional characters, without doubles; CLDR has traditional names of its own."""
    out = []
    for alias in aliases:
        for form in declined(alias):
            out.append(form)
            if form.startswith("zh:") and form not in cldr:
                usual = TRADITIONAL.convert(form[3:]).translate(USUAL)
                out.append("zh-Hant:" + usual)
                if "台" in usual:
                    out.append("zh-Hant:" + usual.replace("台", "臺"))
    return [a for a in dict.fromkeys(out) if a[0] == "!" or a.split(":", 1)[-1] != name]

def slug(name):
    if name in IDS:
        return IDS[name]
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^A-Z0-9]", "", plain.upper())

def main():
    english = Locale("en").territories
    rows = []
    add, take, own = more()
    for code in sorted(c for c in english if len(c) == 2 and c.isalpha() and c not in ("ZZ", "XA", "XB", "EU", "EZ", "UN", "QO")):
        name = NAMES.get(code, english[code])
        aliases = []
        for lang in LANGUAGES:
            local = Locale.parse(lang).territories.get(code)
            tag = lang.replace("_", "-")
            if local and local != name and local not in SKIP.get(lang, ()):
                aliases.append(f"{tag}:{local}")
        cldr = set(aliases)
        aliases = [a for a in aliases + SHORT.get(code, []) + add.get(code, []) if a not in take.get(code, ())]
        weak = name if name in SKIP["en"] else ""
        rows.append([f"PLACE-{code}", name, "place", "", code, "", "", "", "|".join(spread(name, aliases, cldr)), weak])
    for code, name, aliases in EXTRA:
        rows.append([f"PLACE-{code}", name, "place", "", "", "", "", "", "|".join(spread(name, aliases.split("|") + add.get(code, []))), ""])
    for name, country, aliases, weak in own:
        parent = f"PLACE-{country}" if country else ""
        place = f"PLACE-{country}-{slug(name)}" if country else f"PLACE-{slug(name)}"
        rows.append([place, name, "place", parent, country, "", "", "", "|".join(spread(name, [a for a in aliases.split("|") if a])), weak])
    with open("data/places.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow("id,name,kind,parent,country,fiscal_year_end,tickers,former,aliases,weak".split(","))
        writer.writerows(rows)

if __name__ == "__main__":
    main()
