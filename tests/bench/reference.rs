//! Other people's programs that do the same, on loopback, for as long as they are held.

use std::path::Path;
use std::process::Stdio;

use parlor_e2e::{Scratch, in_time};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// nginx in a single process, which no worker can outlive; killed when dropped.
pub(crate) struct Nginx {
    child: Child,
    port: u16,
}

impl Nginx {
    /// Serves the files of this directory; `locations` goes into the `server` block.
    pub(crate) async fn start(root: &Scratch, locations: &str) -> Self {
        let port = free_port();
        let place = root.as_ref().display();
        // In the foreground and with everything in the scratch directory, so that the machine's own nginx is left alone.
        // Loopback's output is not to wait for acknowledgements (tcp_nodelay), as the node's does not.
        let config = format!(
            "daemon off; master_process off; pid {place}/nginx.pid; error_log stderr crit;
            events {{ worker_connections 4096; }}
            http {{
                access_log off; tcp_nodelay on; sendfile on; types {{ text/html html; }} default_type video/mp4;
                client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
                uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
                keepalive_requests 1000000;
                server {{ listen 127.0.0.1:{port}; root {place}; {locations} }}
            }}"
        );
        let config = root.write("nginx.conf", config);
        let child = quiet("nginx").arg("-p").arg(root.as_ref()).arg("-c").arg(config).spawn();
        let nginx = Self { child: child.expect("nginx is set up: contrib/setup/setup bench"), port };
        listening(port).await;
        nginx
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it is running")
    }
}

/// ustreamer without a camera: it sends the same JPEG about once a second to everybody. Killed when dropped.
pub(crate) struct Ustreamer {
    child: Child,
    port: u16,
}

impl Ustreamer {
    /// Sends this JPEG file.
    pub(crate) async fn start(picture: &Path) -> Self {
        let port = free_port();
        let mut command = quiet("ustreamer");
        command.args([
            "--device",
            "/dev/no-camera",
            "--host",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--blank",
        ]);
        let child = command.arg(picture).spawn().expect("ustreamer is set up: contrib/setup/setup bench");
        listening(port).await;
        Self { child, port }
    }

    /// The address of its stream.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/stream", self.port)
    }

    /// Its id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it is running")
    }
}

/// ffmpeg encoding a moving picture of the node's size, rate and bitrate, and its small one, in real time.
pub(crate) fn encoder() -> Child {
    let mut command = quiet("ffmpeg");
    command.args(["-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30"]);
    command.args("-c:v libx264 -preset superfast -tune zerolatency -b:v 2500k -f null -".split(' '));
    command.args(
        "-vf scale=640:360 -c:v libx264 -preset superfast -tune zerolatency -b:v 600k -f null -".split(' '),
    );
    command.spawn().expect("ffmpeg is set up: contrib/setup/setup bench")
}

fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    // Debian keeps servers out of a user's path.
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin";
    command
        .env("PATH", path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("it is bound").port()
}

async fn listening(port: u16) {
    let connect = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    in_time("the reference to listen", connect).await;
}
