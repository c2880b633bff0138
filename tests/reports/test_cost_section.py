"""The page and the section of costs, and the page of one child, as a person reads them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
from invented_ledgers import (
    LA,
    chain_of,
    children_of,
    entry,
    event,
    invented_ledger,
    invented_run,
    ledger_of,
    line,
)

from childjourneys.costs.section251 import reconcile
from childjourneys.costs.section251_file import read_section251
from childjourneys.costs.summaries.cube import add_up
from childjourneys.costs.summaries.given import CostRun
from childjourneys.reports.child_cost_page import child_cost_page
from childjourneys.reports.child_cost_text import child_cost_text
from childjourneys.reports.cost_charts import Bar, bars_svg, months_svg
from childjourneys.reports.cost_data import CostData, cost_data
from childjourneys.reports.cost_page import render_cost_report, write_cost_report
from childjourneys.reports.cost_section import cost_section


def data_of(
    ledger: pl.DataFrame, run: CostRun | None = None, unpriced: dict[str, tuple[int, int]] | None = None
) -> CostData:
    return cost_data(add_up(ledger, children_of(ledger, unpriced)), run or invented_run())


def words(page: str) -> str:
    body = page[page.index("<body>") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def ids(page: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', page)


def test_it_begins_with_what_rests_on_research_and_whose_prices() -> None:
    ledger = ledger_of([line(entry_id="old", price_year="2009/10"), line(child_id="b", price_year="2009/10")])
    section = cost_section(data_of(ledger, invented_run(entry("old", "2009/10"))))
    assert section.text[0].startswith(
        "50.0% of the gross money in prices of 2009/10 (£700 of £1,400) rests on research figures of"
    )
    assert section.text[1].startswith("All amounts are in prices of 2009/10")


def test_money_of_two_years_is_said_not_to_be_added() -> None:
    lines = [line(entry_id="old", price_year="2009/10"), line(child_id="b")]
    section = cost_section(data_of(ledger_of(lines), invented_run(entry("old", "2009/10"))))
    assert "Money of different price years is not added" in section.text[1]
    page = render_cost_report(data_of(ledger_of(lines)))
    assert "gross, prices of" not in page


def test_nights_with_prices_in_money_of_two_years_are_told_of() -> None:
    week, work = line(price_year="2023/24", entry_id="child_price", price_basis="child"), line(pence=100_00)
    data = data_of(ledger_of([week, work]))
    said = [one for one in cost_section(data).text if "prices in money of two years" in one]
    assert len(said) == 1
    assert "with --price-year of that year" in said[0]
    # Two children, each in money of its own year; and two lines of one night in the same money.
    for lines in ([week, line(child_id="b")], [line(), work]):
        text = " ".join(cost_section(data_of(ledger_of(lines))).text)
        assert "two years, such as" not in text


def test_the_account_of_a_child_asks_for_no_price_year_that_was_given() -> None:
    children = children_of(ledger_of([line(), line(price_year="2023/24")]))
    assert "--price-year of costs brings it to one." in child_cost_text(children, invented_run())
    told = child_cost_text(children, invented_run(price_year="2024/25"))
    assert "--price-year" not in told
    assert "prices that were paid are money of their own year." in told


def test_no_column_stands_twice_and_nights_without_a_price_have_their_own() -> None:
    page = render_cost_report(data_of(invented_ledger(40, 3, ("2023/24", "2024/25"))))
    heads = [re.findall(r"<th[^>]*scope=\"col\"[^>]*>(.*?)</th>", one, re.DOTALL)
             for one in re.findall(r"<thead>.*?</thead>", page, re.DOTALL)]  # fmt: skip
    assert len(heads) >= 8
    for names in heads:
        assert len(names) == len(set(names)), names
    assert sum("Nights with a price" in names and "Nights without a price" in names for names in heads) >= 6


def test_units_have_the_article_that_is_said() -> None:
    ledger = ledger_of([event("lac.6", 446_00, entry_id="review"), line(entry_id="week")])
    told = words(
        render_cost_report(data_of(ledger, invented_run(entry("review", unit="event"), entry("week"))))
    )
    assert "£700.00 an event" in told and "£700.00 a week" in told


def test_a_price_year_of_grants_alone_is_neither_drawn_nor_ranked() -> None:
    grants = [line(process="grant", entry_id="uasc", pence=-5_00, price_year="2020/21")]
    shown = render_cost_report(data_of(ledger_of([line(), *grants])))
    assert "prices of 2020/21" not in "".join(re.findall(r"<figcaption.*?</figcaption>|<h3>.*?</h3>", shown))
    assert "0.0% of the gross money, prices of 2020/21" not in words(shown)
    assert words(shown).count("Prices of Prices of") == 0


def test_no_identifier_of_a_child_is_on_the_page() -> None:
    ledger = invented_ledger(40, 1).with_columns(child_id=pl.lit("CANARY-") + pl.col("child_id"))
    page = render_cost_report(data_of(ledger, unpriced={"CANARY-z": (4, 4)}))
    assert (
        "CANARY" not in page
        and "<script" not in page
        and "http://" not in page.replace("http://www.w3.org", "")
    )
    assert "4 of" in words(page) and "have no price" in words(page)


def test_invented_prices_are_named_at_the_head_and_at_every_picture_and_table() -> None:
    ledger = invented_ledger(30, 2)
    page = render_cost_report(data_of(ledger, invented_run(entry("U6_authority"), invented=True)))
    assert "<strong>INVENTED PRICES</strong>" in page
    captions = re.findall(r"<caption[^>]*>(.*?)</caption>", page)
    money = [one for one in captions if "prices of" in one or "priced" in one]
    assert len(money) >= 8 and all("INVENTED PRICES" in one for one in money)
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert figures and all("INVENTED PRICES" in one for one in figures)
    real = render_cost_report(data_of(ledger, invented_run(entry("U6_authority"))))
    assert "invented" not in real.lower()


def test_pictures_have_titles_and_stand_beside_their_tables() -> None:
    page = render_cost_report(data_of(invented_ledger(60, 3)))
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(pictures) >= 5
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img" and root.find("{http://www.w3.org/2000/svg}title") is not None
    found = ids(page)
    assert len(found) == len(set(found))
    for target in re.findall(r'aria-describedby="(caption-[^"]+)"', page) + re.findall(
        r'href="#([^"]+)"', page
    ):
        assert target in found, target


def test_a_provider_has_its_similar_needs_beside_it_and_the_dear_are_counted() -> None:
    ledger = ledger_of([line(pence=10_500_00, placement_type="K2"), line(child_id="b", pence=9_999_99)])
    shown = words(render_cost_report(data_of(ledger)))
    assert (
        "1 placement of 1 child is at £10,000 a week or more, prices of 2024/25: 7 nights, £10,500." in shown
    )
    assert "Similar needs elsewhere" in shown and "hardest to place" in shown


def test_the_finance_return_is_shown_with_its_questions(tmp_path: Path) -> None:
    file = tmp_path / "s251.csv"
    file.write_text(
        "year,line,label,gross,income,net\n2024/25,1,Residential care,1000,0,1000\n", encoding="utf-8"
    )
    ledger = ledger_of([line(s251_line="1", placement_type="K2"), line(child_id="b", placement_type="K1")])
    cube, run = add_up(ledger, children_of(ledger)), invented_run()
    data = cost_data(cube, run, section251=reconcile(cube, run, read_section251(file)))
    shown = words(render_cost_report(data))
    assert "Residential care 700.00 0.00 0.00 0.00 0.00 1,000.00 300.00 70.0%" in shown
    assert "Which line of the finance return are placements of K1" in shown


def test_the_page_is_written_the_same_each_time(tmp_path: Path) -> None:
    data = data_of(invented_ledger(20, 4))
    write_cost_report(tmp_path, data)
    first = (tmp_path / "costs.html").read_bytes()
    write_cost_report(tmp_path, data)
    assert (tmp_path / "costs.html").read_bytes() == first


def test_a_run_without_any_money_still_has_its_page() -> None:
    shown = words(render_cost_report(data_of(ledger_of([]), unpriced={"a": (9, 9)})))
    assert "No money was spent in the period" in shown and "9 of 9 nights in placements" in shown


def test_one_child_is_itemised_with_the_source_of_each_price() -> None:
    lines = [
        line(entry_id="old", price_year="2009/10"),
        line(entry_id="old", price_year="2009/10", date_from=date(2024, 5, 3), date_to=date(2024, 5, 9)),
        event("lac.6", 446_00, price_year="2009/10"),
        line(process="contribution", entry_id="contribution_health", pence=-70_00, price_year="2009/10"),
        line(child_id="CANARY", pence=1_23),
    ]
    ledger = ledger_of(lines)
    chain = chain_of({"start": date(2024, 4, 1), "end": date(2024, 5, 10), "starts_placement": True})
    run = invented_run(entry("old", "2009/10"), need_rules={(LA, "a"): "No need is on record."})
    page = child_cost_page((LA, "a"), ledger, chain, children_of(ledger), run)
    shown = words(page)
    assert "7 / 7 = 1 week 700.00 700.00" in shown and "1 event 446.00 446.00" in shown
    assert "2009/10 1,846.00 -70.00 0.00 1,776.00" in shown
    assert "Total 2009/10 1,846.00 -70.00 0.00 1,776.00" in shown
    assert "Running cost, net: £1,776.00 in prices of 2009/10 by 31 Mar 2025" in shown
    assert "No need is on record." in shown and "A book, 2014, p. 3, published" in shown
    assert 'href="#price-old"' in page and 'id="price-old"' in page
    assert "CANARY" not in page and "1.23" not in shown
    assert len(ids(page)) == len(set(ids(page)))


def test_a_child_without_a_price_is_told_so() -> None:
    ledger = ledger_of([line()])
    children = children_of(ledger, {"c": (5, 5)})
    shown = words(
        child_cost_page((LA, "c"), ledger, chain_of({"start": date(2024, 4, 1)}), children, invented_run())
    )
    assert "Nights in placements: 5; 5 nights lack the price of the placement or of its social work" in shown
    assert "no amount" not in shown


def test_bars_and_months_draw_what_they_are_given() -> None:
    drawn = bars_svg("k", [Bar("A <b>", 10, "£10"), Bar("B", -5, "-£5")], "h", "d")
    assert "A &lt;b&gt;" in drawn and "url(#k-less)" in drawn
    ElementTree.fromstring(drawn)
    months = months_svg("m", [("2024-04", 5.0), ("2024-05", None), ("2024-06", 0.0)], "h", "d")
    assert months.count("<rect") == 2 and ">c</text>" in months
    ElementTree.fromstring(months_svg("m", [], "h", "d"))
