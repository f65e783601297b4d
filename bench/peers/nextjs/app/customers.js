import pg from 'pg';

// one pool for all routes, as large as ours
const pool = (globalThis.pool ??= new pg.Pool({ connectionString: process.env.PEER_DATABASE_URL, max: 10 }));

const PAGE = `
  SELECT c.id, c.name, c.phone, c.email, c.city, c.tags, c.created_at, p.total_spent, p.last_purchase_date::text,
         (SELECT a.segment FROM app.rfm_analysis a WHERE a.user_id = $1 AND a.customer_id = c.id
            AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = $1)) AS segment
  FROM (SELECT * FROM app.customers c WHERE c.user_id = $1 AND c.deleted_at IS NULL
        ORDER BY c.created_at DESC, c.id DESC LIMIT 20 OFFSET $2) c
  CROSS JOIN LATERAL (SELECT sum(t.amount)::float8 AS total_spent, max(t.transaction_date) AS last_purchase_date
                      FROM app.transactions t WHERE t.user_id = $1 AND t.customer_id = c.id) p
  ORDER BY c.created_at DESC, c.id DESC`;
const COUNT = 'SELECT count(*)::int AS total FROM app.customers c WHERE c.user_id = $1 AND c.deleted_at IS NULL';

// Nobody's session is looked at, which spares it work that ours does.
export async function customers(page) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT app.set_tenant($1)', [process.env.PEER_SHOP]);
    const rows = await client.query({ name: 'page', text: PAGE, values: [process.env.PEER_SHOP, (page - 1) * 20] });
    const count = await client.query({ name: 'count', text: COUNT, values: [process.env.PEER_SHOP] });
    await client.query('COMMIT');
    return { customers: rows.rows, total: count.rows[0].total };
  } catch (e) {
    await client.query('ROLLBACK');
    throw e;
  } finally {
    client.release();
  }
}
