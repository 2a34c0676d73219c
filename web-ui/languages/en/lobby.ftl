# The lobby: rooms as cards, and what a visitor wants to see of them.

lobby-lit = A lit door is a room on air.
lobby-paste = Paste an invite
lobby-open = Open the room
lobby-rooms = Rooms
lobby-search-rooms = Search rooms
lobby-search = Search
lobby-tag = Tag
lobby-any-tag = Any tag
lobby-language = Language
lobby-any-language = Any language
lobby-price = Price
lobby-any-price = Any price
lobby-free = Free
lobby-paid = Paid
lobby-order = Order
lobby-by-viewers = Most viewers first
lobby-by-newest = Newest on air first
lobby-by-title = By title
lobby-on-air-only = On air only
lobby-covered = The picture is covered: for adults
lobby-own = Your room
lobby-on-air-for-html = On air for <time class="uptime" datetime="PT{ $secs }S" data-secs="{ $secs }" data-day="{ $day }">{ $uptime }</time>
lobby-ask-html = <b>Are you 18 or older?</b> Some rooms here are for adults. Their pictures stay covered until you say so.
lobby-ask-yes = Yes, I am
lobby-look-again = Look again
lobby-more = and { $count } more; search to narrow
lobby-every = Show every room
lobby-shown = Pictures of rooms for adults are shown.
lobby-cover = Cover them
lobby-are-covered = Pictures of rooms for adults are covered.
lobby-show = I am 18 or older: show them
lobby-tally = { $count ->
    [one] { $count } room
   *[other] { $count } rooms
}
lobby-none-like-this = No room is like this
lobby-none-like-this-hint = Take a word away, or choose “any” in one of the lists.
lobby-quiet = It is quiet here
lobby-quiet-hint = No room is open at this door.
lobby-no-node = No other node is found yet
lobby-no-node-hint = The network is being searched. An invite leads into it too: it knows the way to its host.
lobby-no-room = No other room is found yet
lobby-no-room-hint = { $peers ->
    [one] The network is being searched; { $peers } peer is connected. A room appears here as soon as it is found.
   *[other] The network is being searched; { $peers } peers are connected. A room appears here as soon as it is found.
}
