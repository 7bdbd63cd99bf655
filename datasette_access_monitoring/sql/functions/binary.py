"""Functions over bytes, as entries of the registry; what they do is in ``udf``.

Those that also take texts (``length``, ``substr``, ``lpad``, ...) are with the texts.
"""

from __future__ import annotations

from .model import Group

_group = Group("binary")
_scalar = _group.scalar

# fmt: off
_scalar("to_utf8", "The bytes of a text in UTF-8.", {
    "(varchar) -> varbinary": "trino_to_utf8({0})",
})
_scalar("from_utf8", "The text that bytes in UTF-8 stand for; what is no UTF-8 becomes U+FFFD, "
        "or the given character.", {
    "(varbinary) -> varchar": "trino_from_utf8({0})",
    "(varbinary, varchar) -> varchar": "trino_from_utf8({0}, {1})",
    "(varbinary, bigint) -> varchar": "trino_from_utf8({0}, {1})",
})
_scalar("to_hex", "The bytes as hexadecimal digits in upper case.", {
    "(varbinary) -> varchar": "trino_to_hex({0})",
})
for _name, _doc in {
    "base64": "base64", "base64url": "base64 with the alphabet of URLs", "base32": "base32",
}.items():
    _scalar(f"to_{_name}", f"The bytes as {_doc} text.", {
        "(varbinary) -> varchar": f"trino_to_{_name}({{0}})",
    })
    _scalar(f"from_{_name}", f"The bytes of {_doc} text.", {
        "(varchar) -> varbinary": f"trino_from_{_name}({{0}})",
        "(varbinary) -> varbinary": f"trino_from_{_name}({{0}})",
    })
_scalar("from_hex", "The bytes of hexadecimal digits.", {
    "(varchar) -> varbinary": "trino_from_hex({0})",
    "(varbinary) -> varbinary": "trino_from_hex({0})",
})
for _name in ("md5", "sha1", "sha256", "sha512"):
    _scalar(_name, f"The {_name.upper()} hash of bytes.", {
        "(varbinary) -> varbinary": f"trino_{_name}({{0}})",
    })
    _scalar(f"hmac_{_name}", f"The HMAC of bytes with {_name.upper()} and a key.", {
        "(varbinary, varbinary) -> varbinary": f"trino_hmac_{_name}({{0}}, {{1}})",
    })
_scalar("crc32", "The CRC-32 checksum of bytes.", {
    "(varbinary) -> bigint": "trino_crc32({0})",
})
for _bits, _kind in {"64": "bigint", "32": "integer"}.items():
    _scalar(f"to_big_endian_{_bits}", f"A number as {_bits} bits, the highest first.", {
        f"({_kind}) -> varbinary": f"trino_to_big_endian_{_bits}({{0}})",
    })
    _scalar(f"from_big_endian_{_bits}", f"The number that {_bits} bits stand for.", {
        f"(varbinary) -> {_kind}": f"trino_from_big_endian_{_bits}({{0}})",
    })
_scalar("to_ieee754_64", "A double as its eight bytes.", {
    "(double) -> varbinary": "trino_to_ieee754_64({0})",
})
_scalar("from_ieee754_64", "The double that eight bytes stand for.", {
    "(varbinary) -> double": "trino_from_ieee754_64({0})",
})
# fmt: on

ENTRIES = tuple(_group.entries)
