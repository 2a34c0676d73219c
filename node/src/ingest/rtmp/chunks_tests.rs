//! Messages survive the way through chunks, whoever cuts them; hostile bytes do not grow memory.

use proptest::prelude::*;
use rml_rtmp::chunk_io::ChunkSerializer;
use rml_rtmp::messages::MessagePayload;
use rml_rtmp::time::RtmpTimestamp;

use super::*;

fn read(bytes: &[u8]) -> Result<Vec<Message>, Refusal> {
    let mut messages = Vec::new();
    ChunkReader::default().receive(bytes, &mut messages).map(|()| messages)
}

fn message(kind: u8, timestamp_ms: u32, bytes: usize) -> Message {
    let body = (0..bytes).map(|at| at as u8).collect::<Vec<_>>().into();
    Message { kind, stream: 1, timestamp_ms, body }
}

/// The header of a whole message (form 0) on this chunk stream.
fn head(id: u8, kind: u8, length: usize) -> Vec<u8> {
    let mut head = vec![id, 0, 0, 0];
    head.put_uint(length as u64, 3);
    head.extend([kind, 1, 0, 0, 0]);
    head
}

#[test]
fn messages_on_two_chunk_streams_may_interleave() {
    let sound = message(kind::AUDIO, 0, 10);
    let picture = message(kind::VIDEO, 0, 200);
    let mut bytes = head(6, kind::VIDEO, 200);
    bytes.extend_from_slice(&picture.body[..128]);
    bytes.extend(head(4, kind::AUDIO, 10));
    bytes.extend_from_slice(&sound.body);
    bytes.push(3 << 6 | 6);
    bytes.extend_from_slice(&picture.body[128..]);
    assert_eq!(read(&bytes), Ok(vec![sound, picture]));
}

#[test]
fn a_client_that_names_a_length_gets_no_memory_for_it() {
    assert_eq!(read(&head(4, kind::VIDEO, MAX_VIDEO_BYTES + 1)), Err(Refusal::TooLarge));
    assert_eq!(read(&head(4, kind::COMMAND, MAX_OTHER_BYTES + 1)), Err(Refusal::TooLarge));
    let mut reader = ChunkReader::default();
    reader.receive(&head(4, kind::VIDEO, MAX_VIDEO_BYTES), &mut Vec::new()).unwrap();
    assert!(reader.streams[&4].body.capacity() < 1024);
}

#[test]
fn partial_messages_have_a_ceiling_together() {
    let mut reader = ChunkReader::default();
    let mut refused = None;
    for id in 3..3 + MAX_STREAMS as u8 {
        for at in 0..MAX_VIDEO_BYTES / INITIAL_CHUNK_BYTES - 1 {
            let head = if at == 0 { head(id, kind::VIDEO, MAX_VIDEO_BYTES) } else { vec![3 << 6 | id] };
            let bytes = [&head[..], &[0; INITIAL_CHUNK_BYTES]].concat();
            if let Err(refusal) = reader.receive(&bytes, &mut Vec::new()) {
                refused = Some((id, refusal));
                break;
            }
        }
        if refused.is_some() {
            break;
        }
    }
    assert_eq!(refused, Some((4, Refusal::TooLarge)));
}

#[test]
fn chunk_streams_are_bounded() {
    let mut bytes = Vec::new();
    for id in 3..=3 + MAX_STREAMS as u8 {
        bytes.extend(head(id, kind::AUDIO, 0));
    }
    assert_eq!(read(&bytes), Err(Refusal::Malformed));
}

#[test]
fn an_aborted_message_is_forgotten() {
    let mut bytes = head(6, kind::VIDEO, 200);
    bytes.extend([1; 128]);
    bytes.extend(head(2, kind::ABORT, 4));
    bytes.extend([0, 0, 0, 6]);
    let after = message(kind::VIDEO, 0, 3);
    bytes.extend(head(6, kind::VIDEO, 3));
    bytes.extend_from_slice(&after.body);
    assert_eq!(read(&bytes), Ok(vec![after]));
}

proptest! {
    /// Another implementation writes, with compressed headers, long timestamps and another chunk size.
    #[test]
    fn what_another_implementation_writes_is_read(
        messages in prop::collection::vec((8..10_u8, 0..u32::MAX / 2, 1..9000_usize), 1..12),
        chunk_size in 1..10_000_u32,
        cut in 1..700_usize,
    ) {
        let mut times: Vec<_> = messages.iter().map(|(_, time, _)| *time).collect();
        times.sort_unstable();
        let sent: Vec<_> =
            messages.iter().zip(times).map(|((kind, _, bytes), time)| message(*kind, time, *bytes)).collect();
        let mut writer = ChunkSerializer::new();
        let mut bytes = writer.set_max_chunk_size(chunk_size, RtmpTimestamp::new(0)).unwrap().bytes;
        for message in &sent {
            let payload = MessagePayload {
                timestamp: RtmpTimestamp::new(message.timestamp_ms),
                type_id: message.kind,
                message_stream_id: message.stream,
                data: message.body.clone(),
            };
            bytes.extend(writer.serialize(&payload, false, false).unwrap().bytes);
        }
        let (mut reader, mut received) = (ChunkReader::default(), Vec::new());
        for piece in bytes.chunks(cut) {
            reader.receive(piece, &mut received).unwrap();
        }
        prop_assert_eq!(received, sent);
        prop_assert_eq!(reader.partial_bytes, 0);
    }

    #[test]
    fn what_is_written_is_read(kind in 8..20_u8, time in 0..EXTENDED, bytes in 0..2000_usize) {
        let sent = message(kind, time, bytes);
        let mut out = Vec::new();
        write(&sent, &mut out);
        prop_assert_eq!(read(&out), Ok(vec![sent]));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), cut in 1..100_usize) {
        let (mut reader, mut messages) = (ChunkReader::default(), Vec::new());
        for piece in bytes.chunks(cut) {
            if reader.receive(piece, &mut messages).is_err() {
                break;
            }
        }
    }
}
