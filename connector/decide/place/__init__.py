"""Where somebody belongs: B2B or B2C, targeted or not, how they came, by which channel, and what they are interested in."""
