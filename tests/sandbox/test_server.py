"""The sandbox over HTTP: vendors under their names, the operator's side, connections that live and die."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest
import urllib3
from urllib3.exceptions import ProtocolError

from connector.sandbox.server import serving
from connector.sandbox.world import World

TOKEN = {"Authorization": "Bearer sandbox-hubspot"}


@pytest.fixture
def world():
    return World.build()


@pytest.fixture
def base(world):
    with serving(world) as found:
        yield found


@pytest.fixture
def ask(base):
    pool = urllib3.PoolManager(retries=False)

    def call(method, path, body=None, **headers):
        got = pool.request(
            method,
            base + path,
            body=None if body is None else json.dumps(body),
            headers={**TOKEN, **headers},
        )
        return got.status, json.loads(got.data)

    yield call
    pool.clear()


def test_health_and_unknown_doors(ask):
    assert ask("GET", "/sandbox/health") == (200, {"status": "ok"})
    assert ask("GET", "/nobody/here")[0] == 404
    assert ask("GET", "/sandbox/nothing")[0] == 404


def test_both_vendors_answer(ask, world):
    status, made = ask(
        "POST", "/hubspot/crm/v3/objects/contacts", {"properties": {"email": "ada@example.com"}}
    )
    assert (status, made["id"]) == (201, world.hubspot.find("ada@example.com"))
    status, _ = ask("GET", "/salesforce/services/data")
    assert status in (200, 401)


def test_paths_keep_their_escapes(ask, world):
    id_ = world.hubspot.create("contacts", {"email": "a+b@example.com"})
    assert (
        ask("GET", "/hubspot/crm/v3/objects/contacts/a%2Bb%40example.com?idProperty=email")[1]["id"]
        == id_
    )


def test_time_is_moved_and_told(ask):
    assert ask("GET", "/sandbox/clock") == (200, {"now": "2026-01-05T07:00:00+00:00"})
    assert ask("POST", "/sandbox/clock", {"by": 3600}) == (
        200,
        {"now": "2026-01-05T08:00:00+00:00"},
    )
    assert ask("POST", "/sandbox/clock", {"to": "2026-01-06T08:00:00+01:00"}) == (
        200,
        {"now": "2026-01-06T07:00:00+00:00"},
    )
    for wrong in (
        {"to": "2026-01-05T07:00:00Z"},
        {"to": "2026-01-07T07:00:00"},
        {"to": "x"},
        {"by": 1e300},
        {"by": True, "to": 1},
        {},
        [],
        {"by": -1},
    ):
        status, body = ask("POST", "/sandbox/clock", wrong)
        assert (status, set(body)) == (400, {"error"})


def test_faults_are_set_from_outside(ask):
    assert ask("POST", "/sandbox/faults", {"hubspot.error500": 1})[0] == 200
    assert ask("GET", "/hubspot/crm/v3/objects/contacts")[0] == 500
    assert ask("POST", "/sandbox/faults", {"hubspot.error500": 0})[1] == {"hubspot.error500": 0.0}
    assert ask("GET", "/hubspot/crm/v3/objects/contacts")[0] == 200
    assert ask("GET", "/sandbox/report")[1]["faults_fired"] == {"hubspot.error500": 1}
    for wrong in (
        {"hubspot.error500": 2},
        {"hubspot.error500": "yes"},
        {"hubspot.error500": True},
        ["hubspot.error500"],
    ):
        assert ask("POST", "/sandbox/faults", wrong)[0] == 400


def test_the_report_counts(ask):
    ask("POST", "/hubspot/crm/v3/objects/contacts", {"properties": {"email": "ada@example.com"}})
    ask("POST", "/hubspot/crm/v3/objects/contacts/search", {})
    status, report = ask("GET", "/sandbox/report")
    assert status == 200
    assert report["hubspot"] == {
        "calls": {"create contacts": 1, "search contacts": 1},
        "total_calls": 2,
        "rows_written": 1,
        "writes": {"contacts": 1},
        "records": {"contacts": 1},
    }
    assert report["duplicate_leads"] == 0


def test_people_can_be_silenced(ask, world):
    assert ask("POST", "/sandbox/quiet") == (200, {"quiet": True})
    assert world.quiet is True


def test_one_connection_serves_many_requests(base):
    parts = urlsplit(base)
    line = http.client.HTTPConnection(parts.hostname, parts.port)
    line.connect()
    own_port = line.sock.getsockname()[1]
    for _ in range(20):
        line.request("GET", "/hubspot/crm/v3/objects/contacts", headers=TOKEN)
        assert line.getresponse().read()
    assert line.sock.getsockname()[1] == own_port
    line.close()


@pytest.mark.parametrize(
    ("fault", "created"), [("hubspot.reset", False), ("hubspot.reset_after_commit", True)]
)
def test_a_dropped_connection_is_dropped(ask, world, fault, created):
    world.faults.rate[fault] = 1
    with pytest.raises(ProtocolError):
        ask(
            "POST", "/hubspot/crm/v3/objects/contacts", {"properties": {"email": "ada@example.com"}}
        )
    assert (world.hubspot.find("ada@example.com") is not None) is created
    world.faults.rate.clear()
    assert ask("GET", "/hubspot/crm/v3/objects/contacts")[0] == 200


def test_many_clients_at_once(base, world):
    failures = []

    def create(number):
        pool = urllib3.PoolManager()
        for row in range(10):
            body = json.dumps({"properties": {"email": f"p{number}.{row}@example.com"}})
            got = pool.request(
                "POST", f"{base}/hubspot/crm/v3/objects/contacts", body=body, headers=TOKEN
            )
            if got.status != 201:
                failures.append(got.data)
        pool.clear()

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(world.hubspot.ids("contacts")) == 80


def test_garbage_on_the_wire_harms_nobody(base, ask):
    parts = urlsplit(base)
    for garbage in (
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /hubspot/%zz%00\xc3 HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        with socket.create_connection((parts.hostname, parts.port)) as line:
            line.sendall(garbage)
            line.settimeout(5)
            line.recv(1000)
    assert ask("GET", "/sandbox/health")[0] == 200


def test_a_taken_port_is_an_error(base, world):
    with pytest.raises(OSError, match="in use"), serving(world, port=urlsplit(base).port):
        pass


def test_the_foreground_ends_on_sigterm():
    code = "from connector.sandbox.server import run; from connector.sandbox.world import World; import sys; run(World.build(), int(sys.argv[1]))"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, str(port)], stderr=subprocess.PIPE
    )
    pool = urllib3.PoolManager(
        retries=urllib3.Retry(connect=40, backoff_factor=0.05, backoff_max=0.5)
    )
    try:
        assert pool.request("GET", f"http://127.0.0.1:{port}/sandbox/health").status == 200
    finally:
        pool.clear()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert errors == b""
    assert process.returncode in (0, -signal.SIGTERM)
