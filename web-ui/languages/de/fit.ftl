# Die Seiten passend machen: Größen, Schrift, Töne, und wo die Bereiche eines Raums stehen.

fit = Passend für dich machen
fit-hint = Was du wählst, bleibt in diesem Browser, ein Jahr lang nach der letzten Wahl. Was dein System zu Kontrast, Farben und Bewegung wünscht, gilt ohnehin.
fit-size = Größe
fit-size-larger = Größer
fit-size-large = Groß
fit-size-largest = Am größten
fit-contrast = Kontrast
fit-contrast-more = Mehr
fit-font = Schrift
fit-font-plain = Schlicht
fit-font-spaced = Schlicht, mit mehr Abstand
fit-motion = Bewegung
fit-motion-less = Keine
fit-captions = Untertitel
fit-captions-off = Aus
fit-captions-on = An
fit-targets = Knöpfe und Felder
fit-targets-large = Groß
fit-hand = Eine Hand
fit-hand-both = Beide Hände
fit-hand-hint = Auf einem Telefon liegt dann unten und auf dieser Seite, was du drückst, und darunter die Links der Seite.
fit-left = Links
fit-right = Rechts
fit-usual = Wie üblich
fit-system = Wie das System sagt
fit-telling = Töne und Stimme
fit-telling-hint = Im Raum und im Studio, solange die Seite offen ist. Wo der Browser keine Stimme hat, bekommt ein Screenreader die Worte. Browser spielen keinen Ton, bevor du auf der Seite etwas gedrückt hast.
fit-telling-plain = Dieser Browser führt keine Skripte aus, also kann hier nichts klingen oder vorgelesen werden. Ein Screenreader liest das Gespräch, wie es kommt.
fit-message = Jemand sagt etwas
fit-join = Jemand kommt in den Raum
fit-told-nothing = Nicht melden
fit-told-sound = Ein kurzer Ton
fit-told-spoken = Vorlesen
fit-told-both = Ein Ton, und vorlesen
fit-keep = So behalten
fit-panels = Bereiche eines Raums
fit-reset = Alles wieder wie üblich
fit-back = Zurück, ohne etwas zu ändern
fit-beside = Neben dem Bild auf breitem Schirm
fit-beside-none = Nichts
fit-side = Auf welcher Seite
fit-wide = Breite dessen, was daneben steht
fit-tall = Höhe des Gesprächs darunter
fit-tall-short = Niedrig
fit-tall-tall = Hoch

arrange = Diese Seite anordnen
arrange-more = Größen, Kontrast, Schrift, Töne und Stimme
arrange-show-html = Zeigen<span class="unseen"> { $panel }</span>
arrange-hide-html = Verbergen<span class="unseen"> { $panel }</span>
arrange-earlier-html = Hinauf<span class="unseen"> { $panel }</span>
arrange-later-html = Hinunter<span class="unseen"> { $panel }</span>
arrange-narrower = Schmaler
arrange-wider = Breiter
