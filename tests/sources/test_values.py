"""How one cell is read."""

from datetime import date, datetime, time, timedelta

import pytest

from childjourneys.sources.values import (
    Unreadable,
    as_text,
    is_blank,
    parse_boolean,
    parse_date,
    parse_integer,
)

BLANKS = [
    None,
    "",
    "  ",
    "\u00a0",
    "\t\n",
    "-",
    " \u2013 ",
    "\u2014",
    "\u2212",
    "nan",
    "NaN",
    "null",
    "NULL",
    "n/a",
    "N/A",
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NULL!",
    "#NUM!",
    "#n/a",
    float("nan"),
]
DAY = date(2024, 7, 25)


@pytest.mark.parametrize("value", BLANKS)
def test_blank(value):
    assert is_blank(value)
    assert parse_date(value) is None
    assert parse_integer(value) is None
    assert parse_boolean(value) is None


@pytest.mark.parametrize(
    "value", [0, 0.0, False, "0", "--", "None", "TBC", "na", "#", "x", date(2024, 1, 1), "nanx"]
)
def test_not_blank(value):
    assert not is_blank(value)


@pytest.mark.parametrize(
    "value",
    [
        "2024-07-25",
        " 2024-07-25 ",
        "2024-07-25T00:00:00",
        "2024-07-25T10:15:30Z",
        "2024-07-25 10:15",
        "2024-07-25T10:15:30.123+01:00",
        "25/07/2024",
        "25/7/2024",
        "25-07-2024",
        "25.07.2024",
        "25 07 2024",
        "25 July 2024",
        "25 july 2024",
        "25-Jul-2024",
        "25/JUL/2024",
        "25th July 2024",
        "25th Jul. 2024",
        "25/07/2024 00:00:00",
        "25/07/2024 10:15",
        "25/07/2024 10:15:00 AM",
        "45498",
        "45498.0",
        "45498.75",
        45498,
        45498.0,
        45498.99,
        datetime.fromisoformat("2024-07-25T23:59"),
        DAY,
    ],
)
def test_dates(value):
    assert parse_date(value) == DAY


def test_ordinals_and_month_names():
    assert [parse_date(f"{day} August 2024").day for day in ("1st", "2nd", "3rd", "22nd")] == [1, 2, 3, 22]
    assert parse_date("1 Sept 2024") == date(2024, 9, 1)
    assert parse_date("29/02/2024") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "value",
    [
        "07/25/2024",
        "25/07/24",
        "25-Jul-24",
        "2024-25-07",
        "31/02/2024",
        "29/02/2023",
        "0/1/2024",
        "2024",
        2024,
        "20240725",
        20240725,
        "July 2024",
        "July 25 2024",
        "tomorrow",
        "25/07/0024",
        "25 Foo 2024",
        True,
        12,
        1234567,
        time(10, 0),
        timedelta(hours=30),
        "1234",
        "454981",
        "25/07/2024 late",
        "-5",
        float("inf"),
    ],
)
def test_dates_that_are_never_guessed(value):
    with pytest.raises(Unreadable):
        parse_date(value)


def test_serials_of_both_systems():
    assert parse_date(44036, date_1904=True) == DAY
    assert parse_date("44036", date_1904=True) == DAY
    assert parse_date("25/07/2024", date_1904=True) == DAY


@pytest.mark.parametrize(
    ("value", "number"), [("1", 1), ("1.0", 1), (1.0, 1), (" 12 ", 12), ("-1", -1), (-1, -1), ("\u22121", -1)]
)
def test_integers(value, number):
    assert parse_integer(value) == number


@pytest.mark.parametrize(
    "value", ["1.5", 1.5, "one", True, "1,000", "9" * 50, 1e300, float("inf"), date(2024, 1, 1)]
)
def test_unreadable_integers(value):
    with pytest.raises(Unreadable):
        parse_integer(value)


@pytest.mark.parametrize(
    "value", ["1", 1, 1.0, "1.0", "true", "TRUE", True, "yes", "Y", "T", "a) Yes", "1 - Yes", " yes "]
)
def test_yes(value):
    assert parse_boolean(value) is True


@pytest.mark.parametrize(
    "value", ["0", 0, 0.0, "false", "No", "N", "F", "b) No", "0 - No", "2 - No", "a) No"]
)
def test_no(value):
    assert parse_boolean(value) is False


@pytest.mark.parametrize("value", ["maybe", "2", "c) Unknown", 5, "U", date(2024, 1, 1)])
def test_neither(value):
    with pytest.raises(Unreadable):
        parse_boolean(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1111.0, "1111"),
        (1.5, "1.5"),
        ("0012", "0012"),
        (" a ", "a"),
        (7, "7"),
        (True, "TRUE"),
        (None, ""),
        (datetime.fromisoformat("2024-07-25"), "2024-07-25"),
        (datetime.fromisoformat("2024-07-25T09:05"), "2024-07-25 09:05:00"),
        (1e15, "1" + "0" * 15),
    ],
)
def test_as_text(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize("parse", [parse_date, parse_integer, parse_boolean])
def test_messages_hold_no_value(parse):
    with pytest.raises(Unreadable) as caught:
        parse("Zebra")
    assert "Zebra" not in str(caught.value)
