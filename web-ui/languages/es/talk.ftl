# La charla: lo que se dice, el formulario al lado, y cómo se mantiene el orden.

talk-begins = Sé amable. Lo que se dice aquí no se guarda en ningún sitio y desaparece cuando se va el anfitrión.
talk-to = A { $name }: { $begins }
talk-known = Se reconoce por esta marca
talk-tripcode = Un tripcode antiguo: otras personas pueden tenerlo también
talk-more = Qué puedes hacer con la línea de { $name }
talk-answer = Responder
talk-report = Avisar de esto
talk-no-answer = No responder
talk-say = Decir
talk-announce = para que todos lo noten
talk-as-html = Como <b class="name hue-{ $hue }">{ $name }</b>
talk-phrase = Frase secreta
talk-phrase-hint = Si quieres: la misma frase da la misma marca junto a tu nombre, en todas las salas. Nadie más puede hacerla, salvo este anfitrión: elige una frase que no abra nada más.
talk-old = Es la frase de un tripcode antiguo
talk-old-hint = Como en los tablones de imágenes, donde también puedes escribir Nombre#frase. Es débil: muchas frases se encontraron hace tiempo, así que cualquiera puede tener la tuya. Se muestra como ◆ y no como marca. Solo ASCII.
talk-rename = Llamarme así

check = O demuestra que no eres una avalancha, y dilo ahora
check-picture = Seis cifras, dibujadas torcidas; el sonido tiene las mismas.
check-code = Las seis cifras, cada una del 1 al 6
check-sound-hint = Para oírlas: cada una es un tono grave y después tantos pitidos como dice la cifra. Dos tonos graves son el final.
check-beeps = Las cifras como pitidos
check-sound = El sonido por separado
check-working = Un momento: tu navegador demuestra que no eres una avalancha. Después se envía.

order = Mantener el orden
order-hide = Ocultar
order-time-out = Cinco minutos de silencio
order-bar = Vetar en la charla
order-may = { $name } puede
order-may-hide = ocultar líneas
order-may-silence = silenciar a gente
order-may-bar = vetar a gente
order-may-pace = marcar el ritmo
order-may-door = guardar la puerta
order-trust = Hacer moderador
order-pause = Entre dos líneas de una persona
order-pause-none = Sin pausas
order-pause-set = Fijar la pausa
order-words = Palabras que no deben decirse, una por línea
order-words-keep = Guardar esta lista
order-clear = Borrar todo lo dicho
order-locked = La puerta está cerrada con llave: no entra nadie nuevo.
order-unlock = Abrir la puerta
order-lock = Cerrar la puerta con llave
order-lock-hint = Quien está ahora en la sala se queda. No entra nadie nuevo, y el vestíbulo deja de mostrar la sala.
order-send-out = Hacer salir a todos
order-send-out-hint = La imagen, el sonido y la charla terminan al momento para todos menos el anfitrión y los moderadores.
order-send-out-lock = y cerrar la puerta con llave tras ellos; si no, pueden volver a entrar
order-send-out-now = Hacer salir a todos ahora
order-barred-for-good = { $name } no puede hablar, para siempre.
order-see-studio = Ver en el estudio
order-barred = { $name } no puede hablar.
order-unbar = Dejar hablar de nuevo a { $name }
order-ban = Vetar a { $name } para siempre
order-ban-hint = Su nombre, y su marca y la clave de su nodo si los tiene, se escriben entonces en este ordenador, hasta que los quites de la lista en el estudio.
order-ban-note = Por qué, solo para ti
order-ban-save = Guardar para siempre
order-ban-no-trace = Esto dura hasta que Parlor se detenga: no tiene ni marca ni nodo propio por los que reconocer a esta persona.
order-moderator = { $name } mantiene el orden.
order-distrust = Quitarle eso a { $name }

emotes = Emotes
emotes-how = Escribe uno de estos nombres con sus dos puntos en una línea y se convierte en la imagen.
