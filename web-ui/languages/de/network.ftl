# Das Feld „Netz“ im Studio.

network = Netz
network-frame = Das Netz jetzt: wer den Raum bekommt, und was du sendest
network-title = Das Netz jetzt
network-viewers = Schauen über das Netz zu
network-browsers = Schauen auf deiner Webseite zu
network-peers = Mit deinem verbundene Knoten
network-relayed = Fremde Räume, die du weiterleitest
network-upload = Upload zu anderen Knoten
network-upload-used = { $used } von { $allowed } Mbit/s
network-upload-meter = Genutzter Upload, von dem, was du erlaubst
network-upload-none = Dein Knoten sendet an keinen anderen Knoten.
network-relays-ready = { $all ->
    [one] { $ready } von { $all } Relay lässt Leute durch.
   *[other] { $ready } von { $all } Relays lassen Leute durch.
}

nat-unknown = Parlor findet gerade heraus, ob Leute außerhalb deines Heimnetzes dich erreichen.
nat-direct = Leute erreichen dich direkt.
nat-relay-only = Leute erreichen dich, aber nur über ein Relay.
nat-unreachable = Noch erreicht dich niemand außerhalb deines Heimnetzes.
nat-unreachable-remedy = Lass deinen Router Parlors Port an diesen Rechner weiterleiten, oder wähle unten ein Relay.
nat-asking = Parlor fragt deine Relays.
nat-relayed = Leute erreichen dich über deine Relays, und nur diese kennen deine Adresse.
nat-no-relay = Keines deiner Relays lässt Leute durch, deshalb erreicht dich niemand.
nat-no-relay-remedy = Prüfe unten ihre Adressen, oder füge ein weiteres Relay hinzu.

swarm-none = Noch bekommt kein anderer Knoten den Raum.
swarm-one = { $nodes ->
    [one] Dein Knoten sendet den Raum an 1 Knoten; sein Zweig hat { $nodes } Knoten.
   *[other] Dein Knoten sendet den Raum an 1 Knoten; sein Zweig hat { $nodes } Knoten.
}
swarm-many = Dein Knoten sendet den Raum an { $branches } Knoten. Ihre Zweige haben { $sizes } und { $last } Knoten.
swarm-many-more = Dein Knoten sendet den Raum an { $branches } Knoten. Ihre Zweige haben { $sizes } und { $last } Knoten; { $more } weitere sind nicht gezeichnet.
swarm-caption-none = Noch bekommt niemand den Raum von deinem Knoten.
swarm-caption = { $branches ->
    [one] Dein Knoten sendet an { $branches } Knoten; jeder Kreis ist so groß wie das, was an ihm hängt.
   *[other] Dein Knoten sendet an { $branches } Knoten; jeder Kreis ist so groß wie das, was an ihm hängt.
}
swarm-caption-more = Dein Knoten sendet an { $branches } Knoten, von denen { $drawn } gezeichnet sind; jeder Kreis ist so groß wie das, was an ihm hängt.
swarm-caption-relay = Gestrichelte Linien gehen über ein Relay.

visibility = Wer den Raum findet
visibility-invite-html = <b>Nur Leute, die du einlädst.</b> Nichts über den Raum wird veröffentlicht. Sie kommen mit einem Link von dir.
visibility-listed-html = <b>Alle.</b> Der Steckbrief des Raums und ein kleines Bild stehen in der Lobby jedes Knotens, der nachsieht.
visibility-known-html = In den Raum dürfen nicht alle: Er steht jetzt in keiner Lobby, was auch immer hier gewählt ist. <a href="/studio/accounts">Ändern, wer hereindarf</a>
visibility-change = Ändern, wer ihn findet
lobby-picture = Das kleine Bild in der Lobby
lobby-picture-live-html = <b>Live.</b> Jede Minute ein neues.
lobby-picture-blurred-html = <b>Verschwommen.</b> Nur Licht und Farben. Dein Knoten macht es unscharf, bevor es ihn verlässt.
lobby-picture-frozen-html = <b>Eingefroren.</b> Das jetzige bleibt, bis die Sendung endet; von einer neuen Sendung das erste.
lobby-picture-none-html = <b>Keins.</b> Der Steckbrief steht ohne Bild da.
lobby-picture-change = Kleines Bild ändern

invites = Einladungen
invites-none = Du hast noch keine. Eine Einladung ist ein Link, der eine Person direkt in deinen Raum führt, im Browser oder mit einem eigenen Parlor.
invites-here = { $here } gerade da
invites-used = { $limit ->
    [one] { $used } von { $limit } Person hat sie benutzt
   *[other] { $used } von { $limit } Leuten haben sie benutzt
}
invites-unlimited = für beliebig viele
invites-ends-minutes = { $count ->
    [one] endet in { $count } Minute
   *[other] endet in { $count } Minuten
}
invites-ends-hours = { $count ->
    [one] endet in { $count } Stunde
   *[other] endet in { $count } Stunden
}
invites-ends-days = { $count ->
    [one] endet in { $count } Tag
   *[other] endet in { $count } Tagen
}
invites-ended = ist abgelaufen
invites-endless = ohne Ende
invites-opens-lock = öffnet auch die verriegelte Tür
invites-made = angelegt { $ago }
invites-untitled = Ohne Namen
invites-copy-html = Kopieren<span class="unseen">: den Link von { $name }</span>
invites-revoke-html = Widerrufen<span class="unseen">: { $name }</span>
invites-show-html = Link zeigen<span class="unseen"> von { $name }</span>
invites-web = Für einen Browser, unter der Adresse, unter der du diese Seite siehst
invites-node = Für einen Parlor-Knoten
invites-hint = Wer einen Link hat, kann damit hereinkommen. Wer mit einer Einladung kam, die abgelaufen ist, bleibt bis zum Ende der Sendung; wer mit einer kam, die du widerrufst, ist in Sekunden draußen. Die anderen merken nichts.
invites-for = Name: einer Gruppe, nur für dich; oder einer Person, die der Raum dann so nennt
invites-limit = Leute, die sie benutzen dürfen, höchstens
invites-any = beliebig viele
invites-ends = Sie endet
invites-ends-never = nie
invites-ends-in-hour = in einer Stunde
invites-ends-in-day = in einem Tag
invites-ends-in-week = in einer Woche
invites-lock = Auch, während die Tür verriegelt ist
invites-make = Einladung anlegen

reach = Wie Leute dich erreichen
reach-direct-html = <b>Direkt.</b> Die kleinste Verzögerung. Verbirgt nicht, wo du bist: Wer hereinkommt, kann deine Internetadresse erfahren, und bei einem gelisteten Raum jeder, der nach ihr sucht.
reach-relayed-html = <b>Über Relays, die du wählst.</b> Etwas mehr Verzögerung. Verbirgt deine Internetadresse vor allen außer diesen Relays. Sie wissen, wo du bist und wie viel du sendest; in einen Raum auf Einladung können sie nicht hineinsehen.
reach-later = Die Änderung gilt ab dem nächsten Start von Parlor.
reach-change = Weg ändern
relays = Deine Relays
relays-none-html = Noch keine. Ein Relay ist ein Knoten auf einem Server, den du oder Freunde mit <code>parlor relay</code> betreiben.
relays-remove-html = Entfernen<span class="unseen">: { $address }</span>
relays-ready = Lässt Leute durch
relays-asked = Wird gefragt …
relays-another = Adresse eines weiteren Relays
relays-add = Hinzufügen
relays-hint-html = So, wie das Relay sie ausgibt: <code>/dns4/relay.example/udp/4001/quic-v1/p2p/12D3…</code>

upload = Was du gibst
upload-ceiling = Upload zu anderen Knoten, höchstens Mbit/s
upload-change = Obergrenze ändern
upload-hint = Dein Raum und die, die du weiterleitest, bleiben zusammen darunter. Mit zwei Dritteln dessen, was deine Leitung senden kann, bleibt Platz für alles andere; 0 sendet nichts.
relayed = Fremde Räume, die du weiterleitest
relayed-none = Keine. Der Schalter ist auf der Seite eines Raums, bei dem du zuschaust.
relayed-to = { $count ->
    [one] an { $count } Knoten
   *[other] an { $count } Knoten
}
relayed-stop-html = Nicht mehr weiterleiten<span class="unseen">: { $title }</span>
