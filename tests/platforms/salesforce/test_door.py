"""The door: which logins it offers, where it may go, what its errors are and what they never say."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
import requests
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.errors import LeadcycleError, Refused, Stopped, TryLater, Unclear
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection, Secret
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.login import credentials
from connector.platforms.salesforce.parts import Part, soql
from connector.platforms.salesforce.session import Origin, Session, _user
from connector.platforms.salesforce.verdict import failed_call, plain
from connector.sandbox.server import serving
from connector.sandbox.world import World

HOST = "https://nordring.my.salesforce.com"
SECRETS = {"key": Secret("the-key"), "secret": Secret("the-secret")}


def wire(**values: str) -> Connection:
    return Connection("salesforce", "salesforce", {"domain": "nordring.my", **values}, SECRETS)


def logged_in() -> None:
    responses.post(
        f"{HOST}/services/oauth2/token", json={"access_token": "00D!x", "instance_url": HOST}
    )


class TestLogin:
    def test_client_credentials_need_the_my_domain(self):
        assert credentials(wire())["domain"] == "nordring.my"
        with pytest.raises(Stopped, match="My Domain"):
            credentials(wire(domain="login"))

    @pytest.mark.parametrize("login", ["password", "soap", ""])
    def test_logins_without_a_future_are_refused_in_plain_words(self, login):
        with pytest.raises(Stopped, match="client_credentials or jwt_bearer"):
            credentials(wire(login=login))

    def test_jwt_bearer_logs_in(self, rig):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        plain_one = rig.connection(login="jwt_bearer", username="leadcycle@nordring.example")
        connection = replace(plain_one, secrets={**plain_one.secrets, "private_key": Secret(pem)})
        assert Door(connection, Unmetered()).userinfo()["user_id"] == rig.org.integration_user

    def test_a_missing_credential_names_itself(self):
        with pytest.raises(Stopped, match="'secret'"):
            credentials(replace(wire(), secrets={"key": Secret("k")}))

    def test_refused_credentials_stop_without_telling_them(self, rig):
        connection = replace(
            rig.connection(), secrets={"key": Secret("sandbox-client"), "secret": Secret("hunter2")}
        )
        with pytest.raises(Stopped) as error:
            Door(connection, Unmetered()).userinfo()
        assert "hunter2" not in str(error.value)

    @responses.activate
    @pytest.mark.parametrize(
        "body", [b"<html>", b"[]", b"{", b'"x"', b"[1]", b'{"access_token": "x"}']
    )
    def test_a_login_that_answers_nonsense_is_tried_later(self, body):
        responses.post(f"{HOST}/services/oauth2/token", body=body)
        with pytest.raises(TryLater):
            Door(wire(), Unmetered()).get("limits")

    def test_two_threads_that_meet_an_expired_session_log_in_once(self, rig):
        door = rig.door()
        door.get("limits")
        rig.org.expire_sessions()
        barrier = threading.Barrier(2)

        def both() -> None:
            barrier.wait()
            door.get("limits")

        threads = [threading.Thread(target=both) for _ in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert rig.org.calls["token"] == 2


class TestWire:
    @responses.activate
    def test_a_401_with_another_body_logs_in_again_once(self):
        logged_in()
        responses.get(f"{HOST}/services/data/v66.0/limits", status=401, body=b"<html>proxy</html>")
        with pytest.raises(Stopped, match="fresh login"):
            Door(wire(), Unmetered()).get("limits")
        assert [call.request.method for call in responses.calls] == ["POST", "GET", "POST", "GET"]

    @responses.activate
    def test_every_call_carries_the_headers_even_the_repeated_one(self):
        logged_in()
        bodies = [
            {"status": 401, "json": [{"errorCode": "INVALID_SESSION_ID", "message": "x"}]},
            {"json": {"ok": 1}},
        ]
        for body in bodies:
            responses.post(f"{HOST}/services/data/v66.0/composite", **body)
        Door(wire(), Unmetered()).send("POST", "composite", {})
        sent = [call.request for call in responses.calls if call.request.url.endswith("composite")]
        assert len(sent) == 2
        assert all(each.headers["Sforce-Auto-Assign"] == "FALSE" for each in sent)
        assert all("Sforce-Duplicate-Rule-Header" in each.headers for each in sent)

    @responses.activate
    def test_redirects_are_not_followed(self):
        logged_in()
        responses.get(
            f"{HOST}/services/data/v66.0/limits",
            status=302,
            headers={"Location": "https://evil.example/"},
        )
        with pytest.raises(TryLater):
            Door(wire(), Unmetered()).get("limits")
        assert all("evil" not in call.request.url for call in responses.calls)

    @responses.activate
    @pytest.mark.parametrize(
        ("failure", "wanted"),
        [
            (requests.ConnectTimeout("x"), TryLater),
            (requests.ReadTimeout("x"), Unclear),
            (requests.exceptions.ChunkedEncodingError("x"), Unclear),
            (requests.ConnectionError("reset"), Unclear),
        ],
    )
    def test_a_write_whose_answer_is_lost_is_unclear_unless_it_was_never_sent(
        self, failure, wanted
    ):
        logged_in()
        responses.post(f"{HOST}/services/data/v66.0/composite", body=failure)
        with pytest.raises(wanted):
            Door(wire(), Unmetered()).composite([Part("GET", "limits")], write=True)

    @responses.activate
    @pytest.mark.parametrize(
        "body",
        ["null", "[]", "{}", '{"compositeResponse": []}', '{"compositeResponse": [{}]}', "7"],
    )
    def test_a_composite_of_another_shape_is_no_answer(self, body):
        logged_in()
        responses.post(
            f"{HOST}/services/data/v66.0/composite", body=body, content_type="application/json"
        )
        with pytest.raises(Unclear):
            Door(wire(), Unmetered()).composite([Part("GET", "limits")], write=True)

    def test_the_budget_is_asked_before_and_told_after_every_call(self, rig):
        class Told(Unmetered):
            def __init__(self):
                super().__init__()
                self.lanes, self.headers = [], []

            def before(self, calls=1, lane=None):
                self.lanes.append(lane)
                if len(self.lanes) > 1:
                    raise TryLater("out of calls")

            def after(self, headers):
                self.headers.append(headers["Sforce-Limit-Info"])

        meter = Told()
        door = Door(rig.connection(), meter)
        door.send("GET", "limits", None, "hot")
        assert meter.lanes == ["hot"]
        assert meter.headers == ["api-usage=1/150000"]
        with pytest.raises(TryLater, match="out of calls"):
            door.send("GET", "limits", None)

    @pytest.mark.parametrize(
        "url", ["http://example.org/x", "http://127.0.0.1.example.org", "ftp://example.org"]
    )
    def test_only_https_or_this_machine(self, url):
        with pytest.raises(Stopped):
            Session(replace(wire(), url=url), Unmetered())

    def test_over_a_real_server(self):
        world = World.build(seed=1, start=datetime(2026, 3, 2, tzinfo=UTC))
        secrets = {"key": Secret("sandbox-client"), "secret": Secret("sandbox-secret")}
        with serving(world) as base:
            connection = replace(wire(), secrets=secrets, url=f"{base}/salesforce")
            door = Door(connection, Unmetered())
            assert door.get("limits")["DailyApiRequests"]["Max"] == 150_000
            answers = door.composite([Part("GET", "query?q=SELECT+Id+FROM+User")], write=False)
            assert answers[0].body["records"]
            door.session.close()

    def test_the_rewritten_address_names_the_meant_host(self):
        sent = []

        class Kept(Origin):
            def get_connection_with_tls_context(self, request, *args, **words):
                sent.append((request.url, request.headers["X-Original-Host"]))
                raise requests.ConnectionError("enough")

        request = requests.Request("GET", f"{HOST}/services/data?q=a%20b").prepare()
        with pytest.raises(requests.ConnectionError):
            Kept("http://127.0.0.1:1/salesforce").send(request)
        assert sent == [
            ("http://127.0.0.1:1/salesforce/services/data?q=a%20b", "nordring.my.salesforce.com")
        ]

    @pytest.mark.parametrize("version", ["66", "v66.0", "66.0/../x", "latest"])
    def test_the_version_is_pinned_and_checked(self, version):
        with pytest.raises(Stopped, match="written like"):
            Door(wire(version=version), Unmetered())

    def test_values_in_soql_are_quoted(self):
        assert soql("Name = {}", "O'Neil\\") == "Name = 'O\\'Neil\\\\'"


@pytest.mark.parametrize(
    ("status", "content", "read", "write"),
    [
        (500, [{"errorCode": "UNKNOWN_EXCEPTION", "message": "x"}], TryLater, Unclear),
        (503, "<html>", TryLater, Unclear),
        (502, None, TryLater, Unclear),
        (401, [{"errorCode": "INVALID_AUTH_HEADER"}], Stopped, Stopped),
        (
            403,
            [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}],
            Stopped,
            Stopped,
        ),
        (
            403,
            [
                {
                    "errorCode": "REQUEST_LIMIT_EXCEEDED",
                    "message": "ConcurrentPerOrgLongTxn Limit exceeded.",
                }
            ],
            TryLater,
            TryLater,
        ),
        (403, [{"errorCode": "API_DISABLED_FOR_ORG", "message": "x"}], Stopped, Stopped),
        (410, [{"errorCode": "GONE", "message": "x"}], Stopped, Stopped),
        (400, [{"errorCode": "INVALID_FIELD", "message": "x"}], Refused, Refused),
        (404, [{"errorCode": "NOT_FOUND", "message": "x"}], Refused, Refused),
        (400, [{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "x"}], TryLater, TryLater),
        (200, 7, TryLater, Unclear),
    ],
)
def test_the_table_of_calls(status, content, read, write):
    assert type(failed_call(status, content, write=False)) is read
    assert type(failed_call(status, content, write=True)) is write


@pytest.mark.parametrize(
    "content",
    [
        None,
        7,
        "x",
        [],
        [7],
        {},
        {"errors": []},
        {"errors": 7},
        [{"fields": 7}],
        [{"message": None}],
    ],
)
def test_any_content_gives_an_error_and_a_sentence(content):
    assert isinstance(failed_call(400, content, write=True), LeadcycleError)
    if isinstance(content, list) and content and isinstance(content[0], dict):
        assert plain(content[0])


def test_messages_name_fields_and_never_values():
    error = {
        "statusCode": "STRING_TOO_LONG",
        "message": "Last Name: data value too large: Geheim",
        "fields": ["LastName"],
    }
    assert plain(error) == "LastName: the text is too long for the field"


def test_who_we_are_is_told_by_the_login_in_the_ids_long_form(rig):
    door = rig.door()
    assert door.user == ""
    door.get("limits")
    assert door.user == rig.org.integration_user


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("https://login.salesforce.com/id/00Dx/0055e000001AbCdAAK", "0055e000001AbCdAAK"),
        ("https://login.salesforce.com/id/00Dx/0055e000001AbCd", "0055e000001AbCdAAK"),
        ("https://login.salesforce.com/id/00Dx/005x00000012Q9P", "005x00000012Q9PAAU"),
        (None, ""),
    ],
)
def test_short_and_missing_ids_of_ourselves(told, known):
    answer = requests.Response()
    answer._content = orjson.dumps({"access_token": "x", "id": told})
    assert _user(answer) == known
    answer._content = b"<html>"
    assert _user(answer) == ""
