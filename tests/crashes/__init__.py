"""Crash work on the journal's file: killed, torn, lost, full, failing, read-only, flipped, misplaced. See README.md."""
