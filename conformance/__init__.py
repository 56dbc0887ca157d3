"""The judge: numbered requirements and checks that run against any connector in any language."""
