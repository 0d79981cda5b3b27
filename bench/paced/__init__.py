"""Servers of paced streams, to compare what one chunk costs each of them.

All send the same chunks, and sleep between them. ``floor`` is a bare protocol on uvloop with one
task for each stream, which writes bytes that are encoded already.
"""

import json
from typing import Final

CHUNKS: Final = 250
SECONDS_BETWEEN: Final = 0.02
DATA: Final = {"index": 17, "text": "token"}
"""The data of one event, which every server encodes anew; the floor writes it encoded."""
EVENT: Final = f"event: token\ndata: {json.dumps(DATA, separators=(',', ':'))}\n\n"
"""The event as it is sent."""
