"""Small pieces of SVG, escaped, and pictures that say what they show."""

from __future__ import annotations

import re
from html import escape

from childjourneys.reports.palette import INK

FONT = "Arial, Helvetica, sans-serif"


def tag(name: str, content: str = "", **attributes: object) -> str:
    """One element; `content` is SVG already. Underscores in names become hyphens; numbers are rounded."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_attribute(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(x: float, y: float, words: str, size: float = 13, **attributes: object) -> str:
    """A line of text; its words are escaped here."""
    return tag("text", escape(words), x=x, y=y, font_size=size, **({"fill": INK} | attributes))


def title(words: str) -> str:
    """What a pointer or a screen reader says of the element it stands in."""
    return f"<title>{escape(words)}</title>"


def picture(
    key: str, width: float, height: float, heading: str, description: str, content: str, role: str = "img"
) -> str:
    """A whole picture with a title and a description. `key` makes its ids unique on a page.

    `role`: img, or group when parts of it can be reached one by one.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_attribute(width)} {_attribute(height)}"'
        f' role="{role}" aria-labelledby="{key}-title" aria-describedby="{key}-desc" font-family="{FONT}">'
        f'<title id="{key}-title">{escape(heading)}</title><desc id="{key}-desc">{escape(description)}</desc>'
        f"{content}</svg>"
    )


def hatch(key: str, colour: str, gap: float = 6, width: float = 1.5, ground: str = "none") -> str:
    """A pattern of slanted lines, to be used as `url(#key)`."""
    line = tag("path", d=f"M0 {gap} L{gap} 0 M-1 1 L1 -1 M{gap - 1} {gap + 1} L{gap + 1} {gap - 1}",
               stroke=colour, stroke_width=width)  # fmt: skip
    back = tag("rect", width=gap, height=gap, fill=ground) if ground != "none" else ""
    return tag("pattern", back + line, id=key, width=gap, height=gap, patternUnits="userSpaceOnUse")


def adopt(key: str, drawn: str, heading: str, description: str) -> str:
    """A picture of a chart library, made ours: a title, a description, ids of its own, no fixed size."""
    opening = re.match(r"<svg[^>]*>", drawn)
    if opening is None:
        raise ValueError("the chart library drew no SVG")
    box = re.search(r'viewBox="([^"]+)"', opening.group())
    if box is None:
        raise ValueError("the chart library drew an SVG without a viewBox")
    content = drawn[opening.end() :].removesuffix("</svg>").rstrip()
    content = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', content)
    content = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", content)
    content = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', content)
    _, _, width, height = (float(part) for part in box.group(1).split())
    return picture(key, width, height, heading, description, content)


def _attribute(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
