"""The REST API: the DLF v1 wire protocol and the tokens it needs."""
