"""The Locust user works: five seconds against a simulator of our own. No speed is asserted."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from parcelproof.control_client import ControlClient

pytestmark = pytest.mark.ci
USER = Path(str(files("parcelproof.load") / "carrier.py"))


def locust(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "locust", "-f", str(USER), "--headless", "--only-summary", *arguments]
    environment = os.environ | {"PARCELPROOF_LOAD_API_KEY": "mak_test_load"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


def test_the_walk_over_label_and_tracking_finds_no_fault() -> None:
    simulator = subprocess.Popen(
        [sys.executable, "-m", "parcelproof", "simulate", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert simulator.stdout is not None
        url = simulator.stdout.readline().rpartition(" ")[2].strip()
        with ControlClient(url) as control:
            control.create_tenant("load", virtual=False, settings={"quota": "off"})
        ran = locust("-u", "10", "-r", "10", "-t", "5s", "--host", url, "--json")
    finally:
        simulator.terminate()
        simulator.wait(10)
        if simulator.stdout is not None:
            simulator.stdout.close()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    entries = {entry["name"]: entry for entry in json.loads(ran.stdout)}
    assert set(entries) == {"create", "label", "tracking"}
    assert all(entry["num_requests"] > 0 and entry["num_failures"] == 0 for entry in entries.values())


def test_it_refuses_any_target_but_this_machine() -> None:
    ran = locust("-u", "1", "-t", "1s", "--host", "http://carrier.example:80")
    assert ran.returncode != 0
    assert "aimed only at this machine" in ran.stdout + ran.stderr
