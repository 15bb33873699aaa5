import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments, each call to a provider, and the double-entry ledger. */
export class Payments1760000006000 implements MigrationInterface {
  readonly name = 'Payments1760000006000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL UNIQUE REFERENCES orders (id),
        provider text NOT NULL,
        method_token text,
        state text NOT NULL CHECK (
          state IN ('pending', 'authorised', 'declined', 'captured', 'partially_refunded', 'refunded', 'voided')
        ),
        currency char(3) NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        captured_amount bigint NOT NULL DEFAULT 0,
        refunded_amount bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT payments_capture_within_amount CHECK (captured_amount BETWEEN 0 AND amount),
        CONSTRAINT payments_refund_within_capture CHECK (refunded_amount BETWEEN 0 AND captured_amount)
      );
      CREATE TABLE payment_operations (
        id uuid PRIMARY KEY,
        payment_id uuid NOT NULL REFERENCES payments (id),
        kind text NOT NULL CHECK (kind IN ('authorise', 'capture', 'void', 'refund')),
        amount bigint NOT NULL CHECK (amount >= 0),
        reason text,
        state text NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
        provider_reference text,
        failure text,
        created_at timestamptz NOT NULL,
        settled_at timestamptz
      );
      CREATE INDEX payment_operations_payment_id_idx ON payment_operations (payment_id);
      CREATE UNIQUE INDEX payment_operations_one_pending ON payment_operations (payment_id)
        WHERE state = 'pending';
      CREATE INDEX payment_operations_pending_idx ON payment_operations (created_at) WHERE state = 'pending';
      CREATE TABLE ledger_entries (
        id uuid PRIMARY KEY,
        posting_id uuid NOT NULL REFERENCES payment_operations (id),
        order_id uuid NOT NULL REFERENCES orders (id),
        account text NOT NULL CHECK (account IN ('provider_balance', 'sales')),
        amount bigint NOT NULL CHECK (amount <> 0),
        currency char(3) NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT ledger_entries_once UNIQUE (posting_id, account)
      );
      CREATE INDEX ledger_entries_order_id_idx ON ledger_entries (order_id);
      CREATE FUNCTION check_ledger_posting() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        IF EXISTS (
          SELECT 1 FROM ledger_entries WHERE posting_id = NEW.posting_id
          GROUP BY order_id, currency HAVING sum(amount) <> 0
        ) THEN
          RAISE EXCEPTION 'posting % does not balance', NEW.posting_id;
        END IF;
        RETURN NULL;
      END
      $body$;
      CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_posting();
      CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ledger_entries, payment_operations, payments; DROP FUNCTION check_ledger_posting`);
  }
}
