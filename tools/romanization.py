#!/usr/bin/env python3
"""Writes data/romanization.csv: letters of other alphabets in Latin ones, for comparing names that may be one.

    python3 tools/romanization.py > data/romanization.csv

Latin letters with marks lose them (Unicode decomposition); Cyrillic and Greek letters and kana are transcribed as the
press does it in English. Only lower case: names are folded before. A small kana that changes the vowel before it
starts with a tilde.
"""
import unicodedata

CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюя", [
    "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
    "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"])) | {
    "ё": "e", "є": "ye", "і": "i", "ї": "yi", "ґ": "g", "ў": "u", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj",
    "ћ": "c", "џ": "dz"}
GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", [
    "a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f",
    "ch", "ps", "o"])) | {"ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "y", "ώ": "o", "ϊ": "i", "ϋ": "y"}
KANA = {}
ROWS = {"": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
        "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ",
        "p": "パピプペポ"}
ODD = {"シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu"}
for consonant, row in ROWS.items():
    for kana, vowel in zip(row, "aiueo"):
        KANA[kana] = ODD.get(kana, consonant + vowel)
KANA |= {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ヴ": "vu", "ー": "", "ッ": "",
         "ャ": "~ya", "ュ": "~yu", "ョ": "~yo", "ァ": "~a", "ィ": "~i", "ゥ": "~u", "ェ": "~e", "ォ": "~o"}
KANA |= {chr(ord(k) - 0x60): v for k, v in KANA.items() if "ァ" <= k <= "ヴ"}

LATIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}
for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
    letter = chr(code)
    base = "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))
    if letter == letter.lower() and base != letter and base.isascii():
        LATIN.setdefault(letter, base.lower())

print("letter,latin")
for letter, latin in sorted((LATIN | CYRILLIC | GREEK | KANA).items()):
    print(f"{letter},{latin}")
