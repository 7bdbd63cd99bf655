"""Bytes of a log to events or rejects, and an event's canonical form.

Pure: no files, no database.
"""

from .canonical import canonical_json
from .decoding import MAX_EVENT_BYTES, Event, Reject, RejectReason, decode

__all__ = ["MAX_EVENT_BYTES", "Event", "Reject", "RejectReason", "canonical_json", "decode"]
