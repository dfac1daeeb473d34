-- What dashboards read. Values are texts with all their digits; `number` is the nearest number for charts.

CREATE VIEW consensus AS
SELECT *, CAST(value AS REAL) AS number FROM figures_table;

CREATE VIEW conflicts AS
SELECT * FROM conflicts_table;

CREATE VIEW claims AS
SELECT c.*, d.origin, d.sha256, CAST(c.value AS REAL) AS number
FROM claims_table AS c LEFT JOIN documents_table AS d ON d.doc = c.doc;

-- From each published figure to the bytes it was read from.
CREATE VIEW provenance AS
SELECT f.schema_version, f.id AS figure, f.entity, f.metric, f.aspect, f.period, f.value, f.unit, f.verdict, f.n_origins,
       s.stance, c.id AS claim, c.value AS claim_value, c.unit AS claim_unit, c.quote, c.doc, c."start", c."end", c.lang,
       c.source, c.published, c.attributed_to, c.confidence, c.rule, d.origin, d.sha256, c.proof
FROM support_table AS s
JOIN figures_table AS f ON f.id = s.figure
JOIN claims_table AS c ON c.id = s.claim
LEFT JOIN documents_table AS d ON d.doc = c.doc;

CREATE VIEW sources AS
SELECT 1 AS schema_version, coalesce(d.source, d.doc) AS source,
       count(DISTINCT d.doc) AS n_documents, count(DISTINCT d.origin) AS n_origins,
       count(DISTINCT CASE WHEN p.stance IN ('supports', 'echoes') THEN p.figure END) AS n_supported,
       (SELECT count(*) FROM conflicts_table AS k
        WHERE k.severity <> 'note' AND EXISTS (
            SELECT 1 FROM documents_table AS o
            WHERE coalesce(o.source, o.doc) = coalesce(d.source, d.doc)
              AND instr('|' || k.odd_docs || '|', '|' || o.doc || '|') > 0)) AS n_odd,
       max(d.published) AS latest
FROM documents_table AS d LEFT JOIN provenance AS p ON p.doc = d.doc
GROUP BY coalesce(d.source, d.doc);

CREATE VIEW withdrawn AS
SELECT *, CAST(value AS REAL) AS number FROM withdrawn_table;
