import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReviewState } from './review.state.js';

/** The row of a review. */
@Entity('product_reviews')
export class ReviewEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'product_id' })
  productId!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @Column('integer')
  rating!: number;

  @Column('text')
  title!: string;

  @Column('text')
  text!: string;

  @Column('text', { nullable: true })
  author!: string | null;

  @Column('text')
  state!: ReviewState;

  @Column('boolean', { name: 'verified_purchase' })
  verifiedPurchase!: boolean;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
