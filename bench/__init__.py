"""How long people wait. ``python -m bench`` prints it; nothing here passes or fails.

Machines are noisy, so what can be compared is measured side by side in one run, as a ratio.
"""
