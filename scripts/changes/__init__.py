"""What changed in a book between two states of it: trees of both in, one tree with insertions, deletions and moves marked out."""
