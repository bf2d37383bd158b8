//! Medians, and the lines that are printed.

/// The middle of some figures; 0 of none.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}

/// The figure that 95 of 100 do not exceed.
pub(crate) fn p95(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures
        .get(figures.len() * 95 / 100)
        .copied()
        .unwrap_or(0.0)
}

/// Prints a row: what, ours, the other, and ours divided by it.
#[expect(clippy::print_stdout, reason = "a bench prints")]
pub(crate) fn row(what: &str, ours: f64, other: f64, unit: &str) {
    println!(
        "| {what} | {ours:.1} {unit} | {other:.1} {unit} | {:.2} |",
        ours / other.max(f64::MIN_POSITIVE)
    );
}

/// Prints a figure that has no other beside it.
#[expect(clippy::print_stdout, reason = "a bench prints")]
pub(crate) fn alone(what: &str, figure: f64, unit: &str) {
    println!("| {what} | {figure:.1} {unit} | | |");
}

/// Prints the head of a table.
#[expect(clippy::print_stdout, reason = "a bench prints")]
pub(crate) fn table(title: &str, other: &str) {
    println!("\n{title}\n\n| what | ours | {other} | ratio |\n|---|---|---|---|");
}
