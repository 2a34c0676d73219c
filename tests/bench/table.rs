//! What the benchmarks found, one line for each measure.

/// Rows as they come; printed in the end.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 5]>);

impl Table {
    /// Adds a measure: ours, the reference's, their unit, what the reference is, and what is aimed at.
    pub(crate) fn row(&mut self, what: &str, ours: f64, reference: f64, unit: &str, name: &str, aim: &str) {
        let ratio = if reference > 0.0 { format!("{:.2} ×", ours / reference) } else { "–".into() };
        let row = [
            what.to_owned(),
            number(ours, unit),
            number(reference, unit) + " " + name,
            ratio,
            aim.to_owned(),
        ];
        // At once as well: the whole takes minutes.
        eprintln_row(&row);
        self.0.push(row);
    }

    /// Adds a measure that came to nothing, and why: no number is better than a wrong one.
    pub(crate) fn void(&mut self, what: &str, name: &str, why: &str) {
        let row = [what.to_owned(), "–".into(), format!("– {name}"), "void".into(), why.to_owned()];
        eprintln_row(&row);
        self.0.push(row);
    }

    /// Prints the table in columns.
    pub(crate) fn print(&self) {
        let header = ["measure", "parlor", "reference", "ratio", "aim"].map(String::from);
        let rows: Vec<_> = std::iter::once(&header).chain(&self.0).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<_> = (0..header.len()).map(width).collect();
        for row in rows {
            let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
            println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
}

#[allow(clippy::print_stderr, reason = "progress, beside the table on standard output")]
fn eprintln_row(row: &[String; 5]) {
    eprintln!("{}: {} against {}: {} {}", row[0], row[1], row[2], row[3], row[4]);
}

fn number(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        0.0..0.1 => 3,
        0.1..10.0 => 2,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}
