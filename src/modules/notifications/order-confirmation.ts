import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { formatMoney } from '../../common/money/money.js';
import type { Mail } from '../../infrastructure/mail/mailer.js';
import type { Order } from '../orders/index.js';

const template = (kind: 'html' | 'text') =>
  Handlebars.compile(
    readFileSync(join(import.meta.dirname, 'templates', `order-confirmation.${kind}.hbs`), 'utf8'),
    { strict: true, noEscape: kind === 'text' },
  );

const html = template('html');
const text = template('text');

/** The mail that confirms an order; its id is the same for the same order. */
export function orderConfirmation(order: Order): Mail {
  const { name, line1, line2, city, region, postalCode, country } = order.shippingAddress;
  const view = {
    number: order.number,
    name,
    lines: order.lines.map((line) => ({
      quantity: line.quantity,
      title: line.title,
      variant: line.variantTitle === 'Default' ? '' : line.variantTitle,
      sku: line.sku,
      total: formatMoney(line.total),
    })),
    total: formatMoney(order.total),
    address: [name, line1, line2, `${postalCode} ${city}`, region, country].filter((part) => part !== null),
  };
  return {
    id: `order-confirmation-${order.id}`,
    to: order.email,
    subject: `Your order ${order.number}`,
    html: html(view),
    text: text(view),
  };
}
