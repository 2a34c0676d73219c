# Lo que dicen los scripts. `{ $gap }` lo rellena el script.

script-asking-camera = Pidiendo la cámara…
script-whip-first = Activa primero WHIP, en «Emitir desde otro programa».
script-connecting = Conectando…
script-broadcasting = Estás emitiendo. Deja esta página abierta.
script-no-devices = Los navegadores solo prestan la cámara a páginas por HTTPS o en este mismo equipo. Abre el estudio así.
script-stop-broadcast = Dejar de emitir
script-broadcast = Emitir desde aquí
script-no-h264 = Este navegador no puede enviar H.264, que las salas necesitan. Usa Chromium, Safari u OBS.
script-camera-refused = El navegador no puede usar la cámara. Permítelo en la barra de direcciones y prueba otra vez.
script-camera-missing = Este dispositivo no tiene cámara ni micrófono que el navegador encuentre.
script-camera-busy = Otro programa tiene la cámara. Ciérralo y prueba otra vez.
script-no-broadcast = La emisión no pudo empezar. Prueba otra vez.
script-refused = El nodo lo ha rechazado ({ $gap }).
script-node-gone = No se puede llegar al nodo, así que no se cambió nada. Prueba otra vez cuando vuelva.
script-copied = Copiado
script-press-copy = Pulsa Ctrl+C

script-lost = Se ha perdido la conexión con la sala.
script-lost-waiting = Se ha perdido la conexión con la sala. Esperándola…
script-no-picture = La sala no tiene imagen para ti ahora ({ $gap }).
script-no-webrtc = Este navegador no tiene WebRTC.
script-fast-lost = Se ha perdido la conexión rápida con la sala.
script-no-mse = Este navegador no tiene Media Source Extensions.
script-no-format = Este navegador no puede reproducir el formato de la sala.
script-no-format-named = Este navegador no puede reproducir el formato de la sala ({ $gap }).
script-no-type = Este navegador no puede reproducir { $gap }.
script-no-video = Este navegador no puede reproducir el vídeo de la sala.
script-ended = La sala terminó la transmisión.
script-gave-up = El reproductor del navegador se rindió.
script-gave-up-why = El reproductor del navegador se rindió ({ $gap }).
script-elsewhere = Elige «Imágenes» abajo, o abre la sala en otro navegador.
script-again = Probando otra vez…
script-again-in = Nuevo intento en { $gap } s…
script-slow = La sala tarda demasiado en responder.
script-smooth = El modo rápido no llega hasta aquí, así que este es el fluido.
script-stuck = La imagen se ha atascado. Esperando a la sala…
script-stood-still = La imagen se quedó parada.
script-press-watch = Tu navegador te espera: pulsa «Mirar».
script-off-air = La sala está fuera del aire. La imagen empieza sola.
script-stop-watching = Dejar de mirar
script-watch = Mirar
script-sound-on = Activar el sonido
script-sound-off = Quitar el sonido
script-behind-ms = { $gap } ms de retraso
script-behind-s = { $gap } s de retraso

# Lo que se avisa de lo que pasa en la sala, en voz alta.
script-heard = { $name } dice: { $text }
script-came = { $gap } ha entrado.
script-unheard = Y { $gap } más.
