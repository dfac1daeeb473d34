use consilience_claim::{Claim, ClaimId};
use proptest::prelude::*;

use super::notation;
use crate::{Audit, ClaimGraph, Config, reconcile};

fn build(claims: &[Claim]) -> ClaimGraph {
    let mut graph = ClaimGraph::default();
    claims.iter().cloned().for_each(|c| graph.insert(c));
    graph
}

fn json(graph: &ClaimGraph) -> String {
    serde_json::to_string(&reconcile(graph, &Config::default())).unwrap()
}

/// Claims of up to six documents over few keys and values, so that they meet, agree and clash.
fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let line = (0..6u8, 0..3u8, 0..4u8, 0..9u8, 0..3u8, 300..999u16).prop_map(
        |(doc, metric, period, value, sign, confidence)| {
            let metric = ["revenue", "net_income", "net_loss"][usize::from(metric)];
            let period = ["2023", "2022", "2023-Q4", "unspecified"][usize::from(period)];
            let value =
                ["31.9bn", "31.999bn", "32bn", "32.0bn", "33bn", "31.999m", "5.12bn", "48.385bn", "48.835bn"]
                    [usize::from(value)];
            let sign = ["=", "=", ">"][usize::from(sign)];
            format!("A {metric} {period} {sign} {value} USD c=0.{confidence} @d{doc}\n")
        },
    );
    prop::collection::vec(line, 1..24).prop_map(|lines| notation::parse(&lines.concat()).1)
}

/// Verdicts, values and trust, without what counts documents.
fn conclusions(audit: &Audit) -> Vec<String> {
    audit
        .consensus
        .iter()
        .map(|r| {
            let rivals: Vec<_> = r.rivals.iter().map(|v| (v.value, v.n_origins)).collect();
            format!("{} {:?} {:?} {} {} {rivals:?}", r.key, r.verdict, r.value, r.confidence, r.n_origins)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_leave_no_trace(claims in claims(), seed in any::<u64>()) {
        let plain = json(&build(&claims));
        let mut shuffled: Vec<Claim> = claims.iter().chain(&claims).cloned().collect();
        let mut state = seed | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(i, usize::try_from(state >> 33).unwrap() % (i + 1));
        }
        prop_assert_eq!(plain, json(&build(&shuffled)));
    }

    #[test]
    fn graphs_merge_in_any_order_even_twice(claims in claims(), cut in 0..24usize) {
        let cut = cut.min(claims.len());
        let (a, b) = (build(&claims[..cut]), build(&claims[cut..]));
        let plain = json(&build(&claims));
        let mut left = a.clone();
        left.merge(b.clone());
        left.merge(b.clone());
        let mut right = b;
        right.merge(a);
        prop_assert_eq!(&plain, &json(&left));
        prop_assert_eq!(&plain, &json(&right));
    }

    #[test]
    fn shards_built_anywhere_merge_to_the_same_graph(claims in claims(), places in prop::collection::vec(0..5usize, 24), order in Just([0usize, 1, 2, 3, 4]).prop_shuffle()) {
        let mut shards = vec![ClaimGraph::default(); 5];
        for (claim, &place) in claims.iter().zip(&places) {
            shards[place].insert(claim.clone());
        }
        // Two and three of them first, so that a graph of merged graphs is merged.
        let join = |shards: &[usize], all: &[ClaimGraph]| {
            let mut joined = ClaimGraph::default();
            shards.iter().for_each(|&s| joined.merge(all[s].clone()));
            joined
        };
        let mut all = join(&order[..2], &shards);
        all.merge(join(&order[2..], &shards));
        prop_assert_eq!(json(&build(&claims)), json(&all));
    }

    #[test]
    fn the_number_of_threads_leaves_no_trace(claims in claims()) {
        let graph = build(&claims);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| json(&graph))
        };
        let one = with(1);
        prop_assert_eq!(&one, &with(2));
        prop_assert_eq!(&one, &with(5));
    }

    #[test]
    fn copies_change_no_verdict_value_or_trust(claims in claims(), k in prop_oneof![4 => 1..4usize, 1 => 4..=1000usize]) {
        // Copies of one document under names that sort after the others, known as such by their bytes.
        let original = claims[0].doc.clone();
        let copy_record = |doc: String| consilience_claim::DocumentRecord { doc, sha256: "same".into(), ..Default::default() };
        let mut graph = build(&claims);
        graph.insert_document(copy_record(original.clone()));
        let before = reconcile(&graph, &Config::default());
        for n in 0..k {
            let name = format!("z{n}");
            graph.insert_document(copy_record(name.clone()));
            for claim in claims.iter().filter(|c| c.doc == original) {
                let mut claim = Claim { doc: name.clone(), ..claim.clone() };
                claim.id = ClaimId::derive("", &claim);
                graph.insert(claim);
            }
        }
        let after = reconcile(&graph, &Config::default());
        prop_assert_eq!(conclusions(&before), conclusions(&after));
    }

    #[test]
    fn votes_add_up_to_the_confidence_and_every_claim_has_one(claims in claims()) {
        let audit = reconcile(&build(&claims), &Config::default());
        for row in audit.consensus.iter().filter(|r| r.verdict != crate::Verdict::Derived) {
            let own = || row.votes.iter().filter(|v| v.stance != crate::Stance::BearsOut);
            prop_assert_eq!(own().count(), row.n_claims);
            let speaking = own().filter(|v| v.weight.0 != 0).map(|v| (&v.origin, v.stance as u8));
            let speaking: Vec<_> = speaking.collect();
            let mut distinct = speaking.clone();
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(speaking.len(), distinct.len());
            prop_assert!(row.value.is_none_or(|v| claims.iter().any(|c| c.value.abs() == v.abs())));
        }
    }
}
