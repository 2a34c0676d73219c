//! The page itself.

use std::fmt::Write as _;

use super::plots::plots;
use crate::measure::{Figures, judge};
use crate::scenario::Scenario;

/// Light and dark, by what the reader prefers; wide tables scroll by themselves.
const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --line: #ccc; --a: #0b62a4; --b: #b03a00; --good: #12672a; --bad: #a3141e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181b; --line: #444; --a: #6cb6f5; --b: #f59b6c; --good: #6fd48a; --bad: #ff8d8d; } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: left; padding: .3rem 0; }
th, td { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; font-variant-numeric: tabular-nums; }
th:first-child, td[class] { text-align: left; }
.reached { color: var(--good); } .missed { color: var(--bad); font-weight: bold; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 1.5rem; }
figure { margin: 0; } svg { width: 100%; height: auto; }
svg text { font-size: 14px; fill: var(--ink); } .end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--line); fill: none; }
.line { fill: none; stroke-width: 2; } .line.key0 { stroke: var(--a); } .line.key1 { stroke: var(--b); stroke-dasharray: 6 4; }
.bars { fill: var(--a); } .points { stroke: var(--a); stroke-width: 5; stroke-linecap: round; stroke-opacity: .5; }
.key::before { content: '■ '; } .key0::before { color: var(--a); } .key1::before { color: var(--b); }
";

/// The report of a run: `baselines` are set beside it.
#[must_use]
pub fn page(scenario: &Scenario, figures: &Figures, baselines: &[Figures]) -> String {
    let title = format!("{}: {} viewers", escape(&scenario.name), figures.nodes);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{}</p>\n<p>{}</p>\n",
        escape(&scenario.about),
        setting(scenario, figures)
    );
    page.push_str(&aims(scenario, figures));
    page.push_str("<h2>Plots</h2>\n<div class=\"plots\">\n");
    for (number, (plot, below)) in plots(figures).into_iter().enumerate() {
        let _ = writeln!(
            page,
            "<figure>\n<figcaption><strong>{}.</strong> {below} {}</figcaption>\n{}</figure>",
            plot.title,
            plot.legend(),
            plot.svg(number)
        );
    }
    page.push_str("</div>\n");
    if !baselines.is_empty() {
        page.push_str(&beside(scenario, figures, baselines));
    }
    let _ = writeln!(
        page,
        "<h2>To repeat it</h2>\n<p><code>parlor-sim run {} --nodes {} --seconds {} --seed {}</code></p>\n\
         <p>{} events; the trace is <code>{}</code>.</p>\n</main>\n</body>\n</html>",
        escape(&scenario.name),
        figures.nodes,
        figures.seconds,
        figures.seed,
        figures.events,
        figures.trace
    );
    page
}

fn setting(scenario: &Scenario, figures: &Figures) -> String {
    let stream = &scenario.stream;
    format!(
        "The stream has {:.1} Mbit/s in objects of {} ms. The host can send it {} times, a viewer {:.1} times on \
         average. The run goes {} s, and is measured from {} s on; start-up from the beginning.",
        stream.bitrate_bps as f64 / 1e6,
        stream.chunk_ms,
        scenario.host_upload,
        scenario.mean_upload(),
        figures.seconds,
        scenario.warm_up_s
    )
}

fn aims(scenario: &Scenario, figures: &Figures) -> String {
    let mut table = String::from(
        "<h2>Figures</h2>\n<div class=\"wide\"><table>\n<caption>Each figure beside its aim.</caption>\n\
         <thead><tr><th scope=\"col\">Figure</th><th scope=\"col\">Value</th><th scope=\"col\">Aim</th>\
         <th scope=\"col\">Reached</th></tr></thead>\n<tbody>\n",
    );
    for row in judge(scenario, figures) {
        let (class, word) = match row.reached {
            Some(true) => ("reached", "reached"),
            Some(false) => ("missed", "missed"),
            None => ("", ""),
        };
        let _ = writeln!(
            table,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"{class}\">{word}</td></tr>",
            row.name, row.value, row.aim
        );
    }
    table.push_str("</tbody>\n</table></div>\n");
    table
}

/// Ours and the baselines, a column each.
fn beside(scenario: &Scenario, figures: &Figures, baselines: &[Figures]) -> String {
    let columns: Vec<_> = std::iter::once(figures).chain(baselines).collect();
    let heads: Vec<_> =
        columns.iter().map(|column| format!("<th scope=\"col\">{}</th>", column.protocol)).collect();
    let heads = heads.concat();
    let mut table = format!(
        "<h2>Beside the baselines</h2>\n<div class=\"wide\"><table>\n<caption>The same viewers on the same lines. The \
         ideal push is an oracle that says nothing and whose viewers all stay.</caption>\n\
         <thead><tr><th scope=\"col\">Figure</th>{heads}</tr></thead>\n<tbody>\n"
    );
    let judged: Vec<_> = columns.iter().map(|column| judge(scenario, column)).collect();
    for (place, row) in judged[0].iter().enumerate() {
        let cells: Vec<_> = judged
            .iter()
            .map(|column| format!("<td>{}</td>", column.get(place).map_or("", |cell| &cell.value)))
            .collect();
        let _ = writeln!(table, "<tr><th scope=\"row\">{}</th>{}</tr>", row.name, cells.concat());
    }
    table.push_str("</tbody>\n</table></div>\n");
    table
}

/// A scenario of one's own may be called anything.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::{Server, ideal};
    use crate::run::run;
    use crate::scenario::load;

    #[test]
    fn the_page_needs_nothing_else() {
        let scenario = Scenario { nodes: 3, seconds: 21, about: "<b>".to_owned(), ..load("small").unwrap() };
        let figures = run::<Server>(&scenario, 1, &|_| ()).unwrap();
        let baseline = ideal(&scenario, 1, &|_| ()).unwrap();
        let page = page(&scenario, &figures, &[baseline]);
        for part in
            ["<html lang=\"en\">", "&lt;b&gt;", "Delay over time", "ideal push", "parlor-sim run small"]
        {
            assert!(page.contains(part), "{part}");
        }
        for foreign in ["<script", "http:", "https:", "NaN", "<b>", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    }
}
