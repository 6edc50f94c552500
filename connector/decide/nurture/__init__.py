"""Which nurture stream somebody is in: one at a time, for so long, and none for those who are held out."""
