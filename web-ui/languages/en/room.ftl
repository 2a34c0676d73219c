# The room's page: the picture and its player, who is here, and how a room of another host comes here.

room-talk = Talk
room-talk-said = What is said
room-talk-say = Say something
room-files = Files
room-files-list = Files in the room
room-files-send = Send a file
room-facts-frame = The room now: on air or off air, and who is here
room-facts-title = The room now
room-facts-foot-html = This box refreshes by itself. If it says “On air” and the picture stands still, <a href="/room/{ $room }" target="_top">load the room again</a>.
room-account = I have an account in this room
room-as-html = You are here as <b>{ $name }</b>.
log-out = Log out

on-air = On air
off-air = Off air
on-air-for-html = for <time class="uptime" datetime="PT{ $secs }S" data-secs="{ $secs }" data-day="{ $day }">{ $uptime }</time>
tags = Tags
people = In the room
people-nobody = Nobody is here yet.
people-watching = Watching
people-listening = Listening in
people-looking = Only the page open
people-more = and { $count } more
people-more-nodes = ; { $count } of all with a node of their own
people-left = Left lately
count-watching = { $count } watching
count-nodes = , { $count } of them with a node of their own
count-listening = { $count } listening in
count-looking = { $count } with only the page open
people-you = you

path = How it comes here
path-host = From the host
path-straight = straight
path-hops = { $count ->
    [one] { $count } hop
   *[other] { $count } hops
}
path-behind = Behind the camera
path-beside = Nodes beside yours
path-children = Get it from yours

remote = Your node in this room
invite-link = Invite link
invite-hint-html = It begins with <code>parlor://</code>. You get it from the host.
relay = Relay this room to others
relay-off = Off
relay-watching = While you watch
relay-on = On
relay-it = Relay it
relay-keep-html = Keep<span class="unseen"> relaying</span>
relay-stop-html = Stop<span class="unseen"> relaying</span>
relay-hint = Your node hands what it gets on to other viewers, sealed and signed as it came, within the upload that you allow in the studio. So a host with a slow line can have a full house.
relay-hint-watching = It ends when you close this page, unless you keep it.
relay-hint-on = It goes on when you close this page, until you stop it or Parlor ends.
relay-hint-address = Nodes that get it from yours see your internet address, as yours sees theirs.
leave = Leave the room
leave-hint = Your node then neither fetches it nor passes it on.

stage = The picture
stage-pictures = Live pictures from the room, without sound
stage-video = Live picture
stage-late-html = The player did not load. Load this page again, or <a href="{ $address }">open the picture by itself</a>.
stage-unmute = Turn the sound on
stage-player = Player
stage-watch = Watch
stage-sound = Sound
stage-volume = Volume
stage-latency = How far the picture is behind the camera
stage-play = Play
stage-fast = Fast
stage-smooth = Smooth
stage-stills = Pictures
stage-fps = A second
stage-quality = Quality
stage-fullscreen = Full screen
stage-ways = How to watch
stage-way-video = Video with sound
stage-way-pictures = Pictures only
stage-way-fps = Pictures a second
stage-way-choose = Watch like this
stage-own-html = For a player of your own: <a href="/room/{ $room }/live.m3u8">HLS</a> or <a href="{ $address }">MP4</a>.

# What stands in the picture's place: `-plain` is for pages without scripts, which don't go on by themselves.
slate-off-air = The door is closed for now. Leave this page open: the picture starts by itself.
slate-off-air-plain = The door is closed for now. Load this page again when the room is on air.
slate-locked-title = The door is locked
slate-locked = The host lets nobody in now. Leave this page open: once the door is open, the picture starts by itself.
slate-locked-plain = The host lets nobody in now. Load this page again later.
slate-sent-out-title = The host has sent everybody out
slate-sent-out = To come in again, load this page anew.
slate-adults-title = For adults
slate-adults = The host labels the room as for adults. Load this page again and say whether you are one.
slate-joining-title = Joining…
slate-joining = Your node looks for the host, or for somebody who passes the room on. The picture starts by itself.
slate-joining-plain = Your node looks for the host, or for somebody who passes the room on. Load this page again in a few seconds.
slate-invite-title = Needs an invite
slate-invite = This room is private. Ask its host for a link and paste it on this page.
slate-invite-ended-title = The invite has ended
slate-invite-ended = Ask the host for another link and paste it on this page.
slate-invite-used-up-title = The invite is used up
slate-invite-used-up = As many people as it is for have used it. Ask the host for a link of your own and paste it on this page.
slate-full-title = Every place is taken
slate-full = The host lets no more people in for now. Your node asks again every minute, and the picture starts by itself.
slate-full-plain = The host lets no more people in for now. Your node asks again every minute; load this page again then.
slate-shut = The host lets nobody new in now. Your node asks again every minute, and the picture starts by itself.
slate-shut-plain = The host lets nobody new in now. Your node asks again every minute; load this page again then.
slate-removed = Your node asks again every minute. If you may come in again, the picture starts by itself.
slate-removed-plain = Your node asks again every minute. Load this page again then.
slate-host-off-air-title = The host is off air
slate-host-off-air = Leave this page open: the picture starts by itself.
slate-host-off-air-plain = Load this page again when the room is on air.

# What is said in the picture, as text.
captions = Captions
captions-on = Captions on
captions-off = Captions off
captions-begin = What is said in the picture stands here, as far as the host writes it.
room-report = Report this room
people-report = Report { $name }
