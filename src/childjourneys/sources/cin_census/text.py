"""The bytes of a file as UTF-8, whatever encoding it is written in, and cut between children.

Chunks end directly after the end of a `Child`, so each can be read by itself. Comments, CDATA sections and
instructions are never cut in two.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from childjourneys.issues import Refused

WHOLE_FILE = "Export the return again, or copy it again from where it was kept."
BLOCK = 1 << 20
LONGEST_CHILD = 32 << 20
_SHORTEST_BLOCK = 64
_SNIFFED = 400
_LONGEST_END_TAG = 1000

# Counts as a line and is not part of any value. XML allows no such character, so it can't be in the file.
LINE_ONLY = b"\x01"

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_CHILD_END = re.compile(rb"</(?:[^<>\s:]*:)?Child\s*>")
# One `<` in front of all: a pattern that begins with one byte is looked for many times faster.
_CHILD_END_OUTSIDE = re.compile(
    rb"<(?:!--.*?(?:-->|\Z)|!\[CDATA\[.*?(?:\]\]>|\Z)|\?.*?(?:\?>|\Z)|(/(?:[^<>\s:]*:)?Child\s*>))", re.DOTALL
)
_NOT_A_TAG = re.compile(rb"<(?:!--.*?(?:-->|\Z)|!\[CDATA\[(.*?)(?:\]\]>|\Z)|\?.*?(?:\?>|\Z))", re.DOTALL)
_TAG_OR_MARK = re.compile(rb"""<([^\s<>"'/]*/?[^\s<>"'/]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|>""")


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding of a file and the length of its byte-order mark.

    A mark decides, then two-byte characters, then the declaration. A declared UTF-16 that is plainly not is
    what writers leave when they save text under another encoding: it is read as UTF-8.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return name, len(mark)
    if head[:2] in (b"<\0", b"\0<"):
        return ("utf-16-le" if head[0] else "utf-16-be"), 0
    declared = _DECLARED.match(head.lstrip())
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        known = codecs.lookup(name).name
        "".encode(known)
    except (LookupError, UnicodeError):
        raise Refused(
            "xml-encoding",
            "The encoding that the file names is not known.",
            "UTF-8, UTF-16, ISO-8859-1 or windows-1252.",
            "Export the return again as UTF-8.",
            row=1,
        ) from None
    return ("utf-8" if known.startswith(("utf-16", "utf-32", "ascii")) else known), 0


def starts_like(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Whether the first characters of a file fit a pattern, in the encoding it seems to have."""
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    encoding, mark = encoding_of(head)
    return bool(pattern.match(head[mark:].decode(encoding, "replace").encode("utf-8")))


def utf8_blocks(
    path: Path, seen: Callable[[bytes], object] | None = None, size: int = BLOCK
) -> Iterator[bytes]:
    """The file's text as UTF-8, block by block, without its byte-order mark.

    Args:
        seen: is given the bytes as they stand in the file, such as a hash's `update`.

    Raises:
        Refused: the bytes are not in the encoding the file says.
    """
    with path.open("rb") as file:
        encoding, mark = encoding_of(file.read(_SNIFFED))
        file.seek(0)
        block = file.read(size)
        decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("strict")
        while block:
            if seen:
                seen(block)
            text = block[mark:] if mark else block
            mark = 0
            if decoder:
                text = _decoded(decoder, text, False)
            if text:
                yield text
            block = file.read(size)
        if decoder:
            rest = _decoded(decoder, b"", True)
            if rest:
                yield rest


def chunks(path: Path, size: int, seen: Callable[[bytes], object] | None = None) -> Iterator[bytes]:
    """The text in pieces of at least `size` bytes that end after a `Child`; the last one is the rest.

    Args:
        seen: as in `utf8_blocks`.

    Raises:
        Refused: one `Child` is larger than any child's record can be.
    """
    blocks = utf8_blocks(path, seen, max(_SHORTEST_BLOCK, min(size, BLOCK)))
    held: list[bytes] = []
    length = searched = 0
    for block in blocks:
        held.append(block)
        length += len(block)
        if length < size:
            continue
        text = b"".join(held)
        cut, searched = _last_child_end(text, searched)
        if cut:
            yield text[:cut]
            held, length, searched = [text[cut:]], len(text) - cut, 0
        elif length > LONGEST_CHILD:
            raise Refused(
                "xml-record-too-large",
                "One record is larger than 32 MB.",
                "Records of single children, each closed before the next.",
                "Check the export; the file is no usable census.",
            )
        else:
            held = [text]
    yield b"".join(held)


def plain(text: bytes) -> bytes:
    """Well-formed text with nothing but tags and character data: no comments, CDATA or instructions.

    Lines keep their number.
    """
    return _NOT_A_TAG.sub(_without, text) if _has_more_than_tags(text) else text


def plainer(text: bytes) -> bytes:
    """`plain` text without attributes and without any `>` outside tags."""
    return _TAG_OR_MARK.sub(_bare, text)


def of_another_encoding() -> Refused:
    """What is said of a file that can't be decoded."""
    return Refused(
        "xml-encoding",
        "The file is not written in the encoding it names.",
        "One encoding throughout, the one the first line names.",
        "Export the return again as UTF-8.",
    )


def malformed(error: expat.ExpatError) -> Refused:
    """What is said of a file that is no whole XML."""
    return Refused(
        "xml-malformed",
        f"The file is not whole or not well-formed XML: {expat.ErrorString(error.code)}.",
        "Well-formed XML from the first line to the last.",
        f"{WHOLE_FILE} Nothing of it was loaded.",
        row=error.lineno,
    )


def _decoded(decoder: codecs.IncrementalDecoder, text: bytes, final: bool) -> bytes:
    try:
        return decoder.decode(text, final).encode("utf-8")
    except UnicodeError:
        raise of_another_encoding() from None


def _last_child_end(text: bytes, searched: int) -> tuple[int, int]:
    """Where the last whole `Child` ends, 0 when none does; and from where to search on with more text.

    Args:
        searched: before this no `Child` ends, and no comment or the like goes on beyond it.
    """
    on = max(searched, len(text) - _LONGEST_END_TAG)
    if not _has_more_than_tags(text, searched):
        at = text.rfind(b"</Child>", searched)
        if at >= 0:
            return at + len(b"</Child>"), on
        return max((found.end() for found in _CHILD_END.finditer(text, searched)), default=0), on
    cut = 0
    for found in _CHILD_END_OUTSIDE.finditer(text, searched):
        if found[1]:
            cut = found.end()
        elif found.end() == len(text):
            return cut, found.start()
        on = max(on, found.end())
    return cut, on


def _has_more_than_tags(text: bytes, start: int = 0) -> bool:
    # Looking for one byte first takes a tenth of the time.
    return any(text.find(mark[1:], start) >= 0 and text.find(mark, start) >= 0 for mark in (b"<!", b"<?"))


def _without(found: re.Match[bytes]) -> bytes:
    content = found[1]
    if content is None:
        return LINE_ONLY * found[0].count(b"\n")
    return content.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _bare(found: re.Match[bytes]) -> bytes:
    if found[0] == b">":
        return b"&gt;"
    name, attributes = found[1], found[2]
    lines = LINE_ONLY * attributes.count(b"\n")
    return b"<" + name + (b"/>" if attributes.endswith(b"/") else b">") + lines
