"""The page and the JSON API, from the ledger, read-only."""
