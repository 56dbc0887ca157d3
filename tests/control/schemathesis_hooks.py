"""What schemathesis cannot make up: a body that is a snapshot."""

import os
from pathlib import Path

import schemathesis
from hypothesis import strategies as st

SNAPSHOT = Path(os.environ["PARCELPROOF_SNAPSHOT"]).read_bytes()

for kind in ("application/vnd.parcelproof.snapshot", "application/octet-stream"):
    schemathesis.openapi.media_type(kind, st.just(SNAPSHOT))
