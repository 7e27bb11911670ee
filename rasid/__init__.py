"""The front door: one command, `rasid`, that configures, runs and shows the four stages."""
