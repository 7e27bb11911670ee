"""Articles to readings: a Faust agent reads each article with the pure reader and sends on all that it read."""
