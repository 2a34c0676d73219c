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
lists-follow = Ihr folgen
lists-hint = Füge den ganzen Text ein. Eine neuere Fassung gilt nur vom selben Schlüssel, eine ältere nie. Nichts wird von irgendwo geholt.
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
