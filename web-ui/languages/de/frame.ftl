# Was um jede Seite steht, und die kleinen Seiten: Türen, Fragen, was schiefging.

skip = Zum Inhalt springen
lobby = Lobby
studio = Studio
back-to-lobby = Zurück zur Lobby
foot = Ein eigener Raum: kein Konto, kein Protokoll, niemand dazwischen.
foot-host = Das ist mein Raum
foot-language = Sprache

destroyed-title = Zerstört
destroyed = Alles ist zerstört
destroyed-now = Die Schlüssel sind weg, und alles, was du eingestellt hattest. Parlor hält jetzt an; wenn du es wieder startest, ist es ein anderer Raum.

come-in = Komm herein
name = Name
password = Passwort
enter-hint = Beides hast du vom Gastgeber des Raums. Nichts von deinem Besuch wird aufgehoben.

gate-title = Für Erwachsene
gate = Dieser Raum ist für Erwachsene
gate-declined = So hat es der Gastgeber angegeben. Du hast geantwortet, dass er nichts für dich ist.
gate-question = So hat es der Gastgeber angegeben. Bist du 18 oder älter, und möchtest du ihn sehen?
gate-yes = Ich bin 18 oder älter: hinein
no = Nein
gate-hint-html = Die Antwort bleibt in diesem Browser, bis du ihn schließt. <a href="/">Zurück zur Lobby</a>

login = Die Tür des Gastgebers
login-user = Benutzer
login-password = Studio-Passwort
login-open = Studio öffnen
login-link = Nimm den Einmal-Link
login-link-or = Oder nimm einen Einmal-Link
login-link-hint = Bei jedem Start gibt Parlor einen Link zum Studio aus, der einmal funktioniert. Du findest ihn im Terminal, in dem Parlor läuft, oder im Protokoll seines Dienstes. Öffne ihn in diesem Browser.
login-used = Schon benutzt? Starte Parlor neu, dann gibt es einen neuen.
login-used-set = Schon benutzt? Starte Parlor neu, dann gibt es einen neuen, und setze danach im Studio ein Passwort.
