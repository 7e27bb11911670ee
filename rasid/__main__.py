"""`python -m rasid` is `rasid`."""

from rasid.cli import main

main()
