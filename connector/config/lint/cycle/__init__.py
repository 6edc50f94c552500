"""Stages and clocks: rules/lifecycle.yaml, rules/follow_up.yaml, rules/nurture.yaml."""
