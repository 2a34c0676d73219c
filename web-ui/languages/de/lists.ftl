# Listen von Leuten, die andere nicht wollen.

lists = Listen von anderen
lists-followed = Listen, denen du folgst
lists-none = Keine. Eine Liste ist ein unterschriebener Text, den jemand führt, der weiß, wer draußen bleiben sollte. Wer darauf steht, kann in deinem Raum nicht mitreden und erfährt, welche Liste es ist und warum.
lists-facts = { $count ->
    [one] { $count } Eintrag · Fassung von { $time } UTC
   *[other] { $count } Einträge · Fassung von { $time } UTC
}
lists-skipped = { $count ->
    [one] { $count } Zeile ist nicht für dieses Parlor
   *[other] { $count } Zeilen sind nicht für dieses Parlor
}
lists-author = Geführt von { $name }
lists-key = Schlüssel
lists-leave-html = Verlassen<span class="unseen">: die Liste { $name }</span>
lists-show-html = Wer darauf steht<span class="unseen">: { $name }</span>
lists-node = Knoten { $key }
lists-mark = !{ $mark }
lists-excepted = Du lässt sie trotzdem mitreden.
lists-except-html = Trotzdem mitreden lassen<span class="unseen">: { $name }</span>
lists-refuse-html = Die Liste wieder gelten lassen<span class="unseen"> für { $name }</span>
lists-paste = Eine Liste, oder eine neuere Fassung von einer, der du folgst
lists-file = Oder die Datei, in der sie steht
lists-follow = Ihr folgen
lists-hint = Füge den ganzen Text ein, oder wähle die Datei, wie sie gespeichert wurde. Eine neuere Fassung gilt nur vom selben Schlüssel, eine ältere nie. Nichts wird von irgendwo geholt.
lists-own = Deine eigene Liste
lists-own-count = { $count ->
    [0] Du hast niemanden auf Dauer ausgeschlossen.
    [one] { $count } Person, die du auf Dauer ausgeschlossen hast.
   *[other] { $count } Leute, die du auf Dauer ausgeschlossen hast.
}
lists-notes = Mit meinen Notizen als Gründen
lists-own-list = Als unterschriebene Liste speichern
lists-own-table = Als Tabelle speichern (CSV)
lists-own-hint = Für andere Gastgeber, als Datei, die du ihnen schickst. Sie enthält Kennzeichen und Schlüssel von Knoten, und keine Namen. Sag ihnen ihren Schlüssel auf einem anderen Weg.
lists-room = Raum { $id }
lists-rooms = Räume darauf
lists-unlist-html = Herunternehmen<span class="unseen">: { $name }</span>
lists-reports = Meldungen von Leuten, deren Gastgeber deiner Liste folgt
lists-reports-no = Ich nehme keine an
lists-reports-text = Als versiegelte Texte, die sie mir schicken
lists-reports-here = Gleich an diesen Knoten: Die Liste sagt dann, welcher Raum das ist und wo
lists-reports-set = In meiner Liste sagen
lists-reports-hint-html = Es steht in der Liste, die du als nächste speicherst. Was gekommen ist, steht unter <a href="/studio/reports">Meldungen</a>.
