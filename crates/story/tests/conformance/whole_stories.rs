//! Whole stories: every random way through each ends or runs out of choices, and none hangs.

use story::{Library, Limits, PlayError, Player, RuntimeProblem, Start};

use crate::corpora;

#[test]
fn random_ways_through_each_end() {
    let mut walked = 0;
    let mut ran_out = Vec::new();
    for corpus in ["ink-samples", "ink-library"] {
        for (name, text) in corpora::stories(corpus) {
            for seed in 1..=6u64 {
                let played = Player::start(
                    &text,
                    &Library::new(),
                    Start::Beginning,
                    seed as i32,
                    Limits::default(),
                );
                let mut player = match played {
                    Ok(player) => player,
                    Err(error) => {
                        // It takes the name of a function that ink has built in since.
                        assert_eq!(name, "LIST_RANDOM.ink", "{name}: {error}");
                        assert!(matches!(error, PlayError::Compile(_)));
                        break;
                    }
                };
                let mut state = seed;
                for _ in 0..300 {
                    let count = player.turn().choices.len();
                    if count == 0 {
                        break;
                    }
                    // A linear congruential generator: the ways are the same each time.
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    player.choose((state >> 33) as usize % count).unwrap();
                }
                walked += 1;
                for problem in player.turns().iter().flat_map(|turn| &turn.problems) {
                    match problem {
                        RuntimeProblem::RanOut { at } => ran_out.push(format!("{name} at {at:?}")),
                        RuntimeProblem::Warned { .. } => {}
                        other => panic!("{name}, seed {seed}: {other:?}"),
                    }
                }
            }
        }
    }
    ran_out.sort();
    ran_out.dedup();
    println!("{walked} ways walked; ran out of content: {ran_out:?}");
}
