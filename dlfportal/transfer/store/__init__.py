"""The object store: `obs://` paths, both storages behind them, and the buckets of the workspaces."""
