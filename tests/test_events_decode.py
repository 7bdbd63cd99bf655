"""What is an event, and what is rejected with which reason."""

import json

import pytest
from logs import NO_EVENTS

from datasette_access_monitoring.events import MAX_EVENT_BYTES, Event, Reject, RejectReason, decode

TIME = b'"time":"2024-03-20T12:12:03Z"'


def reason_of(line):
    decoded = decode(line)
    assert isinstance(decoded, Reject), decoded
    assert decoded.detail
    return decoded.reason


def test_an_event_has_type_time_and_its_data():
    event = decode(b'{"event":"exec","time":"2024-03-20T12:12:03.374Z","user":"alice"}')
    assert isinstance(event, Event)
    assert (event.type, event.time_ms) == ("exec", 1710936723374)
    assert event.data == {"event": "exec", "time": "2024-03-20T12:12:03.374Z", "user": "alice"}


@pytest.mark.parametrize("line", [b"", b"   ", b"\t\r", b"\r"])
def test_blank_lines_are_neither_events_nor_rejects(line):
    assert decode(line) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nonsense", RejectReason.NOT_JSON),
        (b'{"event":"exec",' + TIME, RejectReason.NOT_JSON),
        (b'{"event":"exec",' + TIME + b',"n":NaN}', RejectReason.NOT_JSON),
        (b'{"event":"exec",' + TIME + b',"n":1e400}', RejectReason.NOT_JSON),
        (b'{"event":"exec",' + TIME + b',"s":"\\ud800"}', RejectReason.NOT_JSON),
        (b'{"event":"exec",' + TIME + b',"s":"\xff"}', RejectReason.NOT_UTF8),
        (b"\xff\xfe", RejectReason.NOT_UTF8),
        (b'[{"event":"exec"}]', RejectReason.NOT_AN_OBJECT),
        (b"17", RejectReason.NOT_AN_OBJECT),
        (b"null", RejectReason.NOT_AN_OBJECT),
        (b"{" + TIME + b"}", RejectReason.NO_EVENT),
        (b'{"event":"",' + TIME + b"}", RejectReason.NO_EVENT),
        (b'{"event":5,' + TIME + b"}", RejectReason.NO_EVENT),
        (b'{"event":"' + b"x" * 201 + b'",' + TIME + b"}", RejectReason.NO_EVENT),
        (b'{"event":"exec"}', RejectReason.NO_TIME),
        (b'{"event":"exec","time":1710936723}', RejectReason.NO_TIME),
        (b'{"event":"exec","time":"2024-02-30T00:00:00Z"}', RejectReason.NO_TIME),
        (b'{"event":"exec","time":"1969-12-31T23:59:59Z"}', RejectReason.TIME_OUT_OF_RANGE),
        (b'{"event":"exec","time":"2248-01-01T00:00:00Z"}', RejectReason.TIME_OUT_OF_RANGE),
    ],
)
def test_each_kind_of_reject_has_its_reason(line, reason):
    assert reason_of(line) is reason


def test_the_size_limit_is_exact():
    head, tail = b'{"event":"exec",' + TIME + b',"s":"', b'"}'
    fill = MAX_EVENT_BYTES - len(head) - len(tail)
    assert isinstance(decode(head + b"x" * fill + tail), Event)
    assert reason_of(head + b"x" * (fill + 1) + tail) is RejectReason.TOO_LARGE


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_the_depth_limit_is_exact_and_no_depth_is_fatal(opening, closing):
    def nested(levels):
        inner = opening * levels + b"1" + closing * levels
        return b'{"event":"exec",' + TIME + b',"n":' + inner + b"}"

    assert isinstance(decode(nested(99)), Event)  # the event's own object is the hundredth
    assert reason_of(nested(100)) is RejectReason.TOO_DEEP
    assert reason_of(nested(100_000)) is RejectReason.TOO_DEEP


def test_many_brackets_are_no_depth():
    line = b'{"event":"exec",' + TIME + b',"n":' + json.dumps([[]] * 500).encode() + b"}"
    assert isinstance(decode(line), Event)


def test_the_fixture_of_no_events_holds_no_event_and_most_reasons():
    lines = NO_EVENTS.read_bytes().rstrip(b"\n").split(b"\n")
    reasons = {reason_of(line) for line in lines}
    assert reasons == set(RejectReason) - {RejectReason.TOO_LARGE, RejectReason.PART_OF_A_LINE}


def test_identity_ignores_key_order_spaces_and_the_spelling_of_whole_numbers():
    one = decode(b'{"event":"exec",' + TIME + b',"n":1,"m":{"a":2.0,"b":[3]}}')
    two = decode(b'{"m": {"b":[3.0], "a":2}, "n":1.0, ' + TIME + b', "event":"exec"}')
    other = decode(b'{"m": {"b":[3.5], "a":2}, "n":1.0, ' + TIME + b', "event":"exec"}')
    assert one.fingerprint == two.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("first", "second"),
    [("1", "true"), ("0", "false"), ("0", "null"), ('"1"', "1"), ("[]", "{}"), ('""', "null"),
     ("9007199254740993", "9007199254740992"), ("123456789012345678901234567890", "1.5")],
)  # fmt: skip
def test_identity_keeps_types_and_every_digit_apart(first, second):
    events = [
        decode(b'{"event":"exec",' + TIME + b',"v":' + value.encode() + b"}")
        for value in (first, second)
    ]
    assert events[0].fingerprint != events[1].fingerprint
