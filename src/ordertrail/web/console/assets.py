"""What pages load beside themselves: the style and the scripts, from the package, and from nowhere else."""

import hashlib
import mimetypes
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

_LASTS = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """A file, of which type it is, and what names this version of it."""

    content: bytes
    media_type: str
    version: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """All there are, by their paths below the folder."""
    return dict(_found(files("ordertrail.web.console").joinpath("assets"), ""))


def _found(folder: Traversable, path: str) -> Iterator[tuple[str, Asset]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _found(one, f"{path}{one.name}/")
        elif not one.name.startswith("."):
            content = one.read_bytes()
            kind = mimetypes.guess_type(one.name)[0] or "application/octet-stream"
            yield f"{path}{one.name}", Asset(content, kind, hashlib.sha256(content).hexdigest()[:12])


@get("/assets/{name:path}", open_to_all=True, include_in_schema=False, sync_to_thread=False)
def asset(name: FromPath[str], v: FromQuery[str] = "") -> Response[bytes]:
    """A file, which a browser may keep under the version that it was asked for as."""
    found = assets().get(str(name).removeprefix("/"))
    if found is None:
        raise NotFoundException(f"there is no file {str(name)[:100]!r}")
    lasts = {"Cache-Control": _LASTS} if v == found.version else {}
    return Response(found.content, media_type=found.media_type, headers={**lasts, "X-Content-Type-Options": "nosniff"})
