# El estudio: la mesa del anfitrión.

studio-to-network = Ir a la red
studio-see-room = Ver la sala como la ven las visitas
studio-air = En directo o fuera del aire
studio-off-air-html = <b>Estás fuera del aire.</b> Solo tú ves esta imagen.
studio-stated = Todas las personas ante la cámara son mayores de edad y aceptan que se las vea.
studio-go-live = Empezar el directo
studio-on-air-html = <b>Estás en directo.</b> Toda la sala te ve y te oye.
studio-go-dark = Terminar el directo
studio-now = Ahora mismo
studio-facts-frame = El equipo ahora: fuente, codificador y mediciones
studio-facts-title = El equipo ahora
studio-source-now = Fuente
studio-encoder = Codificador
studio-resting = en reposo
studio-encoding = codificando
graph-range = { $label }, los últimos minutos: entre { $least } y { $greatest }
graph-no-range = { $label }, los últimos minutos: nada medido

card = La ficha de la sala
card-title = Título
card-description = Descripción
card-tags-hint = Palabras que describen la sala, con espacios entre ellas.
card-languages = Idiomas
card-languages-hint-html = Lo que se habla, en breve: <code>en</code>, <code>de</code>, <code>pt-BR</code>, con espacios entre ellos.
card-adult = Solo para adultos (18+)
card-adult-hint = Las páginas preguntan antes de mostrar su imagen.
card-change = Cambiar la ficha

source = Cámara y calidad
source-use = Usar
source-other = Una cámara de red o un archivo
source-address = Dirección o ruta
source-hint-html = Por ejemplo <code>rtsp://camera.local/stream</code>, <code>file:/home/me/loop.mp4</code> o <code>v4l2:/dev/video2</code>.
quality = Calidad
quality-width = Ancho
quality-height = Alto
quality-fps = Fotogramas por segundo
quality-kbps = kbit/s
quality-change = Cambiar la calidad

ingest = Emitir desde otro programa
ingest-hint = Mientras un programa emite, su imagen sustituye a la de la cámara. Cuando se va, la sala muestra una cámara tachada hasta que vuelva o elijas una fuente.
ingest-on = Sí
ingest-off = No
ingest-switch-on-html = Activar<span class="unseen"> { $name }</span>
ingest-switch-off-html = Desactivar<span class="unseen"> { $name }</span>
ingest-address = Dirección
ingest-copy-address-html = Copiar<span class="unseen"> la dirección de { $name }</span>
ingest-show-key = Mostrar la clave de { $name }
ingest-key = Clave: quien la tenga puede emitir en tu sala
ingest-copy-key-html = Copiar la clave<span class="unseen"> de { $name }</span>
ingest-renew-key-html = Renovar la clave<span class="unseen"> de { $name }</span>

broadcast-browser = Emitir desde este navegador
broadcast-hint = La cámara y el micrófono del dispositivo que tienes en la mano, por WHIP. Deja esta página abierta mientras tanto.
broadcast-camera = Cámara
broadcast-microphone = Micrófono
broadcast-usual = El habitual

senders = Quién puede enviar archivos
senders-nobody = Nadie: no hay ninguno
senders-host = Solo tú
senders-known = Tú y la gente que conoces
senders-everybody = Toda la sala
change-it = Cambiar
senders-hint-html = Toda la sala puede bajarlos, en tus propias páginas. Están solo en memoria y desaparecen cuando terminas el directo. Tú, y los moderadores que pueden ocultar líneas, podéis quitar cualquiera; quien conoces tiene una <a href="/studio/accounts">cuenta</a> o es moderador.

bans = Vetados en la charla para siempre
bans-none = Nadie. A quien vetes en la sala podrá hablar otra vez cuando Parlor se detenga, a menos que lo guardes allí en «Mantener el orden».
bans-by-mark = por la marca !{ $mark } · { $ago }
bans-by-node = por su nodo · { $ago }
bans-by-both = por la marca !{ $mark } y por su nodo · { $ago }
bans-forgive-html = Dejar hablar de nuevo<span class="unseen">: { $name }</span>
bans-hint = Esta lista se guarda en este ordenador hasta que los quites de ella.
bans-lists = Listas de otros, y la tuya para ellos

access = Quién abre el estudio
access-new-password = Contraseña nueva del estudio
access-set = Poner
access-hint-set = Hay una contraseña puesta. Diez caracteres como mínimo.
access-hint-none = Sin contraseña, solo el enlace de un solo uso que muestra Parlor abre el estudio. Diez caracteres como mínimo.
destroy-everything = Destruirlo todo…
destroy-hint = Primero va la clave de la sala, luego la del nodo, luego lo que pusiste aquí; después Parlor se detiene. Nadie puede recuperar la sala, tampoco tú, y sus enlaces no llevan a ninguna parte. Las tarjetas de memoria pueden conservar copias antiguas de un archivo: contra eso solo ayuda un disco cifrado.
destroy-now = Destruir ahora

roster = Quién está en la sala
roster-tells = Lo que se dice a las visitas
roster-names = Quién mira, quién escucha, quién se ha ido hace poco
roster-counts = Solo cuántas personas
roster-change = Cambiarlo
roster-hint = Tú siempre ves quién está, en la página de la sala. Los nombres son como cada cual se llama; a quien habla se le ve presente.

captions-say = Lo que se dice en la imagen
captions-show = Mostrarlo
captions-hint-html = Quien ha activado los subtítulos lo ve mientras dura su lectura. No se guarda en ninguna parte. También puede hacerlo un programa: <code>POST /api/v1/captions</code>.

emotes-name = Nombre
emotes-picture = Imagen
emotes-add = Añadir
emotes-remove-html = Quitar<span class="unseen"> { $name }</span>
emotes-hint-html = Quien escribe <code>:name:</code> en la charla muestra la imagen, también para quienes miran desde sus propios nodos. Se rehace a partir de sus píxeles, de 96 de ancho y alto como mucho, y se guarda en este ordenador.
