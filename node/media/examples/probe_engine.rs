//! scratch
use parlor_media::*;
use parlor_protocol::media::*;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
struct Out(Mutex<(Vec<f64>, u64)>);
impl Output for Out {
    fn catalogue(&self, c: Catalogue) {
        println!(
            "catalogue {:?}",
            c.tracks
                .iter()
                .map(|t| (t.name.to_string(), t.codec.clone(), t.init_version, t.bitrate_bps))
                .collect::<Vec<_>>()
        );
    }
    fn chunk(&self, t: &TrackName, c: Chunk) {
        {
            use std::io::Write;
            std::fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(format!("/tmp/probe-{t}.mp4"))
                .unwrap()
                .write_all(&c.payload)
                .unwrap();
        }
        if *t == TrackName::VIDEO {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1000.0;
            let mut g = self.0.lock().unwrap();
            g.0.push(now - c.captured.0 as f64);
            g.1 += 1;
        }
    }
}
fn main() {
    let src = std::env::args().nth(1).unwrap_or("test".into()).parse().unwrap();
    let pics = std::env::args().nth(2).as_deref() == Some("p");
    let out = Arc::new(Out(Mutex::default()));
    let t0 = Instant::now();
    let s = Settings {
        small: match std::env::var("SMALL").as_deref() {
            Ok("0") => Some(false),
            Ok("1") => Some(true),
            _ => None,
        },
        ..Default::default()
    };
    let b = Broadcast::start(s, src, out.clone()).unwrap();
    b.set_running(true);
    b.set_pictures(pics);
    while out.0.lock().unwrap().1 == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("first chunk after {:?}", t0.elapsed());
    for _ in 0..10 {
        std::thread::sleep(Duration::from_secs(1));
        let mut v = std::mem::take(&mut out.0.lock().unwrap().0);
        v.sort_by(f64::total_cmp);
        let rss = std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .find(|l| l.starts_with("VmRSS"))
            .unwrap()
            .to_owned();
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let f: Vec<&str> = stat.split(' ').collect();
        println!(
            "n {} p50 {:.1} p95 {:.1} max {:.1} {rss} cpu ticks {} {:?}",
            v.len(),
            v[v.len() / 2],
            v[v.len() * 95 / 100],
            v[v.len() - 1],
            f[13].parse::<u64>().unwrap() + f[14].parse::<u64>().unwrap(),
            b.status()
        );
    }
}
