"""The review loop: what a draft says in its margin, the comments that come back on it, the author's queries and answers."""
