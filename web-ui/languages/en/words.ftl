# Numbers, spans, and what stands in a name's place. How to add a sentence: CONTRIBUTING.md.
#
# A message whose name ends in `-html` is HTML: what is put into it is escaped. All others are plain text.

# What the language calls itself, in the list at each page's foot.
#
# `.decimals` stands between a number's whole part and its decimals.
language-name = English
    .decimals = .
# The short sign of days in a time on air, as in “2 d 1:02:03”.
day-sign = d
untitled = A room without a title
watching = { $count } watching
watching-at-least = { $count }+ watching
price-free = Free
price-paid = { $sats ->
    [one] { $sats } sat for { $span }
   *[other] { $sats } sats for { $span }
}
price-invitation = By invitation
seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
ago-now = just now
ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
delay-ms = { $ms } ms
delay-s = { NUMBER($s, minimumFractionDigits: 1) } s
size-b = { $count } B
size-kb = { $count } KB
size-mb = { $count } MB
badge-host = Host
badge-moderator = Moderator
badge-guest = Guest
