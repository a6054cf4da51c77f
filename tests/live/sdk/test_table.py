"""The table is complete: an SDK with a new operation must be driven, or be known as unsupported."""

from __future__ import annotations

import pytest

from tests.live.sdk.client import CLIENTS, operations
from tests.live.sdk.table import CATALOGUE, UNSUPPORTED


@pytest.mark.parametrize("name", CLIENTS)
def test_the_table_names_every_operation_of_the_sdk(name: str) -> None:
    assert operations(name) == CATALOGUE | set(UNSUPPORTED[name])
    assert not CATALOGUE & set(UNSUPPORTED[name])
