//! A small internet of network namespaces: a backbone, servers on it, and homes behind routers of several kinds.

use std::net::IpAddr;

use crate::Namespace;

/// The addresses of documentation (RFC 5737, RFC 3849): nobody's, so nodes take them for public ones.
const BACKBONE_V4: &str = "203.0.113";
const BACKBONE_V6: &str = "2001:db8:0:";

/// Which Internet Protocol there is; only one, so that a test knows which was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Homes share their router's one address.
    V4,
    /// Homes have addresses of their own, and the router lets in only what they asked for.
    V6,
}

/// What a home's router does with what goes out (RFC 4787 in today's words).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Router {
    /// Keeps the port; lets in whom the home has sent to.
    Plain,
    /// Takes another port for each address that is sent to ("symmetric"): nobody can guess it.
    Random,
}

/// A network that everybody else's hangs on.
pub struct Internet {
    family: Family,
    backbone: Namespace,
    count: u8,
}

/// A machine on the backbone.
pub struct Server {
    /// Where programs run.
    pub namespace: Namespace,
    /// Its address.
    pub address: IpAddr,
}

/// A machine in a home.
pub struct Home {
    /// Where programs run.
    pub namespace: Namespace,
    /// The router before it; its device on the backbone is called `wan`.
    pub router: Namespace,
    /// Its address at home.
    pub address: IpAddr,
    /// The address under which others see it.
    pub seen_as: IpAddr,
}

impl Internet {
    /// A backbone with nobody on it; `None`, and a loud word, where the system grants no namespaces.
    #[must_use]
    pub fn new(family: Family) -> Option<Self> {
        let backbone = Namespace::new("net")?;
        backbone.ip("link add hub type bridge");
        backbone.ip("link set hub up");
        if family == Family::V6 {
            // Homes' networks are behind their routers; the backbone knows the ways.
            backbone.sysctl("net.ipv6.conf.all.forwarding=1");
            backbone.ip(&format!("address add {BACKBONE_V6}:1/64 dev hub nodad"));
        }
        Some(Self { family, backbone, count: 0 })
    }

    /// A machine with an address of its own that anybody may send to.
    ///
    /// # Panics
    /// If the system, which granted a backbone, refuses this.
    pub fn server(&mut self) -> Server {
        let namespace = Namespace::new("server").expect("the backbone was granted");
        let address = self.connect(&namespace);
        Server { namespace, address }
    }

    /// A machine behind a router.
    ///
    /// # Panics
    /// If the system, which granted a backbone, refuses this.
    pub fn home(&mut self, kind: Router) -> Home {
        let namespace = Namespace::new("home").expect("the backbone was granted");
        let router = Namespace::new("router").expect("the backbone was granted");
        let public = self.connect(&router);
        let (lan, mine, gateway) = match self.family {
            Family::V4 => {
                router.sysctl("net.ipv4.ip_forward=1");
                let lan = format!("192.168.{}", self.count);
                (format!("{lan}.1/24"), format!("{lan}.2"), format!("{lan}.1"))
            }
            Family::V6 => {
                router.sysctl("net.ipv6.conf.all.forwarding=1");
                let lan = format!("2001:db8:{}:", self.count);
                self.backbone.ip(&format!("route add {lan}:/64 via {public}"));
                (format!("{lan}:1/64"), format!("{lan}:2"), format!("{lan}:1"))
            }
        };
        let mask = if self.family == Family::V4 { 24 } else { 64 };
        router.cable(("lan", &[&lan]), &namespace, ("eth0", &[&format!("{mine}/{mask}")]));
        namespace.ip(&format!("route add default via {gateway}"));
        let translate = match (self.family, kind) {
            (Family::V6, _) => "",
            (Family::V4, Router::Plain) => "oifname wan masquerade",
            (Family::V4, Router::Random) => "oifname wan masquerade fully-random",
        };
        router.rules(&rules(translate));
        let address: IpAddr = mine.parse().expect("an address");
        Home { namespace, router, address, seen_as: if self.family == Family::V4 { public } else { address } }
    }

    /// Gives this network a device `wan` on the backbone, and an address there.
    fn connect(&mut self, namespace: &Namespace) -> IpAddr {
        self.count += 1;
        let number = self.count + 9;
        let port = format!("port{number}");
        let (address, mask) = match self.family {
            Family::V4 => (format!("{BACKBONE_V4}.{number}"), 24),
            Family::V6 => (format!("{BACKBONE_V6}:{number}"), 64),
        };
        self.backbone.cable((&port, &[]), namespace, ("wan", &[&format!("{address}/{mask}")]));
        self.backbone.ip(&format!("link set {port} master hub"));
        if self.family == Family::V6 {
            namespace.ip(&format!("route add default via {BACKBONE_V6}:1"));
        }
        address.parse().expect("an address")
    }
}

/// A router's rules: what goes out is translated; what comes in unasked is dropped without a word.
fn rules(translate: &str) -> String {
    format!(
        "table inet router {{
            chain leaving {{ type nat hook postrouting priority 100
                {translate}
            }}
            chain passing {{ type filter hook forward priority 0; policy drop
                ct state established,related accept
                iifname lan accept
            }}
            chain arriving {{ type filter hook input priority 0; policy drop
                ct state established,related accept
                iifname lan accept
                meta l4proto ipv6-icmp accept
            }}
        }}"
    )
}
