# The talk: what is said, the form beside it, and how order is kept.

talk-begins = Be kind. What is said here is kept nowhere, and gone when the host leaves.
talk-to = To { $name }: { $begins }
talk-known = Known again by this mark
talk-tripcode = An old tripcode: others may have it too
talk-more = What you can do with the line of { $name }
talk-answer = Answer
talk-report = Report
talk-no-answer = Don’t answer
talk-say = Say
talk-announce = for everybody to notice
talk-as-html = As <b class="name hue-{ $hue }">{ $name }</b>
talk-phrase = Secret phrase
talk-phrase-hint = If you like: the same phrase gives the same mark beside your name, in every room. Nobody else can make it, but this host could: take a phrase that opens nothing else.
talk-old = It is the phrase of an old tripcode
talk-old-hint = As on image boards, where you may also write Name#phrase. It is weak: many phrases were found long ago, so anybody may have yours. It is shown as ◆ and not as a mark. ASCII alone.
talk-rename = Be called so

check = Or show that you are no flood, and say it now
check-picture = Six digits, drawn askew; the sound has the same.
check-code = The six digits, each from 1 to 6
check-sound-hint = To hear them: each is a low tone, and then as many beeps as the digit says. Two low tones are the end.
check-beeps = The digits as beeps
check-sound = The sound by itself
check-working = One moment: your browser shows that you are no flood. Then it is sent.

order = Keep order
order-hide = Hide
order-time-out = Five minutes’ silence
order-bar = Bar from the talk
order-may = { $name } may
order-may-hide = hide lines
order-may-silence = silence people
order-may-bar = bar people
order-may-pace = set the pace
order-may-door = keep the door
order-trust = Make a moderator
order-pause = Between two lines of one person
order-pause-none = No pauses
order-pause-set = Set the pause
order-words = Words that are not to be said, one a line
order-words-keep = Keep this list
order-clear = Clear everything that was said
order-locked = The door is locked: nobody new comes in.
order-unlock = Unlock the door
order-lock = Lock the door
order-lock-hint = Whoever is in the room now stays. Nobody new comes in, and the lobby shows the room no more.
order-send-out = Send everybody out
order-send-out-hint = Picture, sound and talk end at once for everybody but the host and the moderators.
order-send-out-lock = and lock the door behind them; otherwise they may come in again
order-send-out-now = Send everybody out now
order-barred-for-good = { $name } may not talk, for good.
order-see-studio = See the studio
order-barred = { $name } may not talk.
order-unbar = Let { $name } talk again
order-ban = Bar { $name } for good
order-ban-hint = Their name, and their mark and node’s key as far as they have them, are then written to this computer, until you take them off the list in the studio.
order-ban-note = Why, for your own eyes
order-ban-save = Save it for good
order-ban-no-trace = This lasts until Parlor stops: they have neither a mark nor a node of their own to be known by.
order-moderator = { $name } keeps order.
order-distrust = Take that from { $name }

emotes = Emotes
emotes-how = Write such a name with its colons into a line, and it becomes the picture.
