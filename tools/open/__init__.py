"""``make open``: reach a closed stack from a browser, which cannot sign requests.

``stack`` reads where a stack answers and how its front is signed for, ``proxy`` signs what comes
from this machine and streams the answers back.
"""
