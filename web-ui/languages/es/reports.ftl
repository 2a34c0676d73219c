# Avisos: al anfitrión, y a quien lleva una lista de personas que otros no quieren.

report = Avisar
report-the-room-html = La sala <b>{ $title }</b>
report-why = ¿Por qué?
report-choose = Elige un motivo
reason-harassment = Acoso u odio
reason-threat = Una amenaza, o alguien en peligro
reason-minor = Alguien parece menor de edad
reason-consent = Mostrado o contado sin consentimiento
reason-spam = Spam o fraude
reason-other = Otra cosa
report-words = Con tus propias palabras, si quieres
report-to = ¿Quién lo recibe?
report-to-host = El anfitrión
report-to-list = Quien lleva la lista «{ $list }»
report-to-keeper = { $name }, que lleva la lista «{ $list }»
report-to-nobody = Aquí nadie recibe avisos: eres el anfitrión y no sigues ninguna lista cuyo responsable los reciba.
report-named = Decir que viene de { $name }
report-send = Avisar
report-copy = Mostrarlo como texto sellado
report-hint = No se guarda en ningún sitio más que con quien lo recibe.
report-hint-own = Para quien lleva una lista se sella aquí, en la página del anfitrión: así que el anfitrión también podría leerlo. Si no debe, mira con un nodo propio.
report-hint-node = Para quien lleva una lista lo sella tu nodo, y nadie más lo lee. Si se envía, su nodo ve la dirección del tuyo; como texto lo pasas como quieras.
report-back = Volver a la sala
report-text = Sellado, para quien lleva la lista «{ $list }»
report-text-hint = Cópialo entero y envíaselo como quieras. Nadie más puede abrirlo.

reports = Avisos
reports-count = { $count ->
    [one] { $count } aviso espera
   *[other] { $count } avisos esperan
}
reports-waiting = De qué avisan
reports-none = Nada.
reports-from = de { $name }
reports-in = En la sala
reports-unproved = Es solo la palabra de quien avisa: tu nodo no lo sabe por sí mismo.
reports-hide-html = Ocultar<span class="unseen"> la línea de { $name }</span>
reports-time-out-html = Cinco minutos de silencio<span class="unseen"> para { $name }</span>
reports-bar-html = Vetar de la charla<span class="unseen">: { $name }</span>
reports-ban-html = Vetar para siempre<span class="unseen">: { $name }</span>
reports-list-html = Poner en mi lista<span class="unseen">: { $name }</span>
reports-dismiss-html = Descartar<span class="unseen"> el aviso sobre { $name }</span>
reports-clear = Descartar todos
reports-hint = Están solo en la memoria de este ordenador, y desaparecen cuando Parlor termina. No se guarda quién avisó. A quien vetas para siempre, y lo que pones en tu lista, se escribe en este ordenador.
reports-list = Avisos para tu lista
reports-paste = Un aviso sellado que alguien te envió
reports-open = Abrirlo
reports-list-hint-html = Si tu propia lista dice que recibes avisos, los sellan para su clave. <a href="/studio/lists#own-title">Decirlo en tu lista</a>.
