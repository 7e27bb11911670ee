"""What people see: the page, the JSON API and the Atom feed. Reads the ledger, writes nothing.

Reading order: `labels` and `tongue` (what the page says), `marks` (evidence with its amount marked), `views` (what a
page shows, from the ledger's records; pure), `programs` (JSON), `app` (HTTP).
"""
