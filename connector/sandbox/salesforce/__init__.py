"""An emulated Salesforce organisation: stateful, on a virtual clock, with faults and hands."""

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.quirks import FAULTS
from connector.sandbox.salesforce.vendor import Salesforce

__all__ = ["FAULTS", "Refusal", "Salesforce"]
