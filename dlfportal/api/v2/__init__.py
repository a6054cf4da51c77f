"""Three calls of the newer API, under the same rules as v1 (reference: wire API, last section)."""
