-- Who was deleted at their own request isn't brought back by a file, nor written to: their number and address are known by the keyed hash.
ALTER TABLE app.suppressions DROP CONSTRAINT suppressions_reason_check,
  ADD CONSTRAINT suppressions_reason_check CHECK (reason IN ('owner','stop','unsubscribe','bounce','complaint','erased'));
