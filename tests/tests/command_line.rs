//! The command line: the ready line, exit codes, one sentence for each error, the configuration file, the end.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::net::TcpListener;

use parlor_e2e::{Node, Scratch, mp4, run};

/// Fails unless this is one line of words, and no panic.
fn assert_sentence(stderr: &[u8]) -> String {
    let text = String::from_utf8(stderr.to_vec()).expect("errors are UTF-8");
    assert_eq!(text.trim_end().lines().count(), 1, "not one sentence: {text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[tokio::test]
async fn the_ready_line_says_where_everything_is() {
    let node = Node::live().await;
    let ready = node.ready();
    assert_eq!(ready.event, "ready");
    assert!(ready.web.starts_with("http://127.0.0.1:") && !ready.web.ends_with(":0"), "{}", ready.web);
    assert!(ready.studio.starts_with(&format!("{}/studio/login/", ready.web)), "{}", ready.studio);
    assert!(ready.invite.starts_with("parlor://"), "{}", ready.invite);
    assert!(ready.invite.contains(&ready.room), "{} is not in {}", ready.room, ready.invite);
    assert!(ready.api_token.len() >= 22, "a token of 128 bits is longer: {}", ready.api_token);
    assert_eq!(node.get("").await.status(), 200);
}

#[tokio::test]
async fn a_port_in_use_is_said_in_a_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["run", "--ephemeral", "--camera", "test", "--listen", &address]).await;
    assert_eq!(output.status.code(), Some(1));
    let sentence = assert_sentence(&output.stderr);
    assert!(sentence.contains(&address), "{sentence}");
}

#[tokio::test]
async fn wrong_usage_exits_with_two() {
    for args in [
        &["run", "--no-such-flag"][..],
        &["no-such-command"],
        &["run", "--listen", "here"],
        &["run", "--camera", "Auto"],
    ] {
        let output = run(args).await;
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {words}");
        assert!(words.contains(args.last().unwrap()) && !words.contains("panicked"), "{words}");
        assert!(output.stdout.is_empty(), "errors belong on standard error");
    }
}

#[tokio::test]
async fn a_configuration_that_cannot_be_used_is_said_in_a_sentence() {
    let scratch = Scratch::default();
    let missing = scratch.path("missing.toml");
    let files = [
        missing.clone(),
        scratch.as_ref().to_owned(),
        scratch.write("syntax.toml", "listen = \n"),
        scratch.write("key.toml", "lissten = '127.0.0.1:0'"),
        scratch.write("value.toml", "[media]\nfps = 0"),
        scratch.write("binary.toml", [0xff, 0xfe, 0]),
    ];
    for file in files {
        let file = file.to_str().unwrap();
        let output = run(&["run", "--ephemeral", "--config", file]).await;
        let sentence = assert_sentence(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{file}: {sentence}");
        assert!(sentence.contains(file) || sentence.contains("media.fps"), "{sentence}");
    }
}

#[tokio::test]
async fn the_printed_configuration_reads_as_the_same() {
    let printed =
        run(&["run", "--listen", "127.0.0.1:8899", "--camera", "rtsp://cam.example/1", "--print-config"])
            .await;
    assert_eq!(printed.status.code(), Some(0));
    let text = String::from_utf8(printed.stdout.clone()).unwrap();
    assert!(text.contains("127.0.0.1:8899") && text.contains("rtsp://cam.example/1"), "{text}");
    let scratch = Scratch::default();
    let file = scratch.write("printed.toml", &printed.stdout);
    let again = run(&["run", "--config", file.to_str().unwrap(), "--print-config"]).await;
    assert_eq!(String::from_utf8(again.stdout).unwrap(), text);
}

#[tokio::test]
async fn flags_win_over_the_environment_and_that_over_the_file() {
    let scratch = Scratch::default();
    let file = scratch.write("parlor.toml", "listen = '127.0.0.1:1111'\n");
    let file = file.to_str().unwrap();
    let printed = async |listen: Option<&str>, flags: &[&str]| {
        let mut command = tokio::process::Command::new(parlor_e2e::binary());
        command.args(["run", "--config", file, "--print-config"]).args(flags).env_remove("PARLOR_LISTEN");
        if let Some(listen) = listen {
            command.env("PARLOR_LISTEN", listen);
        }
        String::from_utf8(command.output().await.unwrap().stdout).unwrap()
    };
    assert!(printed(None, &[]).await.contains("127.0.0.1:1111"));
    assert!(printed(Some("127.0.0.1:2222"), &[]).await.contains("127.0.0.1:2222"));
    assert!(
        printed(Some("127.0.0.1:2222"), &["--listen", "127.0.0.1:3333"]).await.contains("127.0.0.1:3333")
    );
}

#[tokio::test]
async fn an_ephemeral_node_leaves_nothing_on_disk() {
    let scratch = Scratch::default();
    let home = scratch.as_ref().to_str().unwrap().to_owned();
    let mut command = tokio::process::Command::new(parlor_e2e::binary());
    command.args(["run", "--ephemeral", "--listen", "127.0.0.1:0", "--camera", "test", "--json"]);
    command.env("HOME", &home).env("XDG_DATA_HOME", &home).env("XDG_CONFIG_HOME", &home).current_dir(&home);
    // GStreamer's registry of plugins is a cache of this machine, and nothing of the room's.
    command.env("XDG_CACHE_HOME", std::env::temp_dir());
    let mut child = command.stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let stdout = tokio::io::BufReader::new(child.stdout.take().unwrap());
    let mut lines = tokio::io::AsyncBufReadExt::lines(stdout);
    parlor_e2e::in_time("the ready line", lines.next_line()).await.unwrap().expect("the node gets ready");
    child.kill().await.unwrap();
    let left: Vec<_> = std::fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn signals_end_the_node_while_somebody_watches() {
    for signal in ["TERM", "INT"] {
        let node = Node::live().await;
        let mut watching = mp4::Stream::new(node.get("/live.mp4").await);
        watching.next_chunk().await.expect("the picture comes");
        let (code, stderr) = node.stop(signal).await;
        assert_eq!(code, Some(0), "{signal}: {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}

#[tokio::test]
async fn doctor_reports_without_a_camera() {
    let output = run(&["doctor", "--json"]).await;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("--json prints JSON");
    let text = report.to_string();
    for looked_at in ["x264enc", "real time", "Camera", "Web pages", "RTMP", "SRT"] {
        assert!(text.contains(looked_at), "no {looked_at} in {text}");
    }
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    let plain = run(&["doctor"]).await;
    assert!(String::from_utf8(plain.stdout).unwrap().contains("x264enc"));
}
