"""The public calculator, and what things cost. What it hands over stands in `chapter`; `prices` is for all."""
