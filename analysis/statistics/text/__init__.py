"""Open text, in Chinese and English: words, what is typical of a group, problems that recur."""
