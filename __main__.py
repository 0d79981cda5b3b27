"""What the Pulumi engine runs."""

from infra.program import main

main()
