"""Paths of methods, matched without regard to case, below any of the carrier's two bases or none.

Wire contract: `courier_api` §4: the base is `/api/`, the test host's `/apitest/`; clients spell methods in several
letter cases.
"""

from ...wire.routes import Route, Routes

BASES = ("/api", "/apitest")
TEST_BASE = "/apitest"


class AnyCase(Routes):
    """A table whose templates have no parameters and are found in any letter case, at the root or below a base."""

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        lowered = path.lower()
        for base in BASES:
            if lowered.startswith(f"{base}/"):
                lowered = lowered.removeprefix(base)
                break
        while lowered.startswith("//"):  # a base with a slash at its end and a method with one at its beginning
            lowered = lowered[1:]
        return super().find(lowered)

    def _methods_of(self, template: str) -> dict[str, Route]:
        return super()._methods_of(template.lower())


def is_test(path: str) -> bool:
    """Tell whether a call came to the test base."""
    return path.lower().startswith(f"{TEST_BASE}/")
