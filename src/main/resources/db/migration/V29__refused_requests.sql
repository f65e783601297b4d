-- Why a customer's request was refused, as their shop's owner told them.
ALTER TABLE app.privacy_requests ADD COLUMN reason text CHECK (char_length(reason) <= 500);
