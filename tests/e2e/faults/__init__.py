"""``python -m tests.e2e.faults [ROOM ...]``: everything that can break beside the code itself.

Files are damaged (``files``, ``tools``), processes are killed (``kills``), and the disk is full
(``disk``). After each fault ``make up`` has to serve again, or to end with an error of one line,
after whose remedy it serves. All of it takes about three hours.
"""
