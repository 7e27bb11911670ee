"""Bytes to entries, for every feed format; which one it is, the content says. Pure, and the only place for feed XML.

Whatever is here runs in a killable child (`connectors.sandbox`), because no parser can be trusted to end: start with
`connectors.parse.document`. A new format is one module with a function from text to `Feed`, and one row there.
"""
