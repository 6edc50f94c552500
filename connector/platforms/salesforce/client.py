"""simple-salesforce, with logins and answers that are ours to name."""

from __future__ import annotations

import threading
import warnings
from functools import lru_cache
from typing import Any

import orjson
import requests

from connector.errors import TryLater
from connector.platforms.connection import Connection
from connector.platforms.salesforce.login import credentials, failed_login
from connector.platforms.salesforce.session import NAME, Session


@lru_cache(maxsize=1)
def client_class() -> Any:
    """Made on first use: importing simple-salesforce costs a fifth of a second."""
    from simple_salesforce.api import Salesforce
    from simple_salesforce.exceptions import SalesforceAuthenticationFailed

    class Client(Salesforce):
        """simple-salesforce with single-flight logins whose failures are ours to name, and orjson for bodies."""

        session_id = ""

        def __init__(self, connection: Connection, session: Session, version: str) -> None:
            self._single, self._ours = threading.Lock(), session
            known: dict[str, Any] = {**credentials(connection)}
            super().__init__(session=session, version=version, **known)
            self.headers.pop("X-PrettyPrint", None)

        def _generate_headers(self) -> None:
            super()._generate_headers()
            self.headers.pop("X-PrettyPrint", None)

        def _refresh_session(self) -> None:
            """Raises Stopped for refused credentials, TryLater while the login cannot answer. Nothing was written."""
            with self._single:
                used = self._ours.used()
                if self.session_id and used and used != f"Bearer {self.session_id}":
                    return  # another thread has logged in meanwhile
                self._log_in()

        def _log_in(self) -> None:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter(
                        "ignore"
                    )  # advice on a refused login; ours says it in one sentence
                    super()._refresh_session()
            except SalesforceAuthenticationFailed as error:
                raise failed_login(error.code) from None
            except (requests.RequestException, AttributeError, TypeError, KeyError, ValueError):
                raise TryLater(f"{NAME}: the login did not answer", None, "LOGIN") from None

        def parse_result_to_json(self, result: requests.Response) -> Any:
            kind = str(result.headers.get("Content-Type", ""))
            if "csv" in kind:
                return result.content
            return orjson.loads(result.content) if result.content else {}

    return Client
