"""Loads and validates what stands in ``rules/``: lexicons, recogniser rules, packs, messages."""

from anonymizer.data.location import rules_dir

__all__ = ["rules_dir"]
