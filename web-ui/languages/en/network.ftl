# The studio's panel `Network`.

network = Network
network-frame = The network now: who gets the room, and what you send
network-title = The network now
network-viewers = Watch through the network
network-browsers = Watch on your web page
network-peers = Nodes connected to yours
network-relayed = Rooms of others you relay
network-upload = Upload to other nodes
network-upload-used = { $used } of { $allowed } Mbit/s
network-upload-meter = Upload used, of what you allow
network-upload-none = Your node sends to no other node.
network-relays-ready = { $all ->
    [one] { $ready } of { $all } relay let people through.
   *[other] { $ready } of { $all } relays let people through.
}

nat-unknown = Parlor is finding out whether people outside your home network can reach you.
nat-direct = People can reach you directly.
nat-relay-only = People can reach you, but only through a relay.
nat-unreachable = Nobody outside your home network can reach you yet.
nat-unreachable-remedy = Let your router pass Parlor’s port on to this machine, or choose a relay below.
nat-asking = Parlor is asking your relays.
nat-relayed = People reach you through your relays, and only these know your address.
nat-no-relay = No relay of yours lets people through, so nobody can reach you.
nat-no-relay-remedy = Check their addresses below, or add another relay.

swarm-none = No other node gets the room yet.
swarm-one = { $nodes ->
    [one] Your node sends the room to 1 node; its branch has { $nodes } node.
   *[other] Your node sends the room to 1 node; its branch has { $nodes } nodes.
}
swarm-many = Your node sends the room to { $branches } nodes. Their branches have { $sizes } and { $last } nodes.
swarm-many-more = Your node sends the room to { $branches } nodes. Their branches have { $sizes } and { $last } nodes; { $more } more are not drawn.
swarm-caption-none = Nobody gets the room from your node yet.
swarm-caption = { $branches ->
    [one] Your node sends to { $branches } node; each circle is as large as what hangs on it.
   *[other] Your node sends to { $branches } nodes; each circle is as large as what hangs on it.
}
swarm-caption-more = Your node sends to { $branches } nodes, of which { $drawn } are drawn; each circle is as large as what hangs on it.
swarm-caption-relay = Broken lines go through a relay.

visibility = Who finds the room
visibility-invite-html = <b>Only people you invite.</b> Nothing about the room is published. They come with a link from you.
visibility-listed-html = <b>Everybody.</b> The room’s card and a small picture stand in the lobby of every node that looks.
visibility-known-html = Not everybody may come into the room: it stands in no lobby now, whatever is chosen here. <a href="/studio/accounts">Change who may enter</a>
visibility-change = Change who finds it
lobby-picture = The small picture in lobbies
lobby-picture-live-html = <b>Live.</b> A new one each minute.
lobby-picture-blurred-html = <b>Blurred.</b> Light and colours only. Your node blurs it before it leaves.
lobby-picture-frozen-html = <b>Frozen.</b> The one that is there now stays until you go off air; of a new show, its first.
lobby-picture-none-html = <b>None.</b> The card stands there without a picture.
lobby-picture-change = Change the small picture

invites = Invites
invites-none = You have made none. An invite is a link that leads a person straight to your room, in a browser or with a Parlor of their own.
invites-here = { $here } here now
invites-used = { $limit ->
    [one] { $used } of { $limit } person has used it
   *[other] { $used } of { $limit } people have used it
}
invites-unlimited = for any number of people
invites-ends-minutes = { $count ->
    [one] ends in { $count } minute
   *[other] ends in { $count } minutes
}
invites-ends-hours = { $count ->
    [one] ends in { $count } hour
   *[other] ends in { $count } hours
}
invites-ends-days = { $count ->
    [one] ends in { $count } day
   *[other] ends in { $count } days
}
invites-ended = has ended
invites-endless = without an end
invites-opens-lock = opens the locked door too
invites-made = made { $ago }
invites-untitled = Without a name
invites-copy-html = Copy<span class="unseen"> the link of { $name }</span>
invites-revoke-html = Revoke<span class="unseen"> { $name }</span>
invites-show-html = Show the link<span class="unseen"> of { $name }</span>
invites-web = For a browser, at the address under which you see this page
invites-node = For a Parlor node
invites-hint = Whoever has a link can come in with it. Who came with an invite that has ended stays until the show is over; who came with one that you revoke is out within seconds. The others notice nothing.
invites-for = Name: a group’s, for your own eyes; or a person’s, whom the room then calls so
invites-limit = People who may use it, at most
invites-any = any number
invites-ends = It ends
invites-ends-never = never
invites-ends-in-hour = in an hour
invites-ends-in-day = in a day
invites-ends-in-week = in a week
invites-lock = Also while the door is locked
invites-make = Make an invite

reach = How people reach you
reach-direct-html = <b>Directly.</b> The least delay. Hides nothing of where you are: whoever comes in can learn your internet address, and in a listed room whoever looks for it.
reach-relayed-html = <b>Through relays you choose.</b> A little more delay. Hides your internet address from everybody but these relays. They know where you are and how much you send; into a room by invitation they can’t look.
reach-later = The change holds from the next start of Parlor on.
reach-change = Change the way
relays = Your relays
relays-none-html = None yet. A relay is a node on a server that you or a friend runs with <code>parlor relay</code>.
relays-remove-html = Remove<span class="unseen"> { $address }</span>
relays-ready = Lets people through
relays-asked = Is being asked…
relays-another = Another relay’s address
relays-add = Add
relays-hint-html = As the relay prints it: <code>/dns4/relay.example/udp/4001/quic-v1/p2p/12D3…</code>

upload = What you give
upload-ceiling = Upload to other nodes, Mbit/s at most
upload-change = Change the ceiling
upload-hint = Your room and those that you relay stay below it together. Two thirds of what your line can send leave room for everything else; 0 sends nothing.
relayed = Rooms of others that you relay
relayed-none = None. The switch is on the page of a room that you watch.
relayed-to = { $count ->
    [one] to { $count } node
   *[other] to { $count } nodes
}
relayed-stop-html = Stop relaying<span class="unseen"> { $title }</span>
