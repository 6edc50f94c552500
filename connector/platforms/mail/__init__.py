"""E-mails to sales: a target without a source. Each message is sent at most once."""

from connector.platforms.mail.server import MailServer
from connector.platforms.mail.target import MailTarget, Rehearsed

__all__ = ["MailServer", "MailTarget", "Rehearsed"]
