# The studio: the host's desk.

studio-to-network = To the network
studio-see-room = See the room as visitors do
studio-air = On air or off air
studio-off-air-html = <b>You are off air.</b> Only you see this picture.
studio-stated = Everybody on camera is an adult, and consents to be shown.
studio-go-live = Go on air
studio-on-air-html = <b>You are on air.</b> Everybody in the room sees and hears you.
studio-go-dark = Go off air
studio-now = Right now
studio-facts-frame = The engine now: source, encoder and measurements
studio-facts-title = The engine now
studio-source-now = Source
studio-encoder = Encoder
studio-resting = resting
studio-encoding = encoding
graph-range = { $label }, the last minutes: between { $least } and { $greatest }
graph-no-range = { $label }, the last minutes: nothing measured

card = The room’s card
card-title = Title
card-description = Description
card-tags-hint = Words that describe the room, with spaces between them.
card-languages = Languages
card-languages-hint-html = What is spoken, in short: <code>en</code>, <code>de</code>, <code>pt-BR</code>, with spaces between them.
card-adult = For adults only (18+)
card-adult-hint = Pages ask before they show its picture.
card-change = Change the card

source = Camera and quality
source-use = Use it
source-other = A network camera or a file
source-address = Address or path
source-hint-html = Such as <code>rtsp://camera.local/stream</code>, <code>file:/home/me/loop.mp4</code> or <code>v4l2:/dev/video2</code>.
quality = Quality
quality-width = Width
quality-height = Height
quality-fps = Frames a second
quality-kbps = kbit/s
quality-change = Change the quality

ingest = Broadcast from another program
ingest-hint = While a program broadcasts, its picture replaces the camera’s. When it leaves, the room shows a crossed-out camera until it is back or you choose a source.
ingest-on = On
ingest-off = Off
ingest-switch-on-html = Switch on<span class="unseen"> { $name }</span>
ingest-switch-off-html = Switch off<span class="unseen"> { $name }</span>
ingest-address = Address
ingest-copy-address-html = Copy<span class="unseen"> the { $name } address</span>
ingest-show-key = Show the { $name } key
ingest-key = Key: whoever has it can broadcast into your room
ingest-copy-key-html = Copy key<span class="unseen"> of { $name }</span>
ingest-renew-key-html = Renew key<span class="unseen"> of { $name }</span>

broadcast-browser = Broadcast from this browser
broadcast-hint = The camera and microphone of the device you hold, through WHIP. Keep this page open meanwhile.
broadcast-camera = Camera
broadcast-microphone = Microphone
broadcast-usual = The usual one

senders = Who may send files
senders-nobody = Nobody: there are none
senders-host = Only you
senders-known = You and people whom you know
senders-everybody = Everybody in the room
change-it = Change it
senders-hint-html = Everybody in the room may fetch them, on your own pages. They are kept in memory alone and gone when you go off air. You, and moderators who may hide lines, can remove any; those whom you know have an <a href="/studio/accounts">account</a>, or are moderators.

bans = Barred from the talk for good
bans-none = Nobody. Whoever you bar in the room may talk again once Parlor stops, unless you save it there under “Keep order”.
bans-by-mark = by the mark !{ $mark } · { $ago }
bans-by-node = by their node · { $ago }
bans-by-both = by the mark !{ $mark } and by their node · { $ago }
bans-forgive-html = Let talk again<span class="unseen">: { $name }</span>
bans-hint = This list is kept on this computer until you take them off it.
bans-lists = Lists of others, and yours for them

access = Who opens the studio
access-new-password = New studio password
access-set = Set it
access-hint-set = A password is set. Ten characters at least.
access-hint-none = Without one, only the one-time link that Parlor prints opens the studio. Ten characters at least.
destroy-everything = Destroy everything…
destroy-hint = The room’s key goes first, then the node’s, then what you set here; then Parlor stops. Nobody can bring the room back, you included, and its links lead nowhere. Memory cards may keep old copies of a file: for those, only an encrypted disk helps.
destroy-now = Destroy it now

roster = Who is in the room
roster-tells = What visitors are told
roster-names = Who watches, who listens in, who left lately
roster-counts = Only how many
roster-change = Change it
roster-hint = You always see who, on the room’s page. Names are what people call themselves; whoever talks is seen to be there.

captions-say = What is said in the picture
captions-show = Show it
captions-hint-html = Whoever switched captions on sees it, for as long as reading takes. It is kept nowhere. A program can do it too: <code>POST /api/v1/captions</code>.

emotes-name = Name
emotes-picture = Picture
emotes-add = Add it
emotes-remove-html = Remove<span class="unseen"> { $name }</span>
emotes-hint-html = Whoever writes <code>:name:</code> in the talk shows the picture, also for those who watch from nodes of their own. It is made anew from its pixels, at most 96 of them wide and high, and kept on this computer.
