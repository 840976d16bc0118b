"""No test reads or writes the folders of whoever runs it."""

from __future__ import annotations

import os
import tempfile


def pytest_configure() -> None:
    """Point every folder of the user at an empty one, for the whole run and its child processes."""
    home = tempfile.mkdtemp(prefix="anonymizer-tests-")
    os.environ["XDG_DATA_HOME"] = os.path.join(home, "data")  # noqa: PTH118
    os.environ["XDG_STATE_HOME"] = os.path.join(home, "state")  # noqa: PTH118
    for name in ("ANONYMIZER_KEYS", "ANONYMIZER_PASSPHRASE"):
        os.environ.pop(name, None)
