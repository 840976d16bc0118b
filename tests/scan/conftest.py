from __future__ import annotations

import pytest
from anonymizer.scan import Scanner


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner()


@pytest.fixture(scope="session")
def scan(scanner):
    """Scan a text as a .txt file and return its findings."""

    def run(text: str, name: str = "oppgave.txt"):
        return scanner.scan(text.encode(), name).findings

    return run
