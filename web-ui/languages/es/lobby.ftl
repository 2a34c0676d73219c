# El vestíbulo: las salas como fichas, y cuáles se quieren ver.

lobby-lit = Una puerta iluminada es una sala en directo.
lobby-paste = Pegar una invitación
lobby-open = Abrir la sala
lobby-rooms = Salas
lobby-search-rooms = Buscar salas
lobby-search = Buscar
lobby-tag = Etiqueta
lobby-any-tag = Todas las etiquetas
lobby-language = Idioma
lobby-any-language = Todos los idiomas
lobby-price = Precio
lobby-any-price = Todos los precios
lobby-free = Gratis
lobby-paid = De pago
lobby-order = Orden
lobby-by-viewers = Más espectadores primero
lobby-by-newest = Últimas en directo primero
lobby-by-title = Por título
lobby-on-air-only = Solo en directo
lobby-covered = La imagen está tapada: para adultos
lobby-own = Tu sala
lobby-on-air-for-html = En directo desde hace <time class="uptime" datetime="PT{ $secs }S" data-secs="{ $secs }" data-day="{ $day }">{ $uptime }</time>
lobby-ask-html = <b>¿Tienes 18 años o más?</b> Algunas salas de aquí son para adultos. Sus imágenes siguen tapadas hasta que lo digas.
lobby-ask-yes = Sí, los tengo
lobby-look-again = Mirar otra vez
lobby-more = y { $count } más; busca para acotar
lobby-every = Mostrar todas las salas
lobby-shown = Las imágenes de las salas para adultos se muestran.
lobby-cover = Taparlas
lobby-are-covered = Las imágenes de las salas para adultos están tapadas.
lobby-show = Tengo 18 años o más: mostrarlas
lobby-tally = { $count ->
    [one] { $count } sala
   *[other] { $count } salas
}
lobby-none-like-this = No hay ninguna sala así
lobby-none-like-this-hint = Quita una palabra, o elige «Todas» o «Todos» en una de las listas.
lobby-quiet = Aquí hay silencio
lobby-quiet-hint = No hay ninguna sala abierta en esta puerta.
lobby-no-node = Todavía no se ha encontrado otro nodo
lobby-no-node-hint = Se está buscando en la red. Una invitación también lleva a ella: conoce el camino hasta su anfitrión.
lobby-no-room = Todavía no se ha encontrado otra sala
lobby-no-room-hint = { $peers ->
    [one] Se está buscando en la red; hay { $peers } nodo conectado. Una sala aparece aquí en cuanto se encuentra.
   *[other] Se está buscando en la red; hay { $peers } nodos conectados. Una sala aparece aquí en cuanto se encuentra.
}
