"""Functions over URLs, as entries of the registry; what they do is in ``udf``."""

from __future__ import annotations

from .model import Group

_group = Group("URL")
_scalar = _group.scalar

for _part, _doc in {
    "protocol": "The scheme of a URL",
    "host": "The host of a URL",
    "path": "The decoded path of a URL",
    "query": "The decoded query of a URL, without its question mark",
    "fragment": "The decoded fragment of a URL",
}.items():
    _scalar(
        f"url_extract_{_part}",
        f"{_doc}; empty if it has none, NULL if the text is no URL.",
        {"(varchar) -> varchar": f"trino_url_{_part}({{0}})"},
    )
# fmt: off
_scalar("url_extract_port", "The port of a URL; NULL if it has none.", {
    "(varchar) -> bigint": "trino_url_port({0})",
})
_scalar("url_extract_parameter", "The decoded value of the first parameter of that name in a "
        "URL; NULL if it has none.", {
    "(varchar, varchar) -> varchar": "trino_url_parameter({0}, {1})",
})
_scalar("url_encode", "The text as it is written in a parameter of a URL.", {
    "(varchar) -> varchar": "trino_url_encode({0})",
})
_scalar("url_decode", "The text that a parameter of a URL stands for.", {
    "(varchar) -> varchar": "trino_url_decode({0})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
