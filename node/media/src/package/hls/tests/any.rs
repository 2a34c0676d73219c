//! Any run of chunks, however odd: the playlists stay valid, and nothing is lost, repeated or kept for ever.

use proptest::prelude::*;

use super::*;

prop_compose! {
    /// Any run of chunks: even ones for a while, then others, keyframes and initializations anywhere, holes.
    fn any_run()(
        stretches in prop::collection::vec((1..100_000_u64, 1..120_usize, 1..200_usize, any::<bool>()), 1..12),
        jitter in prop::collection::vec((0..30_u64, 0..60_u64), 1..50),
    ) -> Vec<Chunk> {
        let (mut chunks, mut at, mut init_version) = (Vec::new(), 0, 0);
        for (number, (lasts, count, group, changes)) in stretches.into_iter().enumerate() {
            init_version += u32::from(changes && number > 0);
            for n in 0..count {
                let (odd, hole) = jitter[chunks.len() % jitter.len()];
                // One chunk in thirty is of another length, one in sixty comes after a hole.
                let lasts = if odd == 0 { lasts / 2 } else { lasts };
                at += if hole == 0 { lasts * 20 } else { 0 };
                let payload = format!("{};", chunks.len()).into();
                chunks.push(Chunk { init_version, payload, ..chunk(at, lasts, n % group == 0) });
                at += lasts;
            }
        }
        chunks
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_run_of_chunks_gives_valid_playlists(run in any_run()) {
        let mut presentation = presentation();
        let mut before: Option<rules::Seen> = None;
        for (number, chunk) in run.iter().enumerate() {
            if chunk.init_version > 0 && number % 2 == 0 {
                presentation.set_catalogue(&catalogue(chunk.init_version));
            }
            if !presentation.push(&TrackName::VIDEO, chunk) {
                continue;
            }
            let Some(text) = presentation.media(&TrackName::VIDEO, Lists::Media) else { continue };
            assert_valid(&text);
            let seen = rules::check(&text);
            if let Some(before) = before {
                rules::check_successor(&before, &seen);
            }
            before = Some(seen);
        }
        // The segments that are left hold the last chunks, each once and in order.
        let timeline = presentation.timeline(&TrackName::VIDEO).unwrap();
        let mut served = Vec::new();
        for msn in 0..timeline.next_msn() {
            if let Resource::Ready(chunks) = timeline.segment(msn) {
                served.extend(chunks);
            }
            for part in 0.. {
                match timeline.part(msn, part) {
                    Resource::Ready(chunks) if timeline.segment(msn) == Resource::Absent => served.extend(chunks),
                    Resource::Ready(_) => {}
                    _ => break,
                }
            }
        }
        let all: Vec<_> = run.iter().map(|chunk| chunk.payload.clone()).collect();
        let first = all.iter().position(|payload| Some(payload) == served.first()).unwrap_or(all.len());
        prop_assert_eq!(&all[first..first + served.len()], &served[..]);
    }

    #[test]
    fn no_run_is_kept_without_bound(
        chunks in prop::collection::vec((any::<u64>(), any::<u32>(), any::<bool>(), any::<u32>()), 1..300),
        msn: u64, part: u64,
    ) {
        let mut presentation = presentation();
        for (at, lasts, starts_group, init_version) in chunks {
            let chunk = Chunk { init_version, ..chunk(at, lasts.into(), starts_group) };
            presentation.push(&TrackName::VIDEO, &chunk);
            presentation.push(&TrackName::AUDIO, &chunk);
        }
        let timeline = presentation.timeline(&TrackName::VIDEO).unwrap();
        let _ = (timeline.reload(msn, Some(part)), timeline.part(msn, part), timeline.segment(msn));
    }
}
