//! The emulated lines do what they say. How long anything takes at most is the machine's business, and is only told.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::fmt::Write;
use std::net::UdpSocket;
use std::thread;
use std::time::{Duration, Instant};

use parlor_e2e::links::{Line, Links, Machine, Plan};
use parlor_e2e::{HANG, say};

/// What IPv4 and UDP put before a packet.
const HEADERS: usize = 28;

fn plan(loss_ppm: u32) -> Plan {
    let line = Line { up_bps: 2_000_000, down_bps: 16_000_000, loss_ppm };
    let ms = Duration::from_millis;
    let ways = vec![vec![ms(0), ms(15), ms(40)], vec![ms(15), ms(0), ms(30)], vec![ms(40), ms(30), ms(0)]];
    Plan { lines: vec![line; 3], ways, jitter: Duration::ZERO, seed: 7 }
}

fn socket(machine: &Machine) -> UdpSocket {
    let address = machine.address;
    let socket = machine.namespace.within(move || UdpSocket::bind((address, 7000))).unwrap();
    socket.set_read_timeout(Some(HANG)).unwrap();
    socket
}

#[test]
fn packets_take_as_long_as_planned() {
    let Some(links) = Links::start(plan(0)) else { return };
    let sockets: Vec<_> = (0..3).map(|number| socket(links.machine(number))).collect();
    let mut words = String::from("emulated lines: round trips");
    for (one, other, least) in [(0, 1, 30), (0, 2, 80), (1, 2, 60)] {
        let (asks, answers) = (sockets[one].try_clone().unwrap(), sockets[other].try_clone().unwrap());
        let echo = thread::spawn(move || {
            let mut bytes = [0; 16];
            for _ in 0..10 {
                let (length, from) = answers.recv_from(&mut bytes).unwrap();
                answers.send_to(&bytes[..length], from).unwrap();
            }
        });
        let mut trips: Vec<_> = (0..10u8)
            .map(|number| {
                let sent = Instant::now();
                asks.send_to(&[number], (links.machine(other).address, 7000)).unwrap();
                let mut bytes = [0; 16];
                let (length, _) = asks.recv_from(&mut bytes).unwrap();
                assert_eq!(&bytes[..length], [number]);
                sent.elapsed()
            })
            .collect();
        echo.join().unwrap();
        trips.sort_unstable();
        assert!(trips[0] >= Duration::from_millis(least), "{:?} between {one} and {other}", trips[0]);
        write!(words, " {:.1} ms for {least},", trips[5].as_secs_f64() * 1000.0).unwrap();
    }

    // As many as take half a second, at once.
    let payload = [7; 1250 - HEADERS];
    let sent = Instant::now();
    for _ in 0..100 {
        sockets[0].send_to(&payload, (links.machine(1).address, 7000)).unwrap();
    }
    let mut bytes = [0; 1500];
    (0..100).for_each(|_| assert_eq!(sockets[1].recv(&mut bytes).unwrap(), payload.len()));
    let took = sent.elapsed();
    assert!(took >= Duration::from_millis(515), "{took:?} for half a second of packets, 15 ms away");
    let rate = 100.0 * 1250.0 * 8.0 / (took.as_secs_f64() - 0.015) / 1e6;
    assert_eq!(links.count(0).sent_packets(), 10 + 10 + 100);
    let late = links.lateness().quantile(0.99).as_secs_f64() * 1000.0;
    say(&format!("{words} and {rate:.2} Mbit/s for 2; 99 % of packets {late:.1} ms late at most\n"));
}

#[test]
fn so_many_packets_are_lost_as_planned() {
    let Some(links) = Links::start(plan(100_000)) else { return };
    let (sends, takes) = (socket(links.machine(0)), socket(links.machine(1)));
    let to = (links.machine(1).address, 7000);
    let counts = thread::spawn(move || {
        let (mut bytes, mut came) = ([0; 16], 0);
        loop {
            let length = takes.recv(&mut bytes).unwrap();
            if bytes[..length] == *b"end" {
                return came;
            }
            came += 1;
        }
    });
    for number in 0..2000u32 {
        sends.send_to(&number.to_be_bytes(), to).unwrap();
        // So few at a time that the sender's own queue holds them.
        if number % 50 == 0 {
            while links.count(0).sent_packets() < number.into() {
                thread::yield_now();
            }
        }
    }
    while !counts.is_finished() {
        sends.send_to(b"end", to).unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    let came = counts.join().unwrap();
    assert!((1750..1850).contains(&came), "{came} of 2000 came, where a tenth is lost");
}
