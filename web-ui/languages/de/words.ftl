# Zahlen, Zeitspannen, und was an der Stelle eines Namens steht. Wie man einen Satz ergänzt: CONTRIBUTING.md.
#
# Eine Nachricht, deren Name auf `-html` endet, ist HTML: Was eingesetzt wird, wird maskiert. Alle anderen sind Text.
#
# Glossar (Anrede: du; freundlich und kurz; wer gemeint ist, bleibt geschlechtsneutral, wo es natürlich klingt)
#   account: Konto · bar: vom Gespräch ausschließen · browser: Browser · card: Steckbrief (des Raums)
#   door: Tür · encoder: Encoder · file: Datei · friend: Freunde, befreundet · frame rate: Bildrate · hint: Hinweis
#   host: Gastgeber · invite: Einladung · key: Schlüssel · line (of talk): Zeile · listed: gelistet · lobby: Lobby
#   mark: Kennzeichen · moderator: Moderator · node: Knoten · off air: nicht auf Sendung · on air: auf Sendung
#   one-time link: Einmal-Link · picture: Bild · quality: Qualität · relay (noun): Relay · relay (verb): weiterleiten
#   room: Raum · secret phrase: Geheimsatz · sound: Ton · source: Quelle · stage: Bühne · studio: Studio · tag: Schlagwort
#   talk: Gespräch · upload: Upload · viewer: Zuschauer · watching: schauen zu

# `.decimals` steht zwischen den Ganzen einer Zahl und ihren Dezimalen.
language-name = Deutsch
    .decimals = ,
# Das kurze Zeichen für Tage in einer Sendezeit, wie in „2 T 1:02:03“.
day-sign = T
untitled = Ein Raum ohne Titel
watching = { $count ->
    [one] { $count } schaut zu
   *[other] { $count } schauen zu
}
watching-at-least = { $count }+ schauen zu
price-free = Kostenlos
price-paid = { $sats ->
    [one] { $sats } Sat für { $span }
   *[other] { $sats } Sats für { $span }
}
price-invitation = Auf Einladung
seconds = { $count ->
    [one] { $count } Sekunde
   *[other] { $count } Sekunden
}
minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
ago-now = gerade eben
ago-minutes = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}
delay-ms = { $ms } ms
delay-s = { NUMBER($s, minimumFractionDigits: 1) } s
size-b = { $count } B
size-kb = { $count } KB
size-mb = { $count } MB
badge-host = Gastgeber
badge-moderator = Moderator
badge-guest = Gast
