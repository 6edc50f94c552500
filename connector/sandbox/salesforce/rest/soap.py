"""The two SOAP calls that matter: `convertLead`, which has no REST form, and `login`, which is refused (B.7, B.2)."""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from connector.sandbox.salesforce.acts.conversion import convert
from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.org.state import Actor
from connector.sandbox.salesforce.rest.calls import Reply
from connector.sandbox.salesforce.rest.site import Site

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" '
    'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Body>"
)
_TAIL = "</soapenv:Body></soapenv:Envelope>"
_MOST = 200


def serve(site: Site, body: bytes) -> Reply:
    try:
        envelope = _parsed(body)
        if _find(envelope, "login") is not None:
            site.count("soap login")
            return fault(
                "INVALID_LOGIN", "Invalid username, password, security token; or user locked out."
            )
        site.sessions.check(_text(envelope, "sessionId") or "")
        site.budget.charge(site.org.clock.ms())
        site.total_calls += 1
        request = _find(envelope, "convertLead")
        if request is None:
            return fault("INVALID_OPERATION", "only convertLead is served here")
        site.count("soap convertLead")
        asked = [each for each in request if _local(each) == "leadConverts"]
        if len(asked) > _MOST:
            return fault(
                "EXCEEDED_ID_LIMIT",
                f"record limit reached. cannot submit more than {_MOST} records",
            )
        results = "".join(_converted(site, each) for each in asked)
    except Refusal as refusal:
        return fault(refusal.code, refusal.message)
    return _reply(200, f"<convertLeadResponse>{results}</convertLeadResponse>")


def _parsed(body: bytes) -> ET.Element:
    """A document type is refused before parsing, so no entity can expand."""
    if b"<!" in body or b"\x00" in body:
        raise Refusal(500, "SOAP_FAULT", "document type declarations are not allowed")
    try:
        return ET.fromstring(body)  # noqa: S314 - without a document type there is nothing to expand
    except (ET.ParseError, ValueError, LookupError):
        raise Refusal(500, "SOAP_FAULT", "the envelope is not well-formed") from None


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _find(root: ET.Element, name: str) -> ET.Element | None:
    return next((each for each in root.iter() if _local(each) == name), None)


def _text(root: ET.Element, name: str) -> str | None:
    found = _find(root, name)
    text = None if found is None or found.text is None else found.text.strip()
    return text or None


def _id(root: ET.Element, name: str) -> str | None:
    text = _text(root, name)
    if text is None:
        return None
    key = id18(text)
    if key is None:
        raise Refusal(400, "MALFORMED_ID", f"malformed id {text[:40]}")
    return key


def _converted(site: Site, asked: ET.Element) -> str:
    site.sent("Lead")
    lead = ""
    try:
        lead = _id(asked, "leadId") or ""
        account, contact, deal = _convert(site, asked, lead)
    except Refusal as refusal:
        error = f"<message>{escape(_clean(refusal.message))}</message><statusCode>{refusal.code}</statusCode>"
        return f"<result><errors>{error}</errors><leadId>{lead}</leadId><success>false</success></result>"
    opportunity = (
        f"<opportunityId>{deal}</opportunityId>" if deal else '<opportunityId xsi:nil="true"/>'
    )
    return (
        f"<result><accountId>{account}</accountId><contactId>{contact}</contactId>"
        f"<leadId>{lead}</leadId>{opportunity}<success>true</success></result>"
    )


def _convert(site: Site, asked: ET.Element, lead: str) -> tuple[str, str, str | None]:
    org = site.org
    if not lead.startswith("00Q"):
        raise not_found()
    found = convert(
        org, lead, Actor(org.integration_user, api=True), account_id=_id(asked, "accountId"),
        contact_id=_id(asked, "contactId"), owner_id=_id(asked, "ownerId"),
        opportunity=(_text(asked, "doNotCreateOpportunity") or "").lower() not in ("true", "1"),
        opportunity_name=_text(asked, "opportunityName"), status=_text(asked, "convertedStatus") or "",
    )  # fmt: skip
    org.rows_changed += 1
    return found


def _clean(text: str) -> str:
    """What XML can carry."""
    return "".join(char for char in text if char >= " " or char in "\n\t")


def fault(code: str, message: str) -> Reply:
    """HTTP 500 with `sf:exceptionCode` (B.2)."""
    shown = escape(_clean(message))
    inner = (
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {shown}</faultstring><detail>"
        f"<sf:UnexpectedErrorFault><sf:exceptionCode>{code}</sf:exceptionCode>"
        f"<sf:exceptionMessage>{shown}</sf:exceptionMessage></sf:UnexpectedErrorFault></detail></soapenv:Fault>"
    )
    return _reply(500, inner)


def _reply(status: int, inner: str) -> Reply:
    return Reply(status, text=f"{_HEAD}{inner}{_TAIL}".encode(), media="text/xml; charset=utf-8")
