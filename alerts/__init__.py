"""Readings to people: claims make facts, a moved fact makes a change, a change worth telling is delivered."""
