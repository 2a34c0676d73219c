# Wen der Gastgeber kennt: Konten und Freunde.

known = Wen du kennst
known-back = Zurück zum Studio
known-who = Wer hereinkommt
known-all-html = <b>Wer sonst auch darf.</b> Wie du es im Studio eingestellt hast.
known-invited-html = <b>Wer eine Einladung von dir hat</b> oder ein Konto. Für alle anderen gibt es den Raum nicht.
known-only-html = <b>Nur, wen du kennst:</b> Leute mit einem Konto und die Knoten deiner Freunde. Für alle anderen gibt es den Raum nicht, auch nicht mit einer Einladung.
known-who-change = Ändern, wer hereinkommt
known-enter-html = Leute mit einem Konto melden sich unter <a href="/room/{ $room }/enter">/room/{ $room }/enter</a> an.
accounts = Konten
accounts-none = Es gibt keine. Ein Konto ist ein Name und ein Passwort, die du jemandem gibst, der oft kommt.
accounts-disabled = Gesperrt
accounts-here = Im Raum
accounts-logged-in = Angemeldet
accounts-away = Nicht da
accounts-change-html = Ändern<span class="unseen">: das Konto von { $name }</span>
accounts-rename-html = Umbenennen<span class="unseen">: { $name }</span>
accounts-new-password = Neues Passwort
accounts-set-password-html = Passwort setzen<span class="unseen"> für { $name }</span>
accounts-enable-html = Entsperren<span class="unseen">: { $name }</span>
accounts-disable-html = Sperren<span class="unseen">: { $name }</span>
accounts-remove-html = Entfernen<span class="unseen">: { $name }</span>
accounts-make = Konto anlegen
accounts-kept = Aufgehoben werden der Name, ein Hash des Passworts (Argon2id), und ob das Konto gesperrt ist. Nicht, wann jemand da war.
friends = Knoten von Freunden
friends-remove-html = Entfernen<span class="unseen">: den Knoten von { $name }</span>
friends-name = Name
friends-key = Schlüssel des Knotens
friends-add = Knoten hinzufügen
friends-hint-html = Der Knoten von Freunden kommt mit seinem Schlüssel herein; ein Einladungslink hilft ihm trotzdem, dich zu finden. Deiner, für deine Freunde: <code>{ $key }</code>
