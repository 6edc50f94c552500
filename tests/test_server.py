"""The daemon's face: health, metrics, the page, and webhooks that only HubSpot can send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.datastructures import Headers

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot import HubSpot
from connector.server import BODY_LIMIT, Health, Server, Webhooks, application, decoded, genuine

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
URL = "https://hooks.nordring.example/leadcycle/hubspot?tenant=a%2Fb&q=%20x"
SECRET, PREVIOUS = "app-secret", "previous-secret"
CANARY = "<script>alert('x')</script>\"'&"
WELL = Health(
    True,
    {"contacts": 1234.0, "overdue_answers": 2.0},
    {},
    {"hubspot/contacts": 12.0, "salesforce/crm": 61.5},
)


class Answer:
    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    @property
    def text(self) -> str:
        return self.body.decode()


class Face:
    """An application as a server would call it, without sockets."""

    def __init__(self, health: Health = WELL, webhooks: Webhooks | None = None) -> None:
        self.app = application(lambda: health, lambda: NOW, webhooks)

    def ask(
        self,
        path: str = "/",
        method: str = "GET",
        headers: list[tuple[bytes, bytes]] = (),  # type: ignore[assignment]
        body: bytes = b"",
        parts: int = 1,
    ) -> Answer:
        answer = Answer()
        size = max(1, -(-len(body) // parts))
        pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]

        async def receive() -> dict[str, object]:
            piece = pieces.pop(0) if pieces else b""
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: Mapping[str, object]) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]  # type: ignore[assignment]
                answer.headers = {
                    name.decode(): value.decode()
                    for name, value in message["headers"]  # type: ignore[attr-defined]
                }
            else:
                answer.body += message.get("body", b"")  # type: ignore[operator]

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": list(headers),
            "scheme": "http",
            "server": ("127.0.0.1", 8400),
            "http_version": "1.1",
        }
        anyio.run(self.app, scope, receive, send)
        return answer


# Health and figures


def test_health_is_two_hundred_or_five_hundred_and_three():
    assert Face().ask("/health").status == 200
    sick = Face(replace(WELL, healthy=False, troubles={"hubspot": "no rights"}))
    answer = sick.ask("/health")
    assert answer.status == 503
    assert answer.text == '{"status":"attention"}', "nothing about the cause is shown here"


def metrics(health: Health) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    answer = Face(health).ask("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        family.name: {
            tuple(sorted(sample.labels.items())): sample.value for sample in family.samples
        }
        for family in text_string_to_metric_families(answer.text)
    }


def test_metrics_can_be_read_by_prometheus():
    found = metrics(replace(WELL, troubles={"salesforce": "the token was revoked"}))
    assert found["leadcycle_contacts"] == {(): 1234.0}
    assert found["leadcycle_overdue_answers"] == {(): 2.0}
    assert found["leadcycle_stream_age_seconds"] == {
        (("stream", "hubspot/contacts"),): 12.0,
        (("stream", "salesforce/crm"),): 61.5,
    }
    assert found["leadcycle_platform_stopped"] == {(("platform", "salesforce"),): 1.0}


def test_metrics_carry_no_causes():
    text = Face(replace(WELL, troubles={"hubspot": f"secret {CANARY} ute@kern.example"})).ask(
        "/metrics"
    )
    assert "secret" not in text.text
    assert "ute@" not in text.text


@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1e9), max_size=3))
def test_whatever_a_stream_is_called_metrics_stay_readable(streams):
    assert metrics(replace(WELL, streams=streams))["leadcycle_stream_age_seconds"] == {
        (("stream", name),): age for name, age in streams.items()
    }


# The page


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize("where", ["troubles", "platform", "streams", "figures"])
def test_the_page_shows_text_as_text(where):
    sick = {
        "troubles": replace(WELL, healthy=False, troubles={"hubspot": CANARY}),
        "platform": replace(WELL, healthy=False, troubles={CANARY: "x"}),
        "streams": replace(WELL, streams={CANARY: 1.0}),
        "figures": replace(WELL, figures={CANARY: 1.0}),
    }[where]
    answer = Face(sick).ask()
    tags = Tags()
    tags.feed(answer.text)
    assert "script" not in tags.names
    assert CANARY in tags.said


def test_the_page_says_how_things_are():
    page = Face().ask().text
    assert "All is well." in page
    assert "1234" in page
    assert "hubspot/contacts read" in page
    sick = Face(replace(WELL, healthy=False, troubles={"hubspot": "no rights"})).ask().text
    assert "Something needs a person." in sick
    assert "no rights" in sick


@pytest.mark.parametrize("path", ["/", "/health", "/metrics"])
def test_security_headers_everywhere(path):
    headers = Face().ask(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "script" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/health", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed_here(path, method):
    assert Face().ask(path, method).status == 405


# Webhooks


def signed(
    body: bytes = b"[]",
    *,
    secret: str = SECRET,
    at: datetime = NOW,
    url: str = URL,
    method: str = "POST",
) -> list[tuple[bytes, bytes]]:
    """Headers as HubSpot's documentation describes them (api-contracts A.14), by hand."""
    for code, sign in {
        "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$",
        "%27": "'", "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
    }.items():  # fmt: skip
        url = url.replace(code, sign)
    stamp = str(round(at.timestamp() * 1000)).encode()
    source = method.encode() + url.encode() + body + stamp
    made = base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest())
    return [(b"x-hubspot-signature-v3", made), (b"x-hubspot-request-timestamp", stamp)]


class Hooked(Face):
    def __init__(self, *secrets: str, url: str = URL) -> None:
        self.nudges = 0
        super().__init__(webhooks=Webhooks(secrets or (SECRET,), url, self._nudge))

    def _nudge(self) -> None:
        self.nudges += 1

    def post(self, headers: list[tuple[bytes, bytes]], body: bytes = b"[]", **more: int) -> int:
        return self.ask("/webhooks/hubspot", "POST", headers, body, **more).status


def test_a_genuine_webhook_nudges_once():
    hooked = Hooked()
    assert hooked.post(signed()) == 204
    assert hooked.nudges == 1


def test_the_body_is_taken_as_its_bytes():
    body = b'[{"objectId": 1,\n "propertyValue": "\xc3\xbc"}] '
    hooked = Hooked()
    assert hooked.post(signed(body), body, parts=7) == 204
    assert hooked.post(signed(body), body.strip()) == 401


def test_hubspot_itself_is_believed():
    """What the emulated HubSpot sends, whose signatures its own tests check against the vendor's client."""
    hubspot = HubSpot(Clock(NOW), Faults())
    hubspot.listen(URL, SECRET)
    hubspot.create("contacts", {"email": "ute@kern.example", "lastname": "Kühn"})
    deliveries = hubspot.webhooks()
    hooked = Hooked()
    for headers, body in deliveries:
        sent = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        assert hooked.post(sent, body) == 204
    assert hooked.nudges == len(deliveries) > 0


def test_without_a_secret_there_is_no_such_address():
    assert Face().ask("/webhooks/hubspot", "POST", signed(), b"[]").status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post(method):
    assert Hooked().ask("/webhooks/hubspot", method, signed(method=method), b"[]").status == 405


MINUTES = timedelta(minutes=5)
A_MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (NOW - MINUTES, 204),
        (NOW + MINUTES, 204),
        (NOW - MINUTES - A_MOMENT, 401),
        (NOW + MINUTES + A_MOMENT, 401),
        (NOW - timedelta(days=400), 401),
    ],
)
def test_old_and_future_stamps(at, status):
    hooked = Hooked()
    assert hooked.post(signed(at=at)) == status
    assert hooked.nudges == (status == 204)


def test_two_secrets_during_a_rotation():
    rotating = Hooked(SECRET, PREVIOUS)
    assert rotating.post(signed(secret=SECRET)) == 204
    assert rotating.post(signed(secret=PREVIOUS)) == 204
    assert rotating.post(signed(secret="another")) == 401
    assert Hooked(SECRET).post(signed(secret=PREVIOUS)) == 401


def test_a_secret_that_is_not_set_signs_nothing():
    assert Hooked("", SECRET).post(signed(secret="")) == 401
    assert Hooked("", SECRET).post(signed()) == 204


STAMP = str(round(NOW.timestamp() * 1000)).encode()


@pytest.mark.parametrize(
    "headers",
    [
        [],
        signed()[:1],
        signed()[1:],
        [*signed(), signed()[0]],
        [*signed(), signed()[1]],
        [(b"x-hubspot-signature-v3", b"AAAA"), *signed()],
        [(b"x-hubspot-signature-v3", "ü".encode()), signed()[1]],
        [(b"x-hubspot-signature-v3", b"\xff\xfe"), signed()[1]],
        [(b"x-hubspot-signature-v3", b""), signed()[1]],
        [signed()[0], (b"x-hubspot-request-timestamp", "١٧٦٣٢٨٠٠٠٠٠٠٠".encode())],
        [signed()[0], (b"x-hubspot-request-timestamp", b"+" + STAMP)],
        [signed()[0], (b"x-hubspot-request-timestamp", b" " + STAMP)],
        [signed()[0], (b"x-hubspot-request-timestamp", STAMP + b".0")],
        [signed()[0], (b"x-hubspot-request-timestamp", b"0" * 5 + STAMP)],
        [signed()[0], (b"x-hubspot-request-timestamp", b"nan")],
        [signed()[0], (b"x-hubspot-request-timestamp", b"9" * 5000)],
    ],
)
def test_headers_that_are_missing_doubled_or_odd(headers):
    hooked = Hooked()
    assert hooked.post(headers) == 401
    assert hooked.nudges == 0


def test_older_signatures_are_not_taken():
    """v1 and v2 carry no time: whoever overheard one could send it for ever."""
    body = b"[]"
    first = hashlib.sha256(SECRET.encode() + body).hexdigest().encode()
    second = hashlib.sha256(f"{SECRET}POST{URL}[]".encode()).hexdigest().encode()
    for version, value in ((b"v1", first), (b"v2", second)):
        headers = [(b"x-hubspot-signature", value), (b"x-hubspot-signature-version", version)]
        assert Hooked().post([*headers, signed()[1]], body) == 401


def test_the_public_address_counts_not_what_the_request_claims():
    """Host and X-Forwarded-* are whatever the sender writes."""
    elsewhere = "https://evil.example/webhooks/hubspot"
    claims = [(b"host", b"evil.example"), (b"x-forwarded-host", b"evil.example")]
    assert Hooked().post([*signed(url=elsewhere), *claims]) == 401
    assert Hooked().post([*signed(), *claims]) == 204


@pytest.mark.parametrize("parts", [1, 16])
def test_a_body_of_a_mebibyte_and_not_one_byte_more(parts):
    most, more = b"x" * BODY_LIMIT, b"x" * (BODY_LIMIT + 1)
    hooked = Hooked()
    assert hooked.post(signed(most), most, parts=parts) == 204
    assert hooked.post(signed(more), more, parts=parts) == 413
    assert hooked.nudges == 1


def test_exactly_twelve_escapes_are_decoded():
    codes = [f"%{number:02X}" for number in range(256)]
    kept = [code for code in codes if decoded(code) == code]
    changed = {code: decoded(code) for code in codes if code not in kept}
    assert changed == dict(
        zip(
            ["%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%2F", "%3A", "%3B", "%3F", "%40"],
            "!$'()*,/:;?@",
            strict=True,
        )
    )
    assert decoded("https://a.example/%2f%3a?x=%2F%20%25#part") == "https://a.example//:?x=/%20%25"
    assert decoded("%252F") == "%252F", "once, not twice"


@pytest.mark.parametrize("url", [URL, "https://a.example/h?a=%2Fx%20y%3A%25", "https://a.example/"])
def test_the_address_is_signed_partly_decoded(url):
    assert Hooked(url=url).post(signed(url=url)) == 204


def altered(text: bytes) -> st.SearchStrategy[bytes]:
    """The same bytes with one thing changed."""
    places = st.integers(0, max(0, len(text) - 1))
    return st.one_of(
        st.tuples(places, st.integers(0, 255)).map(
            lambda at: text[: at[0]] + bytes([at[1]]) + text[at[0] + 1 :]
        ),
        places.map(lambda at: text[:at] + text[at + 1 :]),
        st.tuples(places, st.binary(min_size=1, max_size=4)).map(
            lambda at: text[: at[0]] + at[1] + text[at[0] :]
        ),
        st.sampled_from([text + b"=", text.lower(), text.swapcase(), b" " + text, text + b" "]),
        st.binary(max_size=60),
    )


BODY = b'[{"objectId":1246965,"subscriptionType":"contact.propertyChange"}]'
(_, SIGNATURE), (_, SENT_AT) = signed(BODY)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.tuples(st.just(SIGNATURE), st.just(SENT_AT), altered(BODY)),
        st.tuples(altered(SIGNATURE), st.just(SENT_AT), st.just(BODY)),
        st.tuples(st.just(SIGNATURE), altered(SENT_AT), st.just(BODY)),
        st.tuples(altered(SIGNATURE), altered(SENT_AT), altered(BODY)),
    )
)
def test_no_altered_request_is_ever_accepted(sent):
    signature, stamp, body = sent
    hooked = Hooked()
    headers = [(b"x-hubspot-signature-v3", signature), (b"x-hubspot-request-timestamp", stamp)]
    status = hooked.post(headers, body)
    genuine_one = sent == (SIGNATURE, SENT_AT, BODY)
    assert status == (204 if genuine_one else 401)
    assert hooked.nudges == genuine_one


@given(
    st.dictionaries(
        st.sampled_from(["x-hubspot-signature-v3", "x-hubspot-request-timestamp"]),
        st.text(st.characters(max_codepoint=255)),
    ),
    st.binary(),
    st.text(),
)
def test_checking_never_fails_whatever_comes(headers, body, method):
    webhooks = Webhooks((SECRET, ""), URL, lambda: None)
    assert not genuine(method, webhooks, Headers(headers), body, NOW)


# Over a socket


def test_it_listens_on_the_loopback_and_stops():
    server = Server(Face().app, "127.0.0.1", 0)
    port = server.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        assert answer.status == 200
        assert "uvicorn" not in str(answer.headers).lower()
    server.stop()
    server.stop()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5)


def test_a_port_that_is_taken_is_told():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(OSError, match="in use"):
            Server(Face().app, "127.0.0.1", holder.getsockname()[1]).start()
