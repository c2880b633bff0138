"""The form of the unique pupil number: check letter, authority, digits, last character.

The check letter is the sum of the twelve other characters, each times its position (2 to 13), modulo 23; a
last letter (a temporary number) counts as its place in the same alphabet, A as 0. Source: Government Data
Standards Catalogue, Unique Pupil Number 2.0.
"""

from __future__ import annotations

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.quality.rule import CensusYear, Rule

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # no I, O, S
FORM = rf"^[{LETTERS}]\d{{11}}[\d{LETTERS}]$"
# Authorities that have gone but whose numbers live on in pupil numbers.
FORMER_AUTHORITIES = ("820", "875")
# The list of pseudo-authority numbers is not held. Ranges that no authority of England has used are let
# pass, so that a good number is never reported; a few bad ones are missed.
PSEUDO_AUTHORITIES = r"^(0\d\d|6[6-8]\d|70\d)$"


def rules(year: CensusYear) -> list[Rule]:
    upn = pl.col("upn")
    authority = upn.str.slice(1, 3)
    accepted = [
        *(
            entry.code
            for entry in code_set("local_authority").codes
            if (entry.first_year or 0) <= year.number
        ),
        *FORMER_AUTHORITIES,
    ]
    expected = "A letter, 11 digits, and a digit (or a letter in a temporary number)."
    to_do = "Correct the UPN, or remove it and give the reason there is none, and export again."
    return [
        Rule("1510", "child", "UPN", upn.str.slice(0, 1) != _check_letter(upn),
             "The first character of the UPN is not its check letter.", expected, to_do),
        Rule("1530", "child", "UPN",
             ~(authority.is_in(accepted) | authority.str.contains(PSEUDO_AUTHORITIES)),
             "Characters 2 to 4 of the UPN are not the number of a local authority.", expected, to_do),
        Rule("1540", "child", "UPN", ~upn.str.slice(4, 8).str.contains(r"^\d{8}$"),
             "Characters 5 to 12 of the UPN are not all digits.", expected, to_do),
        Rule("1550", "child", "UPN", ~upn.str.slice(12).str.contains(rf"^[\d{LETTERS}]$"),
             "Character 13, the last of the UPN, is neither a digit nor an allowed letter.", expected, to_do),
        Rule("1560Q", "child", "FormerUPN", ~pl.col("former_upn").str.contains(FORM),
             "The former UPN is not in the form of a UPN.", expected),
    ]  # fmt: skip


def _check_letter(upn: pl.Expr) -> pl.Expr:
    """Null where it can't be worked out, other than for a first character that is no letter: blank there."""
    last = upn.str.slice(12)
    values = {letter: value for value, letter in enumerate(LETTERS)} | {
        str(digit): digit for digit in range(10)
    }
    total = pl.lit(0)
    for place in range(1, 12):
        total = total + upn.str.slice(place, 1).cast(pl.Int32, strict=False) * (place + 1)
    total = total + last.replace_strict(values, default=None, return_dtype=pl.Int32) * 13
    letter = (total % 23).replace_strict(dict(enumerate(LETTERS)), default=None, return_dtype=pl.String)
    return pl.when(upn.str.contains(rf"^[{LETTERS}]")).then(letter).otherwise(pl.lit(""))
