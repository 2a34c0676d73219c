"""Publishes into a room over WHIP with aiortc. Usage: whip.py URL KEY [CODEC]

The picture is grey and carries the time code of the moment it was made. CODEC is H264 unless said otherwise. Prints a JSON
object for each change of the connection ({"state"}), and {"refused": STATUS, "words"} where it is refused. Publishes until it is killed
or its standard input closes; then it takes its session down and prints {"deleted": STATUS}.
"""

import asyncio
import fractions
import json
import sys

import timecode
from aiortc import RTCPeerConnection, RTCRtpSender, VideoStreamTrack
from aiortc.mediastreams import AudioStreamTrack
from signalling import Refused, call, exchange

WIDTH, HEIGHT = 640, 360


def report(**what):
    print(json.dumps(what), flush=True)


class Clock(VideoStreamTrack):
    """A grey picture with the time code of its capture, 30 a second."""

    async def recv(self):
        pts, base = await self.next_timestamp()
        frame = timecode.draw(WIDTH, HEIGHT, timecode.now())
        frame.pts, frame.time_base = pts, fractions.Fraction(base)
        return frame


async def main(url, key, codec):
    loop = asyncio.get_running_loop()
    peer = RTCPeerConnection()

    @peer.on("connectionstatechange")
    def on_state():
        report(state=peer.connectionState)

    video = peer.addTransceiver(Clock(), direction="sendonly")
    codecs = RTCRtpSender.getCapabilities("video").codecs
    video.setCodecPreferences([known for known in codecs if known.mimeType.lower() == f"video/{codec}".lower()])
    peer.addTransceiver(AudioStreamTrack(), direction="sendonly")
    try:
        session = await exchange(loop, peer, url, key)
        report(session=session)
        await loop.run_in_executor(None, sys.stdin.read)
        response = await loop.run_in_executor(None, call, "DELETE", session, None, key)
        report(deleted=response.status)
    except Refused as refused:
        report(refused=refused.status, words=refused.words)
    await peer.close()


asyncio.run(main(sys.argv[1], sys.argv[2], *(sys.argv[3:] or ["H264"])))
