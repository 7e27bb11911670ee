BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE failures (
	source_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	last DATETIME NOT NULL, 
	PRIMARY KEY (source_id, reason)
);
CREATE TABLE feeds (
	source_id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	content TEXT, 
	first_success DATETIME, 
	last_success DATETIME, 
	last_poll DATETIME, 
	next_poll DATETIME, 
	interval DATETIME, 
	failures INTEGER NOT NULL, 
	reason TEXT, 
	detail TEXT, 
	gone BOOLEAN NOT NULL, held_until DATETIME, cadence DATETIME, last_news DATETIME, longest_silence DATETIME, moved_to TEXT, moved_times INTEGER DEFAULT '0' NOT NULL, moved_since DATETIME, followed TEXT, 
	PRIMARY KEY (source_id)
);
INSERT INTO "feeds" VALUES('daily','https://daily.example/feed','"2"',NULL,NULL,'2026-03-01 08:00:00.000000','2026-03-01 10:00:00.000000','2026-03-01 10:00:00.000000','2026-03-01 11:00:00.000000',NULL,0,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL);
INSERT INTO "feeds" VALUES('other','https://other.example/feed','"1"',NULL,NULL,'2026-03-01 08:00:00.000000','2026-03-01 09:00:00.000000','2026-03-01 09:00:00.000000','2026-03-01 10:00:00.000000',NULL,0,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL);
INSERT INTO "feeds" VALUES('gone','https://gone.example/feed',NULL,NULL,NULL,NULL,NULL,'2026-03-01 08:00:00.000000','2026-03-08 08:00:00.000000',NULL,3,'http_410','gone',1,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL);
CREATE TABLE pauses (
	source_id TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	PRIMARY KEY (source_id)
);
INSERT INTO "pauses" VALUES('daily','2026-03-01 08:00:00.000000');
CREATE TABLE revisions (
	seq INTEGER NOT NULL, 
	article_id TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	source_id TEXT NOT NULL, 
	content TEXT NOT NULL, 
	alias TEXT, 
	stored DATETIME NOT NULL, 
	published BOOLEAN NOT NULL, 
	record TEXT NOT NULL, size INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (article_id, revision)
);
INSERT INTO "revisions" VALUES(1,'7122c0832e458e99c4add83feb04257d',1,'daily','9f29196def84e74d770d0409201231e7','3cd0f679b25c973ae80b2c255dbcc392','2026-03-01 08:00:00.000000',1,'{"article_id":"7122c0832e458e99c4add83feb04257d","revision":1,"source_id":"daily","url":"https://daily.example/g1","title":"خبر أول","body":"أ نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل.","fetched_at":"2026-03-01T08:00:00Z","quiet":true}',1400);
INSERT INTO "revisions" VALUES(2,'77ebcc3992327d0846e800fda00f875f',1,'daily','884c83001f688327d0c6ed418ed125cb','0bc9e17c265a758107d89911e3d7d0ca','2026-03-01 08:00:00.000000',1,'{"article_id":"77ebcc3992327d0846e800fda00f875f","revision":1,"source_id":"daily","url":"https://daily.example/g2","title":"خبر ثان","body":"ب نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل.","fetched_at":"2026-03-01T08:00:00Z","quiet":true}',1400);
INSERT INTO "revisions" VALUES(3,'716b79ddbe61200150e656d6a510fff7',1,'other','525860b0327d7bff06eff8e5501e788b','8ca15d383ef1a46552b27b2193fc6628','2026-03-01 09:00:00.000000',1,'{"article_id":"716b79ddbe61200150e656d6a510fff7","revision":1,"source_id":"other","url":"https://other.example/h1","title":"تقرير","body":"ت نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل.","fetched_at":"2026-03-01T09:00:00Z"}',1384);
INSERT INTO "revisions" VALUES(4,'7122c0832e458e99c4add83feb04257d',2,'daily','ef8a026b48ff91e1bb386805db9ec9df','3cd0f679b25c973ae80b2c255dbcc392','2026-03-01 10:00:00.000000',1,'{"article_id":"7122c0832e458e99c4add83feb04257d","revision":2,"source_id":"daily","url":"https://daily.example/g1","title":"خبر أول","body":"ج نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل.","fetched_at":"2026-03-01T10:00:00Z"}',1387);
INSERT INTO "revisions" VALUES(5,'8d683cc1dcc7890543abe1cf585c425d',1,'daily','b3839507dfdbf1fe56efbd4f542d64c6','53dd7c2f62a8b2fae361b52ffd5b7692','2026-03-01 10:00:00.000000',0,'{"article_id":"8d683cc1dcc7890543abe1cf585c425d","revision":1,"source_id":"daily","url":"https://daily.example/g3","title":"خبر ثالث","body":"د نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل. نص كامل.","fetched_at":"2026-03-01T10:00:00Z"}',1389);
INSERT INTO "revisions" VALUES(6,'18989691bb0fec38f168e2bb9842226c',1,'daily','ad026b1f980644c943f430adfcc507aa','d3a3c11e33eae0f6dcfb2857d88a5cb6','2026-03-01 10:00:00.000000',0,'{"article_id":"18989691bb0fec38f168e2bb9842226c","revision":1,"source_id":"daily","url":"https://daily.example/g4","title":"خبر رابع","body":"بداية الخبر الرابع…","fetched_at":"2026-03-01T10:00:00Z","excerpt":true}',239);
CREATE INDEX ix_revisions_source ON revisions (source_id, seq);
CREATE INDEX ix_revisions_alias ON revisions (alias);
CREATE INDEX ix_revisions_kept ON revisions (stored) WHERE size > 0;
CREATE INDEX ix_revisions_outbox ON revisions (source_id, seq, size) WHERE NOT published;
COMMIT;
