"""The same returns written in another way: other row order, other labels, one line."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl

from childjourneys.synthetic import World
from childjourneys.synthetic.annex_a_lists import annex_a_lists
from childjourneys.synthetic.annex_a_xlsx import write_annex_a

_CHILD = re.compile(r"    <Child>\n.*?    </Child>\n", re.DOTALL)
_LABEL = re.compile(r"(?<=<LAchildID>)[^<]+(?=</LAchildID>)")


def rewritten(
    world: World,
    returns: Path,
    out: Path,
    *,
    census: Callable[[str], str],
    rows: Callable[[pl.DataFrame], pl.DataFrame],
    families: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,  # also the deciles of children
) -> Path:
    """A copy of the example with each census text and the rows of each list and module changed."""
    out.mkdir()
    for path in sorted(returns.glob("*.xml")):
        text = census(path.read_text(encoding="utf-8"))
        (out / path.name).write_text(text, encoding="utf-8", newline="\n")
    for as_at in world.plan.extract_dates:
        lists = {number: rows(frame) for number, frame in annex_a_lists(world, as_at).items()}
        write_annex_a(out / f"annex_a_{as_at}.xlsx", world.plan.la, as_at, lists)
    for path in sorted(returns.glob("ssda903_*/*.csv")):
        (out / path.parent.name).mkdir(exist_ok=True)
        module = pl.read_csv(path, infer_schema=False).rename({"CHILD": "child_id"})
        rows(module).rename({"child_id": "CHILD"}).write_csv(out / path.relative_to(returns))
    for name in ("families", "deprivation"):
        link = pl.read_csv(returns / f"{name}.csv", infer_schema=False)
        families(link).write_csv(out / f"{name}.csv")
    for name in ("population", "school_holidays"):
        shutil.copy(returns / f"{name}.csv", out / f"{name}.csv")
    return out


def shuffled_children(text: str, seed: int) -> str:
    """The census with its children in another order."""
    children = _CHILD.findall(text)
    head, tail = text[: text.index(children[0])], text[text.rindex(children[-1]) + len(children[-1]) :]
    assert head + "".join(children) + tail == text
    random.Random(seed).shuffle(children)
    return head + "".join(children) + tail


def on_one_line(text: str) -> str:
    return re.sub(r">\s+<", "><", text)


def relabelled(text: str, labels: dict[str, str]) -> str:
    return _LABEL.sub(lambda found: labels[found.group()], text)


def copied(returns: Path, out: Path) -> Path:
    shutil.copytree(returns, out)
    return out
