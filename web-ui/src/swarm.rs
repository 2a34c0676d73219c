//! The geometry of the drawing of the swarm: the host in the middle, around it the nodes that it sends to, each as
//! large as what hangs on it. The markup around it is `templates/swarm.html`.

use std::f64::consts::{PI, TAU};

use crate::language::Language;
use crate::view::Swarm;

/// Branches that are drawn: closer together their circles could not be told apart.
const MAX_DRAWN: usize = 24;
/// The drawing is a square of so many units, with the host in its middle.
const SIZE: f64 = 200.0;
/// From the host to the middle of each branch.
const RING: f64 = 70.0;
/// The largest circle, which still clears the edge and the host.
const LARGEST: f64 = 26.0;
/// The smallest circle that is seen.
const SMALLEST: f64 = 3.0;
/// From this radius on a number of two digits fits into the circle.
const WRITTEN: f64 = 9.0;

/// The drawing as its template needs it.
pub(crate) struct Drawing {
    /// The branches that are drawn, clockwise from the top.
    pub(crate) circles: Vec<Circle>,
    /// The same in words.
    pub(crate) words: String,
    /// What stands below it.
    pub(crate) caption: String,
}

/// One branch: a line from the host, and a circle. Written for SVG with one decimal.
pub(crate) struct Circle {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) r: String,
    /// Nodes in the branch, where the circle holds the number.
    pub(crate) label: Option<usize>,
    pub(crate) through_relay: bool,
}

/// Draws the swarm.
pub(crate) fn draw(say: Language, swarm: &Swarm) -> Drawing {
    let drawn = &swarm.branches[..swarm.branches.len().min(MAX_DRAWN)];
    let most = drawn.iter().map(|branch| branch.nodes).max().unwrap_or(1).max(1);
    let step = TAU / drawn.len().max(1) as f64;
    // Neighbours on the ring don't touch.
    let largest =
        if drawn.len() < 2 { LARGEST } else { (RING * (PI / drawn.len() as f64).sin() * 0.85).min(LARGEST) };
    let circle = |(at, branch): (usize, &crate::view::Branch)| {
        let angle = step * at as f64;
        // The area says how many. A lone node is not drawn as large as a crowd, whoever is its neighbour.
        let r = (largest * (branch.nodes as f64 / most.max(4) as f64).sqrt()).clamp(SMALLEST, largest);
        Circle {
            x: decimal(SIZE / 2.0 + RING * angle.sin()),
            y: decimal(SIZE / 2.0 - RING * angle.cos()),
            r: decimal(r),
            label: (r >= WRITTEN && branch.nodes > 1).then_some(branch.nodes),
            through_relay: branch.through_relay,
        }
    };
    Drawing {
        circles: drawn.iter().enumerate().map(circle).collect(),
        words: words(say, swarm),
        caption: caption(say, swarm.branches.len(), drawn.len()),
    }
}

fn decimal(number: f64) -> String {
    format!("{number:.1}")
}

/// The drawing for people who don't see it.
fn words(say: Language, swarm: &Swarm) -> String {
    match swarm.branches.as_slice() {
        [] => say.swarm_none(),
        [only] => say.swarm_one(only.nodes),
        branches => {
            let mut sizes: Vec<String> =
                branches.iter().take(MAX_DRAWN).map(|branch| branch.nodes.to_string()).collect();
            let last = sizes.pop().unwrap_or_default();
            let sizes = sizes.join(", ");
            match branches.len().saturating_sub(MAX_DRAWN) {
                0 => say.swarm_many(branches.len(), sizes, last),
                more => say.swarm_many_more(branches.len(), sizes, last, more),
            }
        }
    }
}

fn caption(say: Language, branches: usize, drawn: usize) -> String {
    match branches {
        0 => say.swarm_caption_none(),
        _ if drawn < branches => say.swarm_caption_more(branches, drawn),
        _ => say.swarm_caption(branches),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Branch;

    fn drawing(sizes: &[usize]) -> Drawing {
        let branches = sizes.iter().map(|&nodes| Branch { nodes, through_relay: false }).collect();
        draw(Language::ENGLISH, &Swarm { viewers: 0, branches })
    }

    #[test]
    fn branches_stand_around_the_host() {
        let places: Vec<_> =
            drawing(&[8, 8, 8, 8]).circles.into_iter().map(|circle| (circle.x, circle.y)).collect();
        let at = |x: &str, y: &str| (x.to_owned(), y.to_owned());
        assert_eq!(
            places,
            [at("100.0", "30.0"), at("170.0", "100.0"), at("100.0", "170.0"), at("30.0", "100.0")]
        );
    }

    #[test]
    fn the_area_says_how_many() {
        let circles = drawing(&[16, 4, 1]).circles;
        assert_eq!(
            circles.iter().map(|circle| circle.r.as_str()).collect::<Vec<_>>(),
            ["26.0", "13.0", "6.5"]
        );
        assert_eq!(circles.iter().map(|circle| circle.label).collect::<Vec<_>>(), [Some(16), Some(4), None]);
    }

    #[test]
    fn neighbours_never_touch() {
        for count in 1..=40 {
            let circles = drawing(&vec![1000; count]).circles;
            assert_eq!(circles.len(), count.min(MAX_DRAWN));
            for pair in circles.windows(2) {
                let number = |text: &String| text.parse::<f64>().unwrap();
                let apart =
                    (number(&pair[0].x) - number(&pair[1].x)).hypot(number(&pair[0].y) - number(&pair[1].y));
                assert!(apart > number(&pair[0].r) + number(&pair[1].r), "{count}");
            }
        }
    }

    #[test]
    fn strange_numbers_draw_nothing_strange() {
        assert!(drawing(&[]).circles.is_empty());
        assert_eq!(drawing(&[0]).circles[0].r, "3.0");
        assert_eq!(drawing(&[usize::MAX, 1]).circles[1].r, "3.0");
    }

    #[test]
    fn the_drawing_can_be_read_out() {
        assert_eq!(drawing(&[]).words, "No other node gets the room yet.");
        assert_eq!(drawing(&[1]).words, "Your node sends the room to 1 node; its branch has 1 node.");
        assert_eq!(
            drawing(&[20, 6, 1]).words,
            "Your node sends the room to 3 nodes. Their branches have 20, 6 and 1 nodes."
        );
        let many = drawing(&[2; 30]);
        assert!(many.words.ends_with("; 6 more are not drawn."), "{}", many.words);
    }
}
