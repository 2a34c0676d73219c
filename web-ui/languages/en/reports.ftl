# Reports: to the host, and to whoever keeps a list of people whom others refuse.

report = Report
report-the-room-html = The room <b>{ $title }</b>
report-why = Why?
report-choose = Choose a reason
reason-harassment = Harassment or hate
reason-threat = A threat, or somebody in danger
reason-minor = Somebody seems to be under age
reason-consent = Shown or told without consent
reason-spam = Spam or fraud
reason-other = Something else
report-words = In your own words, if you like
report-to = Who shall have it?
report-to-host = The host
report-to-list = Who keeps the list “{ $list }”
report-to-keeper = { $name }, who keeps the list “{ $list }”
report-to-nobody = Nobody takes reports here: you are the host, and follow no list whose keeper takes any.
report-named = Say that it comes from { $name }
report-send = Report it
report-copy = Show it as a sealed text instead
report-hint = It is kept nowhere but with whoever gets it.
report-hint-own = For a list’s keeper it is sealed here, on the host’s own page: so the host could read it too. Watch with a node of your own if they shall not.
report-hint-node = For a list’s keeper your node seals it, so that nobody else reads it. If it is sent, their node sees the address of yours; as a text you pass it on as you like.
report-back = Back to the room
report-text = Sealed, for who keeps the list “{ $list }”
report-text-hint = Copy all of it, and send it to them in any way. Nobody else can open it.

reports = Reports
reports-count = { $count ->
    [one] { $count } report waits
   *[other] { $count } reports wait
}
reports-waiting = What people report
reports-none = Nothing.
reports-from = from { $name }
reports-in = In the room
reports-unproved = This is only the reporter’s word: your node does not know it by itself.
reports-hide-html = Hide<span class="unseen"> the line of { $name }</span>
reports-time-out-html = Five minutes’ silence<span class="unseen"> for { $name }</span>
reports-bar-html = Bar from the talk<span class="unseen">: { $name }</span>
reports-ban-html = Bar for good<span class="unseen">: { $name }</span>
reports-list-html = Put on my list<span class="unseen">: { $name }</span>
reports-dismiss-html = Dismiss<span class="unseen"> the report about { $name }</span>
reports-clear = Dismiss all
reports-hint = They are in this computer’s memory alone, and gone when Parlor stops. Who reported something is not kept. Whom you bar for good, and what you put on your list, is written to this computer.
reports-list = Reports for your list
reports-paste = A sealed report that somebody sent you
reports-open = Open it
reports-list-hint-html = If your own list says that you take reports, people seal them for its key. <a href="/studio/lists#own-title">Say so in your list</a>.
