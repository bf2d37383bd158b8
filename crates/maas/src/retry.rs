//! When to ask again.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// What the headers say about when to ask again: `retry-after-ms`, `Retry-After` in seconds or as a date
/// (RFC 9110 section 10.2.3), or the reset times that services send instead.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(ms) = text("retry-after-ms").and_then(|ms| ms.parse::<f64>().ok()) {
        return seconds(ms / 1000.0);
    }
    // The service's own clock, where it is told: ours may be wrong by more than the wait.
    let now = || {
        text("date").and_then(http_date).or_else(|| {
            let now = SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .ok()?;
            Some(now.as_secs())
        })
    };
    if let Some(after) = text("retry-after") {
        return match after.parse::<f64>() {
            Ok(wait) => seconds(wait),
            Err(_) => Some(Duration::from_secs(
                http_date(after)?.saturating_sub(now()?),
            )),
        };
    }
    [
        "x-ratelimit-reset-requests",
        "x-ratelimit-reset-tokens",
        "ratelimit-reset",
        "x-ratelimit-reset",
    ]
    .iter()
    .filter_map(|name| reset(text(name)?, now()?))
    .max()
}

/// How long to wait before try number `next` (2, 3, …) when nothing is said: doubled each time, and parted by
/// up to a quarter so that three takes don't come back at the same moment.
pub(crate) fn backoff(base: Duration, next: u32, spread: u64) -> Duration {
    let wait = base * 2_u32.saturating_pow(next.saturating_sub(2)).min(64);
    wait + wait.mul_f64((spread % 250) as f64 / 1000.0)
}

/// `1s`, `6m0s`, `20ms`, seconds, or a Unix time in seconds or milliseconds.
fn reset(text: &str, now: u64) -> Option<Duration> {
    if let Ok(number) = text.parse::<f64>() {
        return match number {
            n if n > 1e12 => seconds(n / 1000.0 - now as f64),
            n if n > 1e9 => seconds(n - now as f64),
            n => seconds(n),
        };
    }
    let (mut total, mut number) = (0.0, String::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() || c == '.' {
            number.push(c);
            rest = &rest[1..];
            continue;
        }
        let (unit, length) = [("ms", 0.001), ("h", 3600.0), ("m", 60.0), ("s", 1.0)]
            .into_iter()
            .find_map(|(name, unit)| rest.starts_with(name).then_some((unit, name.len())))?;
        total += number.parse::<f64>().ok()? * unit;
        number.clear();
        rest = &rest[length..];
    }
    number.is_empty().then(|| seconds(total))?
}

fn seconds(wait: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(wait.max(0.0)).ok()
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, and of the two older forms of RFC 9110.
fn http_date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let words: Vec<&str> = text
        .split([' ', '-', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let (day, month, year, time) = match words[..] {
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time), // asctime
        _ => return None,
    };
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let day: i64 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let mut year: i64 = year.parse().ok()?;
    if year < 100 {
        year += if year < 70 { 2000 } else { 1900 };
    }
    let mut clock = time.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // Days from the civil date (Howard Hinnant's algorithm).
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    u64::try_from(days * 86_400 + hour * 3600 + minute * 60 + second).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<f64>) {
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        assert_eq!(
            retry_after(&map),
            expected.map(Duration::from_secs_f64),
            "{headers:?}"
        );
    }

    #[test]
    fn every_form_of_a_wait_is_read() {
        check(&[("retry-after", "7")], Some(7.0));
        check(&[("retry-after", "0.5")], Some(0.5));
        check(
            &[("retry-after-ms", "1500"), ("retry-after", "9")],
            Some(1.5),
        );
        check(
            &[
                ("date", "Tue, 24 Nov 2026 23:59:30 GMT"),
                ("retry-after", "Wed, 25 Nov 2026 00:00:10 GMT"),
            ],
            Some(40.0),
        );
        check(
            &[
                ("date", "Tue, 24 Nov 2026 23:59:30 GMT"),
                ("retry-after", "Tue, 24 Nov 2026 23:00:00 GMT"),
            ],
            Some(0.0),
        );
        check(
            &[
                ("x-ratelimit-reset-requests", "6m0s"),
                ("x-ratelimit-reset-tokens", "20ms"),
            ],
            Some(360.0),
        );
        check(
            &[
                ("date", "Thu, 01 Jan 2026 00:00:00 GMT"),
                ("x-ratelimit-reset", "1767225605000"),
            ],
            Some(5.0),
        );
        check(&[("retry-after", "soon")], None);
        check(&[], None);
    }

    #[test]
    fn dates_of_all_three_forms_are_one_moment() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(http_date(text), Some(784_111_777), "{text}");
        }
        assert_eq!(
            http_date("Thu, 29 Feb 2024 00:00:00 GMT"),
            Some(1_709_164_800)
        );
        assert_eq!(http_date("06 Nov"), None);
    }

    #[test]
    fn waits_double_and_part() {
        let base = Duration::from_millis(500);
        assert_eq!(backoff(base, 2, 0), base);
        assert_eq!(backoff(base, 3, 0), base * 2);
        assert!(backoff(base, 2, 249) < base.mul_f64(1.25));
    }
}
