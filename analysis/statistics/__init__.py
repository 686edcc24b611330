"""Statistics as pure functions over counts; each names the source of its formula."""
