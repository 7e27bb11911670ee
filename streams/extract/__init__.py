"""Article and watchlist in, Reading out: mentions, amounts, claims. Pure."""
