"""An emulated HubSpot portal: records, events, consent and limits behind the paths a connector calls (api-contracts A)."""

from __future__ import annotations

from connector.sandbox.hubspot.faults import FAULTS
from connector.sandbox.hubspot.loading import ExportError
from connector.sandbox.hubspot.records.portal import View
from connector.sandbox.hubspot.switches import Switches
from connector.sandbox.hubspot.vendor import HubSpot

__all__ = ["FAULTS", "ExportError", "HubSpot", "Switches", "View"]
