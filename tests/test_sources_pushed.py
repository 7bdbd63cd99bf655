"""Bodies that were pushed: what is compressed comes back, and each event is a line of its own."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.errors import BodyTooLarge, SourceError
from datasette_access_monitoring.sources.pushed import inflated, lines_of

MOST = 1_000_000
EVENTS = st.lists(
    st.dictionaries(st.text(max_size=5), st.text(max_size=10) | st.integers() | st.none())
)


def deflated_raw(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


@given(st.binary())
def test_what_was_compressed_comes_back(body):
    assert inflated(body, "identity", MOST) == body
    assert inflated(gzip.compress(body), "gzip", MOST) == body
    assert inflated(zlib.compress(body), "deflate", MOST) == body
    assert inflated(gzip.compress(body) * 3, "gzip", MOST) == body * 3


def test_a_bare_deflate_stream_is_read_too():
    assert inflated(deflated_raw(b'{"a": 1}' * 50), "deflate", MOST) == b'{"a": 1}' * 50


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_refused_before_it_goes_off(encoding):
    compress = gzip.compress if encoding == "gzip" else zlib.compress
    assert len(inflated(compress(b"0" * MOST), encoding, MOST)) == MOST
    for longer in (MOST + 1, 50 * MOST):
        with pytest.raises(BodyTooLarge, match="longer than 1,000,000 bytes"):
            inflated(compress(b"0" * longer), encoding, MOST)
    if encoding == "gzip":
        with pytest.raises(BodyTooLarge):
            inflated(compress(b"0" * (MOST // 2)) * 3, encoding, MOST)


def test_who_counts_can_end_it_while_it_is_made():
    taken = []

    def take(size):
        taken.append(size)
        if sum(taken) > 3_000_000:
            raise MemoryError

    with pytest.raises(MemoryError):
        inflated(gzip.compress(b"0" * 50_000_000), "gzip", 60_000_000, take)
    assert sum(taken) < 5_000_000
    taken.clear()
    assert len(inflated(gzip.compress(b"0" * 2_500_000), "gzip", MOST * 3, take)) == sum(taken)


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(b"x" * 99)[:-9], b"\x1f\x8b"],
    ids=["not gzip", "cut short", "its first bytes"],
)
def test_what_is_none_is_said(body):
    with pytest.raises(SourceError, match=r"is no gzip|in the middle"):
        inflated(body, "gzip", MOST)


@given(EVENTS)
def test_an_array_lines_and_one_after_the_other_are_the_same(events):
    texts = [json.dumps(event) for event in events]
    for body in (json.dumps(events), json.dumps(events, indent=2), "\n".join(texts),
                 "\r\n\n".join(texts) + "\n"):  # fmt: skip
        assert [json.loads(line) for line in lines_of(body.encode())] == events


@given(st.dictionaries(st.text(max_size=5), st.lists(st.integers()), min_size=1))
def test_one_event_may_be_written_over_several_lines(event):
    (line,) = lines_of(json.dumps(event, indent=4).encode())
    assert json.loads(line) == event


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b"", []),
        (b" \n\n ", []),
        (b"[]", []),
        (b"[1, {}]", [b"1", b"{}"]),
        (b"[1, ", [b"[1,"]),
        (b'{"a": 1}\n{"b": ', [b'{"a": 1}', b'{"b":']),
        (b"no json\n{}", [b"no json", b"{}"]),
        (b'{"a": "\xff"}', [b'{"a": "\xff"}']),
    ],
)
def test_no_byte_of_what_is_no_json_is_lost(body, lines):
    assert lines_of(body) == lines
