"""A small shipping connector for two carriers: orders in, labels and statuses out. An example to read and to change."""
