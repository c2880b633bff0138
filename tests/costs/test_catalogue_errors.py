"""A faulty catalogue is refused with one sentence that names file, line and entry."""

# Each case is best read as one line, however long.
# ruff: noqa: E501
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from childjourneys.costs.loading import load_catalogue
from childjourneys.issues import UsageError

GOOD = """entries:
  - id: a
    kind: placement
    unit: week
    amount: 100
    price_year: "2024/25"
"""
LAC6 = """entries:
  - id: sw
    kind: worker_rate
    unit: hour
    amount: 40
    price_year: "2024/25"
  - id: a
    kind: process
    process: lac.6
    unit: event
    price_year: "2024/25"
"""
Load = Callable[[str], object]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(text: str, name: str = "mine.yaml") -> object:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return load_catalogue([str(tmp_path / name)])

    return read


def test_the_good_one_is_good(load: Load) -> None:
    assert load(GOOD)
    assert load(LAC6 + "    recipe: [{role: social_worker, hours: 2.5, rate_id: sw}]\n")


REFUSED = [
    # Words.
    (GOOD + "    amout: 3\n", "mine.yaml, line 7: entry `a`: `amout` is no key of an entry; the nearest is `amount`"),
    (GOOD.replace("kind: placement", "kind: placment"), "line 3: entry `a`: `placment` is no value of `kind`; the nearest is `placement`"),
    (GOOD.replace("week", "weeks"), "line 4: entry `a`: `weeks` is no value of `unit`; the nearest is `week`"),
    (GOOD + "    process: lac.9\n", "`lac.9` is no value of `process`; the nearest is `lac."),
    (GOOD + "    index: gdp_deflater\n", "line 7: entry `a`: `gdp_deflater` is no value of `index`; the nearest is `gdp_deflator`"),
    (GOOD + "    when: {placement: [foster_agancy]}\n", "`foster_agancy` is no value of `placement`; the nearest is `foster_agency`"),
    (GOOD + "    when: {placement: [U7]}\n", "`U7` is no value of `placement`"),
    (GOOD + "    when: {provider: [PR9]}\n", "`PR9` is no value of `provider`"),
    (GOOD + "    when: {need_groups: [none]}\n", "`need_groups` is no condition; the nearest is `need_group`"),
    (GOOD + "    when: {need_group: [ebd_cwd]}\n", "`ebd_cwd` is no value of `need_group`"),
    (GOOD + "    when: {needs: [none]}\n", "`none` is no value of `needs`"),
    (GOOD + "    when: {ebd: 3}\n", "`ebd` is true or false"),
    (GOOD + "    when: {outcome: nfa}\n", "`nfa` is no value of `outcome`"),
    (GOOD + "    when: {age_from: 6, age_under: 6}\n", "no age is"),
    (GOOD + "    when: {age_under: 77}\n", "an age from 0 to 25"),
    (GOOD + "    when: {weeks_in_placement: [3]}\n", "a list of two"),
    (GOOD + "    when: {weeks_in_placement: [9, 3]}\n", "ends before it begins"),
    (GOOD + "    when: {placement: []}\n", "the list of `placement` is empty"),
    (GOOD + "    when: residential\n", "`when` is written as keys with their values"),
    (GOOD + "    once_per: care_episode\n", "`care_episode` is no value of `once_per`"),
    (GOOD + "    agency: police\n", "`police` is no value of `agency`"),
    (GOOD + "    contract: framwork\n", "the nearest is `framework`"),
    (GOOD + "    year_basis: 366\n", "`366` is no value of `year_basis`"),
    (GOOD + "    source: {page: 3}\n", "`page` is no key of `source`"),
    (GOOD + "    source: {status: invented}\n", "`invented` is no value of `status`"),
    (GOOD + "    priority: 1.5\n", "`priority` is a whole number"),
    ("entry:\n" + GOOD, "`entry` is no key of a catalogue; the nearest is `entries`"),
    (GOOD + "settings: {legl: once}\n", "settings: `legl` is no setting; the nearest is `legal`"),
    (GOOD + "settings: {legal: often}\n", "`often` is no value of `legal`"),
    (GOOD + "settings: {court_orders: [C9]}\n", "`C9` is no value of `court_orders`"),
    (GOOD + "settings: {sdq_cutoff: 41}\n", "a score from 0 to 40"),
    (GOOD + "settings: {s251_map: {K9: x}}\n", "`K9` is no placement, process or kind"),
    ("entries: 3\n", "`entries` is a list"),
    ("- 3\n", "a catalogue is written as keys"),
    ("entries:\n  - 3\n", "line 2: entry 1: an entry is written as keys"),
    ("{}\n", "a catalogue needs `entries:`"),
    ("", "one YAML document"),
    ("a: [\n", "this is not YAML"),
    (GOOD.replace("  - id: a\n    kind", "  - kind"), "line 2: entry 1: an entry needs `id`"),
    (GOOD.replace("    unit: week\n", ""), "an entry needs `unit`"),
    (GOOD + GOOD.removeprefix("entries:\n"), "line 7: the id `a` stands twice; it is on line 2 already"),
    # Money.
    (GOOD.replace("100", "-1"), "line 5: entry `a`: `amount` is negative"),
    (GOOD.replace("100", "1,000"), "`amount` is a plain number"),
    (GOOD.replace("100", "1e3"), "`amount` is a plain number"),
    (GOOD.replace("100", ".nan"), "`amount` is a plain number"),
    (GOOD.replace("100", "7000001"), "a price over 7,000,000 a week can't be right"),
    (GOOD.replace("    amount: 100\n", ""), "it has no price"),
    (GOOD + "    london: 3\n", "one of these and no two"),
    (GOOD.replace("amount: 100", "london: 3") + "    la_type: london\n", "leave `la_type` out"),
    (GOOD + "    components: {a: 60, b: 30}\n", "the components come to 90.00, and `amount` is 100.00"),
    (GOOD.replace("amount: 100", "out_of_london: 3") + "    components: {a: 3}\n", "`components` go with `amount`"),
    (GOOD + "    index: {a: none}\n", "an `index` by component needs `components`"),
    (GOOD + "    components: {a: 60, b: 40}\n    index: {a: none}\n", "`b` is missing"),
    (GOOD + "    components: {a: 60, b: 40}\n    index: {a: none, bb: none}\n", "`bb` is no component"),
    (GOOD + "    basis: amount\n", "`basis` is for an entry with a recipe"),
    # Years and dates.
    (GOOD.replace('    price_year: "2024/25"\n', ""), "entry `a`: it needs `price_year`"),
    (GOOD.replace("2024/25", "2024"), "`price_year` is a financial year"),
    (GOOD.replace("2024/25", "2024/26"), "`price_year` is a financial year"),
    (GOOD + "    effective_from: 01/04/2024\n", "`effective_from` is a date such as"),
    (GOOD + "    effective_from: 2024-02-30\n", "`effective_from` is a date such as"),
    (GOOD + "    effective_from: 2024-04-01\n    effective_to: 2024-03-31\n", "before `effective_from`"),
    # Units and kinds.
    (GOOD.replace("week", "event"), "an extra: write `additional: true`"),
    (GOOD.replace("week", "hour"), "`hour` is for recipes and scenarios"),
    (GOOD.replace("placement", "process"), "needs `process`"),
    (GOOD.replace("placement", "process") + "    process: lac.6\n", "`lac.6` is priced by `event`"),
    (GOOD.replace("placement", "process").replace("week", "event") + "    process: cin.ongoing_support\n", "priced by time"),
    (GOOD + "    covers: [fee]\n", "`covers` is for entries of kind `process` and process `lac.3`"),
    # Recipes.
    (LAC6 + "    recipe: [{role: x, hours: 2, rate_id: sww}]\n", "line 7: entry `a`: `sww` is no worker_rate of the catalogue; the nearest is `sw`"),
    (LAC6 + "    recipe: [{role: x, hours: 0, rate_id: sw}]\n", "`hours` is more than 0"),
    (LAC6 + "    recipe: [{role: x, hours: 2}]\n", "needs `rate_id`"),
    (LAC6 + "    recipe: []\n", "`recipe` is empty"),
    (LAC6 + "    recipe: [{role: x, hours: 2, rate_id: sw}]\n    amount: 81\n", "the recipe comes to 80.00 and `amount` is 81.00"),
    (LAC6 + "    recipe: [{role: x, hours: 2, rate_id: a}]\n", "is no worker_rate for an hour"),
    (LAC6.replace("2024/25", "2023/24", 1) + "    recipe: [{role: x, hours: 2, rate_id: sw}]\n", "rates of its own price year, 2024/25"),
    (LAC6.replace("    amount: 40\n", "    recipe: [{role: x, hours: 1, rate_id: sw}]\n") + "    amount: 3\n", "leads back to itself: `sw` to `sw`"),
    (LAC6 + "    basis: amount\n    recipe: [{role: x, hours: 2, rate_id: sw}]\n", "`basis: amount` needs `amount`"),
    # Hours and homes.
    (LAC6.replace("amount: 40", "rate: {salary: 3, weeks: 0, hours: 3}") + "    amount: 3\n", "more than 0"),
    (LAC6.replace("amount: 40", "rate: {salary: 3, hours: 3}") + "    amount: 3\n", "`rate` needs `weeks`"),
    (GOOD.replace("amount: 100", "home: {cost: 3, beds: 1}"), "`home` needs `from`"),
    (GOOD.replace("amount: 100", "home: {cost: 3, beds: 1, from: 2024-04-01, to: 2024-04-02, occupied_nights: 1}"), "write `unit: night`"),
    (GOOD.replace("amount: 100", "home: {cost: 3, beds: 1, from: 2024-04-01, to: 2024-04-02, occupied_nights: 3}"), "`occupied_nights` is over 2"),
    (GOOD.replace("amount: 100", "home: {cost: 3, beds: 0, from: 2024-04-01, to: 2024-04-02, occupied_nights: 3}"), "`beds` is a whole number from 1 up"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[said[:50] for _, said in REFUSED])
def test_a_fault_is_told_in_one_sentence_with_its_place(load: Load, text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        load(text)
    message = str(error.value)
    assert said in message
    assert message.startswith("mine.yaml") and "\n" not in message


def test_what_is_said_stays_one_sentence(load: Load) -> None:
    with pytest.raises(UsageError) as error:
        load(GOOD + '    contract: "' + "\\n\\nword " * 500 + '"\n')
    assert "\n" not in str(error.value) and len(str(error.value)) < 500


def test_a_ring_of_rates_is_named(load: Load) -> None:
    rate = "  - {id: %s, kind: worker_rate, unit: hour, price_year: 2024/25, recipe: [{role: x, hours: 1, rate_id: %s}]}\n"
    with pytest.raises(UsageError, match="`p` to `q` to `p`"):
        load("entries:\n" + rate % ("p", "q") + rate % ("q", "p"))


def test_an_unusual_amount_is_used_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GOOD.replace("amount: 100", "amount: 70001"), encoding="utf-8")
    catalogue = load_catalogue([str(path)])
    assert catalogue.notes == ("m.yaml, line 2: entry `a` is over 70,000 a week; check it.",)
    path.write_text(GOOD.replace("amount: 100", "amount: 0"), encoding="utf-8")
    assert load_catalogue([str(path)]).notes == ("m.yaml, line 2: entry `a` is 0 a week; is it free?",)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("defalt", "the nearest is `default`"),
        ("nothing.yaml", "there is no such file"),
        ("no/such/file.csv", "there is no such file"),
        ("bad\0name.yaml", "can't be read"),
    ],
)
def test_a_catalogue_that_is_not_there(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("`", ".")):
        load_catalogue([name])


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00entries")
    with pytest.raises(UsageError, match="no UTF-8 text"):
        load_catalogue([str(tmp_path / "a.yaml")])
