# Die Lobby: Räume als Karten, und was man davon sehen will.

lobby-lit = Eine erleuchtete Tür ist ein Raum auf Sendung.
lobby-paste = Einladung einfügen
lobby-open = Raum öffnen
lobby-rooms = Räume
lobby-search-rooms = Räume suchen
lobby-search = Suchen
lobby-tag = Schlagwort
lobby-any-tag = Alle Schlagwörter
lobby-language = Sprache
lobby-any-language = Alle Sprachen
lobby-price = Preis
lobby-any-price = Alle Preise
lobby-free = Kostenlos
lobby-paid = Kostenpflichtig
lobby-order = Reihenfolge
lobby-by-viewers = Die meisten Zuschauer zuerst
lobby-by-newest = Zuletzt auf Sendung zuerst
lobby-by-title = Nach Titel
lobby-on-air-only = Nur auf Sendung
lobby-covered = Das Bild ist verdeckt: für Erwachsene
lobby-own = Dein Raum
lobby-on-air-for-html = Auf Sendung, Dauer <time class="uptime" datetime="PT{ $secs }S" data-secs="{ $secs }" data-day="{ $day }">{ $uptime }</time>
lobby-ask-html = <b>Bist du 18 oder älter?</b> Manche Räume hier sind für Erwachsene. Ihre Bilder bleiben verdeckt, bis du es sagst.
lobby-ask-yes = Ja, bin ich
lobby-look-again = Noch einmal nachsehen
lobby-more = und { $count } weitere; suche, um einzugrenzen
lobby-every = Alle Räume zeigen
lobby-shown = Bilder von Räumen für Erwachsene werden gezeigt.
lobby-cover = Verdecken
lobby-are-covered = Bilder von Räumen für Erwachsene sind verdeckt.
lobby-show = Ich bin 18 oder älter: zeigen
lobby-tally = { $count ->
    [one] { $count } Raum
   *[other] { $count } Räume
}
lobby-none-like-this = So einen Raum gibt es nicht
lobby-none-like-this-hint = Nimm ein Wort weg, oder wähle in einer der Listen „Alle“.
lobby-quiet = Hier ist es still
lobby-quiet-hint = An dieser Tür ist kein Raum offen.
lobby-no-node = Noch kein anderer Knoten gefunden
lobby-no-node-hint = Das Netz wird durchsucht. Auch eine Einladung führt hinein: Sie kennt den Weg zu ihrem Gastgeber.
lobby-no-room = Noch kein anderer Raum gefunden
lobby-no-room-hint = { $peers ->
    [one] Das Netz wird durchsucht; { $peers } Knoten ist verbunden. Ein Raum erscheint hier, sobald er gefunden ist.
   *[other] Das Netz wird durchsucht; { $peers } Knoten sind verbunden. Ein Raum erscheint hier, sobald er gefunden ist.
}
