# Meldungen: an den Gastgeber, und an Leute, die eine Liste führen.

report = Melden
report-the-room-html = Der Raum <b>{ $title }</b>
report-why = Warum?
report-choose = Wähle einen Grund
reason-harassment = Belästigung oder Hass
reason-threat = Eine Drohung, oder jemand ist in Gefahr
reason-minor = Jemand scheint minderjährig zu sein
reason-consent = Ohne Einwilligung gezeigt oder erzählt
reason-spam = Spam oder Betrug
reason-other = Etwas anderes
report-words = In deinen eigenen Worten, wenn du magst
report-to = Wer soll es bekommen?
report-to-host = Der Gastgeber
report-to-list = Wer die Liste „{ $list }“ führt
report-to-keeper = { $name }, wer die Liste „{ $list }“ führt
report-to-nobody = Hier nimmt niemand Meldungen an: Du bist der Gastgeber und folgst keiner Liste, für die jemand welche annimmt.
report-named = Sagen, dass es von { $name } kommt
report-send = Melden
report-copy = Stattdessen als versiegelten Text zeigen
report-hint = Es bleibt nirgends als bei dem, der es bekommt.
report-hint-own = Für eine Liste wird es hier versiegelt, auf der Seite des Gastgebers: Der könnte es also auch lesen. Soll er das nicht, schau mit einem eigenen Knoten zu.
report-hint-node = Für eine Liste versiegelt es dein Knoten, sodass es sonst niemand liest. Wird es gesendet, sieht der andere Knoten die Adresse von deinem; als Text gibst du es weiter, wie du willst.
report-back = Zurück zum Raum
report-text = Versiegelt, für die Liste „{ $list }“
report-text-hint = Kopiere alles und schicke es auf irgendeinem Weg dorthin. Sonst kann es niemand öffnen.

reports = Meldungen
reports-count = { $count ->
    [one] { $count } Meldung wartet
   *[other] { $count } Meldungen warten
}
reports-waiting = Was Leute melden
reports-none = Nichts.
reports-from = von { $name }
reports-in = Im Raum
reports-unproved = Das ist nur das Wort dessen, der es meldet: Dein Knoten weiß es nicht selbst.
reports-hide-html = Verbergen<span class="unseen">: die Zeile von { $name }</span>
reports-time-out-html = Fünf Minuten Stille<span class="unseen"> für { $name }</span>
reports-bar-html = Vom Gespräch ausschließen<span class="unseen">: { $name }</span>
reports-ban-html = Auf Dauer ausschließen<span class="unseen">: { $name }</span>
reports-list-html = Auf meine Liste setzen<span class="unseen">: { $name }</span>
reports-dismiss-html = Erledigt<span class="unseen">: die Meldung über { $name }</span>
reports-clear = Alle erledigt
reports-hint = Sie liegen nur im Speicher dieses Computers und sind weg, wenn Parlor endet. Wer etwas gemeldet hat, wird nicht festgehalten. Wen du auf Dauer ausschließt und was du auf deine Liste setzt, wird auf diesen Computer geschrieben.
reports-list = Meldungen für deine Liste
reports-paste = Eine versiegelte Meldung, die dir jemand geschickt hat
reports-open = Öffnen
reports-list-hint-html = Steht in deiner eigenen Liste, dass du Meldungen annimmst, versiegelt man sie für ihren Schlüssel. <a href="/studio/lists#own-title">In deiner Liste sagen</a>.
