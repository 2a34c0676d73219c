# Whom the host knows: accounts and friends.

known = Whom you know
known-back = Back to the studio
known-who = Who comes in
known-all-html = <b>Whoever may otherwise.</b> As you set it in the studio.
known-invited-html = <b>Who has an invite from you,</b> or an account. To everybody else there is no such room.
known-only-html = <b>Only whom you know:</b> people with an account, and your friends’ nodes. To everybody else there is no such room, also to those with an invite.
known-who-change = Change who comes in
known-enter-html = People with an account log in at <a href="/room/{ $room }/enter">/room/{ $room }/enter</a>.
accounts = Accounts
accounts-none = There are none. An account is a name and a password that you give to somebody who comes often.
accounts-disabled = Disabled
accounts-here = In the room
accounts-logged-in = Logged in
accounts-away = Not here
accounts-change-html = Change<span class="unseen"> the account of { $name }</span>
accounts-rename-html = Rename<span class="unseen"> { $name }</span>
accounts-new-password = New password
accounts-set-password-html = Set the password<span class="unseen"> of { $name }</span>
accounts-enable-html = Enable<span class="unseen"> { $name }</span>
accounts-disable-html = Disable<span class="unseen"> { $name }</span>
accounts-remove-html = Remove<span class="unseen"> { $name }</span>
accounts-make = Make an account
accounts-kept = Kept are the name, a hash of the password (Argon2id), and whether it is disabled. Not when somebody was here.
friends = Friends’ nodes
friends-remove-html = Remove<span class="unseen"> the node of { $name }</span>
friends-name = Friend’s name
friends-key = Their node’s key
friends-add = Add a friend’s node
friends-hint-html = A friend’s node comes in by its key; an invite link still helps it to find you. Yours, for your friends: <code>{ $key }</code>
