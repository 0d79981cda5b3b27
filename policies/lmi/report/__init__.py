"""Findings of a run as files for CI: SARIF, JUnit and Markdown, from the engine's events."""
