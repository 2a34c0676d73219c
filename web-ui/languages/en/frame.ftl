# What stands around every page, and the small pages: doors, questions, what went wrong.

skip = Skip to the content
lobby = Lobby
studio = Studio
back-to-lobby = Back to the lobby
foot = A room of one’s own: no account, no log, nobody in between.
foot-host = This is my room
foot-language = Language

destroyed-title = Destroyed
destroyed = It is destroyed
destroyed-now = The keys are gone, and what you had set. Parlor stops now; if it is started again, it is another room.

come-in = Come in
name = Name
password = Password
enter-hint = Both come from the room’s host. Nothing about your visit is kept.

gate-title = For adults
gate = This room is for adults
gate-declined = Its host says so. You answered that it is not for you.
gate-question = Its host says so. Are you 18 or older, and do you want to see it?
gate-yes = I am 18 or older: go in
no = No
gate-hint-html = The answer stays in this browser until you close it. <a href="/">Back to the lobby</a>

login = The host’s door
login-user = User
login-password = Studio password
login-open = Open the studio
login-link = Use the one-time link
login-link-or = Or use a one-time link
login-link-hint = Each time Parlor starts, it prints a link to the studio that works once. You find it in the terminal that Parlor runs in, or in the log of its service. Open it in this browser.
login-used = Used already? Start Parlor again for a new one.
login-used-set = Used already? Start Parlor again for a new one, then set a password in the studio.
