# Lists of people whom others refuse.

lists = Lists of others
lists-followed = Lists that you follow
lists-none = None. A list is a signed text that somebody keeps who knows whom to keep out. Who is on it cannot talk in your room, and is told which list it is, and why.
lists-facts = { $count ->
    [one] { $count } entry · version of { $time } UTC
   *[other] { $count } entries · version of { $time } UTC
}
lists-skipped = { $count ->
    [one] { $count } line is not for this Parlor
   *[other] { $count } lines are not for this Parlor
}
lists-author = Kept by { $name }
lists-key = Key
lists-leave-html = Leave<span class="unseen"> the list { $name }</span>
lists-show-html = Who is on it<span class="unseen">: { $name }</span>
lists-node = node { $key }
lists-mark = !{ $mark }
lists-excepted = You let them talk all the same.
lists-except-html = Let talk all the same<span class="unseen">: { $name }</span>
lists-refuse-html = Let the list count again<span class="unseen"> for { $name }</span>
lists-paste = A list, or a newer version of one that you follow
lists-file = Or the file that it is in
lists-follow = Follow it
lists-hint = Paste the whole text, or choose the file as its keeper saved it. A newer version is taken from the same key alone, and never an older one. Nothing is fetched from anywhere.
lists-own = Your own list
lists-own-count = { $count ->
    [0] You have barred nobody for good.
    [one] { $count } person whom you barred for good.
   *[other] { $count } people whom you barred for good.
}
lists-notes = With my notes as reasons
lists-own-list = Save it as a signed list
lists-own-table = Save it as a table (CSV)
lists-own-hint = For other hosts, as a file that you send them. It holds marks and nodes’ keys, and no names. Tell them its key by another way.
lists-room = room { $id }
lists-rooms = Rooms on it
lists-unlist-html = Take it off<span class="unseen">: { $name }</span>
lists-reports = Reports from people whose host follows your list
lists-reports-no = I take none
lists-reports-text = As sealed texts that they send me
lists-reports-here = Straight to this node: the list then says which room it is, and where
lists-reports-set = Say so in my list
lists-reports-hint-html = It stands in the list that you save next. What has come is under <a href="/studio/reports">Reports</a>.
