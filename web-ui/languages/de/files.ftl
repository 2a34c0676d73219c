# Dateien im Raum.

files = Dateien
files-in-room = Dateien im Raum
files-closed = Die Dateien sind da, solange der Raum auf Sendung ist.
files-open = Dateien liegen nur im Arbeitsspeicher und sind weg, wenn der Gastgeber nicht mehr auf Sendung ist. Bilder verlieren alles außer ihren Pixeln; schau genau hin, bevor du etwas anderes öffnest.
files-download = Herunterladen
files-download-html = Herunterladen<span class="unseen">: { $name }</span>
files-remove-html = Entfernen<span class="unseen">: { $name }</span>
files-send = Eine Datei senden
files-send-now = Senden
files-send-hint = Höchstens { $size }. Bilder werden hier gezeigt; wo sie aufgenommen wurden, geht nicht mit.
files-nobody = Dieser Raum nimmt keine Dateien an.
files-host = Nur der Gastgeber sendet hier Dateien.
files-known = Nur Leute, die der Gastgeber kennt, senden hier Dateien.
files-back = Zurück zu den Dateien
files-from = { $file }, von { $name }
files-picture = { $file }, gesendet von { $name }
