import { paymentMachine } from '../payments/index.js';
import type { OrderRead } from './order-reads.repository.js';
import type { AdminOrder, Order } from './order.schema.js';
import { orderMachine } from './order.state.js';

/** A read order as its buyer sees it. */
export function toOrder(row: OrderRead): Order {
  const money = (amount: number) => ({ amount, currency: row.currency });
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    email: row.email,
    currency: row.currency,
    lines: row.lines.map((line) => ({
      id: line.id,
      productId: line.productId,
      variantId: line.variantId,
      sku: line.sku,
      title: line.title,
      variantTitle: line.variantTitle,
      quantity: line.quantity,
      fulfilledQuantity: line.fulfilledQuantity,
      unitPrice: money(line.unitAmount),
      total: money(line.totalAmount),
    })),
    subtotal: money(row.subtotal),
    discountTotal: money(row.discount),
    shippingTotal: money(row.shipping),
    taxTotal: money(row.tax),
    total: money(row.total),
    shippingAddress: toAddress(row.shippingAddress),
    payment: {
      state: row.payment.state,
      provider: row.payment.provider,
      amount: money(row.payment.amount),
      captured: money(row.payment.captured),
      refunded: money(row.payment.refunded),
    },
    fulfilments: row.fulfilments.map(toFulfilment),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** A read order as staff see it. */
export function toAdminOrder(row: OrderRead): AdminOrder {
  return {
    ...toOrder(row),
    customerId: row.userId,
    allowedActions: allowedActions(row),
    history: row.history.map(({ action, from, to, actor, at }) => ({
      action,
      from,
      to,
      actor,
      at: new Date(at).toISOString(),
    })),
  };
}

function allowedActions(row: OrderRead): AdminOrder['allowedActions'] {
  const onOrder = (['fulfil', 'cancel'] as const).filter((action) => orderMachine.next(row.state, action) !== null);
  // A cancelled order may still hold money, where its provider refused to give it back.
  const possible = row.state === 'cancelled' ? (['refund'] as const) : (['capture', 'refund'] as const);
  const onPayment = possible.filter((action) => paymentMachine.next(row.payment.state, action) !== null);
  return [...onOrder, ...onPayment];
}

function toAddress(address: OrderRead['shippingAddress']): Order['shippingAddress'] {
  const { name, line1, line2, city, region, postalCode, country, phone } = address;
  return { name, line1, line2, city, region, postalCode, country, phone };
}

function toFulfilment(row: OrderRead['fulfilments'][number]): Order['fulfilments'][number] {
  return {
    id: row.id,
    carrier: row.carrier,
    trackingNumber: row.trackingNumber,
    trackingUrl: row.trackingUrl,
    lines: row.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    createdAt: new Date(row.createdAt).toISOString(),
  };
}
