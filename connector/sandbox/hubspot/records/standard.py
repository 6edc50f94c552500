"""What every portal has from its first day: kinds, their standard properties, association types, pipelines."""

from __future__ import annotations

from collections.abc import Mapping

from connector.sandbox.hubspot.records.fields import Property, Schema

KINDS: Mapping[str, str] = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "tickets": "0-5",
    "tasks": "0-27",
    "notes": "0-46",
    "meetings": "0-47",
    "calls": "0-48",
    "emails": "0-49",
    "leads": "0-136",
}
"""Kind and type id (api-contracts A.5)."""

SINGULAR: Mapping[str, str] = {
    kind: "company" if kind == "companies" else kind[:-1] for kind in KINDS
}
_NAMES = {
    **{kind: kind for kind in KINDS},
    **{number: kind for kind, number in KINDS.items()},
    **{SINGULAR[kind]: kind for kind in KINDS},
}

STAGES: Mapping[str, str] = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}
"""Default lifecycle stages in their order (api-contracts A.5)."""

PIPELINES: Mapping[str, tuple[tuple[str, str, bool, str], ...]] = {
    "deals": (
        ("appointmentscheduled", "Appointment Scheduled", False, "0.2"),
        ("qualifiedtobuy", "Qualified To Buy", False, "0.4"),
        ("presentationscheduled", "Presentation Scheduled", False, "0.6"),
        ("decisionmakerboughtin", "Decision Maker Bought-In", False, "0.8"),
        ("contractsent", "Contract Sent", False, "0.9"),
        ("closedwon", "Closed Won", True, "1.0"),
        ("closedlost", "Closed Lost", True, "0.0"),
    ),
    "leads": (
        ("new-stage-id", "New", False, ""),
        ("attempting-stage-id", "Attempting", False, ""),
        ("connected-stage-id", "Connected", False, ""),
        ("qualified-stage-id", "Qualified", True, ""),
        ("unqualified-stage-id", "Disqualified", True, ""),
    ),
    "tickets": (("1", "New", False, ""), ("4", "Closed", True, "")),
}
"""Stages of the default pipeline: id, label, closed, probability (metadata values are strings: api-contracts A.9)."""

_SIC = ("MACHINERY", "AUTOMOTIVE", "CHEMICALS", "COMPUTER_SOFTWARE", "CONSTRUCTION", "ELECTRICAL_ELECTRONIC_MANUFACTURING",
        "FOOD_PRODUCTION", "INDUSTRIAL_AUTOMATION", "INFORMATION_TECHNOLOGY_AND_SERVICES", "MECHANICAL_OR_INDUSTRIAL_ENGINEERING",
        "MEDICAL_DEVICES", "OIL_ENERGY", "PHARMACEUTICALS", "RENEWABLES_ENVIRONMENT", "RETAIL", "UTILITIES")  # fmt: skip
_SOURCES = ("ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS", "OTHER_CAMPAIGNS",
            "DIRECT_TRAFFIC", "OFFLINE", "PAID_SOCIAL", "AI_REFERRALS")  # fmt: skip

# name:type[:label] per kind; a star marks what only HubSpot itself writes.
_CONTACT = """
firstname:string:First Name|lastname:string:Last Name|email:string:Email|phone:phone_number:Phone Number
mobilephone:phone_number:Mobile Phone Number|jobtitle:string:Job Title|company:string:Company Name|salutation:string
country:string:Country/Region|zip:string:Postal Code|city:string:City|state:string:State/Region|address:string:Street Address
industry:string:Industry|numemployees:number:Number of Employees|annualrevenue:number:Annual Revenue|website:string:Website URL
hs_language:string:Preferred language|hs_email_optout:bool:Unsubscribed from all email|hs_email_domain:string:Email Domain
hs_additional_emails:string:Additional email addresses|lifecyclestage:stage:Lifecycle Stage|hs_lead_status:lead:Lead Status
hubspot_owner_id:owner:Contact owner|hs_analytics_source:source:Original Source|hs_latest_source:source:Latest Source
hs_analytics_first_timestamp:datetime:Time First Seen|hs_analytics_last_timestamp:datetime:Time Last Seen
hs_analytics_num_page_views:number:Number of Pageviews|hs_analytics_num_visits:number:Number of Sessions
*num_conversion_events:number:Number of Form Submissions|*first_conversion_event_name:string:First Conversion
*first_conversion_date:datetime:First Conversion Date|*recent_conversion_event_name:string:Recent Conversion
*recent_conversion_date:datetime:Recent Conversion Date|notes_last_contacted:datetime:Last Contacted
associatedcompanyid:number:Primary Associated Company ID|*hs_calculated_merged_vids:string:Merged vids with timestamps of a contact
*createdate:datetime:Create Date|*lastmodifieddate:datetime:Last Modified Date
"""
_COMPANY = """
name:string:Company name|domain:string:Company Domain Name|website:string:Website URL|country:string:Country/Region
zip:string:Postal Code|city:string:City|state:string:State/Region|address:string:Street Address|industry:industry:Industry
numberofemployees:number:Number of Employees|annualrevenue:number:Annual Revenue|phone:phone_number:Phone Number
description:string|type:string:Type|lifecyclestage:stage:Lifecycle Stage|hubspot_owner_id:owner:Company owner
*createdate:datetime:Create Date
"""
_DEAL = """
dealname:string:Deal Name|dealstage:dealstage:Deal Stage|pipeline:pipeline:Pipeline|amount:number:Amount|closedate:datetime:Close Date
closed_lost_reason:string:Closed Lost Reason|closed_won_reason:string:Closed Won Reason|dealtype:string:Deal Type
deal_currency_code:string:Currency|hubspot_owner_id:owner:Deal owner|*hs_is_closed:bool:Is Deal Closed?
*hs_is_closed_won:bool:Is Closed Won|*hs_is_closed_lost:bool:Is Closed Lost|*createdate:datetime:Create Date
"""
_TICKET = "subject:string|content:string|hs_pipeline:string|hs_pipeline_stage:string|hubspot_owner_id:owner|*createdate:datetime"
_LEAD = """
hs_lead_name:string:Lead Name|hs_pipeline:string:Lead Pipeline|hs_pipeline_stage:leadstage:Lead Pipeline Stage
hs_lead_label:string:Lead Label|hs_lead_type:string:Lead Type|hubspot_owner_id:owner:Lead Owner
hs_lead_disqualification_reason:string:Disqualification reason
"""
_ACTIVITY = "hs_timestamp:datetime:Activity date|hubspot_owner_id:owner:Activity assigned to|hs_attachment_ids:string|"
_TASK = _ACTIVITY + (
    "hs_task_subject:string|hs_task_body:string|hs_task_status:string|hs_task_priority:string|hs_task_type:string|"
    "hs_task_reminders:string|hs_task_completion_date:datetime"
)
_MEETING = _ACTIVITY + (
    "hs_meeting_title:string|hs_meeting_body:string|hs_internal_meeting_notes:string|hs_meeting_start_time:datetime|"
    "hs_meeting_end_time:datetime|hs_meeting_outcome:string|hs_activity_type:string|hs_meeting_location:string"
)
_CALL = _ACTIVITY + (
    "hs_call_title:string|hs_call_body:string|hs_call_direction:string|hs_call_duration:number|hs_call_status:string|"
    "hs_call_disposition:string|hs_call_from_number:string|hs_call_to_number:string"
)
_EMAIL = _ACTIVITY + (
    "hs_email_subject:string|hs_email_text:string|hs_email_html:string|hs_email_direction:string|hs_email_status:string|"
    "hs_email_headers:string"
)
_DRAFTS = {
    "contacts": _CONTACT, "companies": _COMPANY, "deals": _DEAL, "tickets": _TICKET, "leads": _LEAD, "tasks": _TASK,
    "meetings": _MEETING, "calls": _CALL, "emails": _EMAIL, "notes": _ACTIVITY + "hs_note_body:string",
}  # fmt: skip
_ANY = "*hs_object_id:number:Record ID|*hs_createdate:datetime:Created at|*hs_merged_object_ids:string:Merged Record IDs|*hs_updated_by_user_id:number:Updated by user ID"
_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "stage": STAGES,
    "source": {name: name.replace("_", " ").capitalize() for name in _SOURCES},
    "industry": {name: name.replace("_", " ").capitalize() for name in _SIC},
    "lead": {
        name: name.replace("_", " ").capitalize()
        for name in (
            "NEW",
            "OPEN",
            "IN_PROGRESS",
            "OPEN_DEAL",
            "UNQUALIFIED",
            "ATTEMPTED_TO_CONTACT",
            "CONNECTED",
            "BAD_TIMING",
        )
    },
    "owner": {},
    "pipeline": {"default": "Sales Pipeline"},
    "dealstage": {stage[0]: stage[1] for stage in PIPELINES["deals"]},
    "leadstage": {stage[0]: stage[1] for stage in PIPELINES["leads"]},
}
_FIELD_TYPES = {
    "number": "number",
    "bool": "booleancheckbox",
    "date": "date",
    "datetime": "date",
    "phone_number": "phonenumber",
}

REQUIRED_ANY = ("email", "firstname", "lastname")
"""A contact needs one of these (api-contracts A.5)."""

SHOWN: Mapping[str, tuple[str, ...]] = {
    "contacts": ("email", "firstname", "lastname"),
    "companies": ("domain", "name"),
    "deals": ("amount", "closedate", "dealname", "dealstage", "pipeline"),
}
"""Properties that are answered when none are asked for."""

SEARCHED: Mapping[str, tuple[str, ...]] = {
    "contacts": ("firstname", "lastname", "email", "phone", "hs_additional_emails", "company"),
    "companies": ("website", "phone", "name", "domain"),
    "deals": ("dealname", "pipeline", "dealstage"),
}
"""Where the free `query` of a search looks; other kinds are looked through whole."""


def kind_of(name: str) -> str | None:
    """The kind behind a plural, a singular or a type id; None for what this portal does not have."""
    return _NAMES.get(name.lower())


def modified(kind: str) -> str:
    """The property with the modification time: contacts differ from all others (api-contracts A.5)."""
    return "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"


def system(kind: str) -> tuple[str, ...]:
    """Properties that are answered whatever was asked for."""
    born = (
        "createdate" if kind in ("contacts", "companies", "deals", "tickets") else "hs_createdate"
    )
    return born, modified(kind), "hs_object_id"


def schema(kind: str) -> Schema:
    """A fresh schema of one kind."""
    group = f"{SINGULAR[kind]}information"
    drafts = [
        *_DRAFTS[kind].replace("\n", "|").split("|"),
        *_ANY.split("|"),
        f"*{modified(kind)}:datetime:Last Modified Date",
    ]
    built = (_property(draft, group) for draft in drafts if draft)
    return Schema(
        {prop.name: prop for prop in built}, {group: f"{SINGULAR[kind].capitalize()} information"}
    )


def _property(draft: str, group: str) -> Property:
    name, type_, *label = draft.lstrip("*").split(":")
    options = _OPTIONS.get(type_)
    return Property(
        name,
        label[0] if label else name.removeprefix("hs_").replace("_", " ").capitalize(),
        "enumeration" if options is not None else type_,
        "select" if options is not None else _FIELD_TYPES.get(type_, "text"),
        group,
        dict(options or {}),
        unique=name == "hs_object_id",
        read_only=draft.startswith("*"),
    )
