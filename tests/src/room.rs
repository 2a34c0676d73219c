//! What several tests look for in a room: a publisher's own picture, or the test picture.

use crate::clip::Clip;
use crate::ffmpeg::Watcher;
use crate::{Node, in_time, mp4, nal};

/// Waits until viewers of `live.mp4` get the clip's own coded slices, and checks that from then on they get nothing
/// else for two seconds: not one picture was encoded anew.
pub async fn passed_through(node: &Node, clip: &Clip) {
    let found = async {
        loop {
            // A viewer who comes after the switch; one who was there before keeps what they play.
            let mut stream = mp4::Stream::new(node.get("/live.mp4").await);
            let mut others = 0;
            while let Some(chunk) = stream.next_chunk().await {
                if chunk.track != 1 {
                    continue;
                }
                if !nal::slices(nal::of_sample(chunk.data)).is_subset(&clip.slices) {
                    others += 1;
                    if others > 10 {
                        break;
                    }
                } else if others == 0 {
                    return stream;
                } else {
                    break;
                }
            }
        }
    };
    let mut stream = in_time("the publisher's own slices", found).await;
    let mut seen = 0;
    while seen < 50 {
        let chunk = stream.next_chunk().await.expect("the stream goes on");
        if chunk.track == 1 {
            let slices = nal::slices(nal::of_sample(chunk.data));
            assert!(slices.is_subset(&clip.slices), "a slice that the publisher never sent");
            seen += 1;
        }
    }
}

/// Fails unless viewers see the test picture, moving.
pub async fn assert_test_picture(node: &Node) {
    let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
    let mut last = watcher.next().await.time_code().expect("the test picture");
    for _ in 0..30 {
        let code = watcher.next().await.time_code().expect("the test picture");
        assert!(code.ms_since(last) > 0, "the picture stands still");
        last = code;
    }
}
