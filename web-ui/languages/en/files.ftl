# Files in the room.

files = Files
files-in-room = Files in the room
files-closed = The files are here while the room is on air.
files-open = Files are kept in memory alone, and gone when the host goes off air. Pictures lose everything but their pixels; look before you open anything else.
files-download = Download
files-download-html = Download<span class="unseen"> { $name }</span>
files-remove-html = Remove<span class="unseen"> { $name }</span>
files-send = Send a file
files-send-now = Send
files-send-hint = { $size } at most. Pictures are shown here; where they were taken does not go with them.
files-nobody = This room takes no files.
files-host = Only the host sends files here.
files-known = Only people whom the host knows send files here.
files-back = Back to the files
files-from = { $file }, from { $name }
files-picture = { $file }, sent by { $name }
