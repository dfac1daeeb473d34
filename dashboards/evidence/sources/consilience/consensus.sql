SELECT * FROM consensus
