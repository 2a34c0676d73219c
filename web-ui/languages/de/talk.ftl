# Das Gespräch: was gesagt wird, das Formular daneben, und wie Ordnung gehalten wird.

talk-begins = Sei nett. Was hier gesagt wird, wird nirgends aufgehoben und ist weg, wenn der Gastgeber geht.
talk-to = An { $name }: { $begins }
talk-known = An diesem Kennzeichen wiederzuerkennen
talk-tripcode = Ein alter Tripcode: Andere können ihn auch haben
talk-more = Was du mit der Zeile von { $name } tun kannst
talk-answer = Antworten
talk-report = Melden
talk-no-answer = Nicht antworten
talk-say = Sagen
talk-announce = damit es alle bemerken
talk-as-html = Als <b class="name hue-{ $hue }">{ $name }</b>
talk-phrase = Geheimsatz
talk-phrase-hint = Wenn du magst: Derselbe Satz gibt dir in jedem Raum dasselbe Kennzeichen neben deinem Namen. Niemand sonst kann es nachmachen, außer diesem Gastgeber: Nimm einen Satz, der sonst nichts öffnet.
talk-old = Das ist der Satz eines alten Tripcodes
talk-old-hint = Wie auf Imageboards, wo du auch Name#Satz schreiben kannst. Er ist schwach: Viele Sätze sind längst bekannt, also kann jeder deinen haben. Er erscheint als ◆ und nicht als Kennzeichen. Nur ASCII.
talk-rename = So heißen

check = Oder zeig, dass du keine Flut bist, und sag es jetzt
check-picture = Sechs Ziffern, schief gezeichnet; der Ton sagt dieselben.
check-code = Die sechs Ziffern, jede von 1 bis 6
check-sound-hint = So hörst du sie: Jede ist ein tiefer Ton und dann so viele Pieptöne, wie die Ziffer sagt. Zwei tiefe Töne sind das Ende.
check-beeps = Die Ziffern als Pieptöne
check-sound = Der Ton für sich
check-working = Einen Moment: Dein Browser zeigt, dass du keine Flut bist. Dann wird es gesendet.

order = Ordnung halten
order-hide = Ausblenden
order-time-out = Fünf Minuten Ruhe
order-bar = Vom Gespräch ausschließen
order-may = { $name } darf
order-may-hide = Zeilen ausblenden
order-may-silence = Leute zur Ruhe schicken
order-may-bar = Leute ausschließen
order-may-pace = das Tempo bestimmen
order-may-door = die Tür hüten
order-trust = Zum Moderator machen
order-pause = Zwischen zwei Zeilen einer Person
order-pause-none = Keine Pausen
order-pause-set = Pause setzen
order-words = Wörter, die nicht fallen sollen, eins pro Zeile
order-words-keep = Diese Liste behalten
order-clear = Alles Gesagte löschen
order-locked = Die Tür ist abgeschlossen: Niemand Neues kommt herein.
order-unlock = Tür aufschließen
order-lock = Tür abschließen
order-lock-hint = Wer jetzt im Raum ist, bleibt. Niemand Neues kommt herein, und die Lobby zeigt den Raum nicht mehr.
order-send-out = Alle hinausschicken
order-send-out-hint = Bild, Ton und Gespräch enden sofort für alle außer dem Gastgeber und den Moderatoren.
order-send-out-lock = und die Tür hinter ihnen abschließen; sonst dürfen sie wieder herein
order-send-out-now = Jetzt alle hinausschicken
order-barred-for-good = { $name } darf nicht mehr mitreden, auf Dauer.
order-see-studio = Im Studio ansehen
order-barred = { $name } darf nicht mitreden.
order-unbar = { $name } wieder mitreden lassen
order-ban = { $name } auf Dauer ausschließen
order-ban-hint = Der Name, und soweit vorhanden das Kennzeichen und der Schlüssel des Knotens, werden dann auf diesem Computer gespeichert, bis du sie im Studio von der Liste nimmst.
order-ban-note = Warum, nur für dich
order-ban-save = Auf Dauer speichern
order-ban-no-trace = Das gilt, bis Parlor anhält: Es gibt weder ein Kennzeichen noch einen eigenen Knoten, woran man die Person erkennen könnte.
order-moderator = { $name } hält Ordnung.
order-distrust = { $name } das wieder nehmen

emotes = Emotes
emotes-how = Schreib so einen Namen mit seinen Doppelpunkten in eine Zeile, und er wird zum Bild.
