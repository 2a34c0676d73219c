# What the scripts say. `{ $gap }` is filled by the script.

script-asking-camera = Asking for the camera…
script-whip-first = Switch WHIP on first, under “Broadcast from another program”.
script-connecting = Connecting…
script-broadcasting = Broadcasting. Keep this page open.
script-no-devices = Browsers lend the camera only to pages over HTTPS or on this machine itself. Open the studio that way.
script-stop-broadcast = Stop broadcasting
script-broadcast = Broadcast from here
script-no-h264 = This browser can’t send H.264, which rooms need. Use Chromium, Safari, or OBS.
script-camera-refused = The browser may not use the camera. Allow it in the address bar and try again.
script-camera-missing = This device has no camera or microphone that the browser can find.
script-camera-busy = Another program has the camera. Close it and try again.
script-no-broadcast = The broadcast could not start. Try again.
script-refused = The node refused this ({ $gap }).
script-node-gone = The node can’t be reached, so nothing was changed. Try again when it is back.
script-copied = Copied
script-press-copy = Press Ctrl+C

script-lost = The connection to the room is lost.
script-lost-waiting = The connection to the room is lost. Waiting for it…
script-no-picture = The room has no picture for you now ({ $gap }).
script-no-webrtc = This browser has no WebRTC.
script-fast-lost = The fast connection to the room is lost.
script-no-mse = This browser has no Media Source Extensions.
script-no-format = This browser can’t play the room’s format.
script-no-format-named = This browser can’t play the room’s format ({ $gap }).
script-no-type = This browser can’t play { $gap }.
script-no-video = This browser can’t play the room’s video.
script-ended = The room ended the stream.
script-gave-up = The browser’s player gave up.
script-gave-up-why = The browser’s player gave up ({ $gap }).
script-elsewhere = Choose “Pictures” below, or open the room in another browser.
script-again = Trying again…
script-again-in = Trying again in { $gap } s…
script-slow = The room takes too long to answer.
script-smooth = The fast way is closed from here, so this is the smooth one.
script-stuck = The picture is stuck. Waiting for the room…
script-stood-still = The picture stood still.
script-press-watch = Your browser waits for you: press Watch.
script-off-air = The room is off air. The picture starts by itself.
script-stop-watching = Stop watching
script-watch = Watch
script-sound-on = Turn the sound on
script-sound-off = Turn the sound off
script-behind-ms = { $gap } ms behind
script-behind-s = { $gap } s behind

# What is told of what happens in the room, aloud.
script-heard = { $name } says: { $text }
script-came = { $gap } came in.
script-unheard = { $gap } more.
