//! Chunks cut and joined.

use super::*;
use crate::object::piece::cut;

/// An opened piece with the header that `change` makes of it.
fn piece(sequence: u64, continues: bool, bytes: &[u8], change: impl FnOnce(&mut Header)) -> Piece {
    let header = header(sequence, |header| {
        header.continues = continues;
        change(header);
    });
    Piece { header, length: EpochLength::default(), bytes: Bytes::copy_from_slice(bytes) }
}

/// The first piece of a group, which goes on.
fn first(sequence: u64, bytes: &[u8]) -> Piece {
    piece(sequence, true, bytes, |header| header.starts_group = true)
}

#[test]
fn a_chunk_is_cut_evenly_and_no_finer_than_needed() {
    let lengths = |bytes, limit| cut(&vec![0; bytes], limit).map(<[u8]>::len).collect::<Vec<_>>();
    assert_eq!(lengths(100, 100), [100]);
    assert_eq!(lengths(101, 100), [51, 50]);
    assert_eq!(lengths(300, 100), [100, 100, 100]);
    assert_eq!(lengths(10, 0), [1; 10]);
    let longest = lengths(sealed::MAX_CHUNK_BYTES, piece_bytes(0));
    assert_eq!(longest.len(), MAX_PIECES);
    assert_eq!(piece_bytes(2_500_000), 15_625);
    assert_eq!((piece_bytes(64_000), piece_bytes(u32::MAX)), (8192, 26_843_545));
}

#[test]
fn what_has_no_start_is_left_out_and_what_follows_is_not() {
    let chunk = chunk(1, &[7; 100]);
    let content = chunk.encode().unwrap();
    let whole = |sequence| {
        piece(sequence, false, &content, |header| {
            (header.captured, header.group) = (chunk.captured, chunk.group);
        })
    };
    let mut assembly = Assembly::default();
    // Nobody knows whether a chunk starts here; with the one after it, one does.
    assert_eq!(assembly.add(whole(7)), Ok(None));
    assert_eq!(assembly.add(whole(8)), Ok(Some(chunk.clone())));
    assert_eq!(assembly.add(piece(9, true, &[1], |_| ())), Ok(None));
    assert_eq!(assembly.add(piece(11, true, &[1], |_| ())), Ok(None));
    assert_eq!(assembly.add(piece(12, false, &content, |_| ())), Ok(None));
    assert_eq!(assembly.add(whole(13)), Ok(Some(chunk.clone())));
    // Backwards, twice, and another track.
    assert_eq!(assembly.add(whole(13)), Ok(None));
    assert_eq!(assembly.add(whole(12)), Ok(None));
    let mut other = whole(13);
    other.header.track = TrackName::AUDIO;
    assert_eq!(assembly.add(other), Ok(None));
}

#[test]
fn a_group_begins_anew() {
    let head = chunk(30, &[3; 40]);
    let content = head.encode().unwrap();
    let of = |piece: Piece, sequence| Piece {
        header: Header { sequence, captured: head.captured, group: 1, ..piece.header },
        ..piece
    };
    let mut assembly = Assembly::default();
    assert_eq!(assembly.add(first(4, &[1])), Ok(None));
    assert_eq!(assembly.add(of(first(0, &content[..20]), 5)), Ok(None));
    assert_eq!(assembly.add(of(piece(0, false, &content[20..], |_| ()), 6)), Ok(Some(head)));
}

#[test]
fn the_pieces_of_a_chunk_agree() {
    let changes: [fn(&mut Header); 4] = [
        |header| header.group = 1,
        |header| header.generation = 1,
        |header| header.epoch = Epoch::new(1).unwrap(),
        |header| header.captured.0 += 1,
    ];
    for change in changes {
        let mut assembly = Assembly::default();
        assert_eq!(assembly.add(first(0, &[1])), Ok(None));
        let error = assembly.add(piece(1, true, &[1], change)).unwrap_err();
        assert_eq!((error, error.fault()), (ObjectError::Mismatch, Fault::Host));
        assert_eq!(assembly.add(piece(2, false, &[1], |_| ())), Ok(None), "the chunk is lost");
    }
}

#[test]
fn neither_pieces_nor_bytes_without_end() {
    let mut assembly = Assembly::default();
    assert_eq!(assembly.add(first(0, &[])), Ok(None));
    for sequence in 1..MAX_PIECES as u64 {
        assert_eq!(assembly.add(piece(sequence, true, &[], |_| ())), Ok(None));
    }
    let error = assembly.add(piece(MAX_PIECES as u64, true, &[], |_| ())).unwrap_err();
    assert_eq!((error, error.fault()), (ObjectError::TooManyPieces, Fault::Host));
    let half = vec![0; sealed::MAX_CHUNK_BYTES / 2];
    assert_eq!(assembly.add(first(1000, &half)), Ok(None));
    assert_eq!(assembly.add(piece(1001, true, &half, |_| ())), Ok(None));
    let error = assembly.add(piece(1002, true, &[0], |_| ())).unwrap_err();
    assert_eq!((error, error.fault()), (ObjectError::Chunk(ChunkError::TooLarge), Fault::Host));
}

/// Three chunks, cut, sealed, and opened again; to which each piece belongs, and what was cut.
fn three(payloads: &[Vec<u8>; 3], limit: usize) -> (Vec<(usize, Piece)>, Vec<Chunk>) {
    let session = host(1, 2);
    let (mut pieces, mut chunks) = (Vec::new(), Vec::new());
    let mut sequence = 1000;
    for (at, payload) in payloads.iter().enumerate() {
        let chunk = chunk(at as u64, payload);
        let key = key(&session, chunk.time);
        let objects = Object::seal(&session, &key, sequence, &chunk, limit).unwrap();
        sequence += objects.len() as u64;
        let open = |object: &Object| match object.open(&key) {
            Ok(Content::Piece(piece)) => (at, piece),
            other => panic!("{other:?}"),
        };
        pieces.extend(objects.iter().map(open));
        chunks.push(chunk);
    }
    (pieces, chunks)
}

/// Short ones: each piece is signed.
fn payloads() -> impl Strategy<Value = [Vec<u8>; 3]> {
    prop::array::uniform3(prop::collection::vec(any::<u8>(), 1..200))
}

proptest! {
    #[test]
    fn any_length_is_cut_within_any_limit(bytes in 1..100_000_usize, limit in 0..200_000_usize) {
        let content = (0..bytes).map(|at| at as u8).collect::<Vec<_>>();
        let pieces: Vec<_> = cut(&content, limit).collect();
        prop_assert_eq!(&pieces.concat(), &content);
        let most = bytes.div_ceil(limit.max(1)).clamp(1, MAX_PIECES);
        // Of equal length, fewer may do.
        prop_assert_eq!(pieces.len(), bytes.div_ceil(bytes.div_ceil(most)));
        let (last, others) = pieces.split_last().unwrap();
        prop_assert!(others.iter().all(|piece| piece.len() == pieces[0].len()) && last.len() <= pieces[0].len());
    }
}

proptest! {
    // Signing takes milliseconds where the curve's code is not optimized.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn cut_and_joined_it_is_the_same(payloads in payloads(), limit in 8..400_usize) {
        let (pieces, chunks) = three(&payloads, limit);
        let mut assembly = Assembly::default();
        let joined: Vec<_> = pieces.into_iter().filter_map(|(_, piece)| assembly.add(piece).unwrap()).collect();
        prop_assert_eq!(joined, chunks);
    }

    #[test]
    fn whatever_is_lost_or_comes_again_no_chunk_is_wrong(
        payloads in payloads(),
        limit in 8..100_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..4),
    ) {
        let (mut pieces, chunks) = three(&payloads, limit);
        let mut lost = [false; 3];
        for (at, again) in changes {
            if pieces.is_empty() {
                break;
            }
            let at = at.index(pieces.len());
            if again {
                let again = pieces[at].clone();
                pieces.insert(at, again);
            } else {
                let (of, piece) = pieces.remove(at);
                // What came twice may be lost once.
                lost[of] |= !pieces.iter().any(|(_, other)| other.header.sequence == piece.header.sequence);
            }
        }
        let mut assembly = Assembly::default();
        for (of, piece) in pieces {
            if let Some(chunk) = assembly.add(piece).unwrap() {
                prop_assert!(!lost[of]);
                prop_assert_eq!(&chunk, &chunks[of]);
            }
        }
    }

    #[test]
    fn no_pieces_panic(
        pieces in prop::collection::vec((0..4_u64, any::<[bool; 2]>(), prop::collection::vec(any::<u8>(), 0..40)), 0..40),
    ) {
        let mut assembly = Assembly::default();
        let mut sequence = 0;
        for (step, [continues, starts_group], bytes) in pieces {
            sequence += step;
            let _ = assembly.add(piece(sequence, continues, &bytes, |header| header.starts_group = starts_group));
        }
    }
}
