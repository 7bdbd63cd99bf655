"""Where events come from: a source yields chunks of raw lines, each with its checkpoint.

Ask ``discover`` for the sources behind what a person named, ``choose_checkpoint``
for where to resume, and the source itself for its chunks.
"""
