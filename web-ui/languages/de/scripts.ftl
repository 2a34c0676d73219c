# Was die Skripte sagen. `{ $gap }` füllt das Skript.

script-asking-camera = Frage nach der Kamera …
script-whip-first = Schalte zuerst WHIP ein, unter „Aus einem anderen Programm senden“.
script-connecting = Verbinde …
script-broadcasting = Du sendest. Lass diese Seite offen.
script-no-devices = Browser geben die Kamera nur Seiten über HTTPS oder auf diesem Rechner selbst. Öffne das Studio so.
script-stop-broadcast = Senden beenden
script-broadcast = Von hier senden
script-no-h264 = Dieser Browser kann kein H.264 senden, das Räume brauchen. Nimm Chromium, Safari oder OBS.
script-camera-refused = Der Browser darf die Kamera nicht benutzen. Erlaube es in der Adresszeile und versuch es noch einmal.
script-camera-missing = Dieses Gerät hat keine Kamera und kein Mikrofon, die der Browser findet.
script-camera-busy = Ein anderes Programm hat die Kamera. Schließe es und versuch es noch einmal.
script-no-broadcast = Die Sendung konnte nicht beginnen. Versuch es noch einmal.
script-refused = Der Knoten hat das abgelehnt ({ $gap }).
script-node-gone = Der Knoten ist nicht erreichbar, deshalb wurde nichts geändert. Versuch es noch einmal, wenn er wieder da ist.
script-copied = Kopiert
script-press-copy = Drücke Strg+C

script-lost = Die Verbindung zum Raum ist abgebrochen.
script-lost-waiting = Die Verbindung zum Raum ist abgebrochen. Warte auf ihn …
script-no-picture = Der Raum hat gerade kein Bild für dich ({ $gap }).
script-no-webrtc = Dieser Browser hat kein WebRTC.
script-fast-lost = Die schnelle Verbindung zum Raum ist abgebrochen.
script-no-mse = Dieser Browser hat keine Media Source Extensions.
script-no-format = Dieser Browser kann das Format des Raums nicht abspielen.
script-no-format-named = Dieser Browser kann das Format des Raums nicht abspielen ({ $gap }).
script-no-type = Dieser Browser kann { $gap } nicht abspielen.
script-no-video = Dieser Browser kann das Video des Raums nicht abspielen.
script-ended = Der Raum hat den Stream beendet.
script-gave-up = Der Player des Browsers hat aufgegeben.
script-gave-up-why = Der Player des Browsers hat aufgegeben ({ $gap }).
script-elsewhere = Wähle unten „Bilder“, oder öffne den Raum in einem anderen Browser.
script-again = Neuer Versuch …
script-again-in = Neuer Versuch in { $gap } s …
script-slow = Der Raum braucht zu lange für eine Antwort.
script-smooth = Der schnelle Weg ist von hier aus versperrt, deshalb ist dies der flüssige.
script-stuck = Das Bild hängt. Warte auf den Raum …
script-stood-still = Das Bild stand still.
script-press-watch = Dein Browser wartet auf dich: Drücke „Zuschauen“.
script-off-air = Der Raum ist nicht auf Sendung. Das Bild beginnt von selbst.
script-stop-watching = Nicht mehr zuschauen
script-watch = Zuschauen
script-sound-on = Ton einschalten
script-sound-off = Ton ausschalten
script-behind-ms = { $gap } ms verzögert
script-behind-s = { $gap } s verzögert

# Was davon gemeldet wird, was im Raum geschieht, laut.
script-heard = { $name } sagt: { $text }
script-came = { $gap } ist hereingekommen.
script-unheard = Und { $gap } mehr.
