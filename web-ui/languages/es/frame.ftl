# Lo que rodea cada página, y las páginas pequeñas: puertas, preguntas, lo que salió mal.

skip = Ir al contenido
lobby = Vestíbulo
studio = Estudio
back-to-lobby = Volver al vestíbulo
foot = Una sala propia: sin cuenta, sin registro, sin nadie de por medio.
foot-host = Esta es mi sala
foot-language = Idioma

destroyed-title = Destruido
destroyed = Está todo destruido
destroyed-now = Las claves ya no existen, ni lo que habías configurado. Parlor se detiene ahora; si lo inicias otra vez, será otra sala.

come-in = Entra
name = Nombre
password = Contraseña
enter-hint = Los dos te los da el anfitrión de la sala. No se guarda nada de tu visita.

gate-title = Para adultos
gate = Esta sala es para adultos
gate-declined = Así lo dice su anfitrión. Respondiste que no es para ti.
gate-question = Así lo dice su anfitrión. ¿Tienes 18 años o más y quieres verla?
gate-yes = Tengo 18 años o más: entrar
no = No
gate-hint-html = La respuesta se queda en este navegador hasta que lo cierres. <a href="/">Volver al vestíbulo</a>

login = La puerta del anfitrión
login-user = Usuario
login-password = Contraseña del estudio
login-open = Abrir el estudio
login-link = Usa el enlace de un solo uso
login-link-or = O usa un enlace de un solo uso
login-link-hint = Cada vez que se inicia, Parlor muestra un enlace al estudio que funciona una sola vez. Lo encuentras en el terminal donde corre Parlor, o en el registro de su servicio. Ábrelo en este navegador.
login-used = ¿Ya lo usaste? Reinicia Parlor para tener uno nuevo.
login-used-set = ¿Ya lo usaste? Reinicia Parlor para tener uno nuevo y después pon una contraseña en el estudio.
