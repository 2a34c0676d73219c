"""The HTTP half of WHIP and WHEP (RFC 9725 and draft-ietf-wish-whep): offer in, answer out, DELETE at the end."""

import urllib.error
import urllib.parse
import urllib.request

from aiortc import RTCSessionDescription


class Refused(Exception):
    """The node said no: the status and its words."""

    def __init__(self, status, words):
        super().__init__(f"{status}: {words}")
        self.status = status
        self.words = words


def call(method, url, body=None, key=None):
    headers = {"Content-Type": "application/sdp"} if body else {}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(url, method=method, data=body and body.encode(), headers=headers)
    try:
        return urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        raise Refused(error.code, error.read().decode(errors="replace")) from None


async def exchange(loop, peer, url, key=None):
    """Offers the peer's session and applies the answer; gives the session's own address."""
    await peer.setLocalDescription(await peer.createOffer())
    response = await loop.run_in_executor(None, call, "POST", url, peer.localDescription.sdp, key)
    if response.status != 201:
        raise Refused(response.status, "a session is answered with 201 Created")
    if response.headers["Content-Type"] != "application/sdp":
        raise Refused(response.status, "the answer is no SDP")
    session = urllib.parse.urljoin(url, response.headers["Location"])
    await peer.setRemoteDescription(RTCSessionDescription(response.read().decode(), "answer"))
    return session
