"""The DLF v1 wire protocol, as Huawei's documents describe it."""
