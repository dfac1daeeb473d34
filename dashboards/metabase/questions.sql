-- Questions for Metabase ("New", "SQL query"). Each begins with its name.

-- name: Published figures by verdict
SELECT verdict, count(*) AS figures FROM consensus GROUP BY verdict ORDER BY figures DESC;

-- name: Published figures
SELECT entity, metric, aspect, period, modality, number, unit, verdict, n_origins, confidence, proof
FROM consensus ORDER BY entity, metric, last_day DESC;

-- name: A metric over time
SELECT last_day, entity, number FROM consensus
WHERE metric = 'revenue' AND aspect = 'level' AND modality = 'actual' ORDER BY last_day;

-- name: Contradictions by kind
SELECT kind, severity, count(*) AS conflicts FROM conflicts GROUP BY kind, severity ORDER BY conflicts DESC, kind;

-- name: Sources by what they are borne out in
SELECT source, n_supported, n_odd, n_documents, n_origins FROM sources ORDER BY n_supported DESC, source;

-- name: Withdrawn figures
SELECT since, entity, metric, period, value, unit, reason, explain FROM withdrawn ORDER BY since DESC, entity;
