"""Start the language host. It prints its port on the first line, and ends on SIGINT."""

import signal
import sys
from pathlib import Path

# The engine interrupts the whole process group when a preview is stopped. The signal is blocked
# before the slow imports, so that it raises no exception in this process or in the packs that it
# starts. `serve` waits for it.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tools.offline.language_host.server import serve  # noqa: E402
from tools.offline.language_host.service import LanguageHost  # noqa: E402

if __name__ == "__main__":
    # Flags for logging and tracing may precede the address that the engine serves its callbacks on.
    serve(LanguageHost(engine=sys.argv[-1]))
