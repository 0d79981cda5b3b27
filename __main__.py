"""What the Pulumi engine runs."""

import gc

from infra.program import main

main()
# The SDK's modules are in use to the end. Python would look through all of them for garbage as it
# exits, which takes a third of the program's time.
gc.freeze()
