"""From a `Scenario` to a file that reads back as the same."""

from typing import Any

import msgspec
import yaml

from .shapes import Scenario

WIDTH = 118


def text_of(scenario: Scenario) -> str:
    """Return a scenario as YAML."""
    text: str = yaml.dump(
        msgspec.to_builtins(scenario),
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=None,
        sort_keys=False,
        width=WIDTH,
    )
    return text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True  # the reader refuses aliases


def _written(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _written)
