import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderAction, OrderState } from './order.state.js';

/** The row of one move of an order. */
@Entity('order_transitions')
export class OrderTransitionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('text')
  action!: OrderAction | 'create';

  @Column('text', { name: 'from_state', nullable: true })
  fromState!: OrderState | null;

  @Column('text', { name: 'to_state' })
  toState!: OrderState;

  @Column('text')
  actor!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
