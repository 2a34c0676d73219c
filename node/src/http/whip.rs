//! WHIP: publishing over WebRTC (RFC 9725), for whoever has the publish key.
