SELECT * FROM withdrawn
