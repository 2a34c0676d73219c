//! Machines on lines like those of homes: each has a network of its own, an uplink and a downlink of some rate, and is some
//! time away from each other one; packets stray, wait and get lost.
//!
//! In each network there is a TUN device (Linux, `Documentation/networking/tuntap.rst`), and one thread of this process
//! moves the packets between them (`pump`), as a model says when (`wires`). Kernels need no module for that, as they
//! would for `tc-netem(8)`; and what goes over each line is counted here. Only IPv4.

mod pump;
mod wires;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tun_rs::{DeviceBuilder, SyncDevice};

use self::pump::Pump;
pub use self::pump::{Count, Lateness};
pub use self::wires::{Line, Plan};
use crate::Namespace;

/// Machines have these addresses from `.10` on: nobody's (RFC 5737), so nodes take them for public ones.
const NETWORK: [u8; 3] = [203, 0, 113];
const FIRST: u8 = 10;
/// So many fit into it.
const MOST: usize = 240;

/// A machine on a line.
pub struct Machine {
    /// Where its programs run.
    pub namespace: Namespace,
    /// Its address.
    pub address: Ipv4Addr,
}

/// Machines, and the lines between them; gone when dropped.
pub struct Links {
    machines: Vec<Machine>,
    counts: Arc<[Count]>,
    lateness: Arc<Lateness>,
    stop: Arc<AtomicBool>,
    pump: Option<JoinHandle<()>>,
}

impl Links {
    /// A machine for each line of the plan; `None`, and a loud word, where the system grants no namespaces.
    ///
    /// # Panics
    /// If the system grants namespaces, but no TUN devices in them.
    #[must_use]
    pub fn start(plan: Plan) -> Option<Self> {
        let count = plan.lines.len();
        assert!(count <= MOST, "{count} machines; {MOST} have an address");
        let machines: Option<Vec<_>> = (0..count).map(machine).collect();
        let machines = machines?;
        let devices = machines.iter().map(device).collect();
        let counts: Arc<[Count]> = (0..count).map(|_| Count::default()).collect();
        let (lateness, stop) = (Arc::<Lateness>::default(), Arc::<AtomicBool>::default());
        let pump = Pump::new(plan, devices, counts.clone(), lateness.clone());
        let told = stop.clone();
        let pump = std::thread::Builder::new().name("links".into()).spawn(move || pump.run(&told));
        Some(Self { machines, counts, lateness, stop, pump: Some(pump.expect("there is a thread for it")) })
    }

    /// A machine, in the plan's order.
    #[must_use]
    pub fn machine(&self, number: usize) -> &Machine {
        &self.machines[number]
    }

    /// What went over a machine's line so far.
    #[must_use]
    pub fn count(&self, number: usize) -> &Count {
        &self.counts[number]
    }

    /// How much later than planned packets went on, since this process had to wait for the processor.
    #[must_use]
    pub fn lateness(&self) -> &Lateness {
        &self.lateness
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(pump) = self.pump.take() {
            // It has panicked if this fails, and said so.
            let _ = pump.join();
        }
    }
}

/// Which machine has this address.
fn number(address: [u8; 4]) -> Option<usize> {
    let [a, b, c, last] = address;
    ([a, b, c] == NETWORK && last >= FIRST).then(|| usize::from(last - FIRST))
}

fn machine(number: usize) -> Option<Machine> {
    let [a, b, c] = NETWORK;
    let address = Ipv4Addr::new(a, b, c, FIRST + number as u8);
    Some(Machine { namespace: Namespace::new(&format!("line{number}"))?, address })
}

/// The device of a machine, by which its whole network is reached.
fn device(machine: &Machine) -> SyncDevice {
    let device = machine.namespace.within(|| {
        let device =
            DeviceBuilder::new().name("wan").enable(false).build_sync().expect("there is a TUN device");
        device.set_nonblocking(true).expect("a device can be asked without waiting");
        device
    });
    machine.namespace.sysctl("net.ipv6.conf.wan.disable_ipv6=1");
    machine.namespace.ip(&format!("address add {}/24 dev wan", machine.address));
    machine.namespace.ip("link set wan up");
    device
}
