# La página de la sala: la imagen y su reproductor, quién está, y cómo llega hasta aquí la sala de otra persona.

room-talk = Charla
room-talk-said = Lo que se dice
room-talk-say = Di algo
room-files = Archivos
room-files-list = Archivos en la sala
room-files-send = Enviar un archivo
room-facts-frame = La sala ahora: en directo o no, y quién está
room-facts-title = La sala ahora
room-facts-foot-html = Este recuadro se actualiza solo. Si dice «En directo» y la imagen está parada, <a href="/room/{ $room }" target="_top">vuelve a cargar la sala</a>.
room-account = Tengo una cuenta en esta sala
room-as-html = Estás aquí como <b>{ $name }</b>.
log-out = Cerrar sesión

on-air = En directo
off-air = Fuera del aire
on-air-for-html = desde hace <time class="uptime" datetime="PT{ $secs }S" data-secs="{ $secs }" data-day="{ $day }">{ $uptime }</time>
tags = Etiquetas
people = En la sala
people-nobody = Todavía no hay nadie.
people-watching = Mirando
people-listening = Escuchando
people-looking = Solo con la página abierta
people-more = y { $count } más
people-more-nodes = ; { $count } de todos con un nodo propio
people-left = Se han ido hace poco
count-watching = { $count } mirando
count-nodes = , { $count } con un nodo propio
count-listening = { $count } escuchando
count-looking = { $count } solo con la página abierta
people-you = tú

path = Cómo llega hasta aquí
path-host = Desde el anfitrión
path-straight = directo
path-hops = { $count ->
    [one] { $count } salto
   *[other] { $count } saltos
}
path-behind = Por detrás de la cámara
path-beside = Nodos junto al tuyo
path-children = La reciben del tuyo

remote = Tu nodo en esta sala
invite-link = Enlace de invitación
invite-hint-html = Empieza por <code>parlor://</code>. Te lo da el anfitrión.
relay = Retransmitir esta sala a otros
relay-off = No
relay-watching = Mientras miras
relay-on = Sí
relay-it = Retransmitir
relay-keep-html = Seguir<span class="unseen"> retransmitiendo</span>
relay-stop-html = Dejar<span class="unseen"> de retransmitir</span>
relay-hint = Tu nodo pasa lo que recibe a otros espectadores, sellado y firmado tal como llegó, sin superar la subida que permites en el estudio. Así un anfitrión con una línea lenta puede llenar la sala.
relay-hint-watching = Termina cuando cierras esta página, a menos que sigas.
relay-hint-on = Continúa cuando cierras esta página, hasta que lo dejes o Parlor termine.
relay-hint-address = Los nodos que la reciben del tuyo ven tu dirección de internet, como el tuyo ve la suya.
leave = Salir de la sala
leave-hint = Tu nodo deja entonces de pedirla y de pasarla.

stage = La imagen
stage-pictures = Imágenes en directo de la sala, sin sonido
stage-video = Imagen en directo
stage-late-html = El reproductor no se cargó. Vuelve a cargar esta página o <a href="{ $address }">abre la imagen por separado</a>.
stage-unmute = Activar el sonido
stage-player = Reproductor
stage-watch = Mirar
stage-sound = Sonido
stage-volume = Volumen
stage-latency = Cuánto va la imagen por detrás de la cámara
stage-play = Modo
stage-fast = Rápido
stage-smooth = Fluido
stage-stills = Imágenes
stage-fps = Por segundo
stage-quality = Calidad
stage-fullscreen = Pantalla completa
stage-ways = Cómo mirar
stage-way-video = Vídeo con sonido
stage-way-pictures = Solo imágenes
stage-way-fps = Imágenes por segundo
stage-way-choose = Mirar así
stage-own-html = Para tu propio reproductor: <a href="/room/{ $room }/live.m3u8">HLS</a> o <a href="{ $address }">MP4</a>.

# Lo que se pone en lugar de la imagen: `-plain` es para páginas sin scripts, que no siguen solas.
slate-off-air = La puerta está cerrada por ahora. Deja esta página abierta: la imagen empieza sola.
slate-off-air-plain = La puerta está cerrada por ahora. Vuelve a cargar esta página cuando la sala esté en directo.
slate-locked-title = La puerta está cerrada con llave
slate-locked = El anfitrión no deja entrar a nadie ahora. Deja esta página abierta: en cuanto se abra la puerta, la imagen empieza sola.
slate-locked-plain = El anfitrión no deja entrar a nadie ahora. Vuelve a cargar esta página más tarde.
slate-sent-out-title = El anfitrión ha hecho salir a todos
slate-sent-out = Para volver a entrar, carga esta página de nuevo.
slate-adults-title = Para adultos
slate-adults = El anfitrión marca la sala como para adultos. Vuelve a cargar esta página y di si lo eres.
slate-joining-title = Entrando…
slate-joining = Tu nodo busca al anfitrión, o a alguien que retransmita la sala. La imagen empieza sola.
slate-joining-plain = Tu nodo busca al anfitrión, o a alguien que retransmita la sala. Vuelve a cargar esta página en unos segundos.
slate-invite-title = Hace falta una invitación
slate-invite = Esta sala es privada. Pide un enlace a su anfitrión y pégalo en esta página.
slate-invite-ended-title = La invitación ha caducado
slate-invite-ended = Pide otro enlace al anfitrión y pégalo en esta página.
slate-invite-used-up-title = La invitación está agotada
slate-invite-used-up = Ya la han usado todas las personas para las que es. Pide al anfitrión un enlace para ti y pégalo en esta página.
slate-full-title = No quedan plazas
slate-full = El anfitrión no deja entrar a más gente por ahora. Tu nodo pregunta cada minuto, y la imagen empieza sola.
slate-full-plain = El anfitrión no deja entrar a más gente por ahora. Tu nodo pregunta cada minuto; vuelve a cargar esta página entonces.
slate-shut = El anfitrión no deja entrar a nadie nuevo ahora. Tu nodo pregunta cada minuto, y la imagen empieza sola.
slate-shut-plain = El anfitrión no deja entrar a nadie nuevo ahora. Tu nodo pregunta cada minuto; vuelve a cargar esta página entonces.
slate-removed = Tu nodo pregunta cada minuto. Si puedes volver a entrar, la imagen empieza sola.
slate-removed-plain = Tu nodo pregunta cada minuto. Vuelve a cargar esta página entonces.
slate-host-off-air-title = El anfitrión está fuera del aire
slate-host-off-air = Deja esta página abierta: la imagen empieza sola.
slate-host-off-air-plain = Vuelve a cargar esta página cuando la sala esté en directo.

# Lo que se dice en la imagen, como texto.
captions = Subtítulos
captions-on = Activar subtítulos
captions-off = Quitar subtítulos
captions-begin = Aquí está lo que se dice en la imagen, en lo que el anfitrión lo escribe.
room-report = Avisar de esta sala
people-report = Avisar de { $name }
