"""Who gets a lead: territories, rules from top to bottom, pools that take turns, a fallback that never fails."""
