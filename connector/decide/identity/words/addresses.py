"""Addresses that are nobody's own: those of a role, and those that are thrown away."""

from __future__ import annotations

import re
from collections.abc import Collection

_NUMBER = re.compile(r"[-_.+]?\d+$")

_ROLES = (
    # everywhere
    "info office contact mail email post hello hi team all admin administrator root webmaster postmaster hostmaster abuse"
    " noreply no-reply donotreply do-not-reply mailer-daemon bounce news newsletter press media marketing sales support service"
    " help helpdesk desk hotline it edv ict billing invoice invoices accounting accounts finance payroll hr jobs career careers"
    " recruiting legal compliance privacy security dpo gdpr quality orders order shop store booking bookings reservation"
    " reservations reception frontdesk secretary purchasing procurement buying logistics shipping warehouse production"
    " engineering management export import events customerservice customer-service customercare enquiries enquiry inquiry"
    # German
    " kontakt zentrale empfang sekretariat sekretaer buero verwaltung geschaeftsleitung geschaeftsfuehrung gf vorstand einkauf"
    " beschaffung vertrieb verkauf innendienst aussendienst versand lager logistik produktion fertigung werkstatt technik"
    " instandhaltung konstruktion qualitaet entwicklung buchhaltung rechnung rechnungen rechnungseingang finanzen personal"
    " personalabteilung bewerbung karriere ausbildung datenschutz presse anfrage anfragen angebot angebote bestellung"
    " bestellungen auftrag kundendienst kundenservice kundenbetreuung reklamation beratung praxis kanzlei redaktion poststelle"
    # French, Italian, Spanish, Dutch, Polish
    " bonjour accueil achats ventes commercial comptabilite direction secretariat rh contabilita acquisti vendite"
    " amministrazione segreteria ufficio commerciale compras ventas administracion contabilidad contacto inkoop verkoop"
    " administratie kontoret biuro sekretariat handel zakupy"
)
ROLES = frozenset(_ROLES.split())
"""Local parts that name a job or a place, not a person."""

_DISPOSABLE = (
    "10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net burnermail.io"
    " byom.de discard.email dispostable.com emailondeck.com fakeinbox.com fakemail.net"
    " getairmail.com getnada.com guerrillamail.biz guerrillamail.com guerrillamail.de"
    " guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com"
    " harakirimail.com inboxbear.com inboxkitten.com incognitomail.org mailcatch.com maildrop.cc"
    " mailexpire.com mailinator.com mailinator.net mailnesia.com mailnull.com mailsac.com"
    " meltmail.com mintemail.com moakt.com mohmal.com mytemp.email mytrashmail.com sharklasers.com"
    " spam4.me spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com tempmail.net"
    " tempmailaddress.com tempr.email throwawaymail.com trash-mail.com trashmail.com trashmail.de"
    " trashmail.net trashmail.ws wegwerfmail.de wegwerfmail.net wegwerfmail.org wegwerfemail.de"
    " yopmail.com yopmail.fr yopmail.net"
)
DISPOSABLE = frozenset(_DISPOSABLE.split())
"""Domains of addresses that live for minutes: they name no company."""


def is_role(address: str, further: Collection[str] = ()) -> bool:
    """Whether the part before the @ of a lower-case address names a role: `info@`, `einkauf-2@`, `sales+fair@`.

    `further` are local parts of the house's own.
    """
    local = address.partition("@")[0].partition("+")[0]
    if local in ROLES or local in further:
        return True
    if not local[-1:].isdigit():
        return False
    plain = _NUMBER.sub("", local)
    return plain in ROLES or plain in further
