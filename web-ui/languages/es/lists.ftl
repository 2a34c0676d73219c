# Listas de personas que otros no quieren.

lists = Listas de otros
lists-followed = Listas que sigues
lists-none = Ninguna. Una lista es un texto firmado que lleva alguien que sabe a quién no dejar entrar. Quien está en ella no puede hablar en tu sala, y se le dice qué lista es y por qué.
lists-facts = { $count ->
    [one] { $count } entrada · versión del { $time } UTC
   *[other] { $count } entradas · versión del { $time } UTC
}
lists-skipped = { $count ->
    [one] { $count } línea no es para este Parlor
   *[other] { $count } líneas no son para este Parlor
}
lists-author = La lleva { $name }
lists-key = Clave
lists-leave-html = Dejar<span class="unseen"> la lista { $name }</span>
lists-show-html = Quién está en ella<span class="unseen">: { $name }</span>
lists-node = nodo { $key }
lists-mark = !{ $mark }
lists-excepted = Le dejas hablar de todos modos.
lists-except-html = Dejar hablar de todos modos<span class="unseen">: { $name }</span>
lists-refuse-html = Que la lista valga otra vez<span class="unseen"> para { $name }</span>
lists-paste = Una lista, o una versión más nueva de una que sigues
lists-file = O el archivo en el que está
lists-follow = Seguirla
lists-hint = Pega el texto entero, o elige el archivo tal como se guardó. Una versión más nueva solo se acepta de la misma clave, y nunca una más antigua. No se descarga nada de ningún sitio.
lists-own = Tu propia lista
lists-own-count = { $count ->
    [0] No has vetado a nadie para siempre.
    [one] { $count } persona que has vetado para siempre.
   *[other] { $count } personas que has vetado para siempre.
}
lists-notes = Con mis notas como motivos
lists-own-list = Guardarla como lista firmada
lists-own-table = Guardarla como tabla (CSV)
lists-own-hint = Para otros anfitriones, como un archivo que les envías. Contiene marcas y claves de nodos, y ningún nombre. Diles su clave por otro camino.
lists-room = sala { $id }
lists-rooms = Salas en ella
lists-unlist-html = Quitarla<span class="unseen">: { $name }</span>
lists-reports = Avisos de personas cuyo anfitrión sigue tu lista
lists-reports-no = No recibo ninguno
lists-reports-text = Como textos sellados que me envían
lists-reports-here = Directamente a este nodo: la lista dice entonces qué sala es, y dónde
lists-reports-set = Decirlo en mi lista
lists-reports-hint-html = Constará en la lista que guardes a continuación. Lo que ha llegado está en <a href="/studio/reports">Avisos</a>.
