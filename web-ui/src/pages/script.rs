//! The sentences that scripts say: a page carries those of its own scripts, in its language, in a `template` (`say.js`).

use crate::language::Language;

/// What the script puts something in the place of.
const GAP: &str = "{}";

/// A sentence by the name that scripts know it by.
pub(super) type Sentence = (&'static str, String);

/// What the player says, in the room and in the studio.
pub(super) fn player(say: Language) -> Vec<Sentence> {
    vec![
        ("lost", say.script_lost()),
        ("lost-waiting", say.script_lost_waiting()),
        ("no-picture", say.script_no_picture(GAP)),
        ("no-webrtc", say.script_no_webrtc()),
        ("fast-lost", say.script_fast_lost()),
        ("no-mse", say.script_no_mse()),
        ("no-format", say.script_no_format()),
        ("no-format-named", say.script_no_format_named(GAP)),
        ("no-type", say.script_no_type(GAP)),
        ("no-video", say.script_no_video()),
        ("ended", say.script_ended()),
        ("gave-up", say.script_gave_up()),
        ("gave-up-why", say.script_gave_up_why(GAP)),
        ("elsewhere", say.script_elsewhere()),
        ("again", say.script_again()),
        ("again-in", say.script_again_in(GAP)),
        ("slow", say.script_slow()),
        ("smooth", say.script_smooth()),
        ("stuck", say.script_stuck()),
        ("stood-still", say.script_stood_still()),
        ("press-watch", say.script_press_watch()),
        ("off-air", say.script_off_air()),
        ("stop-watching", say.script_stop_watching()),
        ("watch", say.script_watch()),
        ("sound-on", say.script_sound_on()),
        ("sound-off", say.script_sound_off()),
        ("behind-ms", say.script_behind_ms(GAP)),
        ("behind-s", say.script_behind_s(GAP)),
    ]
}

/// What the studio's scripts say beside the player.
pub(super) fn studio(say: Language) -> Vec<Sentence> {
    vec![
        ("asking-camera", say.script_asking_camera()),
        ("whip-first", say.script_whip_first()),
        ("connecting", say.script_connecting()),
        ("broadcasting", say.script_broadcasting()),
        ("no-devices", say.script_no_devices()),
        ("stop-broadcast", say.script_stop_broadcast()),
        ("broadcast", say.script_broadcast()),
        ("no-h264", say.script_no_h264()),
        ("camera-refused", say.script_camera_refused()),
        ("camera-missing", say.script_camera_missing()),
        ("camera-busy", say.script_camera_busy()),
        ("no-broadcast", say.script_no_broadcast()),
        ("refused", say.script_refused(GAP)),
        ("node-gone", say.script_node_gone()),
        ("copied", say.script_copied()),
        ("press-copy", say.script_press_copy()),
    ]
}

/// What is told of what happens in the room.
pub(super) fn announcing(say: Language) -> Vec<Sentence> {
    vec![
        ("heard", say.script_heard("{name}", "{text}")),
        ("came", say.script_came(GAP)),
        ("unheard", say.script_unheard(GAP)),
    ]
}
