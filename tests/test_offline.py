"""Nothing ever tries the network: every socket is refused, and the whole pipeline works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "samples"

PROGRAM = """
import socket, sys

def refuse(*_, **__):
    sys.stderr.write("SOCKET\\n")
    raise OSError("no network here")

class Refused(socket.socket):
    # A library probes at import whether the machine knows IPv6: it makes a socket and sends nothing.
    connect = connect_ex = sendto = sendmsg = listen = refuse

socket.socket = Refused
socket.create_connection = refuse
socket.getaddrinfo = refuse

from anonymizer.cli.app import run

sys.exit(run(sys.argv[1:]))
"""


def test_a_run_with_every_socket_blocked(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", "fjell bre skog elv")
    monkeypatch.delenv("ANONYMIZER_KEYS", raising=False)
    sample = SAMPLES / "07-liten-kommune.txt"
    target = ["--new", "s", "--rules", "small-community", "--keys", "k", "--to", "clean"]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM,
            "run",
            sample,
            "--participants",
            SAMPLES / "participants.csv",
            *target,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SOCKET" not in done.stderr
    assert (tmp_path / "clean" / "manifest.json").exists()
