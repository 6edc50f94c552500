"""`handle` answers anything: random requests, and well-formed ones with members of the wrong kind."""

from __future__ import annotations

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.sandbox.wire import Request, Response

METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "", "get"])
VOCABULARY = """crm v3 v4 v1 2026-03 2026-09 objects contacts companies leads tasks 0-1 batch read create update upsert archive search
    merge gdpr-delete associations default labels properties groups owners pipelines deals stages lists memberships add remove
    add-and-remove records object-type-id name events event-occurrences event-types email public marketing forms
    form-integrations submissions integration secure submit 145678901 communication-preferences status statuses subscribe
    unsubscribe definitions unsubscribe-all oauth token introspect revoke private-apps get access-token-info access-tokens
    account-info details api-usage daily 20001 20002 99999999999999999999 -1 a@example.com closedwon 1 301 %ff %00 .."""
WORDS = st.sampled_from(VOCABULARY.split())
PATHS = st.lists(WORDS, max_size=8).map(lambda parts: "/" + "/".join(parts)) | st.text(max_size=60)
PARAMETERS = """limit after properties associations idProperty archived propertiesWithHistory offset sort
objectType objectId startTimestamp occurredAfter"""
QUERIES = st.lists(
    st.tuples(
        st.sampled_from(PARAMETERS.split()),
        st.sampled_from(
            [
                "",
                "0",
                "10",
                "-1",
                "x",
                "email",
                "true",
                "contacts",
                "20001",
                "9" * 30,
                "2026-13-45",
                "%",
            ]
        ),
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)) | st.text(max_size=40)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [
            "",
            "x",
            "20001",
            "email",
            "a@example.com",
            "contacts",
            "0-1",
            "EQ",
            "BETWEEN",
            "IN",
            "lastmodifieddate",
            "hs_object_id",
            "lifecyclestage",
            "lead",
            "MANUAL",
        ]
    )
)
MEMBERS = """inputs properties id idProperty objectWriteTraceId associations to from types associationTypeId filterGroups filters
    propertyName operator value highValue values sorts direction limit after query primaryObjectId objectIdToMerge objectId name
    label type fieldType groupName options processingType objectTypeId recordIdsToAdd recordIdsToRemove fields context submittedAt
    emailAddress subscriptionId legalBasis statusState tokenKey email firstname lifecyclestage hs_timestamp count offset"""
KEYS = st.sampled_from(MEMBERS.split())
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
BODIES = JSON.map(orjson.dumps) | st.binary(max_size=80) | st.just(b"[" * 5000)


@given(METHODS, PATHS, QUERIES, BODIES)
@settings(max_examples=1500, deadline=None)
def test_any_request_gets_an_answer(portal_with, method, path, query, body):
    api = portal_with()
    for name in "ab":
        api.hubspot.create("contacts", {"email": f"{name}@example.com", "lifecyclestage": "lead"})
    answer = api.hubspot.handle(
        Request(method, path, query, {"authorization": "Bearer sandbox-hubspot"}, body)
    )
    assert isinstance(answer, Response)
    assert 200 <= answer.status < 500


@given(
    st.sampled_from(
        [
            ("POST", "/crm/v3/objects/contacts"), ("PATCH", "/crm/v3/objects/contacts/20001"), ("POST", "/crm/v3/objects/contacts/search"),
            ("POST", "/crm/v3/objects/contacts/batch/create"), ("POST", "/crm/v3/objects/contacts/batch/update"),
            ("POST", "/crm/v3/objects/contacts/batch/upsert"), ("POST", "/crm/v3/objects/contacts/batch/read"),
            ("POST", "/crm/v3/objects/contacts/merge"), ("POST", "/crm/v3/objects/contacts/gdpr-delete"), ("POST", "/crm/v3/objects/leads"),
            ("POST", "/crm/v3/properties/contacts"), ("POST", "/crm/v3/lists"), ("POST", "/crm/v3/lists/search"),
            ("PUT", "/crm/v3/lists/1/memberships/add"), ("POST", "/crm/v4/associations/contacts/companies/batch/read"),
            ("POST", "/crm/v4/associations/contacts/companies/batch/create"), ("POST", "/crm/v4/associations/contacts/companies/batch/archive"),
            ("PUT", "/crm/v4/objects/contacts/20001/associations/companies/20001"), ("POST", "/communication-preferences/v3/subscribe"),
            ("POST", "/communication-preferences/v4/statuses/a@example.com"), ("PATCH", "/crm/v3/properties/contacts/lifecyclestage"),
        ]
    ),
    JSON,
)  # fmt: skip
@settings(max_examples=1500, deadline=None)
def test_members_of_the_wrong_kind_are_refused_politely(portal_with, call, body):
    api = portal_with()
    api.hubspot.create("contacts", {"email": "a@example.com", "lifecyclestage": "lead"})
    api.hubspot.create("companies", {"name": "Acme"})
    api(
        "POST", "/crm/v3/lists", {"name": "Fair", "objectTypeId": "0-1", "processingType": "MANUAL"}
    )
    api(*call, body)
    assert 200 <= api.status < 500
