"""The scenario file format: its shapes, a bounded parser, its times, and a writer. Imports nothing else of ours."""

from .nodes import Problem, ScenarioError
from .reading import parse, read
from .shapes import Scenario

__all__ = ["Problem", "Scenario", "ScenarioError", "parse", "read"]
