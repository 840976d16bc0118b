"""Who can be recognised from everything that is printed together: sample table, quotes and the pool they came from.

``read_sample_table`` reads a background table, ``assess`` measures it: combinations that only one participant has,
group sizes in the sample and, by the researcher's own figures, in the recruitment pool, small places, exact
durations, and what quotes and whole texts add when they can be linked. Each finding names what combines and the
cheapest single-column coarsening that mends it. Grouping is a count of equal rows: tables here have at most a
hundred of them. pycanon, which would count them too, asks for exact versions of pandas, scipy and five others, and
would overrule this product's own locks.
"""

from anonymizer.risk.assess import assess
from anonymizer.risk.coarsen import Mend
from anonymizer.risk.figures import exact_durations, parse_pool
from anonymizer.risk.outcome import (
    Kind,
    Linked,
    Pool,
    PoolEstimate,
    QuoteFact,
    RiskFinding,
    RiskReport,
    TextFact,
    Thresholds,
)
from anonymizer.risk.table import Column, ColumnKind, SampleTable, read_sample_table

__all__ = [
    "Column",
    "ColumnKind",
    "Kind",
    "Linked",
    "Mend",
    "Pool",
    "PoolEstimate",
    "QuoteFact",
    "RiskFinding",
    "RiskReport",
    "SampleTable",
    "TextFact",
    "Thresholds",
    "assess",
    "exact_durations",
    "parse_pool",
    "read_sample_table",
]
