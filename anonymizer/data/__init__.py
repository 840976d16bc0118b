"""Loads and validates what stands in ``rules/``: lexicons, recogniser rules, packs, messages."""

from anonymizer.data.location import rules_dir
from anonymizer.data.packs import Pack, Treatment, list_packs, load_pack
from anonymizer.data.yamlfile import YamlFile, load_yaml, parse_model

__all__ = [
    "Pack",
    "Treatment",
    "YamlFile",
    "list_packs",
    "load_pack",
    "load_yaml",
    "parse_model",
    "rules_dir",
]
