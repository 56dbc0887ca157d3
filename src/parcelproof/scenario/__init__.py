"""The scenario file format, which all parts may import. Empty until the format is built."""
