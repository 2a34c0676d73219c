# Making the pages fit who reads them: sizes, letters, sounds, and where the panels of a room are.

fit = Make it fit you
fit-hint = What you choose stays in this browser, for a year after you chose it last. Your system’s own wishes for contrast, colours and motion are followed anyway.
fit-size = Size
fit-size-larger = Larger
fit-size-large = Large
fit-size-largest = Largest
fit-contrast = Contrast
fit-contrast-more = More
fit-font = Letters
fit-font-plain = Plain
fit-font-spaced = Plain, with more space
fit-motion = Motion
fit-motion-less = None
fit-captions = Captions
fit-captions-off = Off
fit-captions-on = On
fit-targets = Buttons and fields
fit-targets-large = Large
fit-hand = One hand
fit-hand-both = Both hands
fit-hand-hint = On a phone, what you press then lies at the bottom and on that side, and the page’s own links below it.
fit-left = Left
fit-right = Right
fit-usual = As usual
fit-system = As the system says
fit-telling = Sounds and voice
fit-telling-hint = In the room and in the studio, while that page is open. Where the browser has no voice, a screen reader gets the words. Browsers play no sound before you have pressed something on the page.
fit-telling-plain = This browser runs no scripts, so nothing can sound or be read aloud here. A screen reader reads the talk as it comes.
fit-message = Somebody says something
fit-join = Somebody comes into the room
fit-told-nothing = Not told
fit-told-sound = A short tone
fit-told-spoken = Read aloud
fit-told-both = A tone, and read aloud
fit-keep = Keep it so
fit-panels = Panels of a room
fit-reset = Everything as usual again
fit-back = Back, without a change
fit-beside = Beside the picture on a wide screen
fit-beside-none = Nothing
fit-side = On which side
fit-wide = Width of what stands beside it
fit-tall = Height of the talk below it
fit-tall-short = Low
fit-tall-tall = High

arrange = Arrange this page
arrange-more = Sizes, contrast, letters, sounds and voice
arrange-show-html = Show<span class="unseen"> { $panel }</span>
arrange-hide-html = Hide<span class="unseen"> { $panel }</span>
arrange-earlier-html = Up<span class="unseen"> { $panel }</span>
arrange-later-html = Down<span class="unseen"> { $panel }</span>
arrange-narrower = Narrower
arrange-wider = Wider
