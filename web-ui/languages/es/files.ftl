# Archivos en la sala.

files = Archivos
files-in-room = Archivos en la sala
files-closed = Los archivos están aquí mientras la sala está en directo.
files-open = Los archivos están solo en memoria, y desaparecen cuando el anfitrión deja de emitir. Las fotos pierden todo menos sus píxeles; mira bien antes de abrir cualquier otra cosa.
files-download = Descargar
files-download-html = Descargar<span class="unseen"> { $name }</span>
files-remove-html = Quitar<span class="unseen"> { $name }</span>
files-send = Enviar un archivo
files-send-now = Enviar
files-send-hint = { $size } como máximo. Las fotos se muestran aquí; el lugar donde se hicieron no va con ellas.
files-nobody = Esta sala no acepta archivos.
files-host = Aquí solo el anfitrión envía archivos.
files-known = Aquí solo envía archivos la gente que el anfitrión conoce.
files-back = Volver a los archivos
files-from = { $file }, de { $name }
files-picture = { $file }, de parte de { $name }
