"""From the wording in a cell to a code of a code set.

Exact code first, then a code inside the wording, then the words of a label, then the explicit tables of
older and local codes. The letter of `b) Word` is an enumeration, no evidence: the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from childjourneys.domain.codes import Code, code_set

EXACT = "exact"
EMBEDDED = "embedded code"
LABEL = "label"
PATTERN = "pattern"
MAPPING = "mapping"
NOT_MATCHED = "not matched"


@dataclass(frozen=True)
class Match:
    """What a wording was taken for.

    Attributes:
        code: the code; None when nothing fits.
        how: `exact`, `embedded code`, `label`, `pattern`, `mapping` or `not matched`.
        letter_differs: the letter or number in front of the words is another value's.
    """

    code: str | None
    how: str
    letter_differs: bool = False


@dataclass(frozen=True)
class _Value:
    """One value that a coder can give: the codes it goes by, its words, its letters in the template."""

    code: str
    tokens: tuple[str, ...]
    words: tuple[str, ...]
    letters: tuple[str, ...]


class Coder:
    """Takes wordings for codes of one set. Remembers every distinct wording."""

    def __init__(
        self,
        name: str,
        values: Iterable[_Value],
        pattern: str | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        values = tuple(values)
        self.name = name
        self.codes: tuple[str, ...] = tuple(value.code for value in values)
        self._tokens = {token.lower(): value.code for value in values for token in value.tokens}
        self._words = _only_one({(_words(w), value.code) for value in values for w in value.words})
        self._letters: dict[str, set[str]] = {}
        for value in values:
            for letter in value.letters:
                self._letters.setdefault(letter, set()).add(value.code)
        self._pattern = re.compile(pattern, re.IGNORECASE) if pattern else None
        self._extra = {_words(wording): code for wording, code in (extra or {}).items()}
        self._seen: dict[str, Match] = {}

    def match(self, text: str) -> Match:
        """The code a wording stands for. Case, outer space and kinds of dash or quote do not matter."""
        known = self._seen.get(text)
        if known is None:
            known = self._seen[text] = self._match(_plain(text))
        return known

    def _match(self, text: str) -> Match:
        code = self._tokens.get(text)
        if code is not None:
            return Match(code, EXACT)
        letter, rest = _split_letter(text)
        code, how = self._code_in(text, rest)
        if code is None:
            code, how = self._words.get(_words(rest)), LABEL
        if code is None and letter is None:
            # `2 - No`: a number that is no code of the set enumerates like a letter.
            numbered = _NUMBERED.match(rest)
            code = self._words.get(_words(numbered[1])) if numbered else None
        if code is None:
            code, how = self._extra.get(_words(rest)) or self._extra_code_in(rest), PATTERN
        if code is None:
            return Match(None, NOT_MATCHED)
        if how == EMBEDDED:
            by_words = self._words_against_number(rest)
            if by_words is not None and by_words != code:
                return Match(by_words, LABEL, letter_differs=True)
        differs = letter is not None and letter in self._letters and code not in self._letters[letter]
        return Match(code, how, differs)

    def _code_in(self, text: str, rest: str) -> tuple[str | None, str]:
        if self._pattern:
            for wording in (text, rest):
                found = self._pattern.search(wording)
                code = self._tokens.get(found[1].lower()) if found else None
                if code is not None:
                    return code, EMBEDDED
        if rest != text and rest in self._tokens:
            return self._tokens[rest], EMBEDDED
        parted = _CODE_AND_WORDS.match(rest)
        if parted and parted[1] in self._tokens:
            return self._tokens[parted[1]], EMBEDDED
        # Without a mark between them only a code with both a letter and a digit can't be a word.
        first = rest.partition(" ")[0]
        if first in self._tokens and any(map(str.isdigit, first)) and any(map(str.isalpha, first)):
            return self._tokens[first], EMBEDDED
        bracketed = _BRACKETED.search(rest)
        if bracketed and bracketed[1] in self._tokens:
            return self._tokens[bracketed[1]], EMBEDDED
        return None, EMBEDDED

    def _extra_code_in(self, rest: str) -> str | None:
        parted = _CODE_AND_WORDS.match(rest)
        return self._extra.get(_words(parted[1])) if parted else None

    def _words_against_number(self, rest: str) -> str | None:
        # `1 - No`: a number alone enumerates as often as it codes, so words that say otherwise decide.
        numbered = _NUMBERED.match(rest)
        return self._words.get(_words(numbered[1])) if numbered else None


@cache
def coder(name: str) -> Coder:
    """The coder of a code set of `code_sets.yaml`.

    Raises:
        KeyError: no set has that name.

    >>> coder("ethnicity").match("a) WBRI")
    Match(code='WBRI', how='embedded code', letter_differs=False)
    """
    entry = code_set(name)
    extra = dict(_EXTRA.get(name, {}))
    if name == "ethnicity":
        extra |= {str(code.extra["legacy"]): code.code for code in entry.codes if "legacy" in code.extra}
    return Coder(name, (_value(code) for code in entry.codes), entry.annex_a_pattern, extra)


@cache
def sex_coder() -> Coder:
    """Takes either set, gender (`1 2 0 9`, `a) Male`) or sex (`M F U`), for `M`, `F` or `U`.

    >>> [sex_coder().match(text).code for text in ("1", "b) Female", "U", "9")]
    ['M', 'F', 'U', 'U']
    """
    values = []
    for sex in code_set("sex").codes:
        genders = [g for g in code_set("gender").codes if g.extra["sex"] == sex.code]
        parts = [_value(sex), *(_value(gender) for gender in genders)]
        values.append(
            _Value(
                code=sex.code,
                tokens=tuple(token for part in parts for token in part.tokens),
                words=tuple(word for part in parts for word in part.words) + _SEX_WORDS[sex.code],
                letters=tuple(letter for part in parts for letter in part.letters),
            )
        )
    return Coder("sex", values)


@cache
def disability_flag_coder() -> Coder:
    """Yes, no or unknown, where some authorities put the census's own disability codes: any means yes.

    >>> [disability_flag_coder().match(text).code for text in ("a) Yes", "AUT", "NONE", "c) Unknown")]
    ['1', '1', '0', 'U']
    """
    entry = code_set("yes_no_unknown")
    kinds = {code.code: "0" if code.code == "NONE" else "1" for code in code_set("disability").codes}
    values = (_value(code) for code in entry.codes)
    return Coder(entry.name, values, entry.annex_a_pattern, _EXTRA["yes_no_unknown"] | kinds)


@cache
def leaver_home_coder() -> Coder:
    """Where a care leaver lives: a letter and a digit for its suitability, a letter alone, or `0`.

    >>> [leaver_home_coder().match(text).code for text in ("D1", "d 2", "0", "Z", "Q1")]
    ['D1', 'D2', '0', 'Z', None]
    """
    values = []
    for home in code_set("accommodation").codes:
        values.append(_Value(home.code, (home.code,), (home.label,), ()))
        for fit in code_set("accommodation_suitability").codes if home.code.isalpha() else ():
            tokens = (f"{home.code}{fit.code}", f"{home.code} {fit.code}")
            values.append(_Value(tokens[0], tokens, (f"{home.label} {fit.label}",), ()))
    return Coder("accommodation", values)


_SEX_WORDS = {
    "M": ("Boy",),
    "F": ("Girl",),
    "U": ("Not recorded", "Not stated", "Not known", "Unknown", "Unborn", "Indeterminate", "Neither"),
}

# Extended and local ethnicity codes, each named: a prefix misleads (BOTH is Black, OOTH and MOTH are not).
_ETHNICITY_SUBCODES = {
    "WBRI": "WENG WCOR WSCO WWEL WNIR WOWB",
    "WOTH": "WEEU WWEU WALB WBOS WCRO WGRE WGRK WGRC WITA WKOS WPOR WSER WTUR WTUK WTUC WEUR WOTW",
    "WROM": "WROG WROR WROO",
    "MWAS": "MWAP MWAI MWAO",
    "MOTH": "MAOE MABL MACH MBOE MBCH MCOE MWOE MWCH MOTM",
    "APKN": "AMPK AKPA AOPK",
    "AOTH": "AAFR AKAO ANEP ASNL ASLT ASRO AOTA",
    "BAFR": "BANN BCON BGHA BNGN BSLN BSOM BSUD BAOF",
    "BOTH": "BEUR BNAM BOTB",
    "CHNE": "CHKC CMAL CSNG CTWN COCH",
    "OOTH": "OAFG OARA OEGY OFIL OIRN OIRQ OJPN OKOR OKRD OLAM OLEB OLIB OMAL OMRC OPOL OTHA OVIE OYEM OOEG",
}

_EXTRA: dict[str, dict[str, str]] = {
    "ethnicity": {sub: code for code, subs in _ETHNICITY_SUBCODES.items() for sub in subs.split()}
    | {"E5": "NOBT", "UNKNOWN": "NOBT", "Not known": "NOBT", "Not recorded": "NOBT", "Not stated": "NOBT"}
    | {"Information not yet obtained": "NOBT", "Information refused": "REFU"},
    "yes_no_unknown": {"Y": "1", "True": "1", "T": "1", "N": "0", "False": "0", "F": "0"}
    | {"Not known": "U", "Not recorded": "U", "Not stated": "U"},
    "placement_location": {"Inside": "IN", "Outside": "OUT"},
}

_SPACES = re.compile(r"\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_TRAILING_ZERO = re.compile(r"^(\d+)\.0+$")
_LETTER = re.compile(r"^([a-z]{1,2})\s*\)\s*(.+)$")
_NUMBERED = re.compile(r"^\d{1,2}\s*[):\-.]\s*(\D.*)$")
_CODE_AND_WORDS = re.compile(r"^([a-z0-9]{1,6})\s*[:\-)]\s*(?:\S.*)?$")
_BRACKETED = re.compile(r"\(([a-z0-9]{2,6})\)$")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def _value(code: Code) -> _Value:
    words = [code.label, *code.synonyms]
    if "label_from_2026" in code.extra:
        words.append(str(code.extra["label_from_2026"]))
    letters = []
    for wording in code.annex_a:
        letter, rest = _split_letter(_plain(wording))
        if letter is not None:
            letters.append(letter)
        parted = _CODE_AND_WORDS.match(rest)
        own_code = parted is not None and parted[1] == code.code.lower()
        words.append(rest[len(code.code) :] if own_code else rest)
    return _Value(code.code, (code.code,), tuple(words), tuple(letters))


def _only_one(pairs: set[tuple[str, str]]) -> dict[str, str]:
    """Words to code, without the words that several codes share and the empty ones."""
    codes: dict[str, set[str]] = {}
    for words, code in pairs:
        codes.setdefault(words, set()).add(code)
    return {words: next(iter(found)) for words, found in codes.items() if words and len(found) == 1}


def _plain(text: str) -> str:
    plain = _SPACES.sub(" ", _DASHES.sub("-", text)).strip().lower()
    number = _TRAILING_ZERO.match(plain)
    return number[1] if number else plain


def _split_letter(text: str) -> tuple[str | None, str]:
    found = _LETTER.match(text)
    return (found[1], found[2]) if found else (None, text)


def _words(text: str) -> str:
    plain = _plain(text).replace("\u2019", "").replace("'", "")
    return _NOT_WORD.sub(" ", plain).strip()
