"""LMI's numbers, instance types, runtimes and sources; imports the standard library only."""
