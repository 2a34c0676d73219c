"""Watches a room over WHEP with aiortc. Usage: whep.py URL

Prints a JSON object for each decoded picture ({"picture": {"width", "height", "code"}}) and each second of sound
({"sound": {"rate", "level"}}), until its standard output closes or it is killed; {"refused": STATUS} where it is refused.
"""

import asyncio
import json
import sys

import timecode
from aiortc import RTCPeerConnection
from signalling import Refused, exchange


def report(**what):
    print(json.dumps(what), flush=True)


async def pictures(track):
    while True:
        frame = await track.recv()
        report(picture={"width": frame.width, "height": frame.height, "code": timecode.read(frame)})


async def sound(track):
    samples, level = 0, 0
    while True:
        frame = await track.recv()
        data = memoryview(bytes(frame.planes[0])).cast("h")
        level = max(level, max(data), -min(data))
        samples += frame.samples
        if samples >= frame.sample_rate:
            report(sound={"rate": frame.sample_rate, "level": level})
            samples, level = 0, 0


async def main(url):
    peer = RTCPeerConnection()
    tasks = []
    ended = asyncio.Event()

    @peer.on("track")
    def on_track(track):
        tasks.append(asyncio.ensure_future(pictures(track) if track.kind == "video" else sound(track)))

    @peer.on("connectionstatechange")
    def on_state():
        report(state=peer.connectionState)
        if peer.connectionState in ("failed", "closed"):
            ended.set()

    peer.addTransceiver("video", direction="recvonly")
    peer.addTransceiver("audio", direction="recvonly")
    try:
        session = await exchange(asyncio.get_running_loop(), peer, url)
        report(session=session)
        await ended.wait()
    except Refused as refused:
        report(refused=refused.status, words=refused.words)
    await peer.close()


asyncio.run(main(sys.argv[1]))
