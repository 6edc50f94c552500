"""The rules against the people and activities there are: what `check` says where a database exists."""

from connector.config.population.census import Census, Deed, Person
from connector.config.population.lint import asked_of, check_census

__all__ = ["Census", "Deed", "Person", "asked_of", "check_census"]
