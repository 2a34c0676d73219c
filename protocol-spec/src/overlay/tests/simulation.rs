//! Many nodes: the tree fills, heals, and never holds a loop for long.

use proptest::prelude::*;

use super::world::World;

/// A room of so many viewers, each with room for 1 to `most` others, who came within a few seconds.
fn room(seed: u64, viewers: u32, most: u32) -> World {
    let mut world = World::new(seed, 3);
    for id in 1..=viewers {
        let capacity = 1 + world.random(most) as u16;
        world.join(id, capacity);
        world.run_ms(20);
    }
    world
}

#[test]
fn everybody_finds_a_place() {
    for viewers in [1, 2, 5, 20, 60, 200] {
        let mut world = room(u64::from(viewers), viewers, 4);
        let took = world.run_until(20_000, World::all_have_picture);
        let depth = world.depth();
        let levels = (f64::from(viewers) + 2.0).log2();
        println!("{viewers} viewers: all served {took} ms after the last came, depth {depth}");
        assert!((depth as f64) < 2.0 * levels + 3.0, "{depth} deep: {}", world.report());
        // Once counts have come up through all levels, the host knows how many watch.
        world.run_ms(1100 * (depth as u64 + 1));
        assert_eq!(world.nodes[&0].overlay.view().viewers, viewers);
    }
}

#[test]
fn the_children_of_a_dead_node_have_picture_again_within_two_seconds() {
    for seed in 0..30 {
        let mut world = room(seed, 40, 4);
        world.run_until(20_000, World::all_have_picture);
        world.run_ms(3000);
        let inner: Vec<u32> =
            world.viewers().into_iter().filter(|id| !world.nodes[id].serves.is_empty()).collect();
        let victim = inner[world.random(inner.len() as u32) as usize];
        let orphans = world.nodes[&victim].serves.clone();
        let newest: Vec<u64> = orphans.iter().map(|id| world.nodes[id].sequence).collect();
        world.kill(victim);
        let again = |world: &World| {
            // A chunk that was made after the death, not one that was still on its way.
            orphans.iter().zip(&newest).all(|(id, newest)| world.nodes[id].sequence > newest + 3)
        };
        let took = world.run_until(2000, again);
        println!("seed {seed}: {} children of {victim} again after {took} ms", orphans.len());
    }
}

#[test]
fn a_chain_heals_without_moving_those_below() {
    // Everybody serves one: host, 1, 2, 3, 4, 5.
    let mut world = World::new(1, 1);
    for id in 1..=5 {
        world.join(id, 1);
        world.run_until(5000, |world| world.has_picture(id));
        world.run_ms(1200);
    }
    let second = (1..=5).find(|id| world.nodes[id].overlay.view().depth == Some(2)).unwrap();
    let child = *world.nodes[&second].serves.first().unwrap();
    let below = *world.nodes[&child].serves.first().unwrap();
    world.kill(second);
    // The grandparent's only place is still held by the dead for three and a half seconds.
    world.run_until(8000, World::all_have_picture);
    assert_eq!(world.nodes[&below].follows, Some(child), "{}", world.report());
}

#[test]
fn those_who_serve_nobody_do_not_close_the_tree() {
    for seed in 0..10 {
        let mut world = World::new(seed, 2);
        // First come only those who can serve nobody, then those who can serve three each.
        for id in 1..=60 {
            world.join(id, if id <= 30 { 0 } else { 3 });
            world.run_ms(100);
        }
        let took = world.run_until(30_000, World::all_have_picture);
        println!("seed {seed}: all 60 served after {took} ms, depth {}", world.depth());
    }
}

#[test]
fn those_who_pass_nothing_on_are_left_in_the_end() {
    for seed in 0..10 {
        let mut world = room(seed, 40, 4);
        world.run_until(20_000, World::all_have_picture);
        // Not such as hold all that the host can serve: against them, proofs of upload are needed.
        let inner = |world: &World, id: u32| {
            let node = &world.nodes[&id];
            !node.serves.is_empty() && node.follows != Some(0)
        };
        let liars: Vec<u32> = world.viewers().into_iter().filter(|id| inner(&world, *id)).take(4).collect();
        world.withholders.extend(liars);
        world.run_ms(1000);
        let start = world.now_us;
        while !world.all_have_picture() {
            assert!(world.now_us < start + 60_000_000, "{}", world.report());
            world.run_ms(100);
            world.watch_for_withholders();
        }
        println!("seed {seed}: all served again after {} ms", (world.now_us - start) / 1000);
    }
}

#[test]
fn a_pause_of_the_host_moves_nobody() {
    let mut world = room(3, 30, 3);
    world.run_until(20_000, World::all_have_picture);
    world.run_ms(2000);
    let parents = |world: &World| world.nodes.values().map(|node| node.follows).collect::<Vec<_>>();
    let before = parents(&world);
    world.host_sends(false);
    world.run_ms(30_000);
    assert_eq!(parents(&world), before);
    world.host_sends(true);
    world.run_until(2000, World::all_have_picture);
}

#[test]
fn a_host_that_is_gone_leaves_a_quiet_room_and_comes_back() {
    let mut world = room(4, 30, 3);
    world.run_until(20_000, World::all_have_picture);
    world.kill(0);
    world.run_ms(60_000);
    assert!(world.nodes.values().all(|node| node.follows.is_none()), "{}", world.report());
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let run = |seed| {
        let mut world = room(seed, 50, 3);
        world.start_trace();
        world.run_ms(5000);
        for id in [3, 7, 21] {
            world.kill(id);
            world.run_ms(700);
        }
        world.trace()
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever came and went: once it is quiet, everybody is served. Loops, capacity and queues are checked on the
    /// way.
    #[test]
    fn heals_after_any_churn(
        seed: u64,
        viewers in 1..120_u32,
        most in 2..5_u32,
        churn in prop::collection::vec((0..4_u32, 0..900_u64), 0..60),
    ) {
        let mut world = room(seed, viewers, most);
        let mut next = viewers + 1;
        for (what, pause_ms) in churn {
            let present = world.viewers();
            let one = present.get(world.random(present.len() as u32) as usize).copied();
            match (what, one) {
                (0, Some(id)) => world.kill(id),
                (1, Some(id)) => world.leave(id),
                _ => {
                    world.join(next, 1 + (next % most) as u16);
                    next += 1;
                }
            }
            world.run_ms(pause_ms);
        }
        world.run_until(25_000, World::all_have_picture);
    }
}
