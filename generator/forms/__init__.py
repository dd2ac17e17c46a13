"""Validation of user input: every refusal is a sentence beside its field."""
