"""What `python -m local` does: `up`, `down`, `preview` and `env`, and the steps they share."""
