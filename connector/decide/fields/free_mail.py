"""Mail providers for everyone: their domains never name a company."""

from __future__ import annotations

from collections.abc import Collection

from connector.decide.identity.words.addresses import DISPOSABLE

_DOMAINS = (
    "gmail.com googlemail.com outlook.com outlook.de hotmail.com hotmail.de hotmail.co.uk hotmail.fr hotmail.it"
    " live.com live.de live.nl msn.com yahoo.com yahoo.de yahoo.co.uk yahoo.fr yahoo.it yahoo.es ymail.com rocketmail.com"
    " icloud.com me.com mac.com aol.com aol.de gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.info web.de email.de t-online.de"
    " magenta.de freenet.de arcor.de vodafone.de vodafonemail.de online.de 1und1.de mail.de posteo.de posteo.net mailbox.org"
    " tutanota.com tutanota.de tuta.io proton.me protonmail.com protonmail.ch pm.me bluewin.ch hispeed.ch sunrise.ch chello.at"
    " aon.at kabelmail.de unitybox.de ewetel.net ewe.net netcologne.de htp-tel.de osnanet.de kabelbw.de versanet.de"
    " orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it ziggo.nl kpnmail.nl hetnet.nl"
    " skynet.be telenet.be wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz mail.com mail.ru yandex.ru yandex.com inbox.lv"
    " zoho.com fastmail.com hey.com qq.com 163.com 126.com naver.com btinternet.com sky.com comcast.net verizon.net"
)
FREE_MAIL = frozenset(_DOMAINS.split())


def company_domain(address: str, free_mail: Collection[str] = ()) -> str | None:
    """The domain of an e-mail address if it can name a company. `free_mail` are further domains that cannot."""
    domain = address.rpartition("@")[2]
    nobody_s = domain in FREE_MAIL or domain in DISPOSABLE or domain in free_mail
    return None if not domain or nobody_s else domain
