//! Keys in a real keyring, in a locked one, and where there is none.
//!
//! Each test starts itself again in a session bus of its own, since the keyring's client looks for its
//! keyring once per process. On other systems than Linux the keyring is always there and is the user's own, which
//! a test must not touch.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test's helpers fail like the test")]

use std::process::Command;
use std::time::{Duration, Instant};

use maas::{Endpoint, KeyError, KeyPlace, Keys, Secret};

/// Set in the process that runs inside the session bus.
const INSIDE: &str = "PALIMPSEST_KEYRING_TEST";
const CANARY: &str = "canary-7f3a91c0de";

fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

fn endpoint() -> Endpoint {
    Endpoint::parse("https://api.example.com/v1").unwrap()
}

/// Runs the test of this name again, by this shell line, in which `exec "$TEST"` stands for it.
#[track_caller]
fn run_inside(test: &str, bus: bool, line: &str) {
    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("run");
    std::fs::create_dir(&runtime).unwrap();
    let mut command = if bus {
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "sh", "-c", line]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        command
    };
    let output = command
        .env("TEST", std::env::current_exe().unwrap())
        .env("NAME", test)
        .env(INSIDE, "1")
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_RUNTIME_DIR", &runtime)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .output()
        .expect("`dbus-run-session` (Debian package dbus-daemon) starts");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    assert!(!text.contains(CANARY));
}

#[test]
fn a_keyring_keeps_a_key_between_starts() {
    if !is_inside() {
        // Two starts in one session: the second finds what the first kept.
        return run_inside(
            "a_keyring_keeps_a_key_between_starts",
            true,
            r#"printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "$TEST" --exact "$NAME" && STARTED=again exec "$TEST" --exact "$NAME""#,
        );
    }
    let keys = Keys::in_keyring();
    let key = Secret::new(CANARY).unwrap();
    if std::env::var_os("STARTED").is_none() {
        assert_eq!(keys.load(&endpoint()), Ok(None));
        let kept = keys.store(
            &endpoint(),
            &Secret::new("an older key".replace(' ', "-").as_str()).unwrap(),
        );
        assert_eq!((kept.place, kept.because), (KeyPlace::Keyring, None));
        assert_eq!(keys.store(&endpoint(), &key).place, KeyPlace::Keyring);
        return;
    }
    let found = keys
        .load(&Endpoint::parse("api.example.com").unwrap())
        .unwrap()
        .unwrap();
    assert_eq!((found.key, found.place), (key, KeyPlace::Keyring));
    assert_eq!(
        keys.load(&Endpoint::parse("other.example.com").unwrap()),
        Ok(None)
    );
    keys.delete(&endpoint()).unwrap();
    assert_eq!(keys.load(&endpoint()), Ok(None));
    keys.delete(&endpoint()).unwrap();
}

#[test]
fn without_a_bus_keys_stay_in_memory() {
    if !is_inside() {
        return run_inside(
            "without_a_bus_keys_stay_in_memory",
            false,
            r#"exec "$TEST" --exact "$NAME""#,
        );
    }
    kept_in_memory();
}

#[test]
fn a_bus_without_a_keyring_keeps_keys_in_memory() {
    if !is_inside() {
        // A bus that knows no service to start.
        return run_inside(
            "a_bus_without_a_keyring_keeps_keys_in_memory",
            false,
            r#"cat > "$HOME/bus.conf" <<END
<busconfig><type>session</type><listen>unix:tmpdir=$HOME</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
END
exec dbus-run-session --config-file="$HOME/bus.conf" -- "$TEST" --exact "$NAME""#,
        );
    }
    kept_in_memory();
}

fn kept_in_memory() {
    let keys = Keys::in_keyring();
    let key = Secret::new(CANARY).unwrap();
    assert_eq!(keys.load(&endpoint()), Ok(None));
    let kept = keys.store(&endpoint(), &key);
    assert_eq!(
        (kept.place, kept.because),
        (KeyPlace::Memory, Some(KeyError::NoKeyring))
    );
    let found = keys.load(&endpoint()).unwrap().unwrap();
    assert_eq!((found.key, found.place), (key, KeyPlace::Memory));
    keys.delete(&endpoint()).unwrap();
    assert_eq!(keys.load(&endpoint()), Ok(None));
}

#[test]
fn a_locked_keyring_is_given_up_after_a_while() {
    if !is_inside() {
        // Made once with a password, then started anew without it: it is locked, and nobody can be asked.
        return run_inside(
            "a_locked_keyring_is_given_up_after_a_while",
            true,
            r#"printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "$TEST" --exact "$NAME" >/dev/null
printf '' | STARTED=again exec dbus-run-session -- sh -c 'gnome-keyring-daemon --start --components=secrets >/dev/null && exec "$TEST" --exact "$NAME"'"#,
        );
    }
    let keys = Keys::in_keyring();
    let key = Secret::new(CANARY).unwrap();
    if std::env::var_os("STARTED").is_none() {
        assert_eq!(keys.store(&endpoint(), &key).place, KeyPlace::Keyring);
        return;
    }
    let started = Instant::now();
    let error = keys.load(&endpoint()).unwrap_err();
    assert!(
        matches!(error, KeyError::Locked | KeyError::TimedOut { .. }),
        "{error:?}"
    );
    let kept = keys.store(&endpoint(), &key);
    assert_eq!(
        kept.place,
        KeyPlace::Memory,
        "the key is there for this session"
    );
    assert!(kept.because.is_some());
    assert_eq!(
        keys.load(&endpoint()).unwrap().unwrap().place,
        KeyPlace::Memory
    );
    assert!(
        started.elapsed() < Duration::from_secs(15),
        "{:?}",
        started.elapsed()
    );
}
