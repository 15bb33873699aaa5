import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reviews of products, what they come to, and who has bought what. */
export class Reviews1760000046000 implements MigrationInterface {
  readonly name = 'Reviews1760000046000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE product_reviews (
        id uuid PRIMARY KEY,
        product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users (id),
        rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
        title text NOT NULL,
        text text NOT NULL,
        author text,
        state text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected')),
        verified_purchase boolean NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT product_reviews_one_each UNIQUE (product_id, user_id)
      );
      CREATE INDEX product_reviews_approved_created_at_idx ON product_reviews (product_id, created_at, id) WHERE state = 'approved';
      CREATE INDEX product_reviews_approved_rating_idx ON product_reviews (product_id, rating, id) WHERE state = 'approved';
      CREATE INDEX product_reviews_state_created_at_idx ON product_reviews (state, created_at, id);
      CREATE INDEX product_reviews_created_at_idx ON product_reviews (created_at, id);
      CREATE INDEX product_reviews_user_id_idx ON product_reviews (user_id);
      CREATE TABLE product_ratings (
        product_id uuid PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
        count integer NOT NULL CHECK (count >= 0),
        sum integer NOT NULL,
        CONSTRAINT product_ratings_of_stars CHECK (sum BETWEEN count AND 5 * count)
      );
      CREATE TABLE product_purchases (
        product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users (id),
        order_id uuid NOT NULL,
        PRIMARY KEY (product_id, user_id, order_id)
      );
      CREATE INDEX product_purchases_order_id_idx ON product_purchases (order_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE product_purchases, product_ratings, product_reviews`);
  }
}
