# Números, duraciones y lo que se pone en lugar de un nombre. Cómo añadir una frase: CONTRIBUTING.md.
#
# Un mensaje cuyo nombre termina en `-html` es HTML: lo que se inserta se escapa. Todos los demás son texto.
#
# Glosario (trato: tú; cercano y breve; fórmulas sin género donde suene natural)
#   account: cuenta · bar: vetar · browser: navegador · card: ficha (de la sala) · door: puerta · encoder: codificador
#   file: archivo · friend: amigo, amistad · frame rate: fotogramas por segundo · host: anfitrión · invite: invitación
#   key: clave · line (of talk): línea · listed: pública · lobby: vestíbulo · mark: marca · moderator: moderador
#   node: nodo · off air: fuera del aire · on air: en directo · one-time link: enlace de un solo uso · picture: imagen
#   quality: calidad · relay (noun): repetidor · relay (verb): retransmitir · room: sala · secret phrase: frase secreta
#   sound: sonido · source: fuente · studio: estudio · tag: etiqueta · talk: charla · upload: subida
#   viewer: espectador · watching: mirando

# `.decimals` va entre la parte entera de un número y sus decimales.
language-name = Español
    .decimals = ,
# El signo breve de los días en un tiempo en directo, como en «2 d 1:02:03».
day-sign = d
untitled = Una sala sin título
watching = { $count } mirando
watching-at-least = { $count }+ mirando
price-free = Gratis
price-paid = { $sats ->
    [one] { $sats } sat por { $span }
   *[other] { $sats } sats por { $span }
}
price-invitation = Con invitación
seconds = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
ago-now = ahora mismo
ago-minutes = { $count ->
    [one] hace { $count } minuto
   *[other] hace { $count } minutos
}
ago-hours = { $count ->
    [one] hace { $count } hora
   *[other] hace { $count } horas
}
ago-days = { $count ->
    [one] hace { $count } día
   *[other] hace { $count } días
}
delay-ms = { $ms } ms
delay-s = { NUMBER($s, minimumFractionDigits: 1) } s
size-b = { $count } B
size-kb = { $count } KB
size-mb = { $count } MB
badge-host = Anfitrión
badge-moderator = Moderador
badge-guest = Invitado
