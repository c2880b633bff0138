"""From wordings to codes."""

import pytest

from childjourneys.domain.codes import code_set, code_set_names
from childjourneys.sources.coding import Match, coder, disability_flag_coder, sex_coder


@pytest.mark.parametrize(
    ("name", "text", "code", "how"),
    [
        ("ethnicity", "WBRI", "WBRI", "exact"),
        ("ethnicity", " wbri\u00a0", "WBRI", "exact"),
        ("ethnicity", "a) WBRI", "WBRI", "embedded code"),
        ("ethnicity", "WBRI - White British", "WBRI", "embedded code"),
        ("ethnicity", "White British", "WBRI", "label"),
        ("ethnicity", "a) White British", "WBRI", "label"),
        ("ethnicity", "A1", "WBRI", "pattern"),
        ("ethnicity", "e4", "NOBT", "pattern"),
        ("ethnicity", "BSOM", "BAFR", "pattern"),
        ("ethnicity", "MWAP", "MWAS", "pattern"),
        ("ethnicity", "ASNL", "AOTH", "pattern"),
        ("ethnicity", "u) UNKNOWN", "NOBT", "pattern"),
        ("ethnicity", "s) NOBT", "NOBT", "embedded code"),
        ("ethnicity", "s) REFU", "REFU", "embedded code"),
        ("ethnicity", "WXYZ", None, "not matched"),
        ("referral_source", "q) 6: Police", "6", "embedded code"),
        ("referral_source", "6.0", "6", "exact"),
        ("referral_source", "10", "10", "exact"),
        ("referral_source", "u) 10: Unknown", "10", "embedded code"),
        ("referral_source", "b) 1B: Individual", "1B", "embedded code"),
        ("referral_source", "Individual", None, "not matched"),
        ("referral_source", "Health services", None, "not matched"),
        ("referral_source", "Police", "6", "label"),
        ("referral_source", "5D", "5D", "exact"),
        ("placement_provider", "e) PR4 - Private provision", "PR4", "embedded code"),
        ("placement_type", "zz) T4: Temporary placement - seven days or less", "T4", "embedded code"),
        ("reason_episode_ceased", "E4B", "E4B", "exact"),
        ("reason_episode_ceased", "E44", "E44", "exact"),
        ("need", "N1 \u2013 Abuse or neglect", "N1", "embedded code"),
        ("need", "Support", None, "not matched"),
        ("category_of_abuse", "a) Neglect", "NEG", "label"),
        ("category_of_abuse", "Neglect", "NEG", "label"),
        ("aa_case_status", "a) Looked after child", "a", "label"),
        ("aa_case_status", "CLA&CP", None, "not matched"),
        ("in_touch", "d) Refu", "REFU", "embedded code"),
        ("accommodation", "U: Independent living", "U", "embedded code"),
        ("yes_no", "true", "1", "label"),
        ("yes_no", "b) No", "0", "label"),
        ("placement_location", "b) Out", "OUT", "embedded code"),
        (
            "reason_placed_ceased",
            "RD1 - The child\u2019s needs changed subsequent to the decision",
            "RD1",
            "embedded code",
        ),
    ],
)
def test_match(name, text, code, how):
    assert coder(name).match(text) == Match(code, how)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("category_of_abuse", "a) Physical abuse", "PHY"),
        ("yes_no", "a) No", "0"),
        ("yes_no", "1 - No", "0"),
        ("referral_source", "a) 6: Police", "6"),
        ("ethnicity", "b) WBRI", "WBRI"),
        ("gender", "1 - Female", "2"),
    ],
)
def test_words_and_codes_decide_over_the_letter(name, text, code):
    found = coder(name).match(text)
    assert (found.code, found.letter_differs) == (code, True)


def test_letter_of_nobody_is_no_mismatch():
    assert coder("ethnicity").match("z) WBRI") == Match("WBRI", "embedded code", False)


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("1", "M"),
        ("2", "F"),
        ("0", "U"),
        ("9", "U"),
        ("M", "M"),
        ("f", "F"),
        ("U", "U"),
        ("a) Male", "M"),
        ("Female", "F"),
        ("1 - Male", "M"),
        ("2.0", "F"),
        ("c) Not stated/recorded", "U"),
        ("d) Neither", "U"),
        ("c) Neither", "U"),
        ("Not Recorded", "U"),
        ("other", None),
    ],
)
def test_sex_understands_both_sets(text, sex):
    assert sex_coder().match(text).code == sex
    assert not sex_coder().match(text).letter_differs


def test_sex_with_a_wrong_letter():
    assert sex_coder().match("a) Female") == Match("F", "label", True)


def test_disability_flag():
    flag = disability_flag_coder()
    assert [
        flag.match(text).code for text in ("a) Yes", "b) No", "c) Unknown", "AUT", "ld", "NONE", "Y")
    ] == [
        "1",
        "0",
        "U",
        "1",
        "1",
        "0",
        "1",
    ]
    assert coder("yes_no_unknown").match("AUT").code is None


@pytest.mark.parametrize("name", code_set_names())
def test_every_set_reads_its_own_codes_and_official_wordings(name):
    for entry in code_set(name).codes:
        assert coder(name).match(entry.code).code == entry.code
        for wording in entry.annex_a:
            found = coder(name).match(wording)
            assert (found.code, found.letter_differs) == (entry.code, False), wording
