import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of how many units of an order line are in a parcel. */
@Entity('fulfilment_lines')
export class FulfilmentLineEntity {
  @PrimaryColumn('uuid', { name: 'fulfilment_id' })
  fulfilmentId!: string;

  @PrimaryColumn('uuid', { name: 'order_line_id' })
  orderLineId!: string;

  @Column('integer')
  quantity!: number;
}
