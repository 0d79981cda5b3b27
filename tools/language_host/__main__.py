"""Start the language host: the first line on stdout is its port; SIGINT ends it quietly."""

import signal
import sys
from pathlib import Path

# The engine interrupts the whole process group when a preview is stopped. Blocked here, before
# anything slow is imported, the signal reaches neither this process nor the packs it starts as an
# exception; `serve` waits for it.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.language_host.server import serve  # noqa: E402

if __name__ == "__main__":
    # Flags for logging and tracing may come first.
    serve(engine=sys.argv[-1])
