"""The archive's tables through time; `rasid.database.migrate` runs them."""
