"""Loads and validates what stands in ``rules/``: lexicons, recogniser rules, packs, messages."""

from anonymizer.data.lexicon import (
    SCHEMAS,
    Column,
    Lexicon,
    Schema,
    lexicon_names,
    load_lexicon,
    read_lexicon,
)
from anonymizer.data.location import rules_dir
from anonymizer.data.packs import (
    DialectPolicy,
    Gender,
    Linkability,
    Naming,
    Pack,
    Region,
    ThirdPersons,
    To,
    Treatment,
    list_packs,
    load_pack,
)
from anonymizer.data.recognisers import (
    Case,
    Cases,
    PatternRule,
    RecogniserRule,
    load_cases,
    load_recognisers,
    recognisers_dir,
)
from anonymizer.data.strict import Language, Strict, Text
from anonymizer.data.yamlfile import YamlFile, load_yaml, parse_model

__all__ = [
    "SCHEMAS",
    "Case",
    "Cases",
    "Column",
    "DialectPolicy",
    "Gender",
    "Language",
    "Lexicon",
    "Linkability",
    "Naming",
    "Pack",
    "PatternRule",
    "RecogniserRule",
    "Region",
    "Schema",
    "Strict",
    "Text",
    "ThirdPersons",
    "To",
    "Treatment",
    "YamlFile",
    "lexicon_names",
    "list_packs",
    "load_cases",
    "load_lexicon",
    "load_pack",
    "load_recognisers",
    "load_yaml",
    "parse_model",
    "read_lexicon",
    "recognisers_dir",
    "rules_dir",
]
