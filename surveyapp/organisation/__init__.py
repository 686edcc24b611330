"""Units, people, postings and teams."""
