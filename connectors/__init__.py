"""The world to articles: poll, fetch, parse, archive and publish, oldest first."""
