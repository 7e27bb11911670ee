"""The verbs of the command line, by what they are about; each imports what it needs, so that all start fast."""
