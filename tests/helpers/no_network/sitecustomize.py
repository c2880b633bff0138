"""On the path of a command that a test starts: connecting anywhere but to this machine ends it."""

from __future__ import annotations

import socket
from typing import Any


def _refused(*_: Any, **__: Any) -> Any:
    raise SystemExit("a connection was tried")


socket.socket.connect = _refused  # type: ignore[method-assign,assignment]
socket.socket.connect_ex = _refused  # type: ignore[method-assign,assignment]
socket.getaddrinfo = _refused
