# Die Seite des Raums: das Bild und sein Player, wer da ist, und wie ein fremder Raum hierherkommt.

room-talk = Gespräch
room-talk-said = Was gesagt wird
room-talk-say = Sag etwas
room-files = Dateien
room-files-list = Dateien im Raum
room-files-send = Eine Datei senden
room-facts-frame = Der Raum jetzt: auf Sendung oder nicht, und wer da ist
room-facts-title = Der Raum jetzt
room-facts-foot-html = Dieser Kasten erneuert sich von selbst. Steht hier „Auf Sendung“ und das Bild steht still, <a href="/room/{ $room }" target="_top">lade den Raum neu</a>.
room-account = Ich habe ein Konto in diesem Raum
room-as-html = Du bist hier als <b>{ $name }</b>.
log-out = Abmelden

on-air = Auf Sendung
off-air = Nicht auf Sendung
on-air-for-html = Dauer <time class="uptime" datetime="PT{ $secs }S" data-secs="{ $secs }" data-day="{ $day }">{ $uptime }</time>
tags = Schlagwörter
people = Im Raum
people-nobody = Noch ist niemand da.
people-watching = Schauen zu
people-listening = Hören mit
people-looking = Haben nur die Seite offen
people-more = und { $count } weitere
people-more-nodes = ; { $count } von allen mit eigenem Knoten
people-left = Vor Kurzem gegangen
count-watching = { $count ->
    [one] { $count } schaut zu
   *[other] { $count } schauen zu
}
count-nodes = , { $count } davon mit eigenem Knoten
count-listening = { $count ->
    [one] { $count } hört mit
   *[other] { $count } hören mit
}
count-looking = { $count ->
    [one] { $count } hat nur die Seite offen
   *[other] { $count } haben nur die Seite offen
}
people-you = du

path = Wie er hierherkommt
path-host = Vom Gastgeber
path-straight = direkt
path-hops = { $count ->
    [one] über { $count } Station
   *[other] über { $count } Stationen
}
path-behind = Hinter der Kamera
path-beside = Knoten neben deinem
path-children = Bekommen ihn von deinem

remote = Dein Knoten in diesem Raum
invite-link = Einladungslink
invite-hint-html = Er beginnt mit <code>parlor://</code>. Du bekommst ihn vom Gastgeber.
relay = Diesen Raum an andere weiterleiten
relay-off = Aus
relay-watching = Solange du zuschaust
relay-on = Ein
relay-it = Weiterleiten
relay-keep-html = Dabei bleiben<span class="unseen"> und weiterleiten</span>
relay-stop-html = Aufhören<span class="unseen"> weiterzuleiten</span>
relay-hint = Dein Knoten gibt weiter, was er bekommt: versiegelt und signiert, wie es kam, und nie mehr als der Upload, den du im Studio erlaubst. So kann auch ein Gastgeber mit langsamer Leitung ein volles Haus haben.
relay-hint-watching = Es endet, wenn du diese Seite schließt, außer du bleibst dabei.
relay-hint-on = Es geht weiter, wenn du diese Seite schließt, bis du es beendest oder Parlor endet.
relay-hint-address = Knoten, die ihn von deinem bekommen, sehen deine Internetadresse, so wie deiner ihre sieht.
leave = Raum verlassen
leave-hint = Dein Knoten holt ihn dann nicht mehr und gibt ihn nicht mehr weiter.

stage = Das Bild
stage-pictures = Livebilder aus dem Raum, ohne Ton
stage-video = Livebild
stage-late-html = Der Player wurde nicht geladen. Lade diese Seite neu, oder <a href="{ $address }">öffne das Bild für sich</a>.
stage-unmute = Ton einschalten
stage-player = Player
stage-watch = Zuschauen
stage-sound = Ton
stage-volume = Lautstärke
stage-latency = Wie weit das Bild hinter der Kamera liegt
stage-play = Modus
stage-fast = Schnell
stage-smooth = Flüssig
stage-stills = Bilder
stage-fps = Pro Sekunde
stage-quality = Qualität
stage-fullscreen = Vollbild
stage-ways = Wie du zuschaust
stage-way-video = Video mit Ton
stage-way-pictures = Nur Bilder
stage-way-fps = Bilder pro Sekunde
stage-way-choose = So zuschauen
stage-own-html = Für deinen eigenen Player: <a href="/room/{ $room }/live.m3u8">HLS</a> oder <a href="{ $address }">MP4</a>.

# Was an der Stelle des Bildes steht: `-plain` ist für Seiten ohne Skripte, die nicht von selbst weitermachen.
slate-off-air = Die Tür ist gerade zu. Lass diese Seite offen: Das Bild beginnt von selbst.
slate-off-air-plain = Die Tür ist gerade zu. Lade diese Seite neu, wenn der Raum auf Sendung ist.
slate-locked-title = Die Tür ist abgeschlossen
slate-locked = Der Gastgeber lässt gerade niemanden herein. Lass diese Seite offen: Sobald die Tür aufgeht, beginnt das Bild von selbst.
slate-locked-plain = Der Gastgeber lässt gerade niemanden herein. Lade diese Seite später neu.
slate-sent-out-title = Der Gastgeber hat alle hinausgeschickt
slate-sent-out = Um wieder hereinzukommen, lade diese Seite neu.
slate-adults-title = Für Erwachsene
slate-adults = Der Gastgeber hat den Raum als Raum für Erwachsene gekennzeichnet. Lade diese Seite neu und sag, ob du erwachsen bist.
slate-joining-title = Beitreten …
slate-joining = Dein Knoten sucht den Gastgeber, oder jemanden, der den Raum weiterleitet. Das Bild beginnt von selbst.
slate-joining-plain = Dein Knoten sucht den Gastgeber, oder jemanden, der den Raum weiterleitet. Lade diese Seite in ein paar Sekunden neu.
slate-invite-title = Nur mit Einladung
slate-invite = Dieser Raum ist privat. Bitte den Gastgeber um einen Link und füge ihn auf dieser Seite ein.
slate-invite-ended-title = Die Einladung ist abgelaufen
slate-invite-ended = Bitte den Gastgeber um einen neuen Link und füge ihn auf dieser Seite ein.
slate-invite-used-up-title = Die Einladung ist aufgebraucht
slate-invite-used-up = So viele Leute, wie sie zulässt, haben sie schon benutzt. Bitte den Gastgeber um einen eigenen Link und füge ihn auf dieser Seite ein.
slate-full-title = Alle Plätze sind besetzt
slate-full = Der Gastgeber lässt gerade niemanden mehr herein. Dein Knoten fragt jede Minute wieder, und das Bild beginnt von selbst.
slate-full-plain = Der Gastgeber lässt gerade niemanden mehr herein. Dein Knoten fragt jede Minute wieder; lade diese Seite dann neu.
slate-shut = Der Gastgeber lässt gerade niemand Neues herein. Dein Knoten fragt jede Minute wieder, und das Bild beginnt von selbst.
slate-shut-plain = Der Gastgeber lässt gerade niemand Neues herein. Dein Knoten fragt jede Minute wieder; lade diese Seite dann neu.
slate-removed = Dein Knoten fragt jede Minute wieder. Wenn du wieder hereindarfst, beginnt das Bild von selbst.
slate-removed-plain = Dein Knoten fragt jede Minute wieder. Lade diese Seite dann neu.
slate-host-off-air-title = Der Gastgeber ist nicht auf Sendung
slate-host-off-air = Lass diese Seite offen: Das Bild beginnt von selbst.
slate-host-off-air-plain = Lade diese Seite neu, wenn der Raum auf Sendung ist.

# Was im Bild gesprochen wird, als Text.
captions = Untertitel
captions-on = Untertitel an
captions-off = Untertitel aus
captions-begin = Hier steht, was im Bild gesprochen wird, soweit der Gastgeber es schreibt.
room-report = Diesen Raum melden
people-report = { $name } melden
