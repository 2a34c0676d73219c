# A quién conoce el anfitrión: cuentas y amistades.

known = A quién conoces
known-back = Volver al estudio
known-who = Quién entra
known-all-html = <b>Quien pueda entrar de todos modos.</b> Como lo hayas puesto en el estudio.
known-invited-html = <b>Quien tenga una invitación tuya,</b> o una cuenta. Para los demás la sala no existe.
known-only-html = <b>Solo quien conoces:</b> gente con cuenta y los nodos de tus amistades. Para los demás la sala no existe, tampoco con una invitación.
known-who-change = Cambiar quién entra
known-enter-html = La gente con cuenta inicia sesión en <a href="/room/{ $room }/enter">/room/{ $room }/enter</a>.
accounts = Cuentas
accounts-none = No hay ninguna. Una cuenta es un nombre y una contraseña que das a alguien que viene a menudo.
accounts-disabled = Desactivada
accounts-here = En la sala
accounts-logged-in = Con sesión iniciada
accounts-away = No está
accounts-change-html = Cambiar<span class="unseen"> la cuenta de { $name }</span>
accounts-rename-html = Cambiar el nombre<span class="unseen"> de { $name }</span>
accounts-new-password = Contraseña nueva
accounts-set-password-html = Poner la contraseña<span class="unseen"> de { $name }</span>
accounts-enable-html = Activar<span class="unseen"> { $name }</span>
accounts-disable-html = Desactivar<span class="unseen"> { $name }</span>
accounts-remove-html = Quitar<span class="unseen"> { $name }</span>
accounts-make = Crear una cuenta
accounts-kept = Se guardan el nombre, un hash de la contraseña (Argon2id) y si está desactivada. No cuándo estuvo alguien.
friends = Nodos de amistades
friends-remove-html = Quitar<span class="unseen"> el nodo de { $name }</span>
friends-name = Nombre
friends-key = Clave de su nodo
friends-add = Añadir un nodo
friends-hint-html = El nodo de una amistad entra con su clave; un enlace de invitación le ayuda igualmente a encontrarte. La tuya, para tus amistades: <code>{ $key }</code>
