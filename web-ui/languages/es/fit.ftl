# Adaptar las páginas a quien las lee: tamaños, letra, sonidos y dónde están los paneles de una sala.

fit = Adáptalo a ti
fit-hint = Lo que elijas se queda en este navegador, un año desde la última vez que lo elegiste. Lo que tu sistema pide de contraste, colores y movimiento se respeta siempre.
fit-size = Tamaño
fit-size-larger = Más grande
fit-size-large = Grande
fit-size-largest = El más grande
fit-contrast = Contraste
fit-contrast-more = Más
fit-font = Letra
fit-font-plain = Sencilla
fit-font-spaced = Sencilla, con más espacio
fit-motion = Movimiento
fit-motion-less = Ninguno
fit-captions = Subtítulos
fit-captions-off = No
fit-captions-on = Sí
fit-targets = Botones y campos
fit-targets-large = Grandes
fit-hand = Una mano
fit-hand-both = Las dos manos
fit-hand-hint = En un teléfono, lo que se pulsa queda entonces abajo y de ese lado, y los enlaces de la página debajo.
fit-left = Izquierda
fit-right = Derecha
fit-usual = Como siempre
fit-system = Como diga el sistema
fit-telling = Sonidos y voz
fit-telling-hint = En la sala y en el estudio, mientras la página esté abierta. Si el navegador no tiene voz, las palabras van al lector de pantalla. Los navegadores no suenan antes de que pulses algo en la página.
fit-telling-plain = Este navegador no ejecuta scripts, así que aquí nada puede sonar ni leerse en voz alta. Un lector de pantalla lee la charla según llega.
fit-message = Alguien dice algo
fit-join = Alguien entra en la sala
fit-told-nothing = No avisar
fit-told-sound = Un tono breve
fit-told-spoken = Leer en voz alta
fit-told-both = Un tono, y leer en voz alta
fit-keep = Guardarlo así
fit-panels = Paneles de una sala
fit-reset = Todo otra vez como siempre
fit-back = Volver sin cambiar nada
fit-beside = Junto a la imagen en pantalla ancha
fit-beside-none = Nada
fit-side = De qué lado
fit-wide = Anchura de lo que está al lado
fit-tall = Altura de la charla debajo
fit-tall-short = Baja
fit-tall-tall = Alta

arrange = Ordenar esta página
arrange-more = Tamaños, contraste, letra, sonidos y voz
arrange-show-html = Mostrar<span class="unseen"> { $panel }</span>
arrange-hide-html = Ocultar<span class="unseen"> { $panel }</span>
arrange-earlier-html = Subir<span class="unseen"> { $panel }</span>
arrange-later-html = Bajar<span class="unseen"> { $panel }</span>
arrange-narrower = Más estrecho
arrange-wider = Más ancho
