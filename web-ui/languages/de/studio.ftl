# Das Studio: das Pult des Gastgebers.

studio-to-network = Zum Netz
studio-see-room = Den Raum sehen, wie ihn Gäste sehen
studio-air = Auf Sendung oder nicht
studio-off-air-html = <b>Du bist nicht auf Sendung.</b> Nur du siehst dieses Bild.
studio-stated = Alle vor der Kamera sind volljährig und damit einverstanden, gezeigt zu werden.
studio-go-live = Auf Sendung gehen
studio-on-air-html = <b>Du bist auf Sendung.</b> Alle im Raum sehen und hören dich.
studio-go-dark = Sendung beenden
studio-now = Gerade jetzt
studio-facts-frame = Die Technik jetzt: Quelle, Encoder und Messwerte
studio-facts-title = Die Technik jetzt
studio-source-now = Quelle
studio-encoder = Encoder
studio-resting = ruht
studio-encoding = encodiert
graph-range = { $label }, die letzten Minuten: zwischen { $least } und { $greatest }
graph-no-range = { $label }, die letzten Minuten: nichts gemessen

card = Der Steckbrief des Raums
card-title = Titel
card-description = Beschreibung
card-tags-hint = Wörter, die den Raum beschreiben, mit Leerzeichen dazwischen.
card-languages = Sprachen
card-languages-hint-html = Was gesprochen wird, in Kürzeln: <code>en</code>, <code>de</code>, <code>pt-BR</code>, mit Leerzeichen dazwischen.
card-adult = Nur für Erwachsene (18+)
card-adult-hint = Seiten fragen nach, bevor sie das Bild zeigen.
card-change = Steckbrief ändern

source = Kamera und Qualität
source-use = Nehmen
source-other = Eine Netzwerkkamera oder eine Datei
source-address = Adresse oder Pfad
source-hint-html = Zum Beispiel <code>rtsp://camera.local/stream</code>, <code>file:/home/me/loop.mp4</code> oder <code>v4l2:/dev/video2</code>.
quality = Qualität
quality-width = Breite
quality-height = Höhe
quality-fps = Bilder pro Sekunde
quality-kbps = kbit/s
quality-change = Qualität ändern

ingest = Aus einem anderen Programm senden
ingest-hint = Solange ein Programm sendet, ersetzt sein Bild das der Kamera. Wenn es geht, zeigt der Raum eine durchgestrichene Kamera, bis es wieder da ist oder du eine Quelle wählst.
ingest-on = Ein
ingest-off = Aus
ingest-switch-on-html = Einschalten<span class="unseen">: { $name }</span>
ingest-switch-off-html = Ausschalten<span class="unseen">: { $name }</span>
ingest-address = Adresse
ingest-copy-address-html = Kopieren<span class="unseen">: die { $name }-Adresse</span>
ingest-show-key = { $name }-Schlüssel zeigen
ingest-key = Schlüssel: Wer ihn hat, kann in deinen Raum senden
ingest-copy-key-html = Schlüssel kopieren<span class="unseen"> von { $name }</span>
ingest-renew-key-html = Schlüssel erneuern<span class="unseen"> von { $name }</span>

broadcast-browser = Aus diesem Browser senden
broadcast-hint = Kamera und Mikrofon des Geräts in deiner Hand, über WHIP. Lass diese Seite währenddessen offen.
broadcast-camera = Kamera
broadcast-microphone = Mikrofon
broadcast-usual = Standard

senders = Wer Dateien senden darf
senders-nobody = Niemand: Es gibt keine
senders-host = Nur du
senders-known = Du und Leute, die du kennst
senders-everybody = Alle im Raum
change-it = Ändern
senders-hint-html = Alle im Raum dürfen sie holen, auf deinen eigenen Seiten. Sie liegen nur im Arbeitsspeicher und sind weg, wenn du die Sendung beendest. Du und Moderatoren, die Zeilen ausblenden dürfen, könnt jede entfernen; wen du kennst, hat ein <a href="/studio/accounts">Konto</a> oder ist Moderator.

bans = Auf Dauer vom Gespräch ausgeschlossen
bans-none = Niemand. Wen du im Raum ausschließt, darf wieder mitreden, sobald Parlor anhält, außer du speicherst es dort unter „Ordnung halten“.
bans-by-mark = am Kennzeichen !{ $mark } · { $ago }
bans-by-node = am Knoten · { $ago }
bans-by-both = am Kennzeichen !{ $mark } und am Knoten · { $ago }
bans-forgive-html = Wieder mitreden lassen<span class="unseen">: { $name }</span>
bans-hint = Diese Liste bleibt auf diesem Computer, bis du jemanden wieder herunternimmst.
bans-lists = Listen von anderen, und deine für sie

access = Wer das Studio öffnet
access-new-password = Neues Studio-Passwort
access-set = Setzen
access-hint-set = Ein Passwort ist gesetzt. Mindestens zehn Zeichen.
access-hint-none = Ohne Passwort öffnet nur der Einmal-Link das Studio, den Parlor ausgibt. Mindestens zehn Zeichen.
destroy-everything = Alles zerstören …
destroy-hint = Zuerst geht der Schlüssel des Raums, dann der des Knotens, dann alles, was du hier eingestellt hast; dann hält Parlor an. Niemand kann den Raum zurückholen, auch du nicht, und seine Links führen nirgends mehr hin. Speicherkarten können alte Kopien einer Datei behalten: Dagegen hilft nur ein verschlüsselter Datenträger.
destroy-now = Jetzt zerstören

roster = Wer im Raum ist
roster-tells = Was Besucher erfahren
roster-names = Wer zuschaut, wer mithört, wer vor Kurzem gegangen ist
roster-counts = Nur wie viele
roster-change = Ändern
roster-hint = Du siehst auf der Seite des Raums immer, wer da ist. Namen sind, wie sich Leute selbst nennen; wer redet, ist als anwesend zu sehen.

captions-say = Was im Bild gesprochen wird
captions-show = Zeigen
captions-hint-html = Wer Untertitel eingeschaltet hat, sieht es, so lange das Lesen dauert. Es bleibt nirgends stehen. Ein Programm kann es auch: <code>POST /api/v1/captions</code>.

emotes-name = Name
emotes-picture = Bild
emotes-add = Hinzufügen
emotes-remove-html = Entfernen<span class="unseen"> { $name }</span>
emotes-hint-html = Wer im Gespräch <code>:name:</code> schreibt, zeigt das Bild, auch bei allen, die von eigenen Knoten zusehen. Es wird aus seinen Pixeln neu gemacht, höchstens 96 breit und hoch, und auf diesem Computer behalten.
