SELECT * FROM conflicts
