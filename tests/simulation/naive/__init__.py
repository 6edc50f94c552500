"""The shipped example's rules once more, the simple way: everything anew from the raw facts, nothing kept, nothing shared.

Nothing here imports the product's decisions; a rule that is edited in `rules/` must be edited here, too.
"""
