# El panel «Red» del estudio.

network = Red
network-frame = La red ahora: quién recibe la sala y cuánto envías
network-title = La red ahora
network-viewers = Miran por la red
network-browsers = Miran en tu página web
network-peers = Nodos conectados al tuyo
network-relayed = Salas de otros que retransmites
network-upload = Subida a otros nodos
network-upload-used = { $used } de { $allowed } Mbit/s
network-upload-meter = Subida usada, de la que permites
network-upload-none = Tu nodo no envía a ningún otro nodo.
network-relays-ready = { $all ->
    [one] { $ready } de { $all } repetidor deja pasar a la gente.
   *[other] { $ready } de { $all } repetidores dejan pasar a la gente.
}

nat-unknown = Parlor está averiguando si la gente de fuera de tu red puede llegar a ti.
nat-direct = La gente puede llegar a ti directamente.
nat-relay-only = La gente puede llegar a ti, pero solo a través de un repetidor.
nat-unreachable = Nadie de fuera de tu red puede llegar a ti todavía.
nat-unreachable-remedy = Haz que tu router pase el puerto de Parlor a este equipo, o elige un repetidor abajo.
nat-asking = Parlor está preguntando a tus repetidores.
nat-relayed = La gente llega a ti a través de tus repetidores, y solo ellos conocen tu dirección.
nat-no-relay = Ningún repetidor tuyo deja pasar a la gente, así que nadie puede llegar a ti.
nat-no-relay-remedy = Revisa sus direcciones abajo, o añade otro repetidor.

swarm-none = Ningún otro nodo recibe la sala todavía.
swarm-one = { $nodes ->
    [one] Tu nodo envía la sala a 1 nodo; su rama tiene { $nodes } nodo.
   *[other] Tu nodo envía la sala a 1 nodo; su rama tiene { $nodes } nodos.
}
swarm-many = Tu nodo envía la sala a { $branches } nodos. Sus ramas tienen { $sizes } y { $last } nodos.
swarm-many-more = Tu nodo envía la sala a { $branches } nodos. Sus ramas tienen { $sizes } y { $last } nodos; { $more } más no están dibujadas.
swarm-caption-none = Nadie recibe la sala de tu nodo todavía.
swarm-caption = { $branches ->
    [one] Tu nodo envía a { $branches } nodo; cada círculo es tan grande como lo que cuelga de él.
   *[other] Tu nodo envía a { $branches } nodos; cada círculo es tan grande como lo que cuelga de él.
}
swarm-caption-more = Tu nodo envía a { $branches } nodos, de los que { $drawn } están dibujados; cada círculo es tan grande como lo que cuelga de él.
swarm-caption-relay = Las líneas discontinuas pasan por un repetidor.

visibility = Quién encuentra la sala
visibility-invite-html = <b>Solo la gente que invitas.</b> No se publica nada sobre la sala. Llegan con un enlace tuyo.
visibility-listed-html = <b>Todo el mundo.</b> La ficha de la sala y una imagen pequeña están en el vestíbulo de cada nodo que mire.
visibility-known-html = No todo el mundo puede entrar en la sala: ahora no está en ningún vestíbulo, se elija lo que se elija aquí. <a href="/studio/accounts">Cambiar quién puede entrar</a>
visibility-change = Cambiar quién la encuentra
lobby-picture = La imagen pequeña en los vestíbulos
lobby-picture-live-html = <b>En directo.</b> Una nueva cada minuto.
lobby-picture-blurred-html = <b>Borrosa.</b> Solo luz y colores. Tu nodo la difumina antes de que salga.
lobby-picture-frozen-html = <b>Congelada.</b> La de ahora se queda hasta que termines el directo; de un directo nuevo, la primera.
lobby-picture-none-html = <b>Ninguna.</b> La ficha está allí sin imagen.
lobby-picture-change = Cambiar la imagen pequeña

invites = Invitaciones
invites-none = No has hecho ninguna. Una invitación es un enlace que lleva a una persona directamente a tu sala, en un navegador o con un Parlor propio.
invites-here = { $here } aquí ahora
invites-used = { $limit ->
    [one] la ha usado { $used } de { $limit } persona
   *[other] la han usado { $used } de { $limit } personas
}
invites-unlimited = para cualquier número de personas
invites-ends-minutes = { $count ->
    [one] termina en { $count } minuto
   *[other] termina en { $count } minutos
}
invites-ends-hours = { $count ->
    [one] termina en { $count } hora
   *[other] termina en { $count } horas
}
invites-ends-days = { $count ->
    [one] termina en { $count } día
   *[other] termina en { $count } días
}
invites-ended = ha caducado
invites-endless = sin fin
invites-opens-lock = abre también la puerta cerrada
invites-made = hecha { $ago }
invites-untitled = Sin nombre
invites-copy-html = Copiar<span class="unseen"> el enlace de { $name }</span>
invites-revoke-html = Revocar<span class="unseen"> { $name }</span>
invites-show-html = Mostrar el enlace<span class="unseen"> de { $name }</span>
invites-web = Para un navegador, en la dirección en la que ves esta página
invites-node = Para un nodo de Parlor
invites-hint = Quien tenga un enlace puede entrar con él. Quien vino con una invitación que ha caducado se queda hasta que termine la emisión; quien vino con una que revocas queda fuera en segundos. Los demás no notan nada.
invites-for = Nombre: de un grupo, solo para ti; o de una persona, a la que la sala llamará así
invites-limit = Personas que pueden usarla, como máximo
invites-any = sin límite
invites-ends = Termina
invites-ends-never = nunca
invites-ends-in-hour = en una hora
invites-ends-in-day = en un día
invites-ends-in-week = en una semana
invites-lock = También con la puerta cerrada
invites-make = Hacer una invitación

reach = Cómo llega la gente a ti
reach-direct-html = <b>Directamente.</b> El menor retraso. No oculta dónde estás: quien entra puede saber tu dirección de internet, y en una sala pública, cualquiera que la busque.
reach-relayed-html = <b>A través de repetidores que eliges.</b> Un poco más de retraso. Oculta tu dirección de internet a todos menos a esos repetidores. Saben dónde estás y cuánto envías; dentro de una sala con invitación no pueden mirar.
reach-later = El cambio vale a partir del próximo inicio de Parlor.
reach-change = Cambiar el camino
relays = Tus repetidores
relays-none-html = Ninguno todavía. Un repetidor es un nodo en un servidor que tú o una amistad lleváis con <code>parlor relay</code>.
relays-remove-html = Quitar<span class="unseen"> { $address }</span>
relays-ready = Deja pasar a la gente
relays-asked = Se le está preguntando…
relays-another = Dirección de otro repetidor
relays-add = Añadir
relays-hint-html = Tal como la muestra el repetidor: <code>/dns4/relay.example/udp/4001/quic-v1/p2p/12D3…</code>

upload = Lo que das
upload-ceiling = Subida a otros nodos, Mbit/s como máximo
upload-change = Cambiar el tope
upload-hint = Tu sala y las que retransmites se quedan juntas por debajo. Dos tercios de lo que tu línea puede enviar dejan sitio para todo lo demás; 0 no envía nada.
relayed = Salas de otros que retransmites
relayed-none = Ninguna. El interruptor está en la página de una sala que miras.
relayed-to = { $count ->
    [one] a { $count } nodo
   *[other] a { $count } nodos
}
relayed-stop-html = Dejar de retransmitir<span class="unseen"> { $title }</span>
