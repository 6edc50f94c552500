"""Public holidays by country and region."""

from __future__ import annotations

from datetime import date
from functools import cache

from connector.config.near import suggest

YEARS = range(2020, 2041)


@cache
def holidays_of(code: str) -> frozenset[date]:
    """Days off in `DE-NI` (country and region) or `AT`, 2020 to 2040; raises LookupError with a hint for an unknown code."""
    if not code:
        return frozenset()
    import holidays

    country, _, region = code.partition("-")
    supported = holidays.list_supported_countries(include_aliases=False)
    if country not in supported:
        raise LookupError(
            suggest(country, supported) or "write a country, or country and region: DE-NI"
        )
    if region and region not in supported[country]:
        raise LookupError("regions are: " + ", ".join(supported[country]))
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=YEARS))
